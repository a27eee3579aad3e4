package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// At each address something else answers, over real connections; the resolver of
// the machine is not asked.
func TestCheckOfTheURL(t *testing.T) {
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/healthz" {
				http.NotFound(w, r)
				return
			}
			fmt.Fprint(w, text)
		}
	}
	const ours = "OURS" // stands for our mark
	for name, test := range map[string]struct {
		url     string
		answers http.HandlerFunc // nil: nothing listens
		strange bool             // a certificate that is not trusted
		want    state
		says    string
	}{
		"well":             {"https://example.com", says(`{"ok":true,"store":"OURS"}`), false, passed, "this Entendu"},
		"in the clear":     {"http://example.com", says(`{"ok":true,"store":"OURS"}`), false, warned, "without encryption"},
		"only here":        {"http://localhost", says(`{"ok":true,"store":"OURS"}`), false, warned, "only on this machine"},
		"another Entendu":  {"https://example.com", says(`{"ok":true,"store":"other"}`), false, fault, "another Entendu"},
		"no Entendu":       {"https://example.com", says(`{"ok":true}`), false, fault, "something else"},
		"a page":           {"https://example.com", says("<!doctype html>"), false, fault, "something else"},
		"a redirect":       {"http://example.com", http.RedirectHandler("https://example.com/healthz", http.StatusMovedPermanently).ServeHTTP, false, fault, "redirects to https://example.com/healthz"},
		"an empty proxy":   {"https://example.com", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, false, fault, "nothing behind it"},
		"no such page":     {"https://example.com", http.NotFound, false, fault, "404"},
		"a strange issuer": {"https://example.com", says(`{}`), true, fault, "certificate"},
		"another name":     {"https://example.net", says(`{}`), false, fault, "certificate"},
		"nobody":           {"http://example.com", nil, false, fault, "nothing listens"},
	} {
		t.Run(name, func(t *testing.T) {
			u := patient(t, zone{})
			u.URL = test.url
			u.web = leadTo(t, test.answers, strings.HasPrefix(test.url, "https"), test.strange, func() string { return u.it.mark() })
			all, _ := checked(t, u)
			if f := all["url"]; f.State != test.want || !strings.Contains(f.Found, test.says) {
				t.Errorf("%+v, want %s and %q", f, test.want, test.says)
			}
		})
	}
}

// leadTo takes every connection to one server, which says our mark for OURS.
func leadTo(t *testing.T, answers http.HandlerFunc, secure, strange bool, mark func() string) http.RoundTripper {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answers == nil {
			return
		}
		recorded := httptest.NewRecorder()
		answers(recorded, r)
		for name, values := range recorded.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorded.Code)
		io.WriteString(w, strings.ReplaceAll(recorded.Body.String(), "OURS", mark()))
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // who distrusts it hangs up
	trust := x509.NewCertPool()
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	if secure && !strange {
		trust.AddCert(server.Certificate())
	}
	address := server.Listener.Addr().String()
	if answers == nil {
		server.Close()
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func TestMarkTellsStoresApart(t *testing.T) {
	one, other := &opened{salt: []byte("one")}, &opened{salt: []byte("other")}
	if one.mark() != one.mark() || one.mark() == other.mark() || strings.Contains(one.mark(), "one") {
		t.Errorf("%s %s", one.mark(), other.mark())
	}
}

func TestIsLocal(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "avis.localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true,
		"example.org": false, "localhost.example.org": false, "192.0.2.1": false, "notlocalhost": false,
	} {
		if isLocal(host) != want {
			t.Errorf("%s: %t", host, !want)
		}
	}
}
