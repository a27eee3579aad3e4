package surveys_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

func (h *house) maker() *surveys.FollowUpMaker {
	return &surveys.FollowUpMaker{Store: h.store, Settings: h.inForce, Log: silent()}
}

// followUp gives what came of the answer to ticket 1.
func (h *house) followUp() surveys.FollowUp {
	h.Helper()
	f, err := h.store.GetFollowUp(h.Context(), idOf("1", 1))
	h.must(err)
	return f
}

// confirms lets lina answer, and makes what follows.
func (h *house) confirms(token string, fields ...string) {
	h.Helper()
	_, err := h.answers().Confirm(h.Context(), token, form(fields...), "fr")
	h.must(err)
	_, err = h.maker().Pass(h.Context())
	h.must(err)
}

func (h *house) waits(want bool, reasons ...string) {
	h.Helper()
	f := h.followUp()
	if got := f.State == surveys.FollowUpWaiting; got != want || want && !slices.Equal(f.Reasons, reasons) {
		h.Errorf("the follow-up is %s for %q; want waiting %v for %q", f.State, f.Reasons, want, reasons)
	}
}

func TestWhoIsContentIsNotFollowedUp(t *testing.T) {
	h, token := asked(t)
	h.confirms(token, "delay", "3", "listening", "3")
	if _, err := h.store.GetFollowUp(t.Context(), idOf("1", 1)); !absent(err) {
		t.Errorf("a follow-up is made: %v", err)
	}
	if h.response().FollowUp {
		t.Error("the response is marked")
	}
}

func TestAnAnswerMakesAFollowUpOnce(t *testing.T) {
	h, token := asked(t)
	h.decide(func(s *surveys.Settings) { s.Asking.Hours = "mon-fri 09:00-18:00" })
	h.confirms(token, "delay", "2", "listening", "1", "callback", "yes")
	first := h.followUp()
	h.waits(true, "callback", "delay", "listening")
	if !first.AskedAt.Equal(h.response().Last().At) || first.Ticket != key("1") || h.response().FollowUp {
		t.Errorf("the follow-up is %+v", first)
	}
	for range 2 {
		h.confirms(token, "delay", "2", "listening", "1", "callback", "yes")
	}
	if again := h.followUp(); again.Rev != first.Rev {
		t.Errorf("the same answer changed the follow-up: %+v", again)
	}
}

// TestADeathBetweenFollowUpAndMark: the follow-up is stored, the mark on the response
// stands, and the next pass doubles nothing.
func TestADeathBetweenFollowUpAndMark(t *testing.T) {
	h, token := asked(t)
	h.confirms(token, "delay", "1")
	before := h.followUp()
	r := h.response()
	r.FollowUp = true
	h.must(h.store.PutResponse(t.Context(), r))
	h.clock.pass(5 * minute)
	_, err := h.maker().Pass(t.Context())
	h.must(err)
	if after := h.followUp(); after.Rev != before.Rev || h.response().FollowUp {
		t.Errorf("the follow-up went from %+v to %+v", before, after)
	}
}

func TestAChangedAnswerChangesItsFollowUp(t *testing.T) {
	h, token := asked(t)
	h.confirms(token, "delay", "2")
	due := h.followUp().DueAt
	h.clock.pass(day)
	h.confirms(token, "delay", "1", "listening", "2")
	h.waits(true, "delay", "listening")
	if got := h.followUp().DueAt; !got.Equal(due) {
		t.Errorf("who still waits is due at %v, was %v", got, due)
	}
	h.confirms(token, "delay", "4", "listening", "4")
	h.waits(false)
	h.confirms(token, "delay", "4", "listening", "4", "callback", "yes")
	h.waits(true, "callback")
	if got := h.followUp().DueAt; !got.After(due) {
		t.Errorf("who asks anew is due at %v", got)
	}
}

func TestAClosedFollowUpWaitsAgainForANewReasonOnly(t *testing.T) {
	h, token := asked(t)
	h.confirms(token, "delay", "1")
	u := &surveys.FollowUps{Store: h.store, Settings: h.inForce}
	h.must(u.Close(t.Context(), idOf("1", 1), url.Values{"outcome": {"solved"}}))
	h.confirms(token, "delay", "2")
	h.waits(false)
	h.confirms(token, "delay", "2", "callback", "yes")
	h.waits(true, "callback", "delay")
	if f := h.followUp(); f.Outcome != "" || !f.ClosedAt.IsZero() {
		t.Errorf("it waits with %+v", f)
	}
}

