package web

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// rude is a part whose pages fail in ways that none of ours should.
type rude struct{}

func (rude) routes(*Server) []route {
	return []route{
		{http.MethodGet, "/rude/panic", func(Ctx) error { panic("canary-panic") }, asPage, auth.Everyone},
		{http.MethodGet, "/rude/error", func(Ctx) error { return errors.New("canary-error") }, asPage, auth.Everyone},
		{http.MethodGet, "/rude/data", func(Ctx) error { return errors.New("canary-error") }, asData, auth.Everyone},
		{http.MethodPost, "/rude/form", func(c Ctx) error { return c.NoContent(http.StatusNoContent) }, asPage, auth.Everyone},
	}
}

func withRude(c *Config) { c.Parts = append(c.Parts, rude{}) }

// The addresses of the design, each with every status that it promises.
func TestAddresses(t *testing.T) {
	h := open(t, withRude)
	over := h.invitation
	over.Ticket.ID = "1"
	over.ID, over.AcceptedAt = surveys.InvitationID(over.Survey, over.Ticket, 1), h.now.AddDate(0, -2, 0)
	h.must(h.store.AddInvitation(t.Context(), over))
	keys := h.Answers.Keys
	gone, nobody := keys.Sign(surveys.ToAnswer, over.ID), keys.Sign(surveys.ToAnswer, surveys.InvitationID("x", over.Ticket, 1))
	long := "comment=" + strings.Repeat("x", 70<<10)
	for _, c := range []struct {
		method, path, body string
		code               int
	}{
		{"GET", "/a/" + h.token, "", 200}, {"HEAD", "/a/" + h.token, "", 200},
		{"POST", "/a/" + h.token, "delay=4&listening=4", 303}, {"POST", "/a/" + h.token, "delay=4", 422}, {"POST", "/a/" + h.token, long, 413},
		{"GET", "/a/" + gone, "", 410}, {"POST", "/a/" + gone, "delay=4&listening=4", 410},
		{"GET", "/a/" + nobody, "", 404}, {"POST", "/a/" + nobody, "delay=4&listening=4", 404},
		{"GET", "/a/" + h.stop, "", 404}, // signed, for another purpose
		{"GET", "/a/" + h.token[:20], "", 404}, {"GET", "/a/" + swap(h.token), "", 404}, {"GET", "/a/x", "", 404}, {"GET", "/a/", "", 404},
		{"POST", "/a/" + swap(h.token), "delay=4&listening=4", 404}, {"PUT", "/a/" + h.token, "", 405}, {"GET", "/a/" + h.token + "/more", "", 404},
		{"POST", "/a/" + h.token, "delay=%zz", 400},
		{"GET", "/u/" + h.stop, "", 200}, {"HEAD", "/u/" + h.stop, "", 200}, {"POST", "/u/" + h.stop, "List-Unsubscribe=One-Click", 200},
		{"GET", "/u/" + h.token, "", 404}, {"POST", "/u/" + swap(h.stop), "", 404},
		{"GET", "/privacy", "", 200}, {"GET", "/accessibility", "", 200}, {"GET", "/privacy?lang=en", "", 200},
		{"GET", "/healthz", "", 200}, {"GET", "/readyz", "", 200}, {"GET", "/nowhere", "", 404}, {"GET", "/assets/x/nothing.css", "", 404},
		{"GET", "/assets/" + h.assets.version + "/style.css", "", 200}, {"GET", "/assets/old/style.css", "", 200},
		{"GET", "/assets/x/..%2fpages%2fbase.html", "", 404},
		{"GET", "/rude/panic", "", 500}, {"GET", "/rude/error", "", 500}, {"GET", "/rude/data", "", 500},
	} {
		r := h.ask(c.method, c.path, c.body)
		if r.StatusCode != c.code {
			t.Errorf("%s %s: %d, want %d", c.method, strings.ReplaceAll(c.path, h.token, "TOKEN"), r.StatusCode, c.code)
		}
		if said := text(t, r); strings.Contains(said, "canary") || strings.Contains(said, "goroutine") {
			t.Errorf("%s: an inner error is shown: %.200s", c.path, said)
		}
		if c.code == 500 && !strings.Contains(h.log.String(), "canary") {
			t.Errorf("%s: the error is not in the log", c.path)
		}
	}
	h.fails()
	h.want(http.StatusServiceUnavailable, h.get("/readyz"))
	h.want(http.StatusOK, h.get("/healthz"))
}

