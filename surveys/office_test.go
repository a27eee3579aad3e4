package surveys_test

import (
	"errors"
	"io"
	stdlog "log"
	"log/slog"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/entendu/entendu/server/lang"
	post "github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

// office is a real mail server that fails as tests tell it to, and its log of what
// it accepted: the truth about how many mails there were.
type office struct {
	t       tester
	address string

	mu       sync.Mutex
	server   *smtp.Server               // a visit may shut it
	rcpt     func(address string) error // what RCPT is answered; nil accepts
	data     func(*smtp.Conn) error     // what the final dot is answered; errCut hangs up instead
	accepted []posted
	sessions int
}

// posted is one mail that was accepted.
type posted struct{ id, date, subject, to, link string }

// errCut hangs up where an answer was due.
var errCut = errors.New("the line was cut")

func openOffice(t tester) *office {
	o := &office{t: t, address: "127.0.0.1:0"}
	o.opens()
	t.Cleanup(o.shuts)
	return o
}

// opens begins to listen, again at the same address.
func (o *office) opens() {
	o.t.Helper()
	listener, err := net.Listen("tcp", o.address)
	if err != nil {
		o.t.Fatalf("%v", err)
	}
	o.address = listener.Addr().String()
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.sessions++
		return &visit{office: o, conn: c}, nil
	}))
	server.Domain = "localhost"
	server.ErrorLog = stdlog.New(io.Discard, "", 0)
	go server.Serve(listener)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.server = server
}

// shuts refuses connections and ends those that are open.
func (o *office) shuts() {
	o.mu.Lock()
	server := o.server
	o.mu.Unlock()
	server.Close()
}

// answers tells how to treat what comes from now on.
func (o *office) answers(rcpt func(string) error, data func(*smtp.Conn) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rcpt, o.data = rcpt, data
}

// log is what was accepted so far.
func (o *office) log() []posted {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.accepted)
}

// to counts the mails accepted for an address.
func (o *office) to(address string) (n int) {
	for _, p := range o.log() {
		if p.to == address {
			n++
		}
	}
	return n
}

// visit is one connection to the office.
type visit struct {
	*office
	conn *smtp.Conn
	to   string
}

func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }
func (v *visit) Reset()                               {}
func (v *visit) Logout() error                        { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.mu.Lock()
	rcpt := v.rcpt
	v.mu.Unlock()
	v.to = to
	if rcpt == nil {
		return nil
	}
	return rcpt(to)
}

func (v *visit) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	v.mu.Lock()
	data := v.data
	v.mu.Unlock()
	if data != nil {
		err = data(v.conn)
	}
	if err != nil && !errors.Is(err, errCut) {
		return err
	}
	_, link, _ := strings.Cut(string(body), "https://avis.example.org/a/")
	v.mu.Lock()
	v.accepted = append(v.accepted, posted{m.Header.Get("Message-ID"), m.Header.Get("Date"), m.Header.Get("Subject"), v.to, link[:43]})
	v.mu.Unlock()
	if err != nil {
		v.conn.Conn().Close()
	}
	return err
}

// said is an answer of a mail server.
func said(code int, enhanced smtp.EnhancedCode, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: words}
}

// postedBy makes a house whose mail is carried by the real mailer to an office.
func postedBy(t *testing.T, o *office) (*house, *surveys.Sender) {
	h := open(t)
	words, err := lang.Load(static.Lang())
	h.must(err)
	m, err := post.New(post.Config{
		From: "Maison Poulain <avis@example.org>", SMTP: "smtp://" + o.address + "?tls=none", BaseURL: "https://avis.example.org",
		Words: words, Templates: static.Mail(), Log: slog.New(slog.DiscardHandler),
	})
	h.must(err)
	t.Cleanup(m.Close)
	s := h.sender()
	s.Mailer = m
	return h, s
}

// excess names the invitations that break the law of mail: accepted at most once
// and once more for each attempt of unknown outcome, at each step. The log is the
// office's, not ours.
func excess(log []posted, invitations []surveys.Invitation, keys surveys.Keys) (broken []string) {
	count := map[string]int{}
	for _, p := range log {
		name, _, _ := strings.Cut(strings.Trim(p.id, "<>"), "@")
		count[name]++
	}
	for _, i := range invitations {
		first, reminder := "inv."+keys.Sign(surveys.ToName, i.ID), "rem."+keys.Sign(surveys.ToRemind, i.ID)
		if count[first] > 1+i.UnknownAttempts(surveys.FirstMail) || count[reminder] > 1+i.UnknownAttempts(surveys.ReminderMail) {
			broken = append(broken, i.ID)
		}
		delete(count, first)
		delete(count, reminder)
	}
	for name := range count {
		broken = append(broken, "of nobody: "+name)
	}
	return broken
}

// keepsTheLaw checks the law of mail, and that attempts at one mail are one mail.
func (h *house) keepsTheLaw(o *office) {
	h.Helper()
	log := o.log()
	if broken := excess(log, h.invitations(), h.keys); broken != nil {
		h.Errorf("too many mails: %v", broken)
	}
	for _, p := range log {
		for _, q := range log {
			if p.id == q.id && p != q {
				h.Errorf("one mail came in two forms: %v %v", p, q)
			}
		}
	}
}
