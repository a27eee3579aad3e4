package surveys_test

import (
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// TestSuspect: what comes before an answer, and how long before.
func TestSuspect(t *testing.T) {
	get := func(score string) surveys.Opening { return surveys.Opening{Method: http.MethodGet, Score: score} }
	from := func(page string) surveys.Opening { return surveys.Opening{Method: http.MethodGet, Referer: page} }
	head := surveys.Opening{Method: http.MethodHead}
	for _, test := range []struct {
		name    string
		sent    time.Duration // before the answer; 0 is not known
		opened  []surveys.Opening
		pause   time.Duration // between the last opening and the answer
		suspect bool
	}{
		{"nothing seen", day, nil, 0, false},
		{"acceptance not known", 0, nil, 0, false},
		{"one tap", day, []surveys.Opening{get("4")}, time.Second, false},
		{"changed their mind", day, []surveys.Opening{get("4"), get("5"), get("4")}, time.Second, false},
		{"three scores", day, []surveys.Opening{get("1"), get("2"), get("3")}, time.Second, true},
		{"three scores, long ago", day, []surveys.Opening{get("1"), get("2"), get("3")}, 2 * minute, false},
		{"looked at by HEAD", day, []surveys.Opening{head}, time.Second, true},
		{"looked at by HEAD, then opened", day, []surveys.Opening{head, get("4")}, time.Second, true},
		{"looked at by HEAD, long ago", day, []surveys.Opening{head}, 61 * time.Second, false},
		{"by way of a service", day, []surveys.Opening{from("https://eur01.safelinks.protection.outlook.com/?url=x")}, time.Second, true},
		{"by way of another", day, []surveys.Opening{from("https://protect-eu.mimecast.com/s/x")}, time.Second, true},
		{"by a name like it", day, []surveys.Opening{from("https://notmimecast.com/")}, time.Second, false},
		{"from a mailbox on the web", day, []surveys.Opening{from("https://mail.example.org/inbox")}, time.Second, false},
		{"no score at all", day, []surveys.Opening{get("0"), get("6"), get("11"), get("x"), get("")}, time.Second, false},
		{"at once", 9 * time.Second, nil, 0, true},
		{"quick", 10 * time.Second, nil, 0, false},
	} {
		var s surveys.Signs
		now, accepted := monday, time.Time{}
		for _, o := range test.opened {
			s.Opened("i", o, now)
			s.Opened("another", head, now)
			now = now.Add(time.Second)
		}
		now = now.Add(test.pause - time.Second)
		if test.sent > 0 {
			accepted = now.Add(-test.sent)
		}
		if got := s.Suspect("i", accepted, now); got != test.suspect {
			t.Errorf("%s: suspect %t", test.name, got)
		}
	}
}

// TestSignsAreBounded: links are opened by whoever likes.
func TestSignsAreBounded(t *testing.T) {
	var s surveys.Signs
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range 200_000 {
		s.Opened(fmt.Sprintf("%022d", n), surveys.Opening{Method: http.MethodHead}, monday.Add(time.Duration(n)*time.Microsecond))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("%d MB are held", grown>>20)
	}
	if !s.Suspect(fmt.Sprintf("%022d", 199_999), time.Time{}, monday.Add(time.Second)) {
		t.Error("the last one was forgotten")
	}
}

// TestSuspectAnswerIsKept, marked, and counts; a later one from a person is not
// marked.
func TestSuspectAnswerIsKept(t *testing.T) {
	h, token := asked(t)
	h.clock.pass(hour)
	a := h.answers()
	found, err := a.Find(t.Context(), token)
	h.must(err)
	a.Opened(t.Context(), found, surveys.Opening{Method: http.MethodHead})
	_, err = a.Confirm(t.Context(), token, form("delay", "1"), "fr")
	h.must(err)
	if r := h.response(); len(r.Answers) != 1 || !r.Last().Suspect {
		t.Errorf("the answer of a machine: %+v", r.Answers)
	}
	h.clock.pass(hour)
	_, err = a.Confirm(t.Context(), token, form("delay", "5"), "fr")
	h.must(err)
	if r := h.response(); len(r.Answers) != 2 || r.Last().Suspect || !r.Answers[0].Suspect {
		t.Errorf("then that of a person: %+v", r.Answers)
	}
}
