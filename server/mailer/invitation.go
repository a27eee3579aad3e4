package mailer

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"strings"
	"sync"
	texttemplate "text/template"
	"time"

	"github.com/entendu/entendu/surveys"
)

// templates are the files that give a message its shape; its words are in the
// language files.
type templates struct {
	text *texttemplate.Template
	html *htmltemplate.Template
}

func parseTemplates(files fs.FS) (*templates, error) {
	text, err := texttemplate.ParseFS(files, "*.txt")
	if err != nil {
		return nil, fmt.Errorf("mail templates: %w", err)
	}
	html, err := htmltemplate.ParseFS(files, "*.html")
	if err != nil {
		return nil, fmt.Errorf("mail templates: %w", err)
	}
	return &templates{text.Option("missingkey=error"), html.Option("missingkey=error")}, nil
}

// render fills name.txt and name.html with the same words.
func (t *templates) render(name string, words any) (text, html string, err error) {
	var plain, rich bytes.Buffer
	if err = t.text.ExecuteTemplate(&plain, name+".txt", words); err != nil {
		return "", "", err
	}
	if err = t.html.ExecuteTemplate(&rich, name+".html", words); err != nil {
		return "", "", err
	}
	return plain.String(), rich.String(), nil
}

// isName says whether a text may stand in a Message-ID and name a file.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// invitation makes the message of a letter. It fails with errAddress if nobody can
// be written to there.
func (m *Mailer) invitation(l surveys.Letter) (*message, error) {
	to, err := address(l.Name, l.To)
	if err != nil {
		return nil, err
	}
	if len(l.Survey.Questions) == 0 || !isName(l.MessageName) || l.FirstName != "" && !isName(l.FirstName) {
		return nil, fmt.Errorf("invitation %s has no question or no name for its message", l.Invitation.ID)
	}
	w := m.words.For(l.Language)
	f, err := m.form(w, l)
	if err != nil {
		return nil, fmt.Errorf("writing the mail of invitation %s: %w", l.Invitation.ID, err)
	}
	p := m.particulars(w, l)
	msg := &message{
		id: l.MessageName + "@" + m.Domain(), from: m.from, to: to, replyTo: f.replyTo, date: l.Date,
		language: w.Tag(), subject: f.subject.with(p), stop: m.stopLink(p), text: f.text.with(p), html: f.html.with(p.inHTML()),
		about: map[string]string{"X-Entendu-Invitation": l.MessageName}, // signed: who reports on a mail must have had it
	}
	if l.FirstName != "" {
		msg.follows = l.FirstName + "@" + m.Domain()
	}
	if msg.sender, err = m.returnTo(l.ReturnName); err != nil {
		return nil, err
	}
	return msg, m.seal(msg)
}

// zones remembers the time zone that was loaded last, because loading one reads a
// file, which takes a tenth of the time that writing a mail does.
type zones struct {
	mu   sync.Mutex
	name string
	zone *time.Location
}

func (z *zones) of(o surveys.Organisation) *time.Location {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.zone == nil || z.name != o.Timezone {
		loaded, err := time.LoadLocation(o.Timezone)
		if err != nil {
			loaded = time.UTC
		}
		z.name, z.zone = o.Timezone, loaded
	}
	return z.zone
}
