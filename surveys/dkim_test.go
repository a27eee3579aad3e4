package surveys_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

func inPEM(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t *testing.T, key any) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return inPEM(t, "PRIVATE KEY", der, err)
}

func rsaOf(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// A key is read back as it was made, however it is written.
func TestKeysThatSign(t *testing.T) {
	long := rsaOf(t, 1024)
	_, short, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]struct {
		text string
		want interface{ Equal(crypto.PrivateKey) bool }
	}{
		"PKCS#1":  {inPEM(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(long), nil), long},
		"PKCS#8":  {pkcs8(t, long), long},
		"Ed25519": {"a word before\r\n" + strings.ReplaceAll(pkcs8(t, short), "\n", "\r\n"), short},
	} {
		got, err := surveys.Mail{DKIMKey: key.text}.Key()
		if err != nil || !key.want.Equal(got) {
			t.Errorf("%s: %T %v", name, got, err)
		}
		for _, selector := range []string{"entendu", "a", "autumn-2026.entendu", "2026"} {
			if err := validate(func(s *surveys.Settings) { s.Mail.DKIMKey, s.Mail.DKIMSelector = key.text, selector }); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, domain := range []string{"bounces.example.org", "bücher.example"} {
		if err := validate(func(s *surveys.Settings) { s.Mail.ReturnPath = domain }); err != nil {
			t.Error(err)
		}
	}
}

// TestMailSettingsThatCannotBe are refused by the name of the key, and no part of
// the key is repeated.
func TestMailSettingsThatCannotBe(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0") // or no short key could be made
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := pkcs8(t, rsaOf(t, 1024))
	public, err := x509.MarshalPKIXPublicKey(rsaOf(t, 1024).Public())
	for name, test := range map[string]struct{ key, text, selector string }{
		"no PEM":          {"mail.dkim_key", "/etc/entendu/dkim.pem", "entendu"},
		"cut off":         {"mail.dkim_key", good[:len(good)/2], "entendu"},
		"broken":          {"mail.dkim_key", strings.Replace(good, "\nMI", "\nAA", 1), "entendu"},
		"a public key":    {"mail.dkim_key", inPEM(t, "PUBLIC KEY", public, err), "entendu"},
		"a passphrase":    {"mail.dkim_key", strings.ReplaceAll(good, "PRIVATE", "ENCRYPTED PRIVATE")[:len(good)/2], "entendu"},
		"another curve":   {"mail.dkim_key", pkcs8(t, curve), "entendu"},
		"too short":       {"mail.dkim_key", inPEM(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaOf(t, 768)), nil), "entendu"},
		"no key":          {"mail.dkim_key", "", "entendu"},
		"no selector":     {"mail.dkim_selector", good, ""},
		"spaces":          {"mail.dkim_selector", good, "en tendu"},
		"another tag":     {"mail.dkim_selector", good, "entendu; l=0"},
		"a line":          {"mail.dkim_selector", good, "entendu\n"},
		"the whole name":  {"mail.dkim_selector", good, "entendu._domainkey.example.org"},
		"a label of 64":   {"mail.dkim_selector", good, strings.Repeat("a", 64)},
		"an empty label":  {"mail.dkim_selector", good, "a..b"},
		"begins with '-'": {"mail.dkim_selector", good, "-a"},
	} {
		err := validate(func(s *surveys.Settings) { s.Mail.DKIMKey, s.Mail.DKIMSelector = test.text, test.selector })
		var wrong *surveys.Wrong
		if !errors.As(err, &wrong) || wrong.Key != test.key || len(wrong.What) < 20 || strings.ContainsAny(wrong.What, "\r\n") || test.text != "" && strings.Contains(wrong.What, test.text[len(test.text)/2:]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, box := range []string{"bounces@example.org", "imaps://example.org", "pop3://anna:hunter2@example.org", "imaps://anna:hun%ter2@example.org", "imaps://anna:hunter2@"} {
		var wrong *surveys.Wrong
		err := validate(func(s *surveys.Settings) { s.Mail.Bounces = box })
		if !errors.As(err, &wrong) || wrong.Key != "mail.bounces" || strings.Contains(err.Error(), "hun") {
			t.Errorf("%q: %v", box, err)
		}
	}
	for _, domain := range []string{"bounces@example.org", "a b", "a..b", "-a.example", "a>b", " example.org", "example.org\r\n"} {
		var wrong *surveys.Wrong
		if err := validate(func(s *surveys.Settings) { s.Mail.ReturnPath = domain }); !errors.As(err, &wrong) || wrong.Key != "mail.return_path" {
			t.Errorf("%q: %v", domain, err)
		}
	}
}
