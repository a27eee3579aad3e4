package mailer

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"sync"
	texttemplate "text/template"
	"time"

	"github.com/entendu/entendu/server/lang"
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

// invitationWords is what the templates of an invitation say, and of its reminder.
type invitationWords struct {
	lang.Words
	Subject      string
	Preheader    string   // what a list of mails shows beside the subject
	Opening      []string // paragraphs
	Number       string
	Organisation string
	Controller   string // "" if the organisation itself
	Helpdesk     string // "" if nobody reads replies
	ClosedOn     string
	Question     string
	Levels       []level // worst first
	Kept         string  // how long the answer is kept; "" without end
	Open         string  // the survey, nothing chosen
	Privacy      string
	Stop         string
}

// level is one answer to tap.
type level struct {
	Words string
	Score int
	Of    int
	Link  string
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
	words := m.invitationWords(w, l)
	msg := &message{
		id: l.MessageName + "@" + m.Domain(), from: m.from, to: to, date: l.Date,
		language: w.Tag(), subject: words.Subject, stop: words.Stop,
		about: map[string]string{"X-Entendu-Invitation": l.MessageName}, // signed: who reports on a mail must have had it
	}
	if l.FirstName != "" {
		msg.follows = l.FirstName + "@" + m.Domain()
	}
	if msg.sender, err = m.returnTo(l.ReturnName); err != nil {
		return nil, err
	}
	if words.Helpdesk != "" {
		msg.replyTo, _ = address(l.Organisation.Name, words.Helpdesk)
	}
	msg.text, msg.html, err = m.templates.render("invitation", words)
	if err != nil {
		return nil, fmt.Errorf("writing the mail of invitation %s: %w", l.Invitation.ID, err)
	}
	return msg, m.seal(msg)
}

func (m *Mailer) invitationWords(w lang.Words, l surveys.Letter) invitationWords {
	asked, zone := l.Survey.Questions[0], m.zones.of(l.Organisation)
	words := invitationWords{
		Words: w, Number: clean(l.Invitation.Number, 40), Organisation: clean(l.Organisation.Name, 80),
		Controller: clean(l.Controller, 120), ClosedOn: w.Date(l.Invitation.ClosedAt.In(zone)),
		Question: w.T("question." + asked.Name), Kept: kept(w, l.Keep),
		Open: m.answerLink(l, asked.Name, ""), Privacy: m.base + "/privacy?lang=" + w.Tag(), Stop: m.base + "/u/" + url.PathEscape(l.StopToken),
	}
	words.Subject, words.Preheader = w.T("mail.subject", "Number", words.Number), w.T("mail.preheader")
	words.Opening = []string{w.T("mail.opening", "Number", words.Number, "Date", words.ClosedOn)}
	if l.Step == surveys.ReminderMail {
		words.remind(l, zone)
	}
	if a, err := address("", l.Organisation.HelpdeskAddress); err == nil {
		words.Helpdesk = a.Address
	}
	for n := asked.Low; n <= asked.High; n++ {
		score := strconv.Itoa(n)
		words.Levels = append(words.Levels, level{Words: w.T("level." + score), Score: n, Of: asked.High, Link: m.answerLink(l, asked.Name, score)})
	}
	return words
}

// remind says the same in the manner of a reminder: that it is the only one, until
// when there is time, and that nothing need be done.
func (w *invitationWords) remind(l surveys.Letter, zone *time.Location) {
	w.Subject, w.Preheader = w.T("mail.reminder.subject", "Number", w.Number), w.T("mail.reminder.preheader")
	only := w.T("mail.reminder.only")
	if !l.Until.IsZero() {
		only += " " + w.T("mail.reminder.closes", "Date", w.Date(l.Until.In(zone)))
	}
	w.Opening = []string{w.T("mail.reminder.opening", "Number", w.Number, "Date", w.ClosedOn), only}
}

// answerLink opens the survey with a score chosen, or none. Opening it stores
// nothing, because machines open every link of a mail.
func (m *Mailer) answerLink(l surveys.Letter, question, score string) string {
	query := url.Values{"lang": {m.words.For(l.Language).Tag()}}
	if score != "" {
		query.Set(question, score)
	}
	return m.base + "/a/" + url.PathEscape(l.AnswerToken) + "?" + query.Encode()
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

func kept(w lang.Words, s surveys.Span) string {
	if s.Off() {
		return ""
	}
	return w.T("mail.span."+s.Unit, "Count", s.N)
}