func TestErasureReachesFollowUps(t *testing.T) {
	h, token := asked(t)
	h.confirms(token, "delay", "1", "comment", "C'est Lina.")
	u := &surveys.FollowUps{Store: h.store, Settings: h.inForce}
	h.must(u.WriteNote(t.Context(), idOf("1", 1), url.Values{"note": {"Lina is at home on Mondays"}, "before": {h.followUp().NoteMark()}}))
	if c, err := u.Open(t.Context(), idOf("1", 1)); err != nil || c.Customer.Address != "lina@example.net" || c.Answer.Values["comment"] == "" {
		t.Errorf("it opens as %+v, %v", c, err)
	}
	h.erase("lina@example.net")
	h.waits(false)
	c, err := u.Open(t.Context(), idOf("1", 1))
	if err != nil || c.FollowUp.Note != "" || c.Customer.ID != "" || c.Answer.Values["comment"] != "" {
		t.Errorf("after erasure it opens as %+v, %v", c, err)
	}
}

// TestRetentionReachesNotes: also of who wrote nothing themselves.
func TestRetentionReachesNotes(t *testing.T) {
	h, token := asked(t)
	h.decide(func(s *surveys.Settings) { s.Privacy.Answers = surveys.Span{N: 10, Unit: "d"} })
	h.confirms(token, "delay", "1")
	u, id := &surveys.FollowUps{Store: h.store, Settings: h.inForce}, idOf("1", 1)
	h.must(u.Close(t.Context(), id, url.Values{"outcome": {"solved"}, "note": {"She is moving house"}, "before": {h.followUp().NoteMark()}}))
	h.forget()
	if f := h.followUp(); f.Note == "" {
		t.Error("the note went too early")
	}
	h.clock.pass(20 * day)
	h.forget()
	if f := h.followUp(); f.Note != "" || f.Outcome != surveys.Solved {
		t.Errorf("after its time it is %+v", f)
	}
}

// TestErasedBeforeTheFollowUpIsMade: the mark stood while the person was erased.
func TestErasedBeforeTheFollowUpIsMade(t *testing.T) {
	h, token := asked(t)
	_, err := h.answers().Confirm(t.Context(), token, form("delay", "1"), "fr")
	h.must(err)
	h.erase("lina@example.net")
	_, err = h.maker().Pass(t.Context())
	h.must(err)
	if _, err := h.store.GetFollowUp(t.Context(), idOf("1", 1)); !absent(err) {
		t.Errorf("a follow-up is made: %v", err)
	}
}

func TestCallingBackIsDueAfterTwoWorkingDays(t *testing.T) {
	s := surveys.DefaultSettings()
	paris := s.Zone()
	for _, c := range []struct{ hours, asked, due string }{
		{"mon-fri 09:00-18:00", "2026-03-02 10:00", "2026-03-04 18:00"}, // Monday
		{"mon-fri 09:00-18:00", "2026-03-05 17:59", "2026-03-09 18:00"}, // Thursday
		{"mon-fri 09:00-18:00", "2026-03-06 18:00", "2026-03-11 18:00"}, // Friday, too late
		{"mon-fri 09:00-18:00", "2026-03-07 12:00", "2026-03-11 18:00"}, // Saturday
		{"mon-fri 09:00-18:00", "2026-03-26 12:00", "2026-03-30 18:00"}, // the clocks change
		{"mon-fri 09:00-12:00; mon 14:00-16:00", "2026-02-26 10:00", "2026-03-02 16:00"},
		{"sun 10:00-12:00", "2026-03-02 10:00", "2026-03-22 12:00"},
		{"", "2026-03-02 10:00", "2026-03-05 00:00"},
	} {
		s.Asking.Hours = c.hours
		asked, _ := time.ParseInLocation("2006-01-02 15:04", c.asked, paris)
		if got := s.FollowUpDue(asked).In(paris).Format("2006-01-02 15:04"); got != c.due {
			t.Errorf("%q: asked %s, due %s; want %s", c.hours, c.asked, got, c.due)
		}
	}
}

