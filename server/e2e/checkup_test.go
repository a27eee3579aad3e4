package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	stdlog "log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// checkedLine is one element of what check --json prints.
type checkedLine struct{ Check, State, Found, Next string }

// check runs the command and gives the state of each check.
func (p *program) check(args ...string) (states map[string]string, out string, code int) {
	p.t.Helper()
	out, _, code = p.run(0, append([]string{"check", "--json"}, args...)...)
	var all []checkedLine
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	states = map[string]string{}
	for _, l := range all {
		states[l.Check] = l.State
	}
	for _, canary := range []string{secret, hookSecret} {
		if strings.Contains(out, canary) {
			p.t.Errorf("check tells %q:\n%s", canary, out)
		}
	}
	return states, out, code
}

// TestCheck looks at a whole installation with its mail server over STARTTLS:
// before it runs, beside it, and once the mail server's certificate is not trusted.
func TestCheck(t *testing.T) {
	address := freeAddress(t)
	post, trusted := newSecurePost(t)
	settings := "[[source]]\nname = \"desk\"\nkind = \"generic\"\nsecret = \"" + hookSecret + "\"\n"
	p := newProgram(t, settings, "ENTENDU_LISTEN="+address, "ENTENDU_URL=http://"+address, "ENTENDU_FROM=Maison Poulain <avis@localhost>",
		"ENTENDU_SMTP="+post.url, "SSL_CERT_FILE="+trusted)

	states, out, code := p.check()
	if code != 1 || states["url"] != "failed" || !strings.Contains(out, "nothing listens") {
		t.Errorf("before serve: %d\n%s", code, out)
	}

	p.started()
	states, out, code = p.check()
	if code != 0 {
		t.Errorf("beside serve: %d\n%s", code, out)
	}
	for name, want := range map[string]string{
		"settings": "warning", "store": "ok", "clock": "ok", "decisions": "ok", "url": "warning", "smtp": "ok", "dns": "skipped", "spf": "skipped",
		"dkim": "skipped", "dmarc": "skipped", "return_path": "skipped", "backup": "warning", "test_mail": "",
	} {
		if states[name] != want {
			t.Errorf("%s is %q, want %q\n%s", name, states[name], want, out)
		}
	}
	if !strings.Contains(out, "TLS 1.3") || post.mails.Load() != 0 {
		t.Errorf("%d mails\n%s", post.mails.Load(), out)
	}

	if states, out, code = p.check("--send-test", "olga@example.net"); code != 0 || states["test_mail"] != "ok" || post.mails.Load() != 1 {
		t.Errorf("the test mail: %d, %d mails\n%s", code, post.mails.Load(), out)
	}
	if _, errs, code := p.run(0, "suppress", "add", "olga@example.net"); code != 0 {
		t.Fatal(errs)
	}
	if states, out, code = p.check("--send-test", "olga@example.net"); code != 1 || states["test_mail"] != "failed" || post.mails.Load() != 1 {
		t.Errorf("to somebody suppressed: %d, %d mails\n%s", code, post.mails.Load(), out)
	}
	if out, errs, code := p.run(0, "check", "--send-test", "olga"); code != 2 || out != "" || strings.Count(errs, "\n") != 1 {
		t.Errorf("a bad address: %d %q %q", code, out, errs)
	}

	p.env = slices.DeleteFunc(p.env, func(v string) bool { return strings.HasPrefix(v, "SSL_CERT_FILE=") })
	if states, out, code = p.check("--send-test", "hugo@example.net"); code != 1 || states["smtp"] != "failed" || states["test_mail"] != "skipped" || !strings.Contains(out, "certificate") {
		t.Errorf("with a strange certificate: %d\n%s", code, out)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// securePost is a mail server that takes mail only after STARTTLS, and counts it.
type securePost struct {
	url   string
	mails atomic.Int64
}

// newSecurePost also gives the file of the certificate to trust.
func newSecurePost(t *testing.T) (p *securePost, trusted string) {
	t.Helper()
	certificate, trusted := ownCertificate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p = &securePost{url: "smtp://" + listener.Addr().String()}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return countingSession{p}, nil }))
	server.Domain, server.TLSConfig = "localhost", &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.ErrorLog = stdlog.New(io.Discard, "", 0)
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return p, trusted
}

type countingSession struct{ *securePost }

func (s countingSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s countingSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s countingSession) Reset()                               {}
func (s countingSession) Logout() error                        { return nil }
func (s countingSession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	s.mails.Add(1)
	return err
}

// ownCertificate is one for 127.0.0.1 that nobody trusts by themselves.
func ownCertificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	must(t, err)
	file := filepath.Join(t.TempDir(), "certificate.pem")
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
