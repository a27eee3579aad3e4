package mailer

import (
	"context"
	"crypto"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

// headerNames are all that a mail may have, once each.
func headerNames() []string {
	return []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "Dkim-Signature", "From", "In-Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post",
		"Message-Id", "Mime-Version", "References", "Reply-To", "Subject", "To", "X-Auto-Response-Suppress", "X-Entendu-Invitation"}
}

// witness is a Mailer, the server that it talks to and the key that it signs with.
type witness struct {
	*desk
	*Mailer
	settings surveys.Mail
	public   crypto.PublicKey
}

func newWitness(t *testing.T) *witness {
	w := &witness{desk: newDesk(t, &desk{features: []string{"250-SMTPUTF8"}})}
	c := config(t)
	c.SMTP, c.Mail = w.url("smtp", "", "?tls=none"), func() surveys.Mail { return w.settings }
	key := keys(t)["Ed25519"]
	w.Mailer, w.public, w.settings = newMailer(t, c), key.public, surveys.Mail{DKIMKey: key.text, DKIMSelector: "entendu"}
	return w
}

// see carries a letter and fails unless the server was given one mail, from one
// sender to one recipient, that reads back as it must, or was told of none at all.
func (w *witness) see(t rapid.TB, l surveys.Letter) {
	got := w.Carry(context.Background(), l)
	mails, from, to := w.accepted(), w.heardOf("MAIL"), w.heardOf("RCPT")
	w.note(func() { w.mails, w.heard = nil, nil })
	if got.Outcome != surveys.Accepted {
		if len(mails)+len(from)+len(to) > 0 || got.Fault != surveys.OfAddress && got.Fault != surveys.OfSender {
			t.Fatalf("%+v, and the server has %q %q", got, from, to)
		}
		return
	}
	if len(mails) != 1 || len(from) != 1 || len(to) != 1 {
		t.Fatalf("%d mails, %q %q", len(mails), from, to)
	}
	header := readHostile(t, mails[0])
	envelope, _, _ := strings.Cut(strings.TrimPrefix(to[0], "RCPT TO:"), "> ")
	meant, err := mail.ParseAddress(strings.TrimSuffix(envelope, ">") + ">")
	if err != nil || !sameAddress(header.Get("To"), meant) {
		t.Fatalf("the header says %q, the envelope %q: %v", header.Get("To"), to[0], err)
	}
	if _, err := verify(mails[0], w.public); err != nil {
		t.Fatalf("the signature does not hold: %v\n%s", err, mails[0])
	}
}

func sameAddress(header string, a *mail.Address) bool {
	all, err := mail.ParseAddressList(header)
	return err == nil && len(all) == 1 && all[0].Address == a.Address && domainOf(a.Address) != ""
}

