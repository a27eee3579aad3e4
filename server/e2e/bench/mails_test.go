package main

import (
	"net/smtp"
	"strings"
	"testing"
)

// TestLogFindsWhatIsWrong sends three mails of which one is sent three times, awaits
// one that never comes and does not await another.
func TestLogFindsWhatIsWrong(t *testing.T) {
	m, err := takeMails()
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	address := strings.TrimSuffix(strings.TrimPrefix(m.url, "smtp://"), "?tls=none")
	for _, id := range []string{"<a@x>", "<b@x>", "<b@x>", "<b@x>", "<c@x>"} {
		raw := "Subject: hello\r\nMessage-ID: " + id + "\r\n\r\nMessage-ID: <no@x>\r\n"
		if err := smtp.SendMail(address, nil, "f@x.test", []string{"t@x.test"}, []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	got, want := m.compare([]string{"<a@x>", "<b@x>", "<d@x>"}), log{accepted: 5, distinct: 3, doubles: 2, most: 3, missing: 1, foreign: 1}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if first := string(m.taste()); !strings.Contains(first, "<a@x>") {
		t.Errorf("the first is %q", first)
	}
	m.forget()
	if got := m.compare(nil); got != (log{}) || m.taken.Load() != 0 {
		t.Errorf("after forgetting: %+v, %d", got, m.taken.Load())
	}
}
