package mailer

import (
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// message is one mail to one person, whatever it is about.
type message struct {
	id       string // Message-ID without its brackets
	from, to mail.Address
	sender   mail.Address // where reports of non-delivery go; From if it has no address
	replyTo  mail.Address // no Reply-To if it has no address
	follows  string       // Message-ID, without its brackets, of the mail that this one comes back to; ""
	date     time.Time
	language string
	subject  string
	stop     string // where mail is stopped; "" for a mail that nobody subscribed to
	written  bool   // by a person, who waits for an answer
	about    map[string]string
	text     string
	html     string
	seal     string // the value of DKIM-Signature; "" for none
}

// build makes go-mail's form of the message. onWire is called each time that its
// bytes begin to be written.
func (m *message) build(onWire func()) *gomail.Msg {
	g := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(m.boundary()), gomail.WithMiddleware(begin(onWire)))
	g.FromMailAddress(&m.from)
	g.ToMailAddress(&m.to)
	if m.sender.Address != "" {
		g.EnvelopeFromMailAddress(&m.sender)
	}
	if m.replyTo.Address != "" {
		g.ReplyToMailAddress(&m.replyTo)
	}
	g.SetMessageIDWithValue(m.id)
	g.SetDateWithValue(m.date.UTC())
	g.Subject(m.subject)
	g.SetGenHeader("Content-Language", m.language)
	// RFC 3834: nobody's holiday note, and no other helpdesk, answers this. Words that a
	// person has just written are no such mail: a helpdesk would put them aside.
	if !m.written {
		g.SetGenHeader("Auto-Submitted", "auto-generated")
		g.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
	// RFC 2369 and RFC 8058. Providers take the second header for one click only
	// where the link is https, and ignore it elsewhere. The first one is written
	// as it stands because a folded one has broken signatures on the way.
	if m.stop != "" {
		g.SetGenHeaderPreformatted("List-Unsubscribe", "<"+m.stop+">") // go-mail shuffles such headers: one only
		g.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	if m.follows != "" { // so that mail programs show the two together
		g.SetGenHeader("In-Reply-To", "<"+m.follows+">")
		g.SetGenHeader("References", "<"+m.follows+">")
	}
	if m.seal != "" {
		g.SetGenHeader("DKIM-Signature", m.seal)
	}
	for name, value := range m.about {
		g.SetGenHeader(gomail.Header(name), value)
	}
	g.SetBodyString(gomail.TypeTextPlain, m.text)
	g.AddAlternativeString(gomail.TypeTextHTML, m.html)
	return g
}

// boundary follows from the Message-ID, so that one letter has the same bytes on
// every attempt.
func (m *message) boundary() string {
	sum := sha256.Sum256([]byte(m.id))
	return "part-" + hex.EncodeToString(sum[:16])
}

// begin is a go-mail middleware: go-mail runs it after the server has answered
// DATA and before the first byte of the message.
type begin func()

func (b begin) Handle(m *gomail.Msg) *gomail.Msg { b(); return m }
func (b begin) Type() gomail.MiddlewareType      { return "begin" }
