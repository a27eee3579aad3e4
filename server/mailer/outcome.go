package mailer

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/entendu/entendu/surveys"
)

var errClosed = errors.New("the mailer is closed")

// judge says how a dialogue ended. The server's code decides; where there is none,
// what matters is whether the whole message had left: a server that hangs up after
// the final dot may have accepted it (RFC 1047).
func (l *line) judge(g *gomail.Msg, err error) result {
	if g.IsDelivered() {
		return result{outcome: surveys.Accepted, reply: g.ServerResponse()}
	}
	var e *gomail.SendError
	if !errors.As(err, &e) {
		e = &gomail.SendError{}
	}
	code := e.ErrorCode()
	reply := words(err, code)
	switch {
	case code == 0 && l.wire.dotSent:
		return result{outcome: surveys.Unknown, reply: reply}
	case code == 0:
		return result{outcome: surveys.Deferred, reply: reply}
	case code < 500:
		return result{outcome: surveys.Deferred, reply: reply, alarm: isOurFault(code, reply)}
	case isOurFault(code, reply) || e.Reason == gomail.ErrSMTPMailFrom: // nobody was named yet
		return result{outcome: surveys.Deferred, reply: reply, alarm: true}
	default:
		return result{outcome: surveys.Refused, reply: reply}
	}
}

// judgeDial is for a connection that could not be made: whatever happened, it is
// not the recipient's fault.
func judgeDial(err error) result {
	stopped := errors.Is(err, context.Canceled) || errors.Is(err, errClosed)
	return result{outcome: surveys.Deferred, reply: "no connection: " + err.Error(), alarm: !stopped}
}

// isOurFault says whether a reply is about signing in or, by its enhanced code
// (RFC 3463 section 3.8), about what the server thinks of the sender.
func isOurFault(code int, reply string) bool {
	_, enhanced, _ := strings.Cut(reply, " ")
	return slices.Contains([]int{432, 454, 525, 530, 534, 535, 538}, code) || strings.HasPrefix(enhanced, "5.7.")
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
