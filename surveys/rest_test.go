package surveys_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// twice opens a house in which two invitations of one person are due, that of
// ticket 1 an hour before that of ticket 2.
func twice(t *testing.T) *house {
	h := open(t)
	h.hear(told(surveys.Closed, -60), about(told(surveys.Closed, 0), "2", "LINA@example.net"))
	return h
}

func TestOneMailPerRest(t *testing.T) {
	h := twice(t)
	h.passes(0)
	h.passes(hour)
	h.stands("1", 1, surveys.Sent, "")
	h.stands("2", 1, surveys.Skipped, surveys.Rest)
	for id, wait := range map[string]time.Duration{"3": 30*day - hour - time.Millisecond, "4": 30*day - hour} {
		h := twice(t)
		h.passes(0)
		h.passes(hour)
		h.clock.pass(wait - 2*hour)
		h.hear(about(told(surveys.Closed, int(h.clock.Now().Sub(monday)/minute)), id, "lina@example.net"))
		h.passes(2 * hour)
		want := surveys.Skip("")
		if id == "3" {
			want = surveys.Rest
		}
		if got := h.invitation(id, 1); got.Code != want {
			t.Errorf("%v after the first mail: %s %q", wait+hour, got.State, got.Code)
		}
	}
}

func TestRestOff(t *testing.T) {
	h := twice(t)
	h.decide(func(s *surveys.Settings) { s.Asking.Rest = surveys.Span{} })
	h.passes(hour)
	h.stands("1", 1, surveys.Sent, "")
	h.stands("2", 1, surveys.Sent, "")
}

// TestRestOfWhatWasNotSent ends the first invitation in many ways: unsent, it does
// not keep the second from being sent.
func TestRestOfWhatWasNotSent(t *testing.T) {
	const deferred, refused, unknown = surveys.Deferred, surveys.Refused, surveys.Unknown
	for _, test := range []struct {
		name   string
		script []surveys.Outcome
		then   func(*house)
		second surveys.Skip
	}{
		{"refused", []surveys.Outcome{refused}, func(*house) {}, ""},
		{"deferred, then refused", []surveys.Outcome{deferred, refused}, func(h *house) { h.passes(15 * minute) }, ""},
		{"deferred, still to come", []surveys.Outcome{deferred, deferred, deferred, deferred, deferred}, func(*house) {}, surveys.Rest},
		{"deferred, then reopened", []surveys.Outcome{deferred}, func(h *house) { h.hear(told(surveys.Reopened, 1)) }, ""},
		{"deferred, then reopened unheard", []surveys.Outcome{deferred}, func(h *house) {
			h.hearOnly(told(surveys.Reopened, 1))
			h.passes(15 * minute)
		}, ""},
		{"deferred, then spam", []surveys.Outcome{deferred}, func(h *house) { h.hear(told(surveys.Spam, 1)) }, ""},
		{"deferred, then stopped and resumed", []surveys.Outcome{deferred}, func(h *house) {
			suppressed(h)
			h.passes(15 * minute)
			h.must(h.store.RemoveSuppression(h.Context(), personOf("lina@example.net")))
		}, ""},
		{"perhaps accepted", []surveys.Outcome{unknown, refused}, func(h *house) { h.passes(10 * minute) }, surveys.Rest},
		{"perhaps accepted, then reopened", []surveys.Outcome{unknown}, func(h *house) { h.hear(told(surveys.Reopened, 1)) }, surveys.Rest},
		{"accepted, then reopened", nil, func(h *house) { h.hear(told(surveys.Reopened, 1)) }, surveys.Rest},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := twice(t)
			h.mail.script = test.script
			h.send()
			test.then(h)
			h.clock.until(monday.Add(hour))
			h.send()
			if got := h.invitation("2", 1); got.Code != test.second || (got.State == surveys.Sent) != (test.second == "") {
				t.Errorf("the second is %s %q; want %q", got.State, got.Code, test.second)
			}
		})
	}
}

// TestRestIsRacedFor: the invitations of one person, Senders on two clients, one mail.
func TestRestIsRacedFor(t *testing.T) {
	const persons, each = 6, 4
	h := open(t)
	stores := []surveys.Store{h.store, h.beside(h.clock)}
	for p := range persons {
		for i := range each {
			h.hear(about(told(surveys.Closed, -60), fmt.Sprintf("%d-%d", p, i), fmt.Sprintf("p%d@example.net", p)))
		}
	}
	together(6, func(n int) {
		s := h.sender()
		s.Store, s.Owner = stores[n%2], fmt.Sprint(n)
		for range 3 {
			if _, err := s.Pass(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
	mails := map[string]int{}
	for _, l := range h.mail.carried() {
		mails[l.To]++
	}
	for p := range persons {
		if to := fmt.Sprintf("p%d@example.net", p); mails[to] != 1 {
			t.Errorf("%d mails to %s", mails[to], to)
		}
	}
	codes := map[surveys.Skip]int{}
	for _, i := range h.invitations() {
		codes[i.Code]++
	}
	if codes[""] != persons || codes[surveys.Rest] != persons*(each-1) {
		t.Errorf("codes: %v", codes)
	}
}
