package main

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"

	"github.com/entendu/entendu/surveys"
)

// postOffice is a real mail server in the clear. It refuses to hear of refused.
type postOffice struct {
	refused string

	mu    sync.Mutex
	mails []string
}

func (p *postOffice) open(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return counter{p}, nil }))
	server.Domain = "post.test"
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return "smtp://" + listener.Addr().String() + "?tls=none"
}

func (p *postOffice) taken() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.mails...)
}

// counter is where one connection is served.
type counter struct{ *postOffice }

func (c counter) Mail(string, *smtp.MailOptions) error { return nil }
func (c counter) Reset()                               {}
func (c counter) Logout() error                        { return nil }
func (c counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == c.refused {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody called " + to}
	}
	return nil
}
func (c counter) Data(r io.Reader) error {
	mail, err := io.ReadAll(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mails = append(c.mails, string(mail))
	return err
}

func TestCheckSendsATestMailOnlyWhenAsked(t *testing.T) {
	p := &postOffice{refused: "nobody@example.net"}
	u := patient(t, zone{})
	u.from.From, u.SMTP = "Maison Poulain <avis@localhost>", p.open(t)
	all, err := checked(t, u)
	want(t, all, "smtp ok")
	if _, made := all["test_mail"]; made || err != nil || len(p.taken()) != 0 {
		t.Fatalf("%+v %v, mails %q", all, err, p.taken())
	}

	again := *u
	again.sendTest = "olga@example.net"
	all, err = checked(t, &again)
	want(t, all, "smtp ok", "test_mail ok")
	if mails := p.taken(); err != nil || len(mails) != 1 || !strings.Contains(mails[0], "To: <olga@example.net>") || strings.Contains(mails[0], "List-Unsubscribe") {
		t.Errorf("%v, mails %q", err, mails)
	}
	if f := all["test_mail"]; !strings.Contains(f.Found, "2.0.0 OK") {
		t.Errorf("what the server said is not told: %+v", f)
	}

	again = *u
	again.sendTest = "nobody@example.net"
	all, err = checked(t, &again)
	want(t, all, "test_mail failed")
	if f := all["test_mail"]; err == nil || !strings.Contains(f.Found, "550 5.1.1") || strings.Contains(f.Found, "nobody@") {
		t.Errorf("%+v %v", f, err)
	}
}

// Who wants no mail gets none, whoever asks for it.
func TestCheckWritesToNobodySuppressed(t *testing.T) {
	p := &postOffice{}
	u := patient(t, zone{})
	u.from.From, u.SMTP, u.sendTest = "Maison Poulain <avis@localhost>", p.open(t), "Olga@Example.net"
	it, err := u.open(t.Context(), forServe, now)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	person := surveys.PersonOf(it.salt, "olga@example.net")
	if err := it.AddSuppression(t.Context(), surveys.Suppression{Person: person, Reason: surveys.ByHand, At: now()}); err != nil {
		t.Fatal(err)
	}
	all, _ := checked(t, u)
	want(t, all, "smtp ok", "test_mail failed")
	if len(p.taken()) != 0 {
		t.Errorf("mails %q", p.taken())
	}
}

func TestCheckOfAMailServerThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	u := patient(t, zone{})
	u.from.From, u.sendTest = "avis@localhost", "olga@example.net"
	u.SMTP = "smtp://anna:hunter2@" + listener.Addr().String() + "?tls=none"
	all, _ := checked(t, u)
	want(t, all, "smtp failed", "test_mail skipped")
	if f := all["smtp"]; !strings.Contains(f.Found, listener.Addr().String()) || strings.Contains(f.Found+f.Next, "hunter2") {
		t.Errorf("%+v", f)
	}
}

func TestCheckOfAHalt(t *testing.T) {
	for until, want := range map[time.Duration]state{time.Hour: fault, -time.Hour: warned} {
		u := patient(t, zone{})
		it, err := u.open(t.Context(), forServe, now)
		if err != nil {
			t.Fatal(err)
		}
		defer it.Close()
		halt, err := json.Marshal(surveys.Halt{Since: now(), Until: now().Add(until), Tries: 3, Fault: surveys.OfSender, Reply: "535 5.7.8 no"})
		if err == nil {
			err = it.PutSlot(t.Context(), "sending halted", string(halt))
		}
		if err != nil {
			t.Fatal(err)
		}
		all, _ := checked(t, u)
		if f := all["sending"]; f.State != want || !strings.Contains(f.Found, "535 5.7.8 no") {
			t.Errorf("%+v, want %s", f, want)
		}
	}
}

func TestCheckOfTheMailboxForBounces(t *testing.T) {
	at := mailboxes(t)
	for url, test := range map[string]struct {
		want state
		next string
	}{
		"imap://anna:hunter2@" + at + "/INBOX?tls=none":   {passed, ""},
		"imap://anna:hunter2@" + at + "/Bounces?tls=none": {fault, "the folder INBOX"},
		"imap://anna:hunter3@" + at + "/INBOX?tls=none":   {fault, "user and password"},
		"imap://anna:hunter2@" + at + "/INBOX":            {fault, "imaps:// is for port 993"},
		"imap://anna:hunter2@127.0.0.1:1/INBOX?tls=none":  {fault, "host and port"},
		"imap://anna:hunter2@" + at + "/INBOX?tls=maybe":  {fault, "imaps://user:password@"},
	} {
		u := patient(t, zone{})
		u.from.From = "avis@localhost"
		settle(t, u, surveys.Mail{Bounces: url})
		all, _ := checked(t, u)
		if f := all["bounces"]; f.State != test.want || !strings.Contains(f.Next, test.next) || strings.Contains(f.Found+f.Next, "hunter") {
			t.Errorf("%s: %+v, want %s and %q", url, f, test.want, test.next)
		}
	}
}

// mailboxes is a real mail server in the clear, where Anna has an INBOX.
func mailboxes(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	anna, known := imapmemserver.NewUser("anna", "hunter2"), imapmemserver.New()
	if err := anna.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	known.AddUser(anna)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return known.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}
