package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/entendu/entendu/surveys"
)

// line is one open connection to the server.
type line struct {
	client *gomail.Client
	smtp   *smtp.Client
	wire   *wire
	used   bool // has carried a message before
	timer  *time.Timer
}

// dial connects, encrypts and signs in.
func (s server) dial(ctx context.Context, at surveys.Failpoint) (*line, error) {
	l, outer, stop := &line{}, ctx, func() bool { return true }
	defer func() { stop() }()
	var err error
	l.client, err = s.client(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{Timeout: connectWithin}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		l.wire = &wire{Conn: conn, at: at, grace: s.grace}
		stop = context.AfterFunc(outer, func() { conn.Close() })
		if s.security == implicitTLS {
			return tls.Client(l.wire, s.tlsConfig()), nil
		}
		return l.wire, nil
	})
	if err != nil {
		return nil, err
	}
	l.smtp, err = l.client.DialToSMTPClientWithContext(ctx)
	if err != nil && l.wire != nil {
		l.wire.Close() // go-mail leaves it open
		if half := textproto.ProtocolError(""); errors.As(err, &half) && l.wire.failed != nil {
			err = l.wire.failed // a reply that broke off is no strange reply
		}
	}
	return l, err
}

// carry takes one message through one dialogue. A line that says so was dead
// before the dialogue began.
func (l *line) carry(ctx context.Context, m *message) (r surveys.Carried, dead bool) {
	l.wire.begin()
	stop := context.AfterFunc(ctx, l.wire.hurry)
	defer stop()
	if err := l.wire.at.At("K10"); err != nil {
		return surveys.Carried{Outcome: surveys.Deferred, Reply: err.Error()}, false
	}
	if needsUTF8(m.to.Address) {
		if ok, _ := l.smtp.Extension("SMTPUTF8"); !ok {
			return surveys.Carried{Outcome: surveys.Refused, Reply: "553 5.6.7 the mail server takes no address with letters beyond ASCII"}, false
		}
	}
	l.smtp.SkipSMTPUTF8(!needsUTF8(m.to.Address))
	g := m.build(l.wire.dataBegins)
	err := l.client.SendWithSMTPClient(l.smtp, g)
	r, dead = l.judge(g, err), l.used && isGone(err)
	l.used = true
	if g.IsDelivered() {
		if err := l.wire.at.At("K13"); err != nil {
			return surveys.Carried{Outcome: surveys.Unknown, Reply: err.Error()}, false
		}
	}
	return r, dead
}

// isGone says whether a dialogue failed at its first command because the server
// had hung up: nothing was begun, so it may begin anew on another line.
func isGone(err error) bool {
	var e *gomail.SendError
	return errors.As(err, &e) && (e.Reason == gomail.ErrSMTPMailFrom || e.Reason == gomail.ErrConnCheck) && (e.ErrorCode() == 0 || e.ErrorCode() == 421)
}

// hangUp says good-bye, in the background because nothing depends on it.
func (l *line) hangUp() {
	l.wire.begin()
	go func() {
		l.wire.SetDeadline(time.Now().Add(l.wire.grace))
		l.client.CloseWithSMTPClient(l.smtp)
		l.wire.Close()
	}()
}

// wire watches the bytes of one dialogue from below TLS, where the words cannot be
// read but their order can: after DATA was answered the client only writes, until
// it has written the final dot and reads the answer to it.
type wire struct {
	net.Conn
	at      surveys.Failpoint
	grace   time.Duration
	inData  bool
	dotSent bool
	broken  bool  // something could not be written, so no final dot arrived
	failed  error // why reading came to an end

	mu      sync.Mutex
	hurried bool
}

func (w *wire) begin() { w.inData, w.dotSent, w.broken = false, false, false }

// dataBegins is called between the answer to DATA and the first byte of a message.
func (w *wire) dataBegins() {
	w.inData = true
	if err := w.at.At("K11"); err != nil {
		w.Conn.Close()
	}
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.broken = w.broken || err != nil
	return n, err
}

func (w *wire) Read(p []byte) (int, error) {
	if w.inData && !w.broken {
		w.inData, w.dotSent = false, true
		if err := w.at.At("K12"); err != nil {
			w.Conn.Close()
			return 0, err
		}
	}
	n, err := w.Conn.Read(p)
	if err != nil {
		w.failed = err
	}
	return n, err
}

// SetDeadline gives way to hurry.
func (w *wire) SetDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.hurried {
		return nil
	}
	return w.Conn.SetDeadline(t)
}

// hurry bounds what is left of a dialogue, once the program is to stop.
func (w *wire) hurry() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hurried = true
	w.Conn.SetDeadline(time.Now().Add(w.grace))
}
