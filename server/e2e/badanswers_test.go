package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestBadAnswers: what cannot be taken comes back with its reason and as it was
// typed, and nothing of it is stored.
func TestBadAnswers(t *testing.T) {
	s := newScene(t, onSQLite())
	s.started()
	must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
	l, st := s.letterTo("1"), s.look()
	s.settled(st)
	before, link := s.snapshot(st), l.survey(0)
	stop := strings.Replace(l.stop, "/u/", "/a/", 1)
	long := strings.Repeat("é", 2001)
	for _, test := range []struct {
		name, link, body string
		want             int
		keeps            string // on the page
	}{
		{"a field twice", link, "delay=4&delay=5&listening=4&comment=Canary+kept", 422, "Canary kept"},
		{"too high", link, "delay=6&listening=4&comment=Canary+kept", 422, "Canary kept"},
		{"too low", link, "delay=0&listening=4", 422, ""},
		{"no number", link, "delay=good&listening=4", 422, ""},
		{"a fraction", link, "delay=4.5&listening=4", 422, ""},
		{"a required one missing", link, "delay=4&comment=Canary+kept", 422, "Canary kept"},
		{"nothing", link, "", 422, ""},
		{"2,001 characters", link, "delay=4&listening=4&comment=" + url.QueryEscape(long), 422, long},
		{"NUL", link, "delay=4&listening=4&comment=a%00b", 422, ""},
		{"bad UTF-8", link, "delay=4&listening=4&comment=%ff", 422, ""},
		{"another version", link, "version=99&delay=4&listening=4", 422, ""},
		{"no form", link, "delay=%zz", 400, ""},
		{"2 MB", link, "delay=4&listening=4&comment=" + strings.Repeat("x", 2<<20), 413, ""},
		{"forged", baseURL + "/a/" + strings.Repeat("A", 43), "delay=4&listening=4", 404, ""},
		{"truncated", strings.Split(link, "?")[0][:len(baseURL)+20], "delay=4&listening=4", 404, ""},
		{"a link to stop", stop, "delay=4&listening=4", 404, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, page, err := s.customer.postBody(t.Context(), test.link, test.body)
			if err != nil || status != test.want || !strings.Contains(page, test.keeps) {
				t.Errorf("%d %v, want %d; what was typed is kept: %t", status, err, test.want, strings.Contains(page, test.keeps))
			}
			if !strings.Contains(page, "<h1") {
				t.Error("nothing is said to the person")
			}
		})
	}
	if diff := cmp.Diff(before, s.snapshot(st)); diff != "" {
		t.Errorf("bad answers were stored:\n%s", diff)
	}
	must(t, s.customer.answer(t.Context(), l, scores(4, 4)))

	answered := s.snapshot(st)
	s.restarted(29 * 24 * time.Hour)
	if status, _, err := s.customer.post(t.Context(), link, scores(1, 1).form()); err != nil || status != http.StatusGone {
		t.Errorf("after four weeks: %d %v", status, err)
	}
	if diff := cmp.Diff(answered, s.snapshot(st)); diff != "" {
		t.Errorf("an answer after the window was stored:\n%s", diff)
	}
	s.holds(st)
	s.stopped()
}

// TestSameAnswerManyTimes: a double click, twenty of them at once, and a connection
// that dies before the thank-you are one answer.
func TestSameAnswerManyTimes(t *testing.T) {
	s := newScene(t, onSQLite())
	s.started()
	must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
	l, done := s.letterTo("1"), make(chan error)
	s.hangUp(l, scores(4, 5))
	for range 20 {
		go func() { done <- s.customer.answer(t.Context(), l, scores(4, 5)) }()
	}
	for range 20 {
		must(t, <-done)
	}
	st := s.look()
	s.settled(st)
	s.holds(st)
	r, err := st.GetResponse(t.Context(), l.invitation)
	if err != nil || len(r.Answers) != 1 {
		t.Errorf("%d answers, %v", len(r.Answers), err)
	}
}

// hangUp posts an answer and does not wait for what is said to it.
func (s *scene) hangUp(l letter, a answer) {
	s.Helper()
	conn, err := net.Dial("tcp", s.running.address)
	must(s, err)
	defer conn.Close()
	body, to := a.form().Encode(), strings.TrimPrefix(l.survey(0), baseURL)
	out := bufio.NewWriter(conn)
	fmt.Fprintf(out, "POST %s HTTP/1.1\r\nHost: avis.test\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", to, len(body), body)
	must(s, out.Flush())
}
