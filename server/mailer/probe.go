package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// Why a probe failed: which part of the setting is to be looked at.
var (
	ErrReach  = errors.New("the mail server cannot be reached")
	ErrTLS    = errors.New("the connection cannot be encrypted")
	ErrSignIn = errors.New("signing in fails")
	ErrTalk   = errors.New("the mail server answers otherwise than it should")
)

// Probed is what a probe found.
type Probed struct {
	Where    string // host:port, or the outbox folder
	TLS      string // like "TLS 1.3"; "" where the operator allows plain text
	SignedIn bool
}

// Domain is what receivers judge our mail by: that of the From address, in
// punycode.
func (m *Mailer) Domain() string { return domainOf(m.from.Address) }

// Probe goes as far as a mail would without sending one: it connects, encrypts,
// signs in and says good-bye. A failure is one of the errors above with the
// server's words, on one line and without any address or password.
func (m *Mailer) Probe(ctx context.Context) (Probed, error) {
	switch c := m.carrier.(type) {
	case *lines:
		return c.server.probe(ctx)
	case outbox:
		return c.probe()
	default:
		return Probed{}, fmt.Errorf("mail is carried by %T, which cannot be tried", c)
	}
}

func (s server) probe(ctx context.Context) (Probed, error) {
	p := Probed{Where: net.JoinHostPort(s.host, strconv.Itoa(s.port))}
	l, err := s.dial(ctx, nil)
	switch {
	case err != nil && ctx.Err() != nil:
		return p, fmt.Errorf("%w: no answer in time", ErrReach)
	case err != nil:
		return p, probeTrouble(err, l.wire != nil)
	}
	if state, encrypted := l.smtp.TLSConnectionState(); encrypted {
		p.TLS = tls.VersionName(state.Version)
	}
	p.SignedIn = s.user != "" // or dial had failed
	if err := l.quit(ctx); err != nil {
		return p, fmt.Errorf("%w: %s", ErrTalk, plain(err.Error()))
	}
	return p, nil
}

// quit says good-bye and waits for the answer, because the program may end next.
func (l *line) quit(ctx context.Context) error {
	defer l.wire.Close()
	defer context.AfterFunc(ctx, l.wire.hurry)()
	return l.client.CloseWithSMTPClient(l.smtp)
}

// probeTrouble tells from go-mail's error how far it got; reached says whether
// there was a connection at all.
func probeTrouble(err error, reached bool) error {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	text := strings.ReplaceAll(err.Error(), `"`, "") // which go-mail puts around a server's words
	kind := ErrTalk
	switch {
	case !reached:
		kind = ErrReach
	case strings.Contains(text, "does not support STARTTLS"):
		kind, text = ErrTLS, "the server offers no STARTTLS"
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert):
		kind = ErrTLS
	case strings.Contains(text, "AUTH"):
		kind = ErrSignIn
	}
	return fmt.Errorf("%w: %s", kind, plain(text))
}

// probe writes a file where the mails go, and takes it away.
func (o outbox) probe() (Probed, error) {
	p := Probed{Where: o.dir}
	f, err := os.CreateTemp(o.dir, ".probe-*.tmp")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return p, fmt.Errorf("the outbox cannot be written: %w", err)
	}
	return p, nil
}
