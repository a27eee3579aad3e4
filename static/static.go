// Package static holds every file of Entendu that is not Go: what is served as it
// is, pages, mail texts and translations. They are part of the program, so that it
// is one file that needs no installation.
//
// It only hands the files out; it parses none of them and imports nothing of ours.
package static

import (
	"embed"
	"io/fs"
)

//go:embed assets pages mail lang words
var files embed.FS

// Assets are the files served as they are: scripts, styles, licences. Large ones
// stand here compressed only (see server/web/precompress).
func Assets() fs.FS { return sub("assets") }

// Pages are the HTML templates.
func Pages() fs.FS { return sub("pages") }

// Mail are the templates of the messages that are sent.
func Mail() fs.FS { return sub("mail") }

// Lang are the translations: one folder per language, one file per area.
func Lang() fs.FS { return sub("lang") }

// Words are the words that say nothing of what a text is about: a list per language.
func Words() fs.FS { return sub("words") }

func sub(folder string) fs.FS {
	f, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // only for a name that is no path, and the names are above
	}
	return f
}
