package mailer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// box is a mailbox on an IMAP server and how to open it.
type box struct {
	host, port     string
	user, password string
	folder         string
	security       security
	roots          *x509.CertPool // nil for the system's
}

var errBox = errors.New("[mail] bounces: not a URL that can be used; good ones are imaps://user:password@mail.example.org/INBOX, imap://user:password@mail.example.org:143/INBOX and, without encryption, imap://user:password@localhost:143/INBOX?tls=none")

// parseBox reads the URL of a mailbox. Its error does not repeat the URL, which
// holds a password.
func parseBox(raw string) (box, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User.Username() == "" || u.Fragment != "" {
		return box{}, errBox
	}
	b := box{host: u.Hostname(), port: "143", user: u.User.Username(), folder: strings.Trim(u.Path, "/")}
	b.password, _ = u.User.Password()
	switch {
	case u.Scheme == "imap" && u.RawQuery == "":
	case u.Scheme == "imap" && u.RawQuery == "tls=none":
		b.security = noTLS
	case u.Scheme == "imaps" && u.RawQuery == "":
		b.security, b.port = implicitTLS, "993"
	default:
		return box{}, errBox
	}
	if p := u.Port(); p != "" {
		b.port = p
	}
	if b.folder == "" {
		b.folder = "INBOX"
	}
	return b, nil
}

// opened is a mailbox that is open. It is one connection, of one goroutine.
type opened struct {
	*imapclient.Client
	tls   string       // its version, "" in the clear
	ended func() error // why there can be no answer any more, nil if there can
	stop  func() bool  // no longer hangs up when the context ends
}

// ErrMailbox is for a mailbox that is not there or not ours to open.
var ErrMailbox = errors.New("the mailbox cannot be opened")

// open connects, encrypts, signs in and selects. When ctx ends, the connection does.
func (b box) open(ctx context.Context) (*opened, error) {
	o := &opened{ended: ctx.Err}
	conn, err := (&net.Dialer{Timeout: connectWithin}).DialContext(ctx, "tcp", net.JoinHostPort(b.host, b.port))
	if err != nil {
		return nil, o.trouble(ErrReach, err)
	}
	o.stop = context.AfterFunc(ctx, func() { conn.Close() })
	if o.Client, o.tls, err = b.encrypt(ctx, conn); err != nil {
		o.stop()
		conn.Close()
		return nil, o.trouble(ErrTLS, err)
	}
	if err = o.WaitGreeting(); err != nil {
		err = o.trouble(ErrTalk, err)
	} else if err = o.Login(b.user, b.password).Wait(); err != nil {
		err = o.trouble(ErrSignIn, err)
	} else if _, err = o.Select(b.folder, nil).Wait(); err != nil {
		err = o.trouble(ErrMailbox, err)
	}
	if err != nil {
		o.hangUp()
		return nil, err
	}
	return o, nil
}

// encrypt begins the dialogue, in the clear only where the operator wrote tls=none.
func (b box) encrypt(ctx context.Context, conn net.Conn) (client *imapclient.Client, version string, err error) {
	c := &tls.Config{ServerName: b.host, MinVersion: tls.VersionTLS12, RootCAs: b.roots}
	c.VerifyConnection = func(s tls.ConnectionState) error { version = tls.VersionName(s.Version); return nil }
	switch b.security {
	case implicitTLS:
		secure := tls.Client(conn, c)
		if err = secure.HandshakeContext(ctx); err == nil {
			client = imapclient.New(secure, nil)
		}
	case startTLS:
		client, err = imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: c})
	default:
		client = imapclient.New(conn, nil)
	}
	return client, version, err
}

// unseen lists the mails that nobody has read, the oldest first.
func (o *opened) unseen() ([]imap.UID, error) {
	found, err := o.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen, imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return nil, o.trouble(ErrTalk, err)
	}
	return found.AllUIDs(), nil
}

// fetch reads the beginning of a mail, and leaves it unseen. It gives nothing of a
// mail that is gone.
func (o *opened) fetch(uid imap.UID) (body []byte, err error) {
	cmd := o.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{
		UID:         true,
		BodySection: []*imap.FetchItemBodySection{{Peek: true, Partial: &imap.SectionPartial{Size: maxReport}}},
	})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			if part, ok := item.(imapclient.FetchItemDataBodySection); ok && part.Literal != nil && body == nil {
				body, err = io.ReadAll(io.LimitReader(part.Literal, maxReport)) // whatever the server gives
			}
		}
	}
	if end := cmd.Close(); err == nil {
		err = end
	}
	if err != nil {
		return nil, o.trouble(ErrTalk, err)
	}
	return body, nil
}

func (o *opened) markSeen(uid imap.UID) error {
	err := o.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
	if err != nil {
		return o.trouble(ErrTalk, fmt.Errorf("marking a mail as seen: %w", err))
	}
	return nil
}

// close says good-bye.
func (o *opened) close() {
	o.Logout().Wait()
	o.hangUp()
}

func (o *opened) hangUp() {
	o.stop()
	o.Client.Close()
}

// trouble is an error for the log: one line, without any address or password.
func (o *opened) trouble(kind, err error) error {
	if o.ended() != nil {
		return fmt.Errorf("%w: no answer in time", ErrReach)
	}
	return fmt.Errorf("%w: %s", kind, plain(err.Error()))
}

// ProbeMailbox goes as far as a look into the mailbox of [mail] bounces would,
// without reading a mail. A failure says what stands in the way, on one line and
// without any address or password.
func ProbeMailbox(ctx context.Context, address string) (Probed, error) {
	b, err := parseBox(address)
	if err != nil {
		return Probed{}, err
	}
	return b.probe(ctx)
}

func (b box) probe(ctx context.Context) (Probed, error) {
	p := Probed{Where: net.JoinHostPort(b.host, b.port)}
	o, err := b.open(ctx)
	if err != nil {
		return p, err
	}
	defer o.close()
	p.TLS, p.SignedIn = o.tls, true
	return p, nil
}
