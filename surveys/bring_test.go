package surveys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// brought is an answer to ticket 1 at some minutes after monday.
func brought(minutes int, values ...string) surveys.Brought {
	b := surveys.Brought{TicketID: "1", At: monday.Add(time.Duration(minutes) * minute), Values: map[string]string{"delay": "4"}}
	for i := 0; i < len(values); i += 2 {
		b.Values[values[i]] = values[i+1]
	}
	return b
}

func (h *house) bring(b surveys.Brought) surveys.Fate {
	h.Helper()
	fates, err := (&surveys.Bringer{Store: h.store, Settings: h.inForce}).Bring(h.Context(), "desk", []surveys.Brought{b})
	h.must(err)
	return fates[0]
}

func (h *house) broughtTo(closing int) surveys.Response {
	h.Helper()
	r, err := h.store.GetResponse(h.Context(), surveys.BroughtID(surveys.AfterHandling, key("1"), closing))
	h.must(err)
	return r
}

// twiceClosed is ticket 1, closed after 10 minutes and again after 100, a day ago.
func twiceClosed(t *testing.T) *house {
	h := open(t)
	for minutes, status := range []surveys.Status{10: surveys.Closed, 50: surveys.Reopened, 100: surveys.Closed} {
		if status != "" {
			n := told(status, minutes)
			n.Team, n.Category = "billing", "invoice"
			h.hear(n)
		}
	}
	h.clock.pass(day)
	return h
}

// TestBroughtBelongs: an answer is about the last closing before it, and takes over
// who asked and about what.
func TestBroughtBelongs(t *testing.T) {
	h := twiceClosed(t)
	for minutes, closing := range map[int]int{10: 1, 99: 1, 100: 2, 5000: 2} {
		if fate := h.bring(brought(minutes)); !fate.Stored {
			t.Errorf("%d minutes: %+v", minutes, fate)
		}
		r, ticket := h.broughtTo(closing), h.ticket("1")
		if r.Closing != closing || !r.ClosedAt.Equal(ticket.Closings[closing-1].At) || !r.Imported || len(r.Recount) != 1 {
			t.Errorf("%d minutes: %+v", minutes, r)
		}
		if r.Customer != ticket.Customer || r.Dimensions != ticket.Dimensions || r.Team != "billing" {
			t.Errorf("of %q about %+v, not %q about %+v", r.Customer, r.Dimensions, ticket.Customer, ticket.Dimensions)
		}
		if last := r.Answers[0]; !last.LearntAt.Equal(h.clock.Now()) {
			t.Errorf("learnt %s, it is %s", last.LearntAt, h.clock.Now())
		}
	}
	if r := h.broughtTo(1); len(r.Answers) != 2 || !r.Last().At.Equal(monday.Add(99*minute)) {
		t.Errorf("the answer given last counts: %+v", r.Answers)
	}
}

// TestBroughtRefused: what cannot be an answer is refused, and the reason says why.
func TestBroughtRefused(t *testing.T) {
	h := twiceClosed(t)
	h.hear(about(told(surveys.Open, 0), "open", "o@example.net"))
	h.hear(about(told(surveys.Closed, 0), "spam", "s@example.net"), about(told(surveys.Spam, 5), "spam", "s@example.net"))
	merged := about(told(surveys.Closed, 0), "merged", "m@example.net")
	merged.MergedInto = "1"
	h.hear(merged)
	of := func(id string) surveys.Brought { b := brought(20); b.TicketID = id; return b }
	only := func(values map[string]string) surveys.Brought { b := brought(20); b.Values = values; return b }
	for _, test := range []struct {
		answer surveys.Brought
		why    string
	}{
		{of("nobody"), "import the tickets first"},
		{of("open"), "never closed"},
		{of("spam"), "spam"},
		{of("merged"), "merged"},
		{brought(9), "not closed before"},
		{brought(20, "delay", "0"), "delay: not a whole number from 1 to 5"},
		{brought(20, "listening", "4.5"), "listening: "},
		{brought(20, "recommend", "11"), "recommend: not a whole number from 0 to 10"},
		{brought(20, "resolved", "perhaps"), "resolved: "},
		{brought(20, "comment", strings.Repeat("é", 2001)), "comment: not a text of at most 2000 characters"},
		{only(map[string]string{"comment": "Bonjour"}), "none of delay"},
	} {
		if fate := h.bring(test.answer); fate.Stored || !strings.Contains(fate.Refused, test.why) {
			t.Errorf("%+v: want a refusal with %q", fate, test.why)
		}
	}
	for _, b := range []surveys.Brought{brought(20, "comment", strings.Repeat("é", 2000)), only(map[string]string{"recommend": "0"}), only(map[string]string{"resolved": "no"})} {
		b.At = b.At.Add(time.Duration(len(b.Values)) * minute)
		if fate := h.bring(b); fate.Refused != "" {
			t.Errorf("%+v", fate)
		}
	}
}

