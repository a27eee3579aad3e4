package mailer

import (
	"context"
	"fmt"
	"time"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// Enter is a mail with a link by which a colleague comes in: to choose a password.
type Enter struct {
	To, Name     string
	Kind         string // "invitation" or "renewal"
	Language     string
	Organisation surveys.Organisation
	Path         string // of the link
	Until        time.Time
	ID           string // the local part of its Message-ID, the same on each attempt
	Date         time.Time
}

// enterWords is what the templates say.
type enterWords struct {
	lang.Words
	Subject      string
	Kind         string
	Name         string
	Organisation string
	Open         string
	Until        string
}

// CarryEnter makes the mail and hands it over as Carry does a letter's.
func (m *Mailer) CarryEnter(ctx context.Context, e Enter) (outcome surveys.Outcome, reply string) {
	msg, err := m.enter(e)
	if err != nil {
		return surveys.Refused, plain(err.Error())
	}
	r := m.carrier.carry(ctx, msg)
	return r.Outcome, plain(r.Reply)
}

func (m *Mailer) enter(e Enter) (*message, error) {
	to, err := address(e.Name, e.To)
	if err != nil {
		return nil, err
	}
	if !isName(e.ID) {
		return nil, fmt.Errorf("the mail of a link to sign in cannot be called %q", e.ID)
	}
	w, name := m.words.For(e.Language), clean(e.Organisation.Name, 80)
	words := enterWords{
		Words: w, Kind: e.Kind, Name: clean(e.Name, 120), Organisation: name, Open: m.base + e.Path + "?lang=" + w.Tag(),
		Until: w.DateTime(e.Until, m.zones.of(e.Organisation)), Subject: w.T("enter."+e.Kind+".subject", "Organisation", name),
	}
	msg := &message{id: e.ID + "@" + m.Domain(), from: m.from, to: to, date: e.Date, language: w.Tag(), subject: words.Subject}
	if msg.text, msg.html, err = m.templates.render("enter", words); err != nil {
		return nil, fmt.Errorf("writing the mail of a link to sign in: %w", err)
	}
	return msg, m.seal(msg)
}
