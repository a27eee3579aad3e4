package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// testLinks signs as the program does.
type testLinks struct{ surveys.Keys }

func (l testLinks) Sign(purpose, id string) string { return l.Keys.Sign(surveys.Purpose(purpose), id) }
func (l testLinks) Open(purpose, token string) (string, error) {
	return l.Keys.Open(surveys.Purpose(purpose), token)
}

// openInside is a house into which people can sign in.
func openInside(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	return open(t, append([]func(*Config){func(c *Config) {
		c.Gate = auth.NewGate(c.Store.(auth.Store), testLinks{c.Answers.Keys}, c.Log, nil)
		c.Parts = append(c.Parts, Doors{})
	}}, change...)...)
}

// person makes somebody who may sign in, with a secret for codes.
func (h *house) person(p auth.Person) auth.Person {
	h.t.Helper()
	p.Secret = "JBSWY3DPEHPK3PXP"
	p, _, err := h.Gate.Invite(context.Background(), p, false)
	h.must(err)
	return p
}

// as signs somebody of a role in, who sees only these teams if any are named, and gives the
// headers of their requests. Each call is another person.
func (h *house) as(role auth.Role, teams ...string) []string {
	h.t.Helper()
	h.people++
	name := string(role) + string(rune('a'+h.people))
	p := auth.Person{Email: name + "@example.org", Name: "Camille " + name, Role: role, Teams: teams, AllTeams: len(teams) == 0}
	if role == auth.Adviser {
		p.Agents = []string{"desk/u-1"}
	}
	return h.signedIn(h.person(p))
}

// signedIn gives the headers of requests of somebody who has signed in.
func (h *house) signedIn(p auth.Person) []string {
	h.t.Helper()
	pass, err := h.Gate.InviteAgain(context.Background(), p, false)
	h.must(err)
	p.Secret, p.Step = "", 0 // whoever has codes must give one; these tests are not about codes
	h.must(h.store.PutPerson(context.Background(), p))
	p, secret, err := h.Gate.Enter(context.Background(), strings.TrimPrefix(h.Gate.Link(pass), "/login/"), auth.Chosen{Password: "correct horse battery"})
	h.must(err)
	p.Secret = "JBSWY3DPEHPK3PXP"
	h.must(h.store.PutPerson(context.Background(), p))
	return []string{"Cookie", h.cookieName() + "=" + secret, "Origin", "https://avis.example.org"}
}

// TestSignIn walks a person from an invitation to the account and out again.
func TestSignIn(t *testing.T) {
	h := openInside(t)
	p, pass, err := h.Gate.Invite(t.Context(), auth.Person{Email: "Lina@Example.org ", Name: "Lina", Role: auth.Reader}, false)
	h.must(err)
	link := h.Gate.Link(pass)
	h.want(http.StatusOK, h.get(link))
	h.want(http.StatusUnprocessableEntity, h.ask("POST", link, "password=short"))
	r := h.want(http.StatusSeeOther, h.ask("POST", link, "password=correct+horse+battery"))
	h.want(http.StatusGone, h.get(link))
	session := "__Host-entendu_session=" + cookieOf(r, "__Host-entendu_session")
	r = h.want(http.StatusSeeOther, h.get("/manage/account", "Cookie", session))
	if to := r.Header.Get("Location"); to != codesPath {
		t.Errorf("sent to %q before there are codes", to)
	}
	page := document(t, h.want(http.StatusOK, h.get(codesPath, "Cookie", session)))
	secret := page.Find("input[name=secret]").AttrOr("value", "")
	form := url.Values{"secret": {secret}, "code": {"000000"}}
	h.want(http.StatusUnprocessableEntity, h.ask("POST", codesPath, form.Encode(), "Cookie", session, "Origin", "https://avis.example.org"))
	form.Set("code", codeAt(t, secret, h.now))
	page = document(t, h.want(http.StatusOK, h.ask("POST", codesPath, form.Encode(), "Cookie", session, "Origin", "https://avis.example.org")))
	spare := page.Find(".spares li").First().Text()
	h.want(http.StatusOK, h.get(accountPath, "Cookie", session))
	h.want(http.StatusSeeOther, h.ask("POST", accountPath+"/leave", "", "Cookie", session, "Origin", "https://avis.example.org"))
	h.want(http.StatusSeeOther, h.get(accountPath, "Cookie", session))

	login := url.Values{"email": {"lina@example.org"}, "password": {"correct horse battery"}, "next": {"/manage/account"}}
	h.want(http.StatusUnprocessableEntity, h.ask("POST", loginPath, login.Encode()))
	login.Set("code", codeAt(t, secret, h.now)) // used to confirm: a code opens once
	h.want(http.StatusUnprocessableEntity, h.ask("POST", loginPath, login.Encode()))
	login.Set("code", spare)
	r = h.want(http.StatusSeeOther, h.ask("POST", loginPath, login.Encode()))
	if to := r.Header.Get("Location"); to != "/manage/account" {
		t.Errorf("sent to %q", to)
	}
	h.want(http.StatusUnprocessableEntity, h.ask("POST", loginPath, login.Encode())) // a spare code opens once
	h.now = h.now.Add(time.Minute)
	login.Set("code", codeAt(t, secret, h.now))
	login.Set("next", "https://elsewhere.example.org/manage")
	r = h.want(http.StatusSeeOther, h.ask("POST", loginPath, login.Encode()))
	if to := r.Header.Get("Location"); to != accountPath { // the only page inside of this house
		t.Errorf("sent to %q", to)
	}
	if p.ID != auth.PersonID("lina@example.org") {
		t.Errorf("id %q", p.ID)
	}
}