// readHostile fails unless a mail has our headers, once each and no others, and
// whole texts that can be read in one way only.
func readHostile(t rapid.TB, data string) mail.Header {
	c, err := parseCaught([]byte(data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	for name, values := range c.Headers {
		if !slices.Contains(headerNames(), name) || len(values) != 1 {
			t.Fatalf("header %q: %q", name, values)
		}
	}
	from, err := c.Headers.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != "avis@example.org" || c.Subject == "" {
		t.Fatalf("from %q: %v", from, err)
	}
	for _, text := range []string{c.Subject, c.To} {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) || !utf8.ValidString(text) {
			t.Fatalf("%q can be read in two ways", text)
		}
	}
	if c.Text == "" || !strings.Contains(c.HTML, "</html>") || strings.Contains(c.HTML, "<script") || strings.Contains(c.Text+c.HTML, "⟦") {
		t.Fatalf("the body is broken:\n%s\n%s", c.Text, c.HTML)
	}
	if len(data) > 20_000 {
		t.Fatalf("%d bytes", len(data))
	}
	return c.Headers
}

func TestM11HostileTexts(t *testing.T) {
	long := strings.Repeat("é", 10_000)
	texts := []string{"", "a\r\nBcc: all@example.org", "a\nb", "a\u2028b\u2029c", "\u202egnp.exe", "\x00\x07", "\xff\xfe", long, strings.Repeat("x", 10_000),
		`"quoted" \back\ <angle> (round), comma; semi: @`, "<script>alert(1)</script>", "{{.Stop}}", "=?utf-8?q?=0D=0ABcc:_x?=", "https://evil.example/",
		"日本語 名前", "👩‍👩‍👧", "  many   spaces  ", ".", "\u0085next", "a\tb", "\u200b\ufeff", `\Ǆ`}
	addresses := []string{"lina@example.net", "lina@example.net\r\nBcc: all@example.org", "a@b.example, c@d.example", "Lina <lina@example.net>", "lina", "@example.net", "lina@", "",
		"lina@exämple.net", "зоя@пример.example", `"a b"@example.net`, `"a>b"@example.net`, "lina@[127.0.0.1]", "lina@example.net\u2028", "lina\x00@example.net",
		"lina@-bad-.example", strings.Repeat("a", 300) + "@example.net", "lina@" + strings.Repeat("a.", 200) + "net", "lina+tag@example.net", "lina@example..net", "\u202elina@example.net"}
	w := newWitness(t)
	for _, good := range []surveys.Letter{letter(t, "fr"), reminder(t, "en")} {
		for _, text := range texts {
			l := good
			l.Name, l.Invitation.Number, l.Controller, l.Organisation.Name = text, text, text, text
			w.see(t, l)
		}
		for _, to := range addresses {
			l := good
			l.To, l.Organisation.HelpdeskAddress = to, to
			w.see(t, l)
			w.settings.ReturnPath, l.To, l.ReturnName = domainOf("@"+to), good.To, to
			w.see(t, l)
			w.settings.ReturnPath = ""
		}
	}
}

func TestM11Property(t *testing.T) {
	w, first, second := newWitness(t), letter(t, "fr"), reminder(t, "fr")
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom([]surveys.Letter{first, second}).Draw(t, "letter")
		l.Language = rapid.SampledFrom([]string{"fr", "en", "de", "pt", "", "zz", "fr-CA"}).Draw(t, "language")
		l.Name = rapid.String().Draw(t, "name")
		l.Invitation.Number = rapid.String().Draw(t, "number")
		l.Controller = string(rapid.SliceOf(rapid.Byte()).Draw(t, "controller"))
		l.Organisation.Name = rapid.String().Draw(t, "organisation")
		l.Organisation.HelpdeskAddress = rapid.String().Draw(t, "helpdesk")
		l.To = rapid.OneOf(rapid.String(), rapid.Just("lina@example.net"),
			rapid.Custom(func(t *rapid.T) string { return rapid.String().Draw(t, "local") + "@example.net" })).Draw(t, "to")
		l.Keep = surveys.Span{N: rapid.IntRange(0, 99).Draw(t, "keep"), Unit: rapid.SampledFrom([]string{"s", "m", "h", "d", "mo"}).Draw(t, "unit")}
		l.ReturnName = rapid.OneOf(rapid.Just("bounce+abc"), rapid.String()).Draw(t, "return name")
		w.settings.ReturnPath = rapid.OneOf(rapid.Just(""), rapid.Just("b.exämple.org"), rapid.String()).Draw(t, "return path")
		w.see(t, l)
	})
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"  many \t spaces\r\n": "many spaces", "a\u2028b\u0085c\u00a0d": "a b c d", "\u202egnp.exe\x00": "gnp.exe",
		"نام\u200cها": "نام\u200cها", "\xff": "", "0123456789abc": "0123456789a…", "0123456789 abc": "0123456789…", "=\x00?q?": "= ?q?", "é1234567890b": "é1234567890b",
	} {
		if got := clean(text, 12); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}

// A reply is kept without the addresses that servers like to repeat.
func TestPlain(t *testing.T) {
	for reply, want := range map[string]string{
		"550 5.1.1 <lina@example.net>: unknown\nsee https://desk.test": "550 5.1.1 (address) unknown see https://desk.test",
		`550 "lina roche"@example.net unknown`:                         `550 "lina (address) unknown`,
		strings.Repeat("é", 300):                                       strings.Repeat("é", 199) + "…",
		"\x00bad\xff":                                                  "bad",
	} {
		if got := plain(reply); got != want {
			t.Errorf("plain(%q) = %q, want %q", reply, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		got := plain(rapid.String().Draw(t, "reply"))
		if strings.ContainsAny(got, "@\r\n") || utf8.RuneCountInString(got) > 200 {
			t.Fatalf("%q", got)
		}
	})
}