func TestWhoSeesSomeTeamsFindsTheirFollowUps(t *testing.T) {
	h := open(t)
	u := &surveys.FollowUps{Store: h.store, Settings: h.inForce}
	for id, f := range map[string]surveys.FollowUp{
		"a": {Dimensions: surveys.Dimensions{Team: "billing"}, DueAt: monday.Add(-hour), Owner: "ana"},
		"b": {Dimensions: surveys.Dimensions{Team: "sales"}, DueAt: monday.Add(hour), Owner: "ana"},
		"c": {DueAt: monday.Add(-2 * hour)},
		"d": {Dimensions: surveys.Dimensions{Team: "billing"}, DueAt: monday.Add(3 * hour)},
	} {
		f.ID, f.State = id, surveys.FollowUpWaiting
		h.must(h.store.AddFollowUp(t.Context(), f))
	}
	for _, c := range []struct {
		filter  surveys.FollowUpFilter
		limit   int
		want    string
		more    bool
		waiting surveys.WaitingFollowUps
	}{
		{surveys.FollowUpFilter{}, 9, "cabd", false, surveys.WaitingFollowUps{N: 4, Overdue: 2}},
		{surveys.FollowUpFilter{Teams: []string{"sales", "billing"}}, 2, "ab", true, surveys.WaitingFollowUps{N: 3, Overdue: 1}},
		{surveys.FollowUpFilter{Teams: []string{"billing"}, After: surveys.FollowUpPlace{DueAt: monday, ID: ""}}, 9, "d", false, surveys.WaitingFollowUps{N: 2, Overdue: 1}},
		{surveys.FollowUpFilter{Teams: []string{"sales"}, Owner: "ana"}, 9, "b", false, surveys.WaitingFollowUps{N: 1}},
		{surveys.FollowUpFilter{Teams: []string{}}, 9, "", false, surveys.WaitingFollowUps{}},
	} {
		c.filter.State = surveys.FollowUpWaiting
		page, more, err := u.List(t.Context(), c.filter, c.limit)
		h.must(err)
		got := ""
		for _, f := range page {
			got += f.ID
		}
		waiting, err := u.Waiting(t.Context(), c.filter.Teams)
		h.must(err)
		if got != c.want || more != c.more || waiting != c.waiting {
			t.Errorf("%+v: %s, more %v, %+v; want %s, %v, %+v", c.filter, got, more, waiting, c.want, c.more, c.waiting)
		}
	}
}

func TestTwoPeopleDoNotOverwriteEachOther(t *testing.T) {
	h, token := asked(t)
	h.confirms(token, "delay", "1")
	u, id := &surveys.FollowUps{Store: h.store, Settings: h.inForce}, idOf("1", 1)
	h.must(u.Assign(t.Context(), id, "", "ana"))
	h.must(u.Assign(t.Context(), id, "", "ana")) // the same click twice
	if err := u.Assign(t.Context(), id, "", "ben"); !errors.Is(err, surveys.ErrChanged) {
		t.Errorf("ben takes what ana took: %v", err)
	}
	h.must(u.Assign(t.Context(), id, "ana", "ben")) // she gives it to him
	before := h.followUp().NoteMark()
	h.must(u.WriteNote(t.Context(), id, url.Values{"note": {"called, no answer"}, "before": {before}}))
	if err := u.WriteNote(t.Context(), id, url.Values{"note": {"will call"}, "before": {before}}); !errors.Is(err, surveys.ErrChanged) {
		t.Errorf("a note is overwritten: %v", err)
	}
	if f := h.followUp(); f.Owner != "ben" || f.Note != "called, no answer" {
		t.Errorf("it is %+v", f)
	}
}

func TestClosingSaysHowItEnded(t *testing.T) {
	h, token := asked(t)
	h.confirms(token, "delay", "1")
	u, id := &surveys.FollowUps{Store: h.store, Settings: h.inForce}, idOf("1", 1)
	for want, bad := range map[string]url.Values{
		"the answer cannot be taken: outcome: choose":                  {"outcome": {"rich"}},
		"the answer cannot be taken: gesture: choose, amount: amount":  {"outcome": {"gesture"}, "amount": {"a lot"}},
		"the answer cannot be taken: amount: amount":                   {"outcome": {"gesture"}, "gesture": {"refund"}, "amount": {"12.345"}},
		"the answer cannot be taken: note: unreadable, amount: amount": {"outcome": {"gesture"}, "gesture": {"refund"}, "amount": {"-3"}, "note": {"\x00"}},
	} {
		if err := u.Close(t.Context(), id, bad); err == nil || err.Error() != want {
			t.Errorf("%v: %v", bad, err)
		}
	}
	h.must(u.Close(t.Context(), id, url.Values{"outcome": {"gesture"}, "gesture": {"voucher"}, "amount": {"1 012,5"}}))
	closed := h.followUp()
	if closed.State != surveys.FollowUpClosed || closed.Gesture != (surveys.Gesture{Kind: surveys.Voucher, Cents: 101250}) || !closed.ClosedAt.Equal(h.clock.Now()) {
		t.Errorf("it is %+v", closed)
	}
	h.clock.pass(hour)
	h.must(u.Close(t.Context(), id, url.Values{"outcome": {"solved"}, "amount": {"12"}}))
	if f := h.followUp(); f.Outcome != surveys.Solved || f.Gesture != (surveys.Gesture{}) || !f.ClosedAt.Equal(closed.ClosedAt) {
		t.Errorf("corrected, it is %+v", f)
	}
}
