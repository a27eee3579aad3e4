package reports_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// Each test here is a way in which something of fewer than eleven customers once
// followed from what was published.

// made is one ticket as these tests need it.
type made struct {
	id, category string
	team         string
	learnt       time.Time
	closed       bool
	replied      bool
	skip         surveys.Skip // "" with closed: was asked
	score        string
}

var tuesday = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)

func (h *house) add(t testing.TB, m made) {
	t.Helper()
	d, who := surveys.Dimensions{Category: m.category, Team: m.team}, surveys.Customer{ID: "c" + m.id}
	k, _ := surveys.Ticket{}.Apply(surveys.Notice{ID: m.id, Status: surveys.Open, OpenedAt: tuesday, UpdatedAt: tuesday, Dimensions: d}, who, m.learnt, h.settings)
	k.TicketKey = surveys.TicketKey{Source: "desk", ID: m.id}
	if !m.closed {
		must(t, h.store.AddTicket(t.Context(), k))
		return
	}
	k.Rev = 1
	end := surveys.Notice{ID: m.id, Status: surveys.Closed, UpdatedAt: tuesday.Add(2 * time.Hour)}
	if m.replied {
		end.FirstReplyAt = tuesday.Add(time.Hour)
	}
	k, _ = k.Apply(end, who, m.learnt, h.settings)
	must(t, h.store.AddTicket(t.Context(), k))
	i := surveys.Invitation{
		ID: m.id, Survey: surveys.AfterHandling, Version: 1, Ticket: k.TicketKey, Closing: 1, ClosedAt: tuesday.Add(2 * time.Hour), MadeAt: m.learnt,
		Customer: who.ID, Dimensions: d, State: surveys.Sent, AcceptedAt: m.learnt, Recount: h.day(tuesday),
	}
	if m.skip != "" {
		i.State, i.Code, i.SkippedAt, i.AcceptedAt = surveys.Skipped, m.skip, m.learnt, time.Time{}
	}
	must(t, h.store.AddInvitation(t.Context(), i))
	if m.score != "" {
		h.answered(t, m.id, m.category, m.score, m.learnt)
	}
}

func (h *house) answered(t testing.TB, id, category, score string, at time.Time) {
	t.Helper()
	must(t, h.store.AddResponse(t.Context(), surveys.Response{
		Invitation: id, Survey: surveys.AfterHandling, Ticket: surveys.TicketKey{Source: "desk", ID: id}, Closing: 1, ClosedAt: tuesday.Add(2 * time.Hour),
		Customer: "c" + id, Dimensions: surveys.Dimensions{Category: category}, Recount: h.day(tuesday),
		Answers: []surveys.Answer{{At: at, Version: 1, Values: map[string]string{"delay": score, "listening": "3"}}},
	}))
}

func (h *house) publishedOn(t testing.TB, day int) (whole reports.Period, d reports.Document) {
	t.Helper()
	h.now = tuesday.AddDate(0, 0, day)
	d, err := h.published(t).Document()
	must(t, err)
	return find(t, d.Periods, "2026-03"), d
}

// TestUnmeasuredIsNotTheDifference: the eight of whom something is known, among many of
// whom nothing is, are not what the whole leaves of the others.
func TestUnmeasuredIsNotTheDifference(t *testing.T) {
	h := build(t)
	for i := range 100 {
		h.add(t, made{id: fmt.Sprint("a", i), category: "a", learnt: tuesday, closed: true, replied: true})
	}
	for i := range 28 {
		h.add(t, made{id: fmt.Sprint("b", i), category: "b", learnt: tuesday, closed: i > 0, replied: i < 8})
	}
	for i := range 120 {
		h.add(t, made{id: fmt.Sprint("d", i), category: "a", learnt: tuesday, closed: true, replied: true})
	}
	whole, d := h.publishedOn(t, 5)
	a, _ := march(d, "a")
	if whole.PromiseKept.X == nil || a.PromiseKept != nil {
		t.Errorf("promise: the whole %+v, all but eight known ones %+v", whole.PromiseKept, a.PromiseKept)
	}
}

// TestFewInvitedAmongManyClosed: those closed where nobody was asked do not hide the
// five who were.
func TestFewInvitedAmongManyClosed(t *testing.T) {
	h := build(t)
	for i := range 100 {
		h.add(t, made{id: fmt.Sprint("a", i), category: "a", learnt: tuesday, closed: true, score: []string{"", "5", "2"}[i%3]})
	}
	for i := range 20 {
		few := made{id: fmt.Sprint("b", i), category: "b", learnt: tuesday, closed: true, skip: surveys.Rest}
		if i < 5 {
			few.skip, few.score = "", "1"
		}
		h.add(t, few)
		h.add(t, made{id: fmt.Sprint("c", i), category: "c", learnt: tuesday, closed: true, skip: surveys.NoAddress})
	}
	whole, d := h.publishedOn(t, 5)
	if a, _ := march(d, "a"); whole.ResponseRate == nil || a.ResponseRate != nil {
		t.Errorf("response rate: the whole %+v, all but five %+v", whole.ResponseRate, a.ResponseRate)
	}
}