// TestBroughtTwice: the second time it is known, whatever was cut meanwhile; what
// another tool tells of an erased person comes back without their words.
func TestBroughtTwice(t *testing.T) {
	h := twiceClosed(t)
	b := brought(20, "comment", "C'est Lina Roche qui parle.")
	dry, err := (&surveys.Bringer{Store: h.store, Settings: h.inForce, Dry: true}).Bring(t.Context(), "desk", []surveys.Brought{b})
	h.must(err)
	if first, second := h.bring(b), h.bring(b); !dry[0].Stored || !first.Stored || second.Stored || second.Refused != "" {
		t.Errorf("dry %+v, first %+v, second %+v", dry, first, second)
	}
	h.erase("lina@example.net")
	if r := h.broughtTo(1); r.Last().Values["comment"] != "" || r.Last().Values["delay"] != "4" {
		t.Errorf("after erasing: %+v", r.Last())
	}
	if fate := h.bring(b); fate.Stored || fate.Refused != "" {
		t.Errorf("again, after erasing: %+v", fate)
	}
	b.At = b.At.Add(minute)
	if fate := h.bring(b); !fate.Stored || h.broughtTo(1).Last().Values["comment"] != "" {
		t.Errorf("%+v: the words of somebody erased: %q", fate, h.broughtTo(1).Last().Values)
	}
}

// TestBroughtBesideOurs: an answer to our own survey is never touched, and a brought
// one does not answer our own.
func TestBroughtBesideOurs(t *testing.T) {
	h, token := asked(t)
	if fate := h.bring(brought(0, "delay", "1")); !fate.Stored {
		t.Fatalf("%+v", fate)
	}
	if found, err := h.answers().Find(t.Context(), token); err != nil || found.Response != nil {
		t.Fatalf("our survey is answered by another tool: %+v, %v", found.Response, err)
	}
	_, err := h.answers().Confirm(t.Context(), token, form(), "fr")
	h.must(err)
	ours := h.response()
	if fate := h.bring(brought(0, "delay", "1")); fate.Refused != "" || fate.Stored {
		t.Errorf("what was known before: %+v", fate)
	}
	if fate := h.bring(brought(1, "delay", "1")); !strings.Contains(fate.Refused, "our own survey") {
		t.Errorf("%+v", fate)
	}
	if after := h.response(); after.Rev != ours.Rev || after.Last().Values["delay"] != "4" || after.Imported {
		t.Errorf("ours became %+v", after)
	}
}

// TestBroughtAtMost: a response keeps the twenty answers given last, in whatever
// order they come, and knows those again that it did not keep.
func TestBroughtAtMost(t *testing.T) {
	h := twiceClosed(t)
	for i := range 25 {
		h.bring(brought(1000 - i))
	}
	r := h.broughtTo(2)
	if len(r.Answers) != surveys.MaxAnswers || !r.Last().At.Equal(monday.Add(1000*minute)) || !r.Answers[0].At.Equal(monday.Add(981*minute)) {
		t.Errorf("%d answers, from %s to %s", len(r.Answers), r.Answers[0].At, r.Last().At)
	}
	if fate := h.bring(brought(976)); fate.Stored || fate.Refused != "" {
		t.Errorf("%+v", fate)
	}
}
