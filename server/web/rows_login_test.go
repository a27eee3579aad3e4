package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/entendu/entendu/server/auth"
)

// TestEndedOnEveryInstance (row A09): a session that ends on one instance, and a role that
// is taken away on it, are gone on the other at its next request; and nobody comes in by
// a session that a stranger planted before.
func TestEndedOnEveryInstance(t *testing.T) {
	one := openInside(t)
	other, err := New(func() Config {
		c := one.Config
		c.Gate = auth.NewGate(one.store, testLinks{one.keys}, c.Log, nil)
		c.Parts = []Part{Doors{}, People{}}
		return c
	}())
	one.must(err)
	two := *one
	two.Server = other

	head := one.as(auth.Administrator)
	two.want(http.StatusOK, two.get(peoplePath, head...))
	one.want(http.StatusSeeOther, one.ask("POST", leavePath, "", head...))
	two.want(http.StatusSeeOther, two.get(peoplePath, head...))

	one.as(auth.Administrator) // so that there is another
	head = one.as(auth.Administrator)
	two.want(http.StatusOK, two.get(peoplePath, head...))
	p, err := one.store.GetPerson(t.Context(), auth.PersonID("administratord@example.org"))
	one.must(err)
	after := p
	after.Role = auth.Reader
	one.must(one.Gate.Change(t.Context(), p, after))
	two.want(http.StatusSeeOther, two.get(peoplePath, head...))

	pass, err := one.Gate.InviteAgain(t.Context(), after, false)
	one.must(err)
	planted := strings.Repeat("A", 43)
	r := one.want(http.StatusUnprocessableEntity, one.ask("POST", one.Gate.Link(pass), "password=short", "Cookie", one.cookieName()+"="+planted))
	if cookieOf(r, one.cookieName()) != "" {
		t.Error("a form that was refused opened a session")
	}
	two.want(http.StatusSeeOther, two.get(accountPath, "Cookie", one.cookieName()+"="+planted))
}

// TestLoginLeavesNoTrace (row A08): no line of the log, at its most talkative, holds a
// password, a code, an address, a link or a session.
func TestLoginLeavesNoTrace(t *testing.T) {
	h := openInside(t)
	head := h.as(auth.Reader)
	p := h.person(auth.Person{Email: "canary@example.org", Name: "Canary", Role: auth.Reader})
	pass, err := h.Gate.InviteAgain(t.Context(), p, false)
	h.must(err)
	link := h.Gate.Link(pass)
	h.get(link)
	h.ask("POST", link, "password=canary-password-1&code=987654")
	h.ask("POST", loginPath, url.Values{"email": {"canary@example.org"}, "password": {"canary-password-1"}, "code": {"987654"}, "next": {"/manage/canary"}}.Encode())
	h.ask("POST", "/login/renew", "email=canary@example.org")
	h.get(accountPath, head...)
	h.get("/login/back?code=canary-code&state=canary-state")
	log := h.log.String()
	if !strings.Contains(log, "/login/:token") || !strings.Contains(log, "sign-in failed") {
		t.Fatalf("the log says too little to tell: %s", log)
	}
	_, session, _ := strings.Cut(head[1], "=")
	for _, secret := range []string{"canary", "987654", strings.TrimPrefix(link, "/login/"), session} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// TestForgedHeaders (row A10): failures count for the connection, whatever address a
// header claims, and links are made of the configured address, whatever Host says.
func TestForgedHeaders(t *testing.T) {
	h := openInside(t)
	h.as(auth.Reader)
	refused := 0
	for n := range 60 {
		r := h.ask("POST", loginPath, url.Values{"email": {"readerb@example.org"}, "password": {"wrong horse battery"}}.Encode(),
			"X-Forwarded-For", "203.0.113."+string(rune('0'+n%10)), "X-Real-IP", "203.0.113.9", "Forwarded", "for=203.0.113.7", "Host", "evil.example.com")
		if r.StatusCode == http.StatusTooManyRequests {
			refused++
		}
		if to := text(t, r); strings.Contains(to, "evil.example.com") {
			t.Fatal("a page leads to where Host says")
		}
	}
	if refused < 50 {
		t.Errorf("%d of 60 failures were refused", refused)
	}
	r := h.get("/manage/account", "Host", "evil.example.com")
	if to := r.Header.Get("Location"); to != "/login?next=%2Fmanage%2Faccount" {
		t.Errorf("sent to %q", to)
	}
}

// TestPlaces: nobody is sent on to where we are not.
func TestPlaces(t *testing.T) {
	for address, want := range map[string]string{
		"/manage": "/manage", "/manage/voices?q=a%20b": "/manage/voices?q=a%20b", "/desk": "/desk", "/desk/x": "/desk/x", "": "",
		"//evil.example.com/manage": "", "https://evil.example.com/manage": "", "/\\evil.example.com": "", "/manage/\\evil": "", "javascript:alert(1)": "",
		"/managed": "", "/login": "", "/": "", "manage": "", "/manage\r\nSet-Cookie: a=b": "",
	} {
		if got := ourPage(address); got != want {
			t.Errorf("%q leads to %q, want %q", address, got, want)
		}
	}
}