// TestRateOfOne: closings that are not asked about do not let one answer change the
// response rate.
func TestRateOfOne(t *testing.T) {
	h := build(t)
	for i := range 60 {
		h.add(t, made{id: fmt.Sprint("a", i), learnt: tuesday, closed: true, score: []string{"", "5", "2"}[i%3]})
	}
	h.publishedOn(t, 5)
	later := tuesday.AddDate(0, 0, 6)
	for i := range 11 {
		h.add(t, made{id: fmt.Sprint("n", i), learnt: later, closed: true, skip: surveys.NoAddress})
	}
	h.answered(t, "a0", "", "1", later)
	if whole, _ := h.publishedOn(t, 7); whole.ResponseRate.AsOf == "" || *whole.ResponseRate.X != 40 {
		t.Errorf("one answer changed the response rate: %+v", whole.ResponseRate)
	}
}

// TestSiblingThatNobodyChanged: what was told of a cell before, and still holds, does
// not hide another.
func TestSiblingThatNobodyChanged(t *testing.T) {
	h := build(t)
	open := func(category string, n, from, day int) {
		for i := range n {
			h.add(t, made{id: fmt.Sprint(category, from+i), category: category, learnt: tuesday.AddDate(0, 0, day)})
		}
	}
	open("a", 60, 0, 0)
	open("x", 13, 0, 0)
	open("y", 5, 0, 0)
	open("z", 6, 0, 0)
	h.publishedOn(t, 5)
	open("z", 30, 6, 6) // now told apart, it leaves five in "other"
	_, d := h.publishedOn(t, 7)
	if z, listed := march(d, "z"); !listed || z.Opened != nil {
		t.Errorf("z is told, and five are what it leaves: %+v", z.Opened)
	}
}

// TestVerifyOfTheNotUnderstood: a ticket of which no status was understood is in the
// figures from when it was heard of, and not before.
func TestVerifyOfTheNotUnderstood(t *testing.T) {
	h := build(t)
	for i := range 40 {
		h.add(t, made{id: fmt.Sprint("a", i), learnt: tuesday})
	}
	h.publishedOn(t, 5)
	at := tuesday.AddDate(0, 0, 6)
	for i := range 20 {
		id := fmt.Sprint("q", i)
		k, _ := surveys.Ticket{}.Apply(surveys.Notice{ID: id, Vendor: "parked", OpenedAt: tuesday, UpdatedAt: at}, surveys.Customer{ID: "c" + id}, at, h.settings)
		k.TicketKey = surveys.TicketKey{Source: "desk", ID: id}
		must(t, h.store.AddTicket(t.Context(), k))
	}
	if whole, _ := h.publishedOn(t, 7); whole.Opened.N != 60 {
		t.Errorf("opened %+v", whole.Opened)
	}
	if all := h.verified(t); slices.ContainsFunc(all, func(v reports.Verified) bool { return len(v.Differs) > 0 }) {
		t.Errorf("verified as %v", all)
	}
}

// TestTeamOfOneCategory: where all that a team handled is of one category, three others
// of that category are not the difference between the two tables.
func TestTeamOfOneCategory(t *testing.T) {
	h := build(t)
	open := func(category, team string, n int) {
		for i := range n {
			h.add(t, made{id: fmt.Sprint(category, team, i), category: category, team: team, learnt: tuesday})
		}
	}
	open("delivery", "desk", 40)
	open("delivery", "shop", 3)
	open("refund", "shop", 30)
	open("refund", "phone", 20)
	_, d := h.publishedOn(t, 5)
	delivery, _ := march(d, "delivery")
	desk := find(t, d.Teams[slices.IndexFunc(d.Teams, func(f reports.TeamFigures) bool { return f.Team == "desk" })].Periods, "2026-03")
	if delivery.Opened != nil && desk.Opened != nil {
		t.Errorf("three follow: %d in delivery, %d at the desk", delivery.Opened.N, desk.Opened.N)
	}
	if delivery.Opened == nil && desk.Opened == nil {
		t.Error("one of the two could have been told")
	}
}

// TestTeamThatIsTheSibling: a category left out with a smaller one is not told under
// the name of the team that handles all of it.
func TestTeamThatIsTheSibling(t *testing.T) {
	h := build(t)
	open := func(category, team string, n int) {
		for i := range n {
			h.add(t, made{id: fmt.Sprint(category, team, i), category: category, team: team, learnt: tuesday})
		}
	}
	open("delivery", "shipping", 40)
	open("product", "advice", 30)
	open("account", "advice", 4)
	open("invoice", "billing", 12)
	_, d := h.publishedOn(t, 5)
	invoice, _ := march(d, "invoice")
	billing := find(t, d.Teams[slices.IndexFunc(d.Teams, func(f reports.TeamFigures) bool { return f.Team == "billing" })].Periods, "2026-03")
	if invoice.Opened != nil || billing.Opened != nil {
		t.Errorf("invoice %+v, billing %+v, and four are what they leave", invoice.Opened, billing.Opened)
	}
}

