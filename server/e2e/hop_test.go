package e2e

import (
	"io"
	stdlog "log"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"
)

// nextHop is a real mail server behind a relay, which keeps what reaches it as it is.
type nextHop struct {
	address string
	reports func(raw []byte) // takes what is sent to a return path

	mu      sync.Mutex
	manners manners
	seen    []relayed
}

// relayed is one mail with its envelope.
type relayed struct {
	from, to string
	raw      []byte
}

func newNextHop(t *testing.T) *nextHop {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	h := &nextHop{address: listener.Addr().String()}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &hopSession{nextHop: h}, nil }))
	server.Domain, server.ErrorLog = "localhost", stdlog.New(io.Discard, "", 0)
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return h
}

// turn changes how messages are treated, and forgets those before.
func (h *nextHop) turn(m manners) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.manners, h.seen = m, nil
}

func (h *nextHop) log() []relayed {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.seen)
}

// has looks for the mail to an address.
func (h *nextHop) has(to string, found *relayed) bool {
	all := h.log()
	i := slices.IndexFunc(all, func(m relayed) bool { return strings.EqualFold(m.to, to) })
	if i >= 0 {
		*found = all[i]
	}
	return i >= 0
}

type hopSession struct {
	*nextHop
	mail relayed
}

func (s *hopSession) Reset()        { s.mail = relayed{} }
func (s *hopSession) Logout() error { return nil }

func (s *hopSession) Mail(from string, _ *smtp.MailOptions) error {
	s.mail = relayed{from: from}
	return nil
}

// Rcpt knows everybody but nobody.
func (s *hopSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.manners == accepts && to == mailOf("nobody") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody of that name"}
	}
	s.mail.to = to
	return nil
}

func (s *hopSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.raw = raw
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, s.mail)
	if s.manners == defers {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come again later"}
	}
	if strings.HasPrefix(s.mail.to, "bounce+") {
		s.reports(raw)
	}
	return nil
}

const inboxPassword = "canary-password-of-the-mailbox"

// inbox is a real IMAP server with the mailbox that return paths lead to.
type inbox struct {
	t    *testing.T
	url  string
	user *imapmemserver.User
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	b := &inbox{t: t, user: imapmemserver.NewUser("returns", inboxPassword)}
	must(t, b.user.Create("INBOX", nil))
	all := imapmemserver.New()
	all.AddUser(b.user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return all.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true, Logger: stdlog.New(io.Discard, "", 0),
	})
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	at := url.URL{Scheme: "imap", User: url.UserPassword("returns", inboxPassword), Host: listener.Addr().String(), Path: "/INBOX", RawQuery: "tls=none"}
	b.url = at.String()
	return b
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// take puts a mail into the mailbox.
func (b *inbox) take(raw []byte) {
	if _, err := b.user.Append("INBOX", literal{strings.NewReader(string(raw))}, &imap.AppendOptions{}); err != nil {
		b.t.Errorf("delivering a report: %v", err)
	}
}

// count is how many mails are in it.
func (b *inbox) count() int {
	s, err := b.user.Status("INBOX", &imap.StatusOptions{NumMessages: true})
	if err != nil {
		b.t.Errorf("counting reports: %v", err)
		return 0
	}
	return int(*s.NumMessages)
}
