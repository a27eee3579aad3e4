package mailer

import (
	"crypto/rand"
	htmltemplate "html/template"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// form is the mail of an invitation with holes for the particulars of one letter.
// It is made by the templates and kept: filling the holes takes a twentieth of the
// time that the templates do.
type form struct {
	subject, text, html blank
	replyTo             mail.Address
}

// particulars are all in which two letters of one form differ.
type particulars [6]string

// The particulars.
const (
	number   = iota
	closedOn // a date
	until    // a date; "" while it is not known
	answer   // token
	stop     // token
	follow   // token; "" where nobody is known to follow the ticket
)

func (m *Mailer) particulars(w lang.Words, l surveys.Letter) particulars {
	zone := m.zones.of(l.Organisation)
	p := particulars{
		number: clean(l.Invitation.Number, 40), closedOn: w.Date(l.Invitation.ClosedAt.In(zone)),
		answer: url.PathEscape(l.AnswerToken), stop: url.PathEscape(l.StopToken), follow: url.PathEscape(l.FollowToken),
	}
	if !l.Until.IsZero() {
		p[until] = w.Date(l.Until.In(zone))
	}
	return p
}

// inHTML makes them such that they may stand in a text and in an attribute.
func (p particulars) inHTML() particulars {
	for i := range p {
		p[i] = htmltemplate.HTMLEscapeString(p[i])
	}
	return p
}

// blank is a text that is cut at its holes.
type blank struct {
	words []string // one more than holes
	holes []int    // which of the particulars
}

// cutAt makes a blank of a text that has a mark and a digit at each hole.
func cutAt(mark, text string) blank {
	b := blank{words: strings.Split(text, mark)}
	for i, words := range b.words[1:] {
		b.holes, b.words[i+1] = append(b.holes, int(words[0]-'0')), words[1:]
	}
	return b
}

func (b blank) with(p particulars) string {
	all := make([]string, 0, len(b.words)+len(b.holes))
	for i, hole := range b.holes {
		all = append(all, b.words[i], p[hole])
	}
	return strings.Join(append(all, b.words[len(b.holes)]), "")
}

// forms are those made so far.
type forms struct {
	mu   sync.Mutex
	kept map[formKey]form
}

// mostForms bounds the memory. Few are in use at one time: two for each language.
const mostForms = 32

// formKey is all of a letter that its form tells.
type formKey struct {
	language, survey                   string
	version                            int
	step                               surveys.Step
	organisation, helpdesk, controller string
	keep                               surveys.Span
	closes                             bool // it says until when
	follows                            bool // it links to the ticket's page
}

func (m *Mailer) form(w lang.Words, l surveys.Letter) (form, error) {
	key := formKey{
		w.Tag(), l.Survey.Name, l.Survey.Version, l.Step,
		l.Organisation.Name, l.Organisation.HelpdeskAddress, l.Controller, l.Keep, !l.Until.IsZero(), l.FollowToken != "",
	}
	m.forms.mu.Lock()
	defer m.forms.mu.Unlock()
	if f, made := m.forms.kept[key]; made {
		return f, nil
	}
	f, err := m.makeForm(w, l)
	if err != nil {
		return form{}, err
	}
	if m.forms.kept == nil || len(m.forms.kept) >= mostForms {
		m.forms.kept = map[formKey]form{}
	}
	m.forms.kept[key] = f
	return f, nil
}

// makeForm lets the templates write marks in place of a letter's particulars. A mark
// is drawn, so that no other text holds it, and has only letters and digits, which
// stay as they are wherever they stand.
func (m *Mailer) makeForm(w lang.Words, l surveys.Letter) (form, error) {
	mark, p := rand.Text(), particulars{}
	for i := range p {
		p[i] = mark + strconv.Itoa(i)
	}
	if l.Until.IsZero() {
		p[until] = ""
	}
	if l.FollowToken == "" {
		p[follow] = ""
	}
	words := m.invitationWords(w, l, p)
	text, html, err := m.templates.render("invitation", words)
	if err != nil {
		return form{}, err
	}
	f := form{subject: cutAt(mark, words.Subject), text: cutAt(mark, text), html: cutAt(mark, html)}
	if words.Helpdesk != "" {
		f.replyTo, _ = address(l.Organisation.Name, words.Helpdesk)
	}
	return f, nil
}

// Sample is the mail of a letter as its reader would have it.
type Sample struct{ Subject, Text, HTML string }

// Sample writes the mail of a letter that nobody gets. It is made anew each time: the
// survey in it may be a draft.
func (m *Mailer) Sample(l surveys.Letter) (Sample, error) {
	w := m.words.For(l.Language)
	f, err := m.makeForm(w, l)
	if err != nil {
		return Sample{}, err
	}
	p := m.particulars(w, l)
	return Sample{f.subject.with(p), f.text.with(p), f.html.with(p.inHTML())}, nil
}
