package mailer

import (
	"bytes"
	"errors"
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
	return []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post",
		"Message-Id", "Mime-Version", "Reply-To", "Subject", "To", "X-Auto-Response-Suppress", "X-Entendu-Invitation"}
}

// check writes a letter and fails unless it reads back as one mail to one address,
// with our headers and no others.
func check(t rapid.TB, m *Mailer, l surveys.Letter) {
	msg, err := m.invitation(l)
	if errors.Is(err, errAddress) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := msg.build(func() {}).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	c, err := parseCaught(b.Bytes())
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	for name, values := range c.Headers {
		if !slices.Contains(headerNames(), name) || len(values) != 1 {
			t.Fatalf("header %q: %q", name, values)
		}
	}
	if a, err := mail.ParseAddressList(c.Headers.Get("To")); err != nil || len(a) != 1 || domainOf(a[0].Address) == "" {
		t.Fatalf("to %q: %v", c.Headers.Get("To"), err)
	}
	for _, text := range []string{c.Subject, c.To} {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) || !utf8.ValidString(text) {
			t.Fatalf("%q can be read in two ways", text)
		}
	}
	if c.Text == "" || !strings.Contains(c.HTML, "</html>") || strings.Contains(c.HTML, "<script") || strings.Contains(c.Text+c.HTML, "⟦") {
		t.Fatalf("the body is broken:\n%s\n%s", c.Text, c.HTML)
	}
	if b.Len() > 20_000 {
		t.Fatalf("%d bytes", b.Len())
	}
}

func TestHostile(t *testing.T) {
	long := strings.Repeat("é", 10_000)
	texts := []string{"", "a\r\nBcc: all@example.org", "a\nb", "a\u2028b\u2029c", "\u202egnp.exe", "\x00\x07", "\xff\xfe", long, strings.Repeat("x", 10_000),
		`"quoted" \back\ <angle> (round), comma; semi: @`, "<script>alert(1)</script>", "{{.Stop}}", "=?utf-8?q?=0D=0ABcc:_x?=", "https://evil.example/",
		"日本語 名前", "👩‍👩‍👧", "  many   spaces  ", ".", "\u0085next", "a\tb", "\u200b\ufeff", `\Ǆ`}
	addresses := []string{"lina@example.net", "lina@example.net\r\nBcc: all@example.org", "a@b.example, c@d.example", "Lina <lina@example.net>", "lina", "@example.net", "lina@", "",
		"lina@exämple.net", "зоя@пример.example", `"a b"@example.net`, `"a>b"@example.net`, "lina@[127.0.0.1]", "lina@example.net\u2028", "lina\x00@example.net",
		"lina@-bad-.example", strings.Repeat("a", 300) + "@example.net", "lina@" + strings.Repeat("a.", 200) + "net", "lina+tag@example.net", "lina@example..net", "\u202elina@example.net"}
	m := newMailer(t, config(t))
	for _, text := range texts {
		l := letter(t, "fr")
		l.Name, l.Invitation.Number, l.Controller, l.Organisation.Name = text, text, text, text
		check(t, m, l)
	}
	for _, to := range addresses {
		l := letter(t, "en")
		l.To, l.Organisation.HelpdeskAddress = to, to
		check(t, m, l)
	}
}

func TestHostileProperty(t *testing.T) {
	m, good := newMailer(t, config(t)), letter(t, "fr")
	rapid.Check(t, func(t *rapid.T) {
		l := good
		l.Language = rapid.SampledFrom([]string{"fr", "en", "", "zz", "fr-CA"}).Draw(t, "language")
		l.Name = rapid.String().Draw(t, "name")
		l.Invitation.Number = rapid.String().Draw(t, "number")
		l.Controller = string(rapid.SliceOf(rapid.Byte()).Draw(t, "controller"))
		l.Organisation.Name = rapid.String().Draw(t, "organisation")
		l.Organisation.HelpdeskAddress = rapid.String().Draw(t, "helpdesk")
		l.To = rapid.OneOf(rapid.String(), rapid.Just("lina@example.net"),
			rapid.Custom(func(t *rapid.T) string { return rapid.String().Draw(t, "local") + "@example.net" })).Draw(t, "to")
		l.Keep = surveys.Span{N: rapid.IntRange(0, 99).Draw(t, "keep"), Unit: rapid.SampledFrom([]string{"s", "m", "h", "d", "mo"}).Draw(t, "unit")}
		check(t, m, l)
	})
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"  many \t spaces\r\n": "many spaces", "a\u2028b\u0085c\u00a0d": "a b c d", "\u202egnp.exe\x00": "gnp.exe",
		"نام\u200cها": "نام\u200cها", "\xff": "", "0123456789abc": "0123456789a…", "0123456789 abc": "0123456789…", "é1234567890b": "é1234567890b",
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
