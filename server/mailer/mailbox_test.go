package mailer

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// office is a real IMAP server with one mailbox.
type office struct {
	user *imapmemserver.User
	addr string
}

// newOffice serves over TLS if secure says so, offers STARTTLS if start does, and
// else talks in the clear.
func newOffice(t testing.TB, secure, start *tls.Config, caps ...imap.Cap) *office {
	t.Helper()
	o := &office{user: imapmemserver.NewUser("bounces@example.org", "s3cret/@")}
	for _, folder := range []string{"INBOX", "Retours/Surveys"} {
		if err := o.user.Create(folder, nil); err != nil {
			t.Fatal(err)
		}
	}
	all := imapmemserver.New()
	all.AddUser(o.user)
	known := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		known[c] = struct{}{}
	}
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return all.NewSession(), nil, nil
		},
		Caps: known, TLSConfig: start, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.addr = listener.Addr().String()
	if secure != nil {
		listener = tls.NewListener(listener, secure)
	}
	go s.Serve(listener)
	t.Cleanup(func() { s.Close() })
	return o
}

func (o *office) url(scheme, rest string) string {
	return scheme + "://bounces%40example.org:s3cret%2F%40@" + o.addr + rest
}

func (o *office) deliver(t testing.TB, mails ...string) {
	t.Helper()
	for _, m := range mails {
		if _, err := o.user.Append("INBOX", letterbox{strings.NewReader(m)}, &imap.AppendOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

type letterbox struct{ *strings.Reader }

func (l letterbox) Size() int64 { return l.Reader.Size() }

// count says how many mails there are, and how many of them are unseen.
func (o *office) count(t testing.TB) (all, unseen int) {
	t.Helper()
	s, err := o.user.Status("INBOX", &imap.StatusOptions{NumMessages: true, NumUnseen: true})
	if err != nil {
		t.Fatal(err)
	}
	return int(*s.NumMessages), int(*s.NumUnseen)
}

// shelf is a real store that can be made to fail.
type shelf struct {
	surveys.Store
	fails error
	asks  func()
}

func (s *shelf) AddEvent(ctx context.Context, e surveys.Event) error {
	if s.asks != nil {
		s.asks()
	}
	if s.fails != nil {
		return s.fails
	}
	return s.Store.AddEvent(ctx, e)
}

func (s *shelf) events(t testing.TB) []surveys.Event {
	t.Helper()
	all, err := s.FindEvents(t.Context(), surveys.ToHear, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func newShelf(t testing.TB, now func() time.Time) *shelf {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "entendu.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &shelf{Store: s}
}

// newMailbox looks into the mailbox at an address that tests may change.
func newMailbox(t testing.TB, st surveys.Store, address *string) *Mailbox {
	return &Mailbox{
		Store: st, Log: slog.New(slog.DiscardHandler),
		Settings: func() surveys.Settings { return surveys.Settings{Mail: surveys.Mail{Bounces: *address}} },
	}
}

func look(t testing.TB, m *Mailbox) {
	t.Helper()
	if more, err := m.Pass(t.Context()); more || err != nil {
		t.Fatalf("%v %v", more, err)
	}
}

// A mail becomes one event, byte for byte, and is marked as seen only after that.
func TestMailboxKeepsOnce(t *testing.T) {
	for name, caps := range map[string][]imap.Cap{"IMAP4rev1": nil, "IMAP4rev2": {imap.CapIMAP4rev2}} {
		t.Run(name, func(t *testing.T) {
			o, s := newOffice(t, nil, nil, caps...), newShelf(t, received)
			address, woken := o.url("imap", "/INBOX?tls=none"), 0
			m := newMailbox(t, s, &address)
			m.Next = func() { woken++ }
			look(t, m)
			if woken != 0 {
				t.Error("woken by nothing")
			}
			mails := []string{returned(t, "postfix-unknown"), returned(t, "gmail-full"), "Subject: no name\r\n\r\nx\r\n"}
			o.deliver(t, mails...)
			asked := 0
			s.asks = func() {
				if _, unseen := o.count(t); unseen != len(mails)-asked {
					t.Errorf("%d mails are unseen before event %d is kept", unseen, asked+1)
				}
				asked++
			}
			look(t, m)
			kept := s.events(t)
			if all, unseen := o.count(t); len(kept) != 3 || all != 3 || unseen != 0 || woken != 1 {
				t.Fatalf("%d events, %d of %d mails unseen, woken %d times", len(kept), unseen, all, woken)
			}
			for _, e := range kept {
				if e.Source != "mail" || e.Kind != "report" || !e.ReceivedAt.Equal(received()) || !slices.Contains(mails, string(e.Body)) {
					t.Errorf("%+v", e)
				}
			}
			s.asks = nil
			look(t, m)
			o.deliver(t, mails...) // once more
			look(t, m)
			if _, unseen := o.count(t); unseen != 0 || len(s.events(t)) != 3 {
				t.Errorf("%d events after a repetition, %d unseen", len(s.events(t)), unseen)
			}
		})
	}
}

// Mails that cannot be kept stay unseen, and are kept later.
func TestMailboxOfAFailingStore(t *testing.T) {
	o, s := newOffice(t, nil, nil), newShelf(t, received)
	address := o.url("imap", "?tls=none")
	m := newMailbox(t, s, &address)
	o.deliver(t, returned(t, "postfix-unknown"), returned(t, "gmail-full"))
	s.fails = errors.New("the disk is full")
	if _, err := m.Pass(t.Context()); err == nil || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(err.Error(), "in 2 minutes") {
		t.Error(err)
	}
	if _, unseen := o.count(t); unseen != 2 || len(s.events(t)) != 0 {
		t.Errorf("%d unseen, %d events", unseen, len(s.events(t)))
	}
	s.fails = nil
	look(t, m) // left out
	if len(s.events(t)) != 0 {
		t.Error("no look was left out")
	}
	look(t, m)
	if _, unseen := o.count(t); unseen != 0 || len(s.events(t)) != 2 {
		t.Errorf("%d unseen, %d events", unseen, len(s.events(t)))
	}
}

// M10: a storm of bounces, automatic replies and mails in a loop fills the store no
// faster than told, and of a huge mail no more than its beginning is kept.
func TestM10StormInTheMailbox(t *testing.T) {
	o, s := newOffice(t, nil, nil), newShelf(t, received)
	address := o.url("imap", "/?tls=none")
	m := newMailbox(t, s, &address)
	bounce, away := returned(t, "postfix-unknown"), returned(t, "auto-vacation")
	for n := range 35 {
		o.deliver(t, strings.Replace(bounce, "<4XyZ", fmt.Sprintf("<%d.XyZ", n), 1), strings.Replace(away, "<v1@", fmt.Sprintf("<v1.%d@", n), 1))
		o.deliver(t, bounce+strings.Repeat("again\r\n", n)) // one mail, longer on each round
	}
	o.deliver(t, "Message-ID: <huge@example.org>\r\n\r\n"+strings.Repeat("x", 3*maxReport))
	for seen := 0; seen < 106; {
		look(t, m)
		all, unseen := o.count(t)
		if all != 106 || all-unseen != min(106, seen+mailboxBatch) {
			t.Fatalf("%d of %d mails seen at one look", all-unseen-seen, all)
		}
		seen = all - unseen
	}
	kept := s.events(t)
	if len(kept) != 35+35+1+1 {
		t.Errorf("%d events", len(kept))
	}
	for _, e := range kept {
		if len(e.Body) > maxReport {
			t.Errorf("%d bytes of one mail", len(e.Body))
		}
	}
}

// One who cannot be reached is asked less and less often, but at once when the
// settings change.
func TestMailboxBacksOff(t *testing.T) {
	o, s := newOffice(t, nil, nil), newShelf(t, received)
	wrong, right := strings.Replace(o.url("imap", "?tls=none"), "s3cret", "guess", 1), o.url("imap", "?tls=none")
	address := wrong
	m := newMailbox(t, s, &address)
	var tried []int
	for n := range 70 {
		if _, err := m.Pass(t.Context()); err != nil {
			tried = append(tried, n)
		}
	}
	if want := "[0 2 6 14 30 46 62]"; fmt.Sprint(tried) != want {
		t.Errorf("tried at %v, want %s", tried, want)
	}
	o.deliver(t, returned(t, "postfix-unknown"))
	address = right
	look(t, m)
	if len(s.events(t)) != 1 {
		t.Error("the new address was not looked at")
	}
	address = ""
	look(t, m)
}

// The road to the mailbox ends where something is wrong, with an error that tells
// neither the password nor an address.
func TestProbeMailbox(t *testing.T) {
	secure, pool := certificate(t)
	clear, starts, encrypted := newOffice(t, nil, nil), newOffice(t, nil, secure), newOffice(t, secure, nil)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	for _, test := range []struct {
		name, url string
		roots     *x509.CertPool
		tls       string
		fails     error
	}{
		{name: "implicit TLS", url: encrypted.url("imaps", "/INBOX"), roots: pool, tls: "TLS 1.3"},
		{name: "STARTTLS", url: starts.url("imap", "/Retours/Surveys"), roots: pool, tls: "TLS 1.3"},
		{name: "in the clear", url: clear.url("imap", "/INBOX?tls=none")},
		{name: "unknown certificate", url: encrypted.url("imaps", ""), fails: ErrTLS},
		{name: "unknown certificate of STARTTLS", url: starts.url("imap", ""), fails: ErrTLS},
		{name: "no STARTTLS", url: clear.url("imap", ""), fails: ErrTLS},
		{name: "TLS to a plain port", url: clear.url("imaps", ""), roots: pool, fails: ErrTLS},
		{name: "wrong password", url: strings.Replace(starts.url("imap", ""), "s3cret", "guess", 1), roots: pool, fails: ErrSignIn},
		{name: "no such folder", url: starts.url("imap", "/Spam"), roots: pool, fails: ErrMailbox},
		{name: "nobody there", url: "imaps://bounces%40example.org:s3cret@" + gone.Addr().String(), fails: ErrReach},
		{name: "another scheme", url: "pop3://bounces%40example.org:s3cret@example.org", fails: errBox},
		{name: "no user", url: "imaps://example.org/INBOX", fails: errBox},
		{name: "no URL", url: "imaps://bounces%40example.org:s3%cret@example.org", fails: errBox},
		{name: "another query", url: "imaps://bounces%40example.org:s3cret@example.org/?tls=none", fails: errBox},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, err := parseBox(test.url)
			if err == nil {
				b.roots = test.roots
				var got Probed
				got, err = b.probe(t.Context())
				if err == nil && (got.TLS != test.tls || !got.SignedIn || got.Where != net.JoinHostPort(b.host, b.port)) {
					t.Errorf("%+v", got)
				}
			}
			if !errors.Is(err, test.fails) || err != nil && test.fails == nil {
				t.Errorf("%v, want %v", err, test.fails)
			}
			if err != nil && err != errBox && (strings.ContainsAny(err.Error(), "@\r\n") || strings.Contains(err.Error(), "s3")) {
				t.Errorf("it tells too much: %v", err)
			}
		})
	}
	if _, err := ProbeMailbox(t.Context(), starts.url("imap", "")); !errors.Is(err, ErrTLS) {
		t.Errorf("the system trusts a test's certificate: %v", err)
	}
}

// A server that says nothing does not hold a stop up.
func TestMailboxStops(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for _, scheme := range []string{"imap://a:b@%s?tls=none", "imap://a:b@%s", "imaps://a:b@%s"} {
		address := fmt.Sprintf(scheme, silent.Addr())
		var logged bytes.Buffer
		m := newMailbox(t, newShelf(t, received), &address)
		m.Log = slog.New(slog.NewTextHandler(&logged, nil))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- m.Run(ctx) }()
		conn, err := silent.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		cancel()
		select {
		case err := <-ended:
			if err != nil || logged.Len() > 0 {
				t.Errorf("%v, log %q", err, logged.String())
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it waits for a server that says nothing")
		}
	}
}

// From the mailbox to the invitation: the person whose address is gone is not
// written to again, and a report with a name that somebody made up changes nothing.
func TestReportsReachTheInvitation(t *testing.T) {
	o, s := newOffice(t, nil, nil), newShelf(t, received)
	address := o.url("imap", "?tls=none")
	id := surveys.InvitationID(surveys.AfterHandling, surveys.TicketKey{Source: "desk", ID: "48213"}, 1)
	if err := s.AddInvitation(t.Context(), surveys.Invitation{ID: id, Person: "lina", State: surveys.Sent, AcceptedAt: received().Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	forged := strings.NewReplacer(names()["bounce"], "bounce+"+strings.Repeat("a", 52), names()["inv"], "inv."+strings.Repeat("A", 43)).Replace(returned(t, "complaint-abuse"))
	o.deliver(t, forged, returned(t, "gmail-unknown"), returned(t, "auto-exchange"))
	look(t, newMailbox(t, s, &address))
	l := surveys.Listener{
		Store: s, Read: ReadReport, Settings: surveys.DefaultSettings, Keys: surveys.NewKeys("a secret for tests"), Salt: []byte("salt"), Log: slog.New(slog.DiscardHandler),
	}
	if _, err := l.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := s.GetSuppression(t.Context(), "lina"); err != nil || got.Reason != surveys.Bounced {
		t.Errorf("%+v %v", got, err)
	}
	i, err := s.GetInvitation(t.Context(), id)
	if err != nil || i.Bounce.At.IsZero() || !strings.Contains(i.Bounce.Reply, "550-5.1.1") {
		t.Errorf("%+v %v", i.Bounce, err)
	}
	refused, err := s.FindEvents(t.Context(), surveys.NotUnderstood, 10)
	if err != nil || len(refused) != 1 || !strings.Contains(refused[0].Note, "not sent from here") {
		t.Errorf("%+v %v", refused, err)
	}
	if left := s.events(t); len(left) != 0 {
		t.Errorf("%d events are left", len(left))
	}
}
