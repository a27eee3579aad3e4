package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/server/auth"
)

var updateMatrix = flag.Bool("update", false, "write the matrix of roles anew")

// standIn is somebody of the matrix.
type standIn struct {
	name   string
	person auth.Person
}

func standIns() []standIn {
	return []standIn{
		{"administrator", auth.Person{Role: auth.Administrator, AllTeams: true}},
		{"manager", auth.Person{Role: auth.Manager, AllTeams: true}},
		{"manager-of-billing", auth.Person{Role: auth.Manager, Teams: []string{"billing"}}},
		{"adviser", auth.Person{Role: auth.Adviser, Agents: []string{"desk/u-1"}}},
		{"reader", auth.Person{Role: auth.Reader}},
	}
}

// TestEveryRouteAndRole asks for every route of the program as everybody there is. The
// file says who may, line by line: a route that it does not name, or that lets anybody
// else in, fails. It asks through the whole program, so a route that forgot its guard is found.
func TestEveryRouteAndRole(t *testing.T) {
	s := assembled(t)
	cookies := map[string]string{}
	for _, who := range standIns() {
		cookies[who.name] = enterAs(t, s, who)
	}
	var lines []string
	for _, r := range s.pages.Routes() {
		if r.Needs == auth.Everyone && !strings.HasPrefix(r.Path, "/manage") && !strings.HasPrefix(r.Path, "/desk") {
			continue // for anybody: no cookie changes what it does
		}
		if r.Path == "/manage/account/leave" {
			continue // whoever asks for it is gone: TestSignIn
		}
		var may []string
		for _, who := range standIns() {
			if letIn(t, s, r.Method, r.Path, cookies[who.name]) {
				may = append(may, who.name)
			}
		}
		if letIn(t, s, r.Method, r.Path, "") {
			may = append(may, "NOBODY")
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", r.Method, r.Path, strings.Join(may, " ")))
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	if *updateMatrix {
		if err := os.WriteFile("testdata/matrix.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("who may do what (run with -update to accept):\n%s", diff)
	}
	if strings.Contains(got, "NOBODY") || len(lines) < 5 {
		t.Error("somebody comes in without signing in, or there are no routes")
	}
}

// letIn says whether a route was reached: whoever is refused meets 403, or the sign-in.
func letIn(t *testing.T, s *service, method, path, cookie string) bool {
	t.Helper()
	path = regexp.MustCompile(`[:*]\w*`).ReplaceAllString(path, "x")
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://localhost:8080")
	if cookie != "" {
		r.Header.Set("Cookie", "entendu_session="+cookie)
	}
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	to, _ := url.Parse(w.Header().Get("Location"))
	switch {
	case w.Code == http.StatusForbidden || w.Code == http.StatusUnauthorized:
		return false
	case w.Code == http.StatusSeeOther && to.Path == "/login":
		return false
	}
	return true
}

// assembled is the whole program, in a folder of its own, listening nowhere.
func assembled(t *testing.T) *service {
	t.Helper()
	o := &options{Data: t.TempDir(), Listen: ":0", origins: map[string]string{}}
	it, err := o.open(t.Context(), forServe, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { it.Close() })
	s, err := o.assemble(t.Context(), it, sender{From: "Entendu <entendu@localhost>"}, "http://localhost:8080", now, logTo(&terminal{err: t.Output()}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.mailer.Close() })
	return s
}

// enterAs signs somebody in and gives their session.
func enterAs(t *testing.T, s *service, who standIn) string {
	t.Helper()
	ctx := context.Background()
	p := who.person
	p.Email, p.Name = who.name+"@example.org", who.name
	p, pass, err := s.gate.Invite(ctx, p, false)
	if err != nil {
		t.Fatal(err)
	}
	p, secret, err := s.gate.Enter(ctx, strings.TrimPrefix(s.gate.Link(pass), "/login/"), auth.Chosen{Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	p.Secret = "JBSWY3DPEHPK3PXP" // with codes: without, nobody gets past setting them up
	if err := s.store.PutPerson(ctx, p); err != nil {
		t.Fatal(err)
	}
	return secret
}
