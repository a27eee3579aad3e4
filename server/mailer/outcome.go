package mailer

import (
	"context"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/entendu/entendu/surveys"
)

var errClosed = errors.New("the mailer is closed")

// judge says how a dialogue ended. The server's code decides; where there is none,
// what matters is whether the whole message had left: a server that hangs up after
// the final dot may have accepted it (RFC 1047).
func (l *line) judge(g *gomail.Msg, err error) surveys.Carried {
	if g.IsDelivered() {
		return surveys.Carried{Outcome: surveys.Accepted, Reply: g.ServerResponse()}
	}
	var e *gomail.SendError
	if !errors.As(err, &e) {
		e = &gomail.SendError{}
	}
	code := e.ErrorCode()
	c := surveys.Carried{Outcome: surveys.Deferred, Reply: words(err, code)}
	if code == 0 {
		if l.wire.dotSent {
			c.Outcome = surveys.Unknown
		}
		return c
	}
	c.Fault = verdict(code, c.Reply)
	switch {
	case code < 500:
	case e.Reason == gomail.ErrSMTPMailFrom: // nobody was named yet
		c.Fault = surveys.OfSender
	case c.Fault != surveys.OfSender:
		c.Outcome = surveys.Refused
	}
	return c
}

// judgeDial is for a connection that could not be made: whatever happened, it is
// not the recipient's fault.
func judgeDial(err error) surveys.Carried {
	c := surveys.Carried{Outcome: surveys.Deferred, Fault: surveys.OfSender, Reply: "no connection: " + err.Error()}
	var told *textproto.Error
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, errClosed):
		c.Fault = surveys.OfLetter
	case errors.As(err, &told) && told.Code < 500, errors.As(err, &network), errors.Is(err, io.EOF):
		c.Fault = surveys.OfServer
	}
	return c
}

// words takes the server's words, which begin with their code and may be quoted
// after it, out of go-mail's sentence around them.
func words(err error, code int) string {
	text, _, _ := strings.Cut(err.Error(), ", affected ")
	number := strconv.Itoa(code) + " "
	_, said, found := strings.Cut(text, number)
	if !found {
		return text
	}
	if quoted, err := strconv.QuotedPrefix(said); err == nil {
		said, _ = strconv.Unquote(quoted)
	}
	return number + said
}
