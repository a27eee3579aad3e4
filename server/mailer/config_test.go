package mailer

import (
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

func TestNewRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Config){
		"mail sender":    func(c *Config) { c.From = "Entendu" },
		"mail sender ":   func(c *Config) { c.From = "зоя@example.org" },
		"public address": func(c *Config) { c.BaseURL = "avis.example.org" },
		"public address ": func(c *Config) {
			c.BaseURL = "https://avis.example.org/?x=1"
		},
		"mail outbox":    func(c *Config) { c.Outbox = filepath.Join(file, "outbox") },
		"mail server":    func(c *Config) { c.SMTP = "mail.example.org:587/secret" },
		"mail server ":   func(c *Config) { c.SMTP = "smtp://anna:secret@mail.example.org:99999" },
		"mail server  ":  func(c *Config) { c.SMTP = "smtp://anna:secret@mail.example.org?tls=maybe" },
		"mail server   ": func(c *Config) { c.SMTP = "imap://anna:secret@mail.example.org" },
		"mail  ":         func(c *Config) { c.SMTP = "smtp://anna:sec%ret@mail.example.org" },
	} {
		c := config(t)
		spoil(&c)
		_, err := New(c)
		if err == nil || !strings.HasPrefix(err.Error(), strings.TrimSpace(name)) || !strings.Contains(err.Error(), "good one") {
			t.Errorf("%s: %v", name, err)
		} else if strings.ContainsAny(err.Error(), "\r\n") || strings.Contains(err.Error(), "sec%ret") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells too much: %v", name, err)
		}
	}
}

func TestParseServer(t *testing.T) {
	for raw, want := range map[string]server{
		"smtp://mail.example.org":                    {host: "mail.example.org", port: 587},
		"smtp://anna:p%40ss@mail.example.org:2525/":  {host: "mail.example.org", port: 2525, user: "anna", password: "p@ss"},
		"smtps://mail.example.org":                   {host: "mail.example.org", port: 465, security: implicitTLS},
		"smtp://[::1]:25?tls=none":                   {host: "::1", port: 25, security: noTLS},
		"smtps://anna%40x.org:a@mail.example.org:99": {host: "mail.example.org", port: 99, user: "anna@x.org", password: "a", security: implicitTLS},
	} {
		want.within, want.grace = dialogueWithin, graceToEnd
		if got, err := parseServer(raw); err != nil || got != want {
			t.Errorf("%s: %+v %v, want %+v", raw, got, err, want)
		}
	}
}

func TestHeloName(t *testing.T) {
	for host, want := range map[string]string{
		"avis.example.org": "avis.example.org", "127.0.0.1": "[127.0.0.1]", "::1": "[IPv6:::1]", "exämple.org": "xn--exmple-cua.org", "a b": "localhost", "localhost": "localhost",
	} {
		if got := heloName(host); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}

// The domain of the sender, in punycode, is that of the Message-ID.
func TestSenderBeyondASCII(t *testing.T) {
	c := config(t)
	c.From = "Café Poulain <avis@exämple.org>"
	l := letter(t, "fr")
	carry(t, newMailer(t, c), l)
	all, err := ReadOutbox(c.Outbox)
	if err != nil {
		t.Fatal(err)
	}
	from, err := mail.ParseAddress(all[0].Headers.Get("From"))
	if err != nil || from.Name != "Café Poulain" || from.Address != "avis@xn--exmple-cua.org" || all[0].MessageID != l.MessageName+"@xn--exmple-cua.org" {
		t.Errorf("from %v, %s, %v", from, all[0].MessageID, err)
	}
}

// What is not said in a letter is not said in its mail.
func TestWhatIsLeftOut(t *testing.T) {
	c := config(t)
	l := letter(t, "en")
	l.Organisation.HelpdeskAddress, l.Name, l.Keep, l.Controller = "", "", surveys.Span{}, "Poulain Holding"
	l.Organisation.Timezone = "Nowhere/Land"
	carry(t, newMailer(t, c), l)
	all, err := ReadOutbox(c.Outbox)
	if err != nil {
		t.Fatal(err)
	}
	got := all[0]
	if got.To != "lina@example.net" || got.Headers.Get("Reply-To") != "" {
		t.Errorf("to %q, reply to %q", got.To, got.Headers.Get("Reply-To"))
	}
	for _, want := range []string{"Replies to this message are not read.", "until you ask for it to be erased", "Data controller: Poulain Holding.", "Tuesday 3 March 2026"} {
		if !strings.Contains(got.Text, want) || !strings.Contains(got.HTML, want) {
			t.Errorf("%q is not said in both forms", want)
		}
	}
}

func TestUnwritableLetters(t *testing.T) {
	c := config(t)
	m := newMailer(t, c)
	for name, spoil := range map[string]func(*surveys.Letter){
		"no question":     func(l *surveys.Letter) { l.Survey = surveys.Survey{} },
		"no name":         func(l *surveys.Letter) { l.MessageName = "" },
		"name is a path":  func(l *surveys.Letter) { l.MessageName = "../evil" },
		"name has an end": func(l *surveys.Letter) { l.MessageName = "a>\r\nBcc: x" },
	} {
		l := letter(t, "fr")
		spoil(&l)
		if got := m.Carry(t.Context(), l); got.Outcome != surveys.Deferred {
			t.Errorf("%s: %s %q", name, got.Outcome, got.Reply)
		}
	}
	if all, err := ReadOutbox(c.Outbox); err != nil || len(all) != 0 {
		t.Errorf("%d mails, %v", len(all), err)
	}
}
