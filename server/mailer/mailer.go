// Package mailer carries letters: it makes a message of an invitation and hands it
// to a mail server, or to the outbox folder where none is set. It is the only
// package that knows go-mail.
//
// It decides nothing about whom to write to or when, keeps nothing between two
// letters but open connections, and tells the truth about how an attempt ended:
// what a server may have accepted is never called refused or deferred.
//
// One letter makes the same bytes on every attempt, so that servers and readers
// that see it twice can tell (RFC 5322 section 3.6.4).
package mailer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/mail"
	"net/url"
	"strings"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// Config is what a Mailer needs.
type Config struct {
	From      string // as in the From header: Maison Poulain <avis@example.org>
	SMTP      string // as in ENTENDU_SMTP; "" writes to Outbox
	Outbox    string // folder, made if missing
	BaseURL   string // links begin with it
	Words     *lang.Catalogue
	Templates fs.FS // static.Mail()
	Log       *slog.Logger
	At        surveys.Failpoint   // steps K10 to K13
	Mail      func() surveys.Mail // the settings in force, read for each letter: return path and signature; nil for none
}

// Mailer carries letters and may be used by many goroutines. It is the
// surveys.Mailer of the program.
type Mailer struct {
	from      mail.Address
	base      string // without a slash at its end
	words     *lang.Catalogue
	templates *templates
	log       *slog.Logger
	at        surveys.Failpoint
	carrier   carrier
	settings  func() surveys.Mail
	keys      keyring
	zones     zones
	forms     forms
}

var (
	_ surveys.Mailer        = (*Mailer)(nil)
	_ surveys.ErrandCarrier = (*Mailer)(nil)
)

// carrier takes a message to where it is going.
type carrier interface {
	carry(ctx context.Context, m *message) surveys.Carried
	close()
}

// New makes a Mailer. It does not connect. Its errors fit on one line, show how a
// right value looks and never repeat a server's URL, which may hold a password.
func New(c Config) (*Mailer, error) {
	from, err := mail.ParseAddress(c.From)
	if err == nil {
		*from, err = address(from.Name, from.Address)
	}
	if err != nil || needsUTF8(from.Address) {
		return nil, fmt.Errorf("mail sender %q: not a mail address; a good one is Maison Poulain <avis@example.org>", c.From)
	}
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("public address %q: links cannot begin with it; a good one is https://avis.example.org", c.BaseURL)
	}
	parsed, err := parseTemplates(c.Templates)
	if err != nil {
		return nil, err
	}
	m := &Mailer{from: *from, base: strings.TrimRight(base.String(), "/"), words: c.Words, templates: parsed, log: c.Log, at: c.At, settings: c.Mail}
	if m.settings == nil {
		m.settings = func() surveys.Mail { return surveys.Mail{} }
	}
	m.carrier, err = c.carrier(base.Hostname())
	return m, err
}

// carrier chooses between the mail server and the folder. host is our name on the
// web.
func (c Config) carrier(host string) (carrier, error) {
	if c.SMTP == "" {
		return newOutbox(c.Outbox, c.At)
	}
	s, err := parseServer(c.SMTP)
	if err != nil {
		return nil, err
	}
	s.helo = heloName(host)
	return newLines(s, c.At), nil
}

// Carry makes the letter's message and hands it over.
func (m *Mailer) Carry(ctx context.Context, l surveys.Letter) surveys.Carried {
	msg, err := m.invitation(l)
	return m.hand(ctx, msg, err, "invitation", l.Invitation.ID)
}

// CarryErrand makes the mail of an errand and hands it over.
func (m *Mailer) CarryErrand(ctx context.Context, p surveys.Parcel) surveys.Carried {
	write := m.link
	switch p.Errand.Kind {
	case surveys.MessageMail:
		write = m.customerMessage
	case surveys.TeamMail:
		write = m.team
	case surveys.NewsMail:
		write = m.news
	case surveys.ReplyMail:
		write = m.reply
	}
	msg, err := write(p)
	return m.hand(ctx, msg, err, "errand", p.Errand.ID)
}

// hand hands a message over, or says why there is none; what and id name it in the log.
func (m *Mailer) hand(ctx context.Context, msg *message, err error, what, id string) surveys.Carried {
	var c surveys.Carried
	switch {
	case errors.Is(err, errAddress):
		c = surveys.Carried{Outcome: surveys.Refused, Fault: surveys.OfAddress, Reply: err.Error()}
	case err != nil:
		c = surveys.Carried{Outcome: surveys.Deferred, Fault: surveys.OfSender, Reply: err.Error()}
	case ctx.Err() != nil:
		c = surveys.Carried{Outcome: surveys.Deferred, Reply: "stopped before the mail left"}
	default:
		c = m.carrier.carry(ctx, msg)
	}
	c.Reply = plain(c.Reply)
	if c.Fault == surveys.OfSender || c.Fault == surveys.OfServer {
		m.log.Error("mail cannot leave: not the recipient's fault, look at the mail settings", what, id, "reply", c.Reply)
	}
	return c
}

// Close ends the connections that are open and idle. A letter that comes later is
// deferred.
func (m *Mailer) Close() { m.carrier.close() }
