package e2e

import (
	"context"
	"errors"
	"io"
	stdlog "log"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// manners are how a mail server may treat a message.
type manners string

const (
	accepts manners = ""
	cuts    manners = "cut"        // accepts it and hangs up before saying so
	defers  manners = "451 at DOT" // not now
	refuses manners = "550 at RCPT"
)

// postbox is a real mail server that keeps every message it accepted, in order.
type postbox struct {
	url string

	mu       sync.Mutex
	manners  manners
	accepted []letter
	refused  int // dialogues that ended otherwise
	hold     *hold
}

func newPostbox(t testing.TB) *postbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	b := &postbox{url: "smtp://" + listener.Addr().String() + "?tls=none"}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return session{b, c}, nil }))
	server.Domain = "localhost"
	server.ErrorLog = stdlog.New(io.Discard, "", 0) // clients that are killed hang up
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return b
}

// turn changes how messages are treated from now on.
func (b *postbox) turn(m manners) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.manners = m
}

// letters are the messages accepted so far.
func (b *postbox) letters() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.accepted)
}

// turnedAway is how many messages were not accepted, or not said to be.
func (b *postbox) turnedAway() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}

// to waits for a letter to an address.
func (b *postbox) to(ctx context.Context, address string) (found letter, err error) {
	err = await(ctx, "a mail came to "+address, func() bool {
		all := b.letters()
		i := slices.IndexFunc(all, func(l letter) bool { return l.address == address })
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found, err
}

// session is one connection's, which may bring several messages.
type session struct {
	*postbox
	conn *smtp.Conn
}

func (s session) Mail(string, *smtp.MailOptions) error { return nil }
func (s session) Reset()                               {}
func (s session) Logout() error                        { return nil }

// Rcpt takes any recipient, unless it is to refuse.
func (s session) Rcpt(string, *smtp.RcptOptions) error {
	s.keepWaiting(atRecipient)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.manners != refuses {
		return nil
	}
	s.refused++
	return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody of that name"}
}

// Data takes the message and answers the final dot.
func (s session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := readLetter(raw)
	if err != nil {
		return err
	}
	m := s.take(l)
	s.keepWaiting(atDot)
	switch m {
	case defers:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come again later"}
	case cuts:
		s.conn.Conn().Close()
		return errors.New("cut")
	}
	return nil
}

// take keeps a message, as the manners are now.
func (b *postbox) take(l letter) manners {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.manners != defers {
		b.accepted = append(b.accepted, l)
	}
	if b.manners != accepts {
		b.refused++
	}
	return b.manners
}