func cookieOf(r *http.Response, name string) string {
	for _, c := range r.Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// TestStrangersLearnNothing: an unknown address, a known one with a wrong password, one
// that is disabled, all meet the same page.
func TestStrangersLearnNothing(t *testing.T) {
	h := openInside(t)
	h.as(auth.Administrator)
	off := h.person(auth.Person{Email: "off@example.org", Name: "Off", Role: auth.Reader, Disabled: true})
	h.signedIn(func() auth.Person { off.Disabled = false; return off }())
	off, err := h.store.GetPerson(t.Context(), off.ID)
	h.must(err)
	off.Disabled = true
	h.must(h.store.PutPerson(t.Context(), off))
	var first string
	for _, email := range []string{"nobody@example.org", "administratorb@example.org", "off@example.org"} {
		said := text(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", loginPath, url.Values{"email": {email}, "password": {"wrong horse battery"}, "code": {"123456"}}.Encode())))
		said = strings.ReplaceAll(said, email, "ADDRESS")
		if first == "" {
			first = said
		}
		if said != first {
			t.Errorf("%s is told something else", email)
		}
		renewed := h.want(http.StatusSeeOther, h.ask("POST", "/login/renew", url.Values{"email": {email}}.Encode()))
		if to := renewed.Header.Get("Location"); to != "/login/renew?asked=1" {
			t.Errorf("%s is sent to %q", email, to)
		}
	}
}

// TestNobodyIsLockedOut: who fails for another cannot keep them out where they were
// signed in before, and is not looked at any more from where they fail.
func TestNobodyIsLockedOut(t *testing.T) {
	h := openInside(t)
	p := h.person(auth.Person{Email: "lina@example.org", Name: "Lina", Role: auth.Reader})
	h.signedIn(p)
	login := func(password, code, from string, head ...string) *http.Response {
		form := url.Values{"email": {"lina@example.org"}, "password": {password}, "code": {code}}
		r := h.ask("POST", loginPath, form.Encode(), append(head, "X-From", from)...)
		return r
	}
	known := "__Host-entendu_known=" + h.Gate.Known(p)
	status := http.StatusUnprocessableEntity
	tries := 0
	for ; status == http.StatusUnprocessableEntity && tries < 100; tries++ {
		status = login("wrong horse battery", "000000", "one").StatusCode
	}
	if status != http.StatusTooManyRequests || tries > 10 {
		t.Errorf("after %d failures: %d", tries, status)
	}
	r := login("correct horse battery", codeAt(t, "JBSWY3DPEHPK3PXP", h.now), "one", "Cookie", known)
	h.want(http.StatusSeeOther, r)
	if log := h.log.String(); !strings.Contains(log, "too many have failed") || strings.Contains(log, "lina@example.org") {
		t.Errorf("the log: %s", log)
	}
}

// TestFormsFromElsewhere: a form posted inside comes from our own pages, and says so.
func TestFormsFromElsewhere(t *testing.T) {
	h := openInside(t)
	cookie := h.as(auth.Reader)[1]
	for _, c := range []struct {
		what string
		want int
		head []string
	}{
		{"our own page", http.StatusSeeOther, []string{"Origin", "https://avis.example.org"}},
		{"our own page, by a new browser", http.StatusSeeOther, []string{"Sec-Fetch-Site", "same-origin"}},
		{"nothing said", http.StatusForbidden, nil},
		{"another site", http.StatusForbidden, []string{"Origin", "https://example.com", "Sec-Fetch-Site", "cross-site"}},
		{"a neighbour", http.StatusForbidden, []string{"Origin", "https://other.example.org", "Sec-Fetch-Site", "same-site"}},
		{"nobody", http.StatusForbidden, []string{"Origin", "null"}},
	} {
		got := h.ask("POST", accountPath, "name=Lina&language=fr", append(c.head, "Cookie", cookie)...)
		if got.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", c.what, got.StatusCode, c.want)
		}
	}
}

// TestRoleTakenAway: what is taken away is gone at the next request, and with it the
// sessions.
func TestRoleTakenAway(t *testing.T) {
	h := openInside(t)
	head := h.as(auth.Manager)
	h.want(http.StatusOK, h.get(accountPath, head...))
	p, err := h.store.GetPerson(t.Context(), auth.PersonID("managerb@example.org"))
	h.must(err)
	after := p
	after.Role = auth.Reader
	h.must(h.Gate.Change(t.Context(), p, after))
	h.want(http.StatusSeeOther, h.get(accountPath, head...))
}

// TestTheirOwnLanguage: a page inside speaks the language that its reader chose, whatever
// the browser says; only the address beats it.
func TestTheirOwnLanguage(t *testing.T) {
	h := openInside(t)
	head := append(h.as(auth.Reader), "Accept-Language", "en-GB")
	h.want(http.StatusSeeOther, h.ask("POST", accountPath, "name=Lina&language=fr", head...))
	for path, want := range map[string]string{accountPath: "fr", accountPath + "?lang=en": "en"} {
		if got := document(t, h.want(http.StatusOK, h.get(path, head...))).Find("html").AttrOr("lang", ""); got != want {
			t.Errorf("%s speaks %q, want %q", path, got, want)
		}
	}
}
