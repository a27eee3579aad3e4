package mailer

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

// keys are a private key of each kind, as operators write them, and their public
// halves.
func keys(t testing.TB) map[string]struct {
	text   string
	public crypto.PublicKey
} {
	t.Helper()
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, short, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	pkcs8 := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return text("PRIVATE KEY", der, err)
	}
	return map[string]struct {
		text   string
		public crypto.PublicKey
	}{
		"RSA, PKCS#1": {text("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(long), nil), &long.PublicKey},
		"RSA, PKCS#8": {"\n" + pkcs8(long) + "\n", &long.PublicKey},
		"Ed25519":     {pkcs8(short), public},
	}
}

// signing is a Mailer's configuration with these mail settings.
func signing(c Config, s surveys.Mail) Config {
	c.Mail = func() surveys.Mail { return s }
	return c
}

// What a server receives bears a signature that holds, for each kind of key, each
// kind of mail and names of any length; and the same one on the next attempt.
func TestSignaturesHold(t *testing.T) {
	good := config(t)
	for kind, key := range keys(t) {
		p := newPost(t, true)
		c := signing(p.reached(good), surveys.Mail{DKIMKey: key.text, DKIMSelector: "autumn-2026.entendu"})
		c.From = "Café Poulain <avis@exämple.org>"
		m := newMailer(t, c)
		odd := letter(t, "fr")
		odd.To, odd.Name, odd.Organisation.HelpdeskAddress = "зоя@exämple.net", strings.Repeat("Zoë  ", 30), ""
		for _, l := range []surveys.Letter{letter(t, "fr"), reminder(t, "en"), odd, letter(t, "fr")} {
			carry(t, m, l)
		}
		if outcome, reply, _ := m.Try(t.Context(), trial("fr")); outcome != surveys.Accepted {
			t.Fatal(reply)
		}
		all := p.mails()
		for n, got := range all {
			tags, err := verify(got.data, key.public)
			if err != nil || tags["d"] != "xn--exmple-cua.org" || tags["s"] != "autumn-2026.entendu" {
				t.Errorf("%s: mail %d: %v %v\n%s", kind, n, err, tags, got.data)
			}
			for line := range strings.SplitSeq(got.data, "\r\n") {
				if len(line) > 998 { // RFC 5322 section 2.1.1
					t.Errorf("%s: mail %d has a line of %d characters", kind, n, len(line))
				}
			}
		}
		if all[0].data != all[3].data {
			t.Errorf("%s: another attempt made another mail", kind)
		}
	}
}

// Whoever changes, takes away or adds one header on the way, or a letter of the
// body, breaks the signature; what mail servers do to white space does not.
func TestSignaturesBreak(t *testing.T) {
	good := config(t)
	for kind, key := range keys(t) {
		p := newPost(t, false)
		carry(t, newMailer(t, signing(p.reached(good), surveys.Mail{DKIMKey: key.text, DKIMSelector: "entendu"})), reminder(t, "en"))
		mail := p.mails()[0].data
		head, body := mail[:strings.Index(mail, "\r\n\r\n")+2], mail[strings.Index(mail, "\r\n\r\n")+2:]
		changes := map[string]string{
			"body":       strings.Replace(mail, "Hello", "Hallo", 1),
			"two From":   "From: evil@example.com\r\n" + mail,
			"From below": head + "From: evil@example.com\r\n" + body,
		}
		names := regexp.MustCompile(`(?m)^[A-Za-z-]+`).FindAllString(head, -1)
		for _, name := range names {
			field := regexp.MustCompile(`(?im)^` + name + `:.*\r\n([ \t].*\r\n)*`)
			if n := len(field.FindAllString(head, -1)); n != 1 {
				t.Fatalf("%s stands %d times", name, n)
			}
			changes[name+" taken away"] = field.ReplaceAllLiteralString(head, "") + body
			changes[name+" changed"] = field.ReplaceAllLiteralString(head, name+": x\r\n") + body
		}
		for _, name := range []string{"To", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post"} {
			changes["two "+name] = name + ": x\r\n" + mail
		}
		if len(names) != 17 || len(changes) != 3+2*17+7 {
			t.Fatalf("%d headers, %d changes", len(names), len(changes))
		}
		for change, other := range changes {
			if _, err := verify(other, key.public); other == mail || err == nil {
				t.Errorf("%s: %s: the signature still holds", kind, change)
			}
		}
		spaced := strings.ReplaceAll(strings.Replace(mail, "Subject: ", "SUBJECT:\r\n   ", 1), "Hello,\r\n", "Hello, \t\r\n") + "\r\n\r\n"
		if _, err := verify("Received: from post.test\r\n"+spaced, key.public); err != nil {
			t.Errorf("%s: spaces break it: %v", kind, err)
		}
	}
}

// The Mailer follows the settings without dropping its line, and a key that cannot
// be read stops mail with an alarm: unsigned mail would harm the sender's name.
func TestSettingsAreFollowed(t *testing.T) {
	d, all := newDesk(t, &desk{}), keys(t)
	c := config(t)
	var s surveys.Mail
	c.SMTP, c.Mail = d.url("smtp", "", "?tls=none"), func() surveys.Mail { return s }
	m := newMailer(t, c)
	for _, kind := range []string{"", "RSA, PKCS#8", "Ed25519", "RSA, PKCS#1", ""} {
		s = surveys.Mail{}
		if kind != "" {
			s = surveys.Mail{DKIMKey: all[kind].text, DKIMSelector: "entendu"}
		}
		carry(t, m, letter(t, "fr"))
		mails := d.accepted()
		_, err := verify(mails[len(mails)-1], all[kind].public)
		if signed := err == nil; signed != (kind != "") {
			t.Errorf("%q: %v", kind, err)
		}
	}
	s = surveys.Mail{DKIMKey: "-----BEGIN", DKIMSelector: "entendu"}
	if got := m.Carry(t.Context(), letter(t, "fr")); got.Outcome != surveys.Deferred || got.Fault != surveys.OfSender || !strings.HasPrefix(got.Reply, "mail.dkim_key") {
		t.Errorf("%+v", got)
	}
	if d.dials != 1 {
		t.Errorf("%d connections", d.dials)
	}
}

// Reports of non-delivery go where the settings say, to an address that is the same
// on each attempt; who wrote the mail remains who it is from.
func TestReturnPath(t *testing.T) {
	good := config(t)
	const name = "bounce+abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"
	for _, test := range []struct{ domain, name, want string }{
		{"", name, "avis@example.org"},
		{"b.example.org", "", "avis@example.org"},
		{"b.example.org", name, name + "@b.example.org"},
		{"retours.exämple.org", name, name + "@retours.xn--exmple-cua.org"},
	} {
		p := newPost(t, true)
		m := newMailer(t, signing(p.reached(good), surveys.Mail{ReturnPath: test.domain}))
		l := letter(t, "fr")
		l.ReturnName = test.name
		carry(t, m, l)
		carry(t, m, l)
		for _, got := range p.mails() {
			if got.from != test.want || got.utf8 || !strings.Contains(got.data, "\r\nFrom: \"Maison Poulain\" <avis@example.org>\r\n") || strings.Contains(got.data, name) {
				t.Errorf("%s: %+v", test.domain, got)
			}
		}
	}
	for _, wrong := range []struct{ domain, name string }{
		{"b.example.org", "bounce+é"}, {"b.example.org", "a@b"}, {"b.example.org", "a> SIZE=1\r\nRCPT TO:<x@example.org"},
		{"b example org", "bounce"}, {"b.example.org>", "bounce"}, {strings.Repeat("a.", 130) + "org", "bounce"}, {"зоя.-", "bounce"},
	} {
		l := letter(t, "fr")
		l.ReturnName = wrong.name
		got := newMailer(t, signing(good, surveys.Mail{ReturnPath: wrong.domain})).Carry(t.Context(), l)
		if got.Outcome != surveys.Deferred || got.Fault != surveys.OfSender || !strings.HasPrefix(got.Reply, "mail.return_path") {
			t.Errorf("%v: %+v", wrong, got)
		}
	}
}