// TestLateOnesAreNotTheDifference: while opened stands, the n of no other figure of the
// tickets tells how many came since, left or moved; it is over the same ones, of the whole
// and of each cell, and what these did meanwhile is told.
func TestLateOnesAreNotTheDifference(t *testing.T) {
	h := build(t)
	open := func(name string, n int, learnt time.Time) {
		for i := range n {
			h.add(t, made{id: fmt.Sprint(name, i), category: name[:1], team: "desk", learnt: learnt})
		}
	}
	open("a", 40, tuesday)
	open("b", 30, tuesday)
	h.publishedOn(t, 5)
	later := tuesday.AddDate(0, 0, 6)
	open("a late", 2, later)
	open("b late", 3, later)
	h.settle(t, "a", 15, later)
	h.settle(t, "b", 12, later)
	h.tell(t, "b29", surveys.Notice{Status: surveys.Spam}, later)
	h.tell(t, "a39", surveys.Notice{Status: surveys.Pending, Dimensions: surveys.Dimensions{Category: "b", Team: "desk"}}, later)
	whole, d := h.publishedOn(t, 7)
	a, _ := march(d, "a")
	b, _ := march(d, "b")
	desk := find(t, d.Teams[0].Periods, "2026-03")
	for name, p := range map[string]reports.Period{"whole": whole, "a": a, "b": b, "desk": desk} {
		if p.Opened == nil || p.Opened.AsOf == "" || p.Resolution == nil || p.Resolution.AsOf != "" {
			t.Fatalf("%s: opened %+v, resolution %+v: want the one as it was and the other anew", name, p.Opened, p.Resolution)
		}
		for _, n := range []int{p.Resolution.N, p.FirstReply.N + p.FirstReply.Unknown, p.ResolvedWithin.Month.N} {
			if n != p.Opened.N {
				t.Errorf("%s: %d were opened, and a figure of them is of %d", name, p.Opened.N, n)
			}
		}
	}
	if *whole.ResolvedWithin.Day.X != 27 || *a.ResolvedWithin.Day.X != 15 {
		t.Errorf("resolved: %+v, in a %+v", whole.ResolvedWithin.Day, a.ResolvedWithin.Day)
	}
	// Enough have come: all are counted.
	open("a later", 12, tuesday.AddDate(0, 0, 8))
	if whole, _ := h.publishedOn(t, 9); whole.Opened.N != 86 || whole.Resolution.N != 86 {
		t.Errorf("opened %+v, resolution %+v", whole.Opened, whole.Resolution)
	}
	if all := h.verified(t); slices.ContainsFunc(all, func(v reports.Verified) bool { return len(v.Differs) > 0 }) {
		t.Errorf("verified as %v", all)
	}
}

// settle closes the first n open tickets of a name, an hour after they were opened, with
// their first reply.
func (h *house) settle(t testing.TB, name string, n int, learnt time.Time) {
	t.Helper()
	for i := range n {
		h.tell(t, fmt.Sprint(name, i), surveys.Notice{Status: surveys.Closed, FirstReplyAt: tuesday.Add(time.Hour)}, learnt)
	}
}

// tell brings a notice, of an hour after the opening, into a ticket.
func (h *house) tell(t testing.TB, id string, n surveys.Notice, learnt time.Time) {
	t.Helper()
	k, err := h.store.GetTicket(t.Context(), surveys.TicketKey{Source: "desk", ID: id})
	must(t, err)
	n.ID, n.UpdatedAt = id, tuesday.Add(time.Hour)
	k, _ = k.Apply(n, surveys.Customer{ID: k.Customer}, learnt, h.settings)
	must(t, h.store.PutTicket(t.Context(), k))
}

// TestDifferenceOfOneHouse: where more than half of those who make a difference are of one
// house, the old value stands, until others have come too.
func TestDifferenceOfOneHouse(t *testing.T) {
	h := build(t)
	open := func(n int, name, house string, day int) {
		for i := range n {
			h.add(t, made{id: fmt.Sprint(name, i, house), learnt: tuesday.AddDate(0, 0, day), closed: true, score: []string{"5", "2"}[i%2]})
		}
	}
	open(60, "a", "", 0)
	h.publishedOn(t, 5)
	open(12, "b", ".aa", 6)
	open(8, "c", "", 6)
	if whole, _ := h.publishedOn(t, 7); whole.Opened.N != 60 || whole.Delay.N != 60 {
		t.Errorf("twelve of one house and eight others are told: opened %+v, delay %+v", whole.Opened, whole.Delay)
	}
	open(4, "d", "", 8)
	if whole, _ := h.publishedOn(t, 9); whole.Opened.N != 84 || whole.Delay.N != 84 {
		t.Errorf("twelve of one house and twelve others are not told: opened %+v, delay %+v", whole.Opened, whole.Delay)
	}
	if all := h.verified(t); slices.ContainsFunc(all, func(v reports.Verified) bool { return len(v.Differs) > 0 }) {
		t.Errorf("verified as %v", all)
	}
}
