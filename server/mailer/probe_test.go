package mailer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A probe ends at what stands in the way, says which part of the setting that is,
// and never begins a mail.
func TestProbe(t *testing.T) {
	secure, pool := certificate(t)
	answers := func(script map[string]string, features ...string) *desk {
		return newDesk(t, &desk{script: script, features: features, tls: secure})
	}
	const anna = "anna%40example.org:secret@"
	for _, test := range []struct {
		name, scheme, user, query string
		d                         *desk
		trusted                   bool
		want                      Probed
		fails                     error
	}{
		{name: "plain", scheme: "smtp", query: "?tls=none", d: answers(nil)},
		{name: "plain, signed in", scheme: "smtp", user: anna, query: "?tls=none", d: answers(nil, "AUTH PLAIN"), want: Probed{SignedIn: true}},
		{name: "STARTTLS", scheme: "smtp", trusted: true, d: answers(nil, "STARTTLS"), want: Probed{TLS: "TLS 1.3"}},
		{name: "STARTTLS, signed in", scheme: "smtp", user: anna, trusted: true, d: answers(nil, "STARTTLS", "AUTH PLAIN"), want: Probed{TLS: "TLS 1.3", SignedIn: true}},
		{name: "no STARTTLS", scheme: "smtp", d: answers(nil), fails: ErrTLS},
		{name: "STARTTLS refused", scheme: "smtp", d: answers(map[string]string{"STARTTLS": "454 4.7.0 not now"}, "STARTTLS"), fails: ErrTalk},
		{name: "unknown certificate", scheme: "smtp", d: answers(nil, "STARTTLS"), fails: ErrTLS},
		{name: "TLS to a plain port", scheme: "smtps", d: answers(nil), fails: ErrTLS},
		{name: "wrong password", scheme: "smtp", user: anna, query: "?tls=none", d: answers(map[string]string{"AUTH": "535 5.7.8 no anna@example.org here"}, "AUTH PLAIN"), fails: ErrSignIn},
		{name: "no sign-in offered", scheme: "smtp", user: anna, query: "?tls=none", d: answers(nil), fails: ErrSignIn},
		{name: "not welcome", scheme: "smtp", query: "?tls=none", d: answers(map[string]string{"HELLO": "554 5.7.1 go away"}), fails: ErrTalk},
		{name: "hangs up", scheme: "smtp", query: "?tls=none", d: answers(map[string]string{"EHLO": "cut", "HELO": "cut"}), fails: ErrTalk},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := parseServer(test.d.url(test.scheme, test.user, test.query))
			if err != nil {
				t.Fatal(err)
			}
			s.helo = "avis.example.org"
			if test.trusted {
				s.roots = pool
			}
			test.want.Where = test.d.listener.Addr().String()
			got, err := s.probe(t.Context())
			if !errors.Is(err, test.fails) || err == nil && !cmp.Equal(got, test.want) {
				t.Errorf("%+v %v, want %+v %v", got, err, test.want, test.fails)
			}
			if err != nil && (strings.ContainsAny(err.Error(), "\r\n@\"") || strings.Contains(err.Error(), "secret")) {
				t.Errorf("the error tells too much: %v", err)
			}
			if test.d.heardOf("MAIL") != nil || err == nil && len(test.d.heardOf("QUIT")) != 1 {
				t.Errorf("the server heard %q", test.d.heard)
			}
		})
	}
}

func TestProbeOverImplicitTLS(t *testing.T) {
	secure, pool := certificate(t)
	p := newPost(t, false)
	front := tlsFront(t, p.addr, secure)
	s, err := parseServer("smtps://" + front)
	if err != nil {
		t.Fatal(err)
	}
	s.helo, s.roots = "avis.example.org", pool
	if got, err := s.probe(t.Context()); err != nil || got != (Probed{Where: front, TLS: "TLS 1.3"}) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestProbeWaitsNoLongerThanTold(t *testing.T) {
	d := newDesk(t, &desk{script: map[string]string{"HELLO": "silence"}})
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	m := newMailer(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := m.Probe(ctx); !errors.Is(err, ErrReach) || !strings.Contains(err.Error(), "in time") {
		t.Error(err)
	}
	d.listener.Close()
	if _, err := m.Probe(t.Context()); !errors.Is(err, ErrReach) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestProbeOfTheOutbox(t *testing.T) {
	c := config(t)
	m := newMailer(t, c)
	if got, err := m.Probe(t.Context()); err != nil || got.Where != c.Outbox {
		t.Errorf("%+v %v", got, err)
	}
	if left, _ := filepath.Glob(filepath.Join(c.Outbox, "*")); left != nil {
		t.Errorf("it leaves %v", left)
	}
	if err := os.RemoveAll(c.Outbox); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Probe(t.Context()); err == nil {
		t.Error("a folder that is gone passes")
	}
}
