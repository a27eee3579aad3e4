package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// TestE05BadHooks: a helpdesk's bad input is refused with the right word, and nothing
// of it is stored.
func TestE05BadHooks(t *testing.T) {
	s := newScene(t, onSQLite())
	s.started()
	st := s.look()
	before := s.snapshot(st)
	good := about("1", "closed").json()
	for _, test := range []struct {
		name, body string
		want       int
		says       string // part of what and where
	}{
		{"not JSON", "id=1", 400, "not JSON"},
		{"nothing", "", 400, "empty"},
		{"half", good[:len(good)/2], 400, "not JSON"},
		{"two values", good + good, 400, "something follows"},
		{"a key twice", strings.Replace(good, `"id":"1"`, `"id":"1","id":"2"`, 1), 400, "twice"},
		{"bad UTF-8", strings.Replace(good, "Canary subject", "Canary \xff", 1), 400, "UTF-8"},
		{"100,000 levels", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), 400, "nested deeper"},
		{"an id that is an object", about("1", "closed").with("id", map[string]any{"$gt": ""}).json(), 400, `"id"`},
		{"an unknown status", about("1", "sleeping").json(), 400, `"status"`},
		{"no time", about("1", "closed").with("updated_at", nil).json(), 400, `"updated_at"`},
		{"a date before 1990", about("1", "closed").with("opened_at", "1989-12-31T00:00:00Z").json(), 400, `"opened_at"`},
		{"a date to come", about("1", "closed").with("updated_at", "2027-03-17T10:00:00Z").json(), 400, `"updated_at"`},
		{"an address with a line break", about("1", "closed").with("customer", map[string]any{"email": "a@canary.example\r\nBcc: b@canary.example"}).json(), 400, "customer.email"},
		{"an address without @", about("1", "closed").with("customer", map[string]any{"email": "canary.example"}).json(), 400, "customer.email"},
		{"one bad of two", "[" + good + "," + about("2", "sleeping").json() + "]", 400, "[1].status"},
		{"8 MB", `{"subject":"` + strings.Repeat("x", 8<<20) + `"}`, 413, ""},
		{"one byte too many", good + strings.Repeat(" ", 1<<20+1-len(good)), 413, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, said, err := s.helpdesk.send(t.Context(), "bad", test.body)
			if err != nil || status != test.want || !strings.Contains(said, test.says) {
				t.Errorf("%d %q %v, want %d and %q", status, said, err, test.want, test.says)
			}
			if strings.Contains(said, "anary") {
				t.Errorf("what was posted is told back: %q", said)
			}
		})
	}
	t.Run("chunked without end", func(t *testing.T) { s.wantEndlessRefused() })
	t.Run("signatures", func(t *testing.T) { s.wantForgeriesRefused(t, good) })
	if diff := cmp.Diff(before, s.snapshot(st)); diff != "" {
		t.Errorf("bad input was stored:\n%s", diff)
	}
	must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
	s.settled(st)
	s.holds(st)
	s.stopped()
}

// wantForgeriesRefused tries what somebody without the secret could, more often
// than guesses are answered; whoever has the secret is served all the same.
func (s *scene) wantForgeriesRefused(t *testing.T, good string) {
	now := func(d time.Duration) string { return fmt.Sprint(s.now().Add(d).Unix()) }
	for name, test := range map[string]struct {
		source string
		header http.Header
		want   int
	}{
		"none":           {"desk", http.Header{}, 401},
		"wrong":          {"desk", signature("1", now(0), good, "another secret"), 401},
		"another body":   {"desk", signature("1", now(0), good+" ", hookSecret), 401},
		"stale":          {"desk", signature("1", now(-6*time.Minute), good, hookSecret), 401},
		"ahead":          {"desk", signature("1", now(6*time.Minute), good, hookSecret), 401},
		"bearer":         {"desk", http.Header{"Authorization": {"Bearer " + hookSecret + "x"}}, 401},
		"unknown source": {"nowhere", signature("1", now(0), good, hookSecret), 404},
	} {
		if status, said, err := s.helpdesk.request(t.Context(), test.source, strings.NewReader(good), test.header); err != nil || status != test.want {
			t.Errorf("%s: %d %q %v, want %d", name, status, said, err, test.want)
		}
	}
	limited := false
	for range 40 {
		status, _, err := s.helpdesk.request(t.Context(), "desk", strings.NewReader(good), http.Header{})
		must(t, err)
		limited = limited || status == http.StatusTooManyRequests
	}
	if !limited {
		t.Error("guesses are answered without limit")
	}
	if status, _, err := s.helpdesk.send(t.Context(), "bad", "{}"); err != nil || status != http.StatusBadRequest {
		t.Errorf("a signed event meets the limit of those who guess: %d %v", status, err)
	}
}

// wantEndlessRefused posts a body that never ends, and stops when it is answered.
func (s *scene) wantEndlessRefused() {
	s.Helper()
	conn, err := net.Dial("tcp", s.running.address)
	must(s, err)
	defer conn.Close()
	must(s, conn.SetDeadline(time.Now().Add(patience)))
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		answered <- line
		conn.Close()
	}()
	io.WriteString(conn, "POST /hooks/desk HTTP/1.1\r\nHost: avis.test\r\nTransfer-Encoding: chunked\r\n\r\n")
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 64<<10, strings.Repeat("x", 64<<10))
	sent := 0
	for ; sent < 1000; sent++ {
		if _, err := io.WriteString(conn, chunk); err != nil {
			break
		}
	}
	if line := <-answered; !strings.Contains(line, " 413 ") || sent == 1000 {
		s.Errorf("after %d chunks of 64 kB: %q", sent, line)
	}
}

// TestE01SameEventManyTimes: fifty deliveries of one event at once are one event.
func TestE01SameEventManyTimes(t *testing.T) {
	s := newScene(t, onSQLite())
	s.started()
	e := about("1", "closed")
	done := make(chan error)
	for range 50 {
		go func() { done <- s.helpdesk.post(t.Context(), e) }()
	}
	for range 50 {
		must(t, <-done)
	}
	st := s.look()
	s.settled(st)
	s.holds(st)
	events, err := st.FindEvents(t.Context(), surveys.Applied, everything)
	if err != nil || len(events) != 1 || len(s.postbox.letters()) != 1 {
		t.Errorf("%d events, %d mails, %v", len(events), len(s.postbox.letters()), err)
	}
}