// swap exchanges two characters, as a mistake in copying does.
func swap(token string) string {
	return token[:4] + string(token[5]) + string(token[4]) + token[6:]
}

func TestReferenceIsShownAndLogged(t *testing.T) {
	h := open(t, withRude)
	d := document(t, h.want(http.StatusInternalServerError, h.get("/rude/panic")))
	reference := d.Find(".code").Text()
	if len(reference) != 8 || !strings.Contains(h.log.String(), reference) {
		t.Errorf("reference %q is not in the log", reference)
	}
}

func TestEveryResponseIsGuarded(t *testing.T) {
	h := open(t, withRude)
	fill := strings.NewReplacer(":token", h.token, ":source", "desk", ":version", h.assets.version, ":name", "style.css")
	paths := map[string]bool{"GET /nowhere": true, "PUT /privacy": true, "OPTIONS /a/x": true}
	for _, r := range h.allRoutes() {
		for _, m := range r.methods() {
			paths[m+" "+fill.Replace(r.path)] = true
		}
	}
	for at := range paths {
		method, path, _ := strings.Cut(at, " ")
		r := h.ask(method, path, "")
		for name, want := range map[string]string{
			"Content-Security-Policy":      policy,
			"Referrer-Policy":              "same-origin",
			"X-Content-Type-Options":       "nosniff",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Embedder-Policy": "require-corp",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security":    "max-age=31536000",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", at, name, got, want)
			}
		}
		if r.Header.Get("Permissions-Policy") == "" || r.Header.Get("Cache-Control") == "" && method != "OPTIONS" && r.StatusCode != 204 {
			t.Errorf("%s: no Permissions-Policy or no Cache-Control: %v", at, r.Header)
		}
		if len(r.Cookies()) != 0 {
			t.Errorf("%s sets a cookie", at)
		}
		if strings.HasPrefix(path, "/a/") || strings.HasPrefix(path, "/u/") {
			if r.StatusCode != 405 && r.StatusCode != 204 && (r.Header.Get("X-Robots-Tag") != "noindex" || r.Header.Get("Cache-Control") != "no-store") {
				t.Errorf("%s may be indexed or kept: %v", at, r.Header)
			}
		}
		if body := text(t, r); len(body) > 0 && r.Header.Get("Content-Type") == "" {
			t.Errorf("%s: no Content-Type", at)
		}
	}
	plain := open(t, func(c *Config) { c.URL = "http://localhost:8080" })
	if plain.get("/privacy").Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over plain HTTP")
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	h := open(t, withRude)
	for _, c := range []struct {
		head []string
		code int
	}{
		{nil, 204},
		{[]string{"Sec-Fetch-Site", "same-origin"}, 204},
		{[]string{"Origin", "https://avis.example.org", "Host", "backend:8080"}, 204},
		{[]string{"Origin", "https://avis.example.org", "Sec-Fetch-Site", "same-origin", "Host", "backend:8080"}, 204},
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-site"}, 403},
		{[]string{"Origin", "https://evil.example.com"}, 403},
		{[]string{"Origin", "null"}, 403},
	} {
		if r := h.ask("POST", "/rude/form", "", c.head...); r.StatusCode != c.code {
			t.Errorf("%v: %d, want %d", c.head, r.StatusCode, c.code)
		}
	}
}

