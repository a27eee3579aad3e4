package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/entendu/entendu/server/auth"
)

// TestOpenDoors: until an administrator has come in, each start prints a link; the one
// who was named is mailed once; afterwards nothing is printed.
func TestOpenDoors(t *testing.T) {
	s := assembled(t)
	start := func(admin string) (link string) {
		t.Helper()
		var said bytes.Buffer
		if err := s.openDoors(t.Context(), admin, "http://localhost:8080", &terminal{err: &said}); err != nil {
			t.Fatal(err)
		}
		_, link, _ = strings.Cut(said.String(), "http://localhost:8080/login/")
		return strings.TrimSpace(link)
	}
	if start("") == "" || start("ada@example.org") == "" || start("ada@example.org") == "" {
		t.Fatal("a start printed no link, and nobody can sign in")
	}
	passes, err := s.store.FindPasses(t.Context(), auth.PersonID("ada@example.org"), 10)
	if err != nil {
		t.Fatal(err)
	}
	mails := 0
	for _, p := range passes {
		if p.Mail {
			mails++
		}
	}
	if mails != 1 {
		t.Errorf("%d mails are on their way to the one named", mails)
	}
	if _, _, err := s.gate.Enter(t.Context(), start(""), auth.Chosen{Password: "correct horse battery"}); err != nil {
		t.Fatal(err)
	}
	if link := start("ada@example.org"); link != "" {
		t.Errorf("after the administrator came in, a link was printed: %s", link)
	}
}
