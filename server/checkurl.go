package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// mark names this store to whoever knows its salt, and tells nobody else anything.
func (it *opened) mark() string {
	h := hmac.New(sha256.New, it.salt)
	h.Write([]byte("healthz"))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// base is what links begin with; known is false where serve will choose its port.
func (o *options) base() (base string, known bool) {
	if o.URL != "" {
		return strings.TrimRight(o.URL, "/"), true
	}
	_, name, _ := net.SplitHostPort(o.Listen)
	port, _ := net.LookupPort("tcp", name)
	return "http://localhost:" + strconv.Itoa(port), port != 0
}

// isLocal says whether a name means the machine that asks.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// checkURL opens our address as a customer would, and makes sure that it is we who
// answer.
func (u *checkup) checkURL(ctx context.Context) finding {
	base, known := u.base()
	if !known {
		return skip("serve takes any free port, so its address is not known before it runs; set --url")
	}
	if f := u.askURL(ctx, base+"/healthz"); f.State != passed {
		return f
	}
	const oneClick = "mail providers stop mail by one click only over https"
	to, _ := url.Parse(base)
	switch {
	case isLocal(to.Hostname()):
		return warn(base+" answers, but only on this machine", "set --url to the https address that customers can open; "+oneClick)
	case to.Scheme != "https":
		return warn(base+" answers, without encryption: "+oneClick, "put a proxy with a certificate before it and set --url to its https address")
	}
	return pass("%s answers, and it is this Entendu", base)
}

// askURL passes if this Entendu answers at once, without a redirect: helpdesks and
// mail providers follow none.
func (u *checkup) askURL(ctx context.Context, where string) finding {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return fail(err.Error(), "correct --url")
	}
	client := &http.Client{Transport: u.web, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(ask)
	if err != nil {
		return urlTrouble(where, err)
	}
	defer answer.Body.Close()
	if to := answer.Header.Get("Location"); to != "" {
		return fail(where+" redirects to "+to, "set --url to the address it leads to: helpdesks and mail providers follow no redirect")
	}
	return u.judgeHealth(where, answer)
}

// judgeHealth reads what /healthz says. Where the store could not be opened it is
// not known which Entendu should have answered.
func (u *checkup) judgeHealth(where string, answer *http.Response) finding {
	var said struct {
		OK    bool
		Store string
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	switch {
	case answer.StatusCode == http.StatusBadGateway || answer.StatusCode == http.StatusServiceUnavailable || answer.StatusCode == http.StatusGatewayTimeout:
		return fail(where+" answers "+answer.Status+": the proxy finds nothing behind it", "start entendu serve, or correct where the proxy leads")
	case answer.StatusCode != http.StatusOK || err != nil || !said.OK || said.Store == "":
		return fail(fmt.Sprintf("something else than Entendu answers at %s (%s)", where, answer.Status), "correct --url, or where the proxy leads")
	case u.it != nil && said.Store != u.it.mark():
		return fail("another Entendu answers at "+where+": it keeps another store", "give check the settings that serve runs with, or correct --url")
	}
	return pass("")
}

// urlTrouble says why nothing could be asked.
func urlTrouble(where string, err error) finding {
	var unknown *net.DNSError
	var certificate *tls.CertificateVerificationError
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.As(err, &unknown):
		return fail(where+" cannot be opened: the name "+unknown.Name+" is not known", "add the name to the DNS, or correct --url")
	case errors.As(err, &certificate):
		return fail(where+" has no certificate that is trusted: "+certificate.Err.Error(), "renew it, or let the proxy send it with all its intermediates")
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail("nothing listens at "+where, "start entendu serve, or the proxy before it")
	case errors.Is(err, context.DeadlineExceeded):
		return fail(where+" gave no answer in 15 s", "look at the firewall and at the proxy")
	}
	return fail(where+" cannot be opened: "+err.Error(), "correct --url, or start what should answer there")
}