func TestGuessersAreSlowedAndNobodyElse(t *testing.T) {
	h := open(t)
	seen := map[int]int{}
	for range failuresAtOnce + 20 {
		seen[h.get("/a/"+swap(h.token), "X-Forwarded-For", h.now.String()).StatusCode]++
	}
	if seen[404] != failuresAtOnce || seen[429] != 20 {
		t.Errorf("answers %v, want %d times 404, then 429", seen, failuresAtOnce)
	}
	// The same client with what is valid, of any kind, is never limited.
	h.want(http.StatusOK, h.get("/a/"+h.token))
	h.want(http.StatusSeeOther, h.ask("POST", "/a/"+h.token, "delay=4&listening=4"))
	h.want(http.StatusOK, h.ask("POST", "/u/"+h.stop, ""))
	h.want(http.StatusAccepted, h.tell("m", event))
	// Its bad signatures count as well, and 429 says when to come back.
	r := h.want(http.StatusTooManyRequests, h.ask("POST", "/hooks/desk", event))
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.want(http.StatusTooManyRequests, h.ask("POST", "/hooks/guess", event))
	h.now = h.now.Add(2 * time.Second)
	h.want(http.StatusNotFound, h.get("/a/"+swap(h.token)))
}

func TestClientsAreToldApartByWhatCanBeBelieved(t *testing.T) {
	_, proxies, err := net.ParseCIDR("192.0.2.0/24") // where httptest's requests come from
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, func(c *Config) { c.Trusted = []*net.IPNet{proxies} })
	for range failuresAtOnce + 1 {
		h.get("/a/x", "X-Forwarded-For", "203.0.113.9")
	}
	h.want(http.StatusTooManyRequests, h.get("/a/x", "X-Forwarded-For", "198.51.100.1, 203.0.113.9")) // the client wrote the first
	h.want(http.StatusNotFound, h.get("/a/x", "X-Forwarded-For", "203.0.113.10"))
}

func TestHostHeaderChangesNoLink(t *testing.T) {
	h := open(t)
	if said := text(t, h.get("/a/"+h.token, "Host", "evil.example.com", "X-Forwarded-Host", "evil.example.com")); strings.Contains(said, "evil") {
		t.Error("a page repeats the Host header")
	}
}

func TestLogKeepsSecrets(t *testing.T) {
	h := open(t, withRude)
	head := []string{"Referer", "https://x/canary", "User-Agent", "canary", "X-Forwarded-For", "203.0.113.77"}
	answer := "delay=4&listening=5&comment=canary"
	h.ask("GET", "/a/"+h.token+"?delay=4&canary=1", "", head...)
	h.ask("POST", "/a/"+h.token+"?lang=canary", answer, head...)
	h.ask("POST", "/a/"+h.token, "comment=canary", head...)
	h.ask("CANARY", "/canary/"+h.token, answer, head...)
	h.ask("GET", "/canary/"+h.token, "", head...)
	h.ask("GET", "/a/"+h.token+"/canary", "", head...)
	h.ask("POST", "/u/"+h.stop, "canary", head...)
	h.tell("canary", event)
	h.tell("canary2", strings.Replace(event, "closed", "canary", 1))
	h.ask("POST", "/hooks/desk", "canary", "Authorization", "Bearer canary")
	h.fails()
	h.ask("POST", "/a/"+h.token, answer, head...)
	h.ask("GET", "/u/"+h.stop, "", head...)
	h.tell("canary3", event)
	log := h.log.String()
	if !strings.Contains(log, `"route":"/a/:token"`) || !strings.Contains(log, errGone.Error()) {
		t.Fatalf("the log lacks what it should have:\n%s", log)
	}
	for name, hidden := range map[string]string{"a canary": "canary", "a token": h.token, "a stop token": h.stop,
		"an address": "203.0.113.77", "the peer": "192.0.2.1", "the secret": secret} {
		if i := strings.Index(strings.ToLower(log), strings.ToLower(hidden)); i >= 0 {
			t.Errorf("the log holds %s: …%s…", name, log[max(0, i-80):min(len(log), i+80)])
		}
	}
}

func TestServerBoundsEveryPhase(t *testing.T) {
	s := open(t).HTTP("127.0.0.1:0")
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 15*time.Second || s.WriteTimeout != 30*time.Second ||
		s.IdleTimeout != time.Minute || s.MaxHeaderBytes != 16<<10 {
		t.Errorf("bounds %+v", s)
	}
}
