package mailer

import (
	"fmt"
	"io"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// post is a real mail server that keeps what it is given.
type post struct {
	mu   sync.Mutex
	all  []posted
	addr string
}

type posted struct {
	from, to string
	utf8     bool
	data     string
}

func newPost(t testing.TB, utf8 bool) *post {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &post{addr: listener.Addr().String()}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{post: p}, nil }))
	s.Domain, s.EnableSMTPUTF8, s.MaxRecipients = "post.test", utf8, 1
	go s.Serve(listener)
	t.Cleanup(func() { s.Close() })
	return p
}

func (p *post) mails() []posted {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.all)
}

type session struct {
	post *post
	posted
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.from, s.utf8 = from, o.UTF8
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *session) Reset()                                    {}
func (s *session) Logout() error                             { return nil }
func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.data = string(data)
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.all = append(s.post.all, s.posted)
	return err
}

func (p *post) config(t testing.TB) Config { return p.reached(config(t)) }

// reached is a configuration that leads here.
func (p *post) reached(c Config) Config {
	c.SMTP = "smtp://" + p.addr + "?tls=none"
	return c
}

func TestHeadersOnTheWire(t *testing.T) {
	p := newPost(t, true)
	l := letter(t, "fr")
	carry(t, newMailer(t, p.config(t)), l)
	got := p.mails()
	if len(got) != 1 || got[0].from != "avis@example.org" || got[0].to != "lina@example.net" || got[0].utf8 {
		t.Fatalf("envelope %+v", got)
	}
	m, err := mail.ReadMessage(strings.NewReader(got[0].data))
	if err != nil {
		t.Fatal(err)
	}
	delete(m.Header, "Content-Type")
	want := mail.Header{
		"From": {`"Maison Poulain" <avis@example.org>`}, "To": {`"Lina Roche" <lina@example.net>`}, "Reply-To": {`"Maison Poulain" <support@example.org>`},
		"Subject":    {"=?UTF-8?q?Votre_demande_48213=C2=A0:_qu'en_avez-vous_pens=C3=A9=C2=A0=3F?="},
		"Message-Id": {"<" + l.MessageName + "@example.org>"}, "Date": {"Thu, 05 Mar 2026 09:00:12 +0000"}, "Mime-Version": {"1.0"},
		"Auto-Submitted": {"auto-generated"}, "X-Auto-Response-Suppress": {"All"}, "Content-Language": {"fr"},
		"List-Unsubscribe":      {"<https://avis.example.org/u/" + l.StopToken + ">"},
		"List-Unsubscribe-Post": {"List-Unsubscribe=One-Click"},
		"X-Entendu-Invitation":  {l.MessageName},
	}
	if diff := cmp.Diff(want, m.Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

// What a reader sees holds the links that it must hold, in both forms, and nothing
// that is fetched or runs.
func TestBody(t *testing.T) {
	for _, l := range []surveys.Letter{letter(t, "fr"), letter(t, "en"), reminder(t, "fr"), reminder(t, "en")} {
		p, language := newPost(t, false), l.Language
		carry(t, newMailer(t, p.config(t)), l)
		c, err := parseCaught([]byte(p.mails()[0].data))
		if err != nil {
			t.Fatal(err)
		}
		answer := "https://avis.example.org/a/" + l.AnswerToken + "?"
		links := []string{answer + "lang=" + language, "https://avis.example.org/t/" + l.FollowToken + "?lang=" + language, "https://avis.example.org/u/" + l.StopToken, "https://avis.example.org/privacy?lang=" + language}
		for score := 1; score <= 5; score++ {
			links = append(links, fmt.Sprintf("%sdelay=%d&lang=%s", answer, score, language))
		}
		for _, link := range links {
			if !slices.Contains(strings.Split(c.Text, "\n"), link) {
				t.Errorf("%s: the text has no line %s", language, link)
			}
			if strings.Count(c.HTML, `href="`+strings.ReplaceAll(link, "&", "&amp;")+`"`) != 1 {
				t.Errorf("%s: the HTML has not one link %s", language, link)
			}
		}
		if n := strings.Count(c.HTML, "://"); n != len(links) {
			t.Errorf("%s: %d addresses in the HTML, want %d", language, n, len(links))
		}
		for _, no := range []string{"<img", "<script", "<form", "<link", "url(", "@import", "lina"} {
			if strings.Contains(strings.ToLower(c.HTML), no) {
				t.Errorf("%s: the HTML has %s", language, no)
			}
		}
		if !strings.Contains(c.HTML, `<html lang="`+language+`" dir="ltr">`) {
			t.Errorf("%s: no language on <html>", language)
		}
	}
}

// A reminder names the mail that it comes back to, so that mail programs show both
// together, and says when answering ends only if that is known.
func TestReminder(t *testing.T) {
	p := newPost(t, false)
	m, l := newMailer(t, p.config(t)), reminder(t, "en")
	carry(t, m, letter(t, "en"))
	carry(t, m, l)
	l.Until = time.Time{}
	carry(t, m, l)
	var all []Caught
	for _, mail := range p.mails() {
		c, err := parseCaught([]byte(mail.data))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	first := all[0].Headers.Get("Message-Id")
	for _, c := range all[1:] {
		if c.Headers.Get("In-Reply-To") != first || c.Headers.Get("References") != first || c.Headers.Get("Message-Id") == first || c.Subject == all[0].Subject {
			t.Errorf("%v", c.Headers)
		}
		if !strings.Contains(c.Text, "only reminder") || !strings.Contains(c.HTML, "only reminder") || strings.Contains(c.Text, "We would like to know") {
			t.Error(c.Text)
		}
	}
	if !strings.Contains(all[1].Text, "close, on Thursday 2 April 2026.") || strings.Contains(all[2].Text, "close, on") {
		t.Errorf("%s\n%s", all[1].Text, all[2].Text)
	}
}

func TestSameBytesTwice(t *testing.T) {
	p := newPost(t, false)
	c := p.config(t)
	for range 5 {
		carry(t, newMailer(t, c), letter(t, "fr"))
	}
	for _, m := range p.mails() {
		if diff := cmp.Diff(p.mails()[0], m, cmp.AllowUnexported(posted{})); diff != "" {
			t.Fatalf("another attempt made other bytes:\n%s", diff)
		}
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	for _, test := range []struct {
		to     string
		offers bool
		want   surveys.Outcome
		rcpt   string
		utf8   bool
	}{
		{"lina@exämple.net", false, surveys.Accepted, "lina@xn--exmple-cua.net", false},
		{"lina@exämple.net", true, surveys.Accepted, "lina@xn--exmple-cua.net", false},
		{"зоя@exämple.net", true, surveys.Accepted, "зоя@xn--exmple-cua.net", true},
		{"зоя@example.net", false, surveys.Refused, "", false},
	} {
		p := newPost(t, test.offers)
		l := letter(t, "en")
		l.To = test.to
		got := newMailer(t, p.config(t)).Carry(t.Context(), l)
		if got.Outcome != test.want {
			t.Errorf("%s: %s %q", test.to, got.Outcome, got.Reply)
		}
		if test.want == surveys.Accepted && (p.mails()[0].to != test.rcpt || p.mails()[0].utf8 != test.utf8) {
			t.Errorf("%s: envelope %+v", test.to, p.mails()[0])
		}
	}
}

// Many letters share the lines: there are never more than are used at once.
func TestLinesAreShared(t *testing.T) {
	d := newDesk(t, &desk{})
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	m := newMailer(t, c)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range 10 {
				if got := m.Carry(t.Context(), letter(t, "fr")); got.Outcome != surveys.Accepted {
					t.Errorf("%s %q", got.Outcome, got.Reply)
				}
			}
		})
	}
	all.Wait()
	if n := len(d.accepted()); n != 30 || d.dials > 3 || d.maxOpen > 3 {
		t.Errorf("%d mails over %d connections, %d at once", n, d.dials, d.maxOpen)
	}
	m.Close()
	waitFor(t, "the lines to hang up", func() (gone bool) {
		d.note(func() { gone = d.open == 0 })
		return gone
	})
	if quits := d.heardOf("QUIT"); len(quits) != d.dials {
		t.Errorf("%d good-byes for %d connections", len(quits), d.dials)
	}
}

// A line that died while idle costs a new connection, not an attempt.
func TestDeadLine(t *testing.T) {
	d := newDesk(t, &desk{script: map[string]string{"AFTER": "cut"}})
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	m := newMailer(t, c)
	for n := 1; n <= 3; n++ {
		carry(t, m, letter(t, "fr"))
		waitFor(t, "the server to hang up", func() (gone bool) {
			d.note(func() { gone = d.open == 0 })
			return gone
		})
		if len(d.accepted()) != n {
			t.Errorf("%d mails after %d letters", len(d.accepted()), n)
		}
	}
}

// A line that nobody needs is given back to the server.
func TestIdleLine(t *testing.T) {
	d := newDesk(t, &desk{})
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	m := newMailer(t, c)
	carry(t, m, letter(t, "fr"))
	p := m.carrier.(*lines)
	p.drop(p.idle[0]) // as the timer does
	waitFor(t, "the line to hang up", func() (gone bool) {
		d.note(func() { gone = d.open == 0 })
		return gone && len(p.idle) == 0
	})
	carry(t, m, letter(t, "fr"))
}

func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); {
		if time.Now().After(end) {
			t.Fatal("waited in vain for " + what)
		}
		time.Sleep(time.Millisecond)
	}
}
