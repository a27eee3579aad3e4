package reports

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

// TestCrowdsAddUp: however people are spread over cells, and in whatever order the
// cells are put together, the crowds count them right up to where no more are asked for.
func TestCrowdsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := map[int]bool{}
		var cells []Crowd
		for range rapid.IntRange(0, 6).Draw(t, "cells") {
			var cell Crowd
			for _, n := range rapid.SliceOfN(rapid.IntRange(0, 60), 0, 50).Draw(t, "people") {
				people[n] = true
				cell = cell.and(signOf(fmt.Sprint("customer ", n)))
			}
			cells = append(cells, cell)
		}
		var all Crowd
		for _, cell := range rapid.Permutation(cells).Draw(t, "order") {
			all = all.and(cell)
		}
		if want := min(len(people), crowdFull); all.Count() != want {
			t.Fatalf("%d people count as %d, want %d", len(people), all.Count(), want)
		}
	})
}

func TestNobodyKnownIsNobody(t *testing.T) {
	if n := signOf("").and(signOf("")).Count(); n != 0 {
		t.Errorf("nobody counts as %d", n)
	}
}

// TestWhoStandsBehind: each figure has its own crowd, of the rows that it counts.
func TestWhoStandsBehind(t *testing.T) {
	at := on(t, "03-02 08:00")
	ticket := func(customer, agent string, lines ...string) surveys.Ticket {
		s := story(t, surveys.Dimensions{}, surveys.Notice{FirstReplyAt: on(t, "03-02 12:00"), Contacts: 1}, lines...)
		s.Source, s.Customer, s.Agent = "desk", customer, agent
		return s
	}
	waiting := surveys.Ticket{OpenedAt: at, Status: surveys.Open, Customer: "lee", Agent: "u-9"}
	waiting.Source = "desk"
	opened := countDay("2026-03-02", on(t, later), []surveys.Ticket{
		ticket("ann", "u-1", "03-02 08:00 open", "03-02 20:00 closed"),
		ticket("ann", "u-2", "03-02 09:00 open", "03-02 21:00 pending"),
		ticket("kim", "", "03-02 09:00 open", "03-02 21:00 pending"), waiting,
	}, nil, nil, paris(t)).Opened[0]
	for figure, want := range map[*Behind][2]int{&opened.Behind: {3, 3}, &opened.OnReply: {2, 2}, &opened.OnPromise: {2, 2}, &opened.OnContact: {1, 1}} {
		if got := [2]int{figure.Customers.Count(), figure.Advisers.Count()}; got != want {
			t.Errorf("behind %+v stand %v customers and advisers, want %v", opened, got, want)
		}
	}
}

// TestSides: who was asked stands on one side or the other; who was not asked, on none.
func TestSides(t *testing.T) {
	closed := on(t, "03-02 10:00")
	asked := func(id, customer string, opened time.Time, closing int, code surveys.Skip) surveys.Invitation {
		i := surveys.Invitation{ID: id, Customer: customer, Agent: "u-" + id, OpenedAt: opened, ClosedAt: closed, MadeAt: closed, Closing: closing, State: surveys.Sent, AcceptedAt: closed}
		i.Ticket.Source = "desk"
		if code != "" {
			i.State, i.Code, i.SkippedAt = surveys.Skipped, code, closed
		}
		return i
	}
	got := countDay("2026-03-02", on(t, later), nil, []surveys.Invitation{
		asked("1", "ann", closed.Add(-time.Hour), 1, ""), asked("2", "kim", closed.Add(-48*time.Hour), 2, ""),
		asked("3", "lee", time.Time{}, 1, ""), asked("4", "max", closed, 1, surveys.Rest),
	}, []surveys.Response{
		{Invitation: "1", ClosedAt: closed, Answers: []surveys.Answer{answer(t, "03-03 10:00", map[string]string{"delay": "4", "listening": "4", "recommend": "9"})}},
		{Invitation: "away", ClosedAt: closed, Customer: "zoe", Imported: true, Answers: []surveys.Answer{answer(t, "03-03 10:00", map[string]string{"delay": "1"})}},
	}, paris(t)).Closed[0]
	steps := func(d time.Duration) []int {
		all := make([]int, len(Steps())+1)
		all[stepOf(d)]++
		return all
	}
	ann, others := Behind{signOf("ann"), signOf("desk/u-1")}, Behind{signOf("kim").and(signOf("lee")), signOf("desk/u-2").and(signOf("desk/u-3"))}
	for what, pair := range map[string][2]any{
		"replied":   {Side{N: 1, Took: steps(time.Hour), Behind: ann}, got.Replied},
		"silent":    {Side{N: 2, Took: steps(48 * time.Hour), Again: 1, Behind: others}, got.Silent},
		"delay":     {Behind{signOf("ann").and(signOf("zoe")), ann.Advisers}, got.OnDelay},
		"listening": {ann, got.OnListening}, "score": {ann, got.OnScore}, "outcome": {Behind{}, got.OnOutcome},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", what, diff)
		}
	}
}
