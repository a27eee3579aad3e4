package mailer

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/static"
)

// A mail says its language and direction twice: on the whole and, for readers that
// drop the outside of a mail to show it within a page of theirs, on its text.
func TestDirectionOfMails(t *testing.T) {
	files := fstest.MapFS{"ar/language.json": {Data: []byte(`{"language.name": "العربية"}`)}}
	names, err := fs.Glob(static.Lang(), "nl/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(static.Lang(), name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
		if base := path.Base(name); base != "language.json" {
			files["ar/"+base] = &fstest.MapFile{Data: data}
		}
	}
	c := config(t)
	if c.Words, err = lang.Load(files); err != nil {
		t.Fatal(err)
	}
	m := newMailer(t, c)
	for tag, dir := range map[string]string{"ar": "rtl", "nl": "ltr"} {
		msg, err := m.invitation(letter(t, tag))
		if err != nil {
			t.Fatal(err)
		}
		d, err := goquery.NewDocumentFromReader(strings.NewReader(msg.html))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"html", "table table"} {
			if s := d.Find(part).First(); s.AttrOr("lang", "") != tag || s.AttrOr("dir", "") != dir {
				t.Errorf("%s: <%s> is %q, written %q; want %s", tag, part, s.AttrOr("lang", ""), s.AttrOr("dir", ""), dir)
			}
		}
		if strings.Contains(msg.html, "left") || strings.Contains(msg.html, "right") {
			t.Errorf("%s: the mail names a side", tag)
		}
	}
}
