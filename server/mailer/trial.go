package mailer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// Trial is a mail by which an operator sees whether mail arrives. It asks nothing
// and belongs to no ticket.
type Trial struct {
	To           string
	Language     string
	Organisation surveys.Organisation
	Name         string // the local part of its Message-ID
	Date         time.Time
}

// trialWords is what the templates of a trial say.
type trialWords struct {
	lang.Words
	Subject      string
	Organisation string
	SentOn       string
}

// Try makes a trial's message and hands it over as Carry does a letter's. id is its
// Message-ID without brackets, once it is known.
func (m *Mailer) Try(ctx context.Context, t Trial) (outcome surveys.Outcome, reply, id string) {
	msg, err := m.trial(t)
	if errors.Is(err, errAddress) {
		return surveys.Refused, err.Error(), ""
	}
	if err != nil {
		return surveys.Deferred, plain(err.Error()), ""
	}
	r := m.carrier.carry(ctx, msg)
	return r.Outcome, plain(r.Reply), msg.id
}

func (m *Mailer) trial(t Trial) (*message, error) {
	to, err := address("", t.To)
	if err != nil {
		return nil, err
	}
	if !isName(t.Name) {
		return nil, fmt.Errorf("the trial's message cannot be called %q", t.Name)
	}
	w, name := m.words.For(t.Language), clean(t.Organisation.Name, 80)
	words := trialWords{
		Words: w, Subject: w.T("trial.subject", "Organisation", name), Organisation: name,
		SentOn: w.Date(t.Date.In(m.zones.of(t.Organisation))),
	}
	msg := &message{
		id: t.Name + "@" + domainOf(m.from.Address), from: m.from, to: to, date: t.Date,
		language: w.Tag(), subject: words.Subject,
	}
	if a, err := address(t.Organisation.Name, t.Organisation.HelpdeskAddress); err == nil {
		msg.replyTo = a
	}
	if msg.text, msg.html, err = m.templates.render("trial", words); err != nil {
		return nil, fmt.Errorf("writing the trial's mail: %w", err)
	}
	return msg, m.seal(msg)
}
