package mailer

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Mail leaves encrypted or not at all: whatever is wrong with the encryption, no
// password and no address is said in the clear, and the operator is told.
func TestM08NoPlainFallback(t *testing.T) {
	good, pool := certificate(t)
	expired, oldPool := certificate(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	elsewhere, otherPool := certificate(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"other.test"} })
	old := good.Clone()
	old.MaxVersion = tls.VersionTLS11
	usual := []string{"250-STARTTLS", "250-AUTH PLAIN LOGIN"}
	for name, test := range map[string]struct {
		scheme   string
		features []string
		tls      *tls.Config
		roots    *x509.CertPool
		starts   string // the answer to STARTTLS
		want     surveys.Outcome
	}{
		"STARTTLS":              {"smtp", usual, good, pool, "", surveys.Accepted},
		"STARTTLS stripped":     {"smtp", usual[1:], good, pool, "", surveys.Deferred},
		"STARTTLS not now":      {"smtp", usual, good, pool, "454 4.7.0 not available", surveys.Deferred},
		"STARTTLS refused":      {"smtp", usual, good, pool, "502 5.5.1 not implemented", surveys.Deferred},
		"STARTTLS cut":          {"smtp", usual, good, pool, "cut", surveys.Deferred},
		"STARTTLS, words after": {"smtp", usual, good, pool, "220 ready\r\n535 said by somebody on the way", surveys.Accepted},
		"STARTTLS, not trusted": {"smtp", usual, good, nil, "", surveys.Deferred},
		"STARTTLS, expired":     {"smtp", usual, expired, oldPool, "", surveys.Deferred},
		"STARTTLS, other name":  {"smtp", usual, elsewhere, otherPool, "", surveys.Deferred},
		"STARTTLS, TLS 1.1":     {"smtp", usual, old, pool, "", surveys.Deferred},
		"TLS":                   {"smtps", usual[1:], good, pool, "", surveys.Accepted},
		"TLS, not trusted":      {"smtps", usual[1:], good, nil, "", surveys.Deferred},
		"TLS, expired":          {"smtps", usual[1:], expired, oldPool, "", surveys.Deferred},
		"TLS, other name":       {"smtps", usual[1:], elsewhere, otherPool, "", surveys.Deferred},
		"TLS, TLS 1.1":          {"smtps", usual[1:], old, pool, "", surveys.Deferred},
		"TLS to a plain port":   {"smtps plain", usual[1:], good, pool, "", surveys.Deferred},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{features: test.features, tls: test.tls}
			if test.starts != "" {
				d.script = map[string]string{"STARTTLS": test.starts}
			}
			scheme, _, plain := strings.Cut(test.scheme, " ")
			if d = newDesk(t, d); scheme == "smtps" && !plain {
				d = newTLSDesk(t, d)
			}
			var log bytes.Buffer
			c := config(t)
			c.SMTP, c.Log = d.url(scheme, "anna:p%40ss@", ""), slog.New(slog.NewTextHandler(&log, nil))
			m := newMailer(t, c)
			m.carrier.(*lines).server.roots = test.roots
			got := m.Carry(t.Context(), letter(t, "fr"))
			auth, alarm := d.heardOf("AUTH"), strings.Contains(log.String(), "level=ERROR")
			if got.Outcome != test.want || alarm == (test.want == surveys.Accepted) {
				t.Fatalf("%+v, want %s; alarm %t", got, test.want, alarm)
			}
			if test.want == surveys.Accepted {
				if len(auth) != 1 || auth[0] != "AUTH PLAIN AGFubmEAcEBzcw==" {
					t.Errorf("signed in by %q", auth)
				}
				return
			}
			if got.Fault != surveys.OfSender && got.Fault != surveys.OfServer {
				t.Errorf("the fault is %q", got.Fault)
			}
			if len(auth)+len(d.heardOf("MAIL")) > 0 {
				t.Errorf("went on without encryption: %q", d.heard)
			}
		})
	}
}

// newTLSDesk makes a desk that speaks TLS from the first byte.
func newTLSDesk(t testing.TB, d *desk) *desk {
	t.Helper()
	d.listener.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", d.tls)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	far := &desk{listener: listener, features: d.features}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go far.serve(conn)
		}
	}()
	return far
}
