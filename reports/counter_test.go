package reports_test

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// between lets a test act between two steps of the counter, on the same store.
type between struct {
	reports.Store
	afterTickets func()
	beforePut    func()
	beforeClear  func()
}

func (b *between) ResponsesToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error] {
	once(&b.afterTickets)
	return b.Store.ResponsesToCount(ctx, from, to)
}

func (b *between) PutTally(ctx context.Context, t reports.Tally) error {
	once(&b.beforePut)
	return b.Store.PutTally(ctx, t)
}

func (b *between) ClearMark(ctx context.Context, m reports.Mark) error {
	once(&b.beforeClear)
	return b.Store.ClearMark(ctx, m)
}

func once(act *func()) {
	if f := *act; f != nil {
		*act = nil
		f()
	}
}

func stored(t *testing.T, h *house) map[surveys.Day]reports.Tally {
	days := map[surveys.Day]reports.Tally{}
	for tally, err := range h.store.Tallies(t.Context(), "", "") {
		must(t, err)
		days[tally.Day] = tally
	}
	return days
}

func unmarked(t *testing.T, h *house) {
	marks, err := h.store.FindMarks(t.Context(), 10)
	must(t, err)
	if len(marks) > 0 {
		t.Fatal("marks are left: ", marks)
	}
}

// TestCounterCountsWhatIsMarked: after a drain the stored tallies are those of the
// rows, no mark is left, and counting everything anew changes none of them.
func TestCounterCountsWhatIsMarked(t *testing.T) {
	same := cmp.Options{cmpopts.IgnoreFields(reports.Tally{}, "AsOf", "Rev"), cmpopts.EquateEmpty()}
	histories(t, 12, 4, func(t *testing.T, h *house, past history) {
		h.live(t, past)
		must(t, h.counter.Drain(t.Context()))
		unmarked(t, h)
		drained := stored(t, h)
		for day, tally := range drained {
			want := reports.CountDay(day, tally.AsOf, past.tickets(lastDay), past.invitations, past.responses, h.settings.Zone())
			if diff := cmp.Diff(want, tally, same); diff != "" {
				t.Errorf("%s (-rows +stored)\n%s", day, diff)
			}
		}
		must(t, h.counter.Recount(t.Context(), nil))
		if diff := cmp.Diff(drained, stored(t, h), same); diff != "" {
			t.Errorf("(-drained +recounted)\n%s", diff)
		}
	})
}

// one is a house with one ticket of one customer, marked.
func one(t *testing.T) (*house, surveys.Ticket) {
	h := build(t)
	ticket, _ := surveys.Ticket{}.Apply(
		surveys.Notice{ID: "1", Status: surveys.Open, OpenedAt: firstDay, UpdatedAt: firstDay}, surveys.Customer{ID: "c"}, firstDay, h.settings)
	ticket.TicketKey = surveys.TicketKey{Source: "desk", ID: "1"}
	must(t, h.store.AddTicket(t.Context(), ticket))
	ticket.Rev = 1
	return h, ticket
}

// close closes the ticket, as an applier in another process would.
func (h *house) close(t *testing.T, ticket surveys.Ticket) {
	at := firstDay.Add(time.Hour)
	closed, _ := ticket.Apply(surveys.Notice{ID: "1", Status: surveys.Closed, UpdatedAt: at}, surveys.Customer{ID: "c"}, at, h.settings)
	must(t, h.store.PutTicket(t.Context(), closed))
}

// resolved reads what the tally of the ticket's day says.
func (h *house) resolved(t *testing.T) int {
	tally, err := h.store.GetTally(t.Context(), surveys.DayOf(firstDay, h.settings.Zone()))
	must(t, err)
	return tally.Opened[0].Resolved[0]
}

// TestCounterLosesNoChange: a row that changes anywhere during a pass is in the
// tallies after the next.
func TestCounterLosesNoChange(t *testing.T) {
	for _, place := range []string{"before the tally is put", "before the mark is cleared"} {
		t.Run(place, func(t *testing.T) {
			h, ticket := one(t)
			change := func() { h.close(t, ticket) }
			store := &between{Store: h.store}
			if place == "before the tally is put" {
				store.beforePut = change
			} else {
				store.beforeClear = change
			}
			counter := *h.counter
			counter.Store = store
			if _, err := counter.Pass(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := h.resolved(t); n != 0 {
				t.Fatalf("the first pass saw the change: %d", n)
			}
			must(t, counter.Drain(t.Context()))
			unmarked(t, h)
			if n := h.resolved(t); n != 1 {
				t.Errorf("the change is lost: resolved %d, want 1", n)
			}
		})
	}
}

// TestCounterYieldsToAnother: a counter whose rows were read before another's does
// not overwrite the other's tally, and counts again.
func TestCounterYieldsToAnother(t *testing.T) {
	for _, place := range []string{"while the rows are read", "before the tally is put"} {
		t.Run(place, func(t *testing.T) {
			h, ticket := one(t)
			another := func() {
				h.close(t, ticket)
				must(t, h.counter.Drain(t.Context()))
			}
			store := &between{Store: h.store}
			if place == "while the rows are read" {
				store.afterTickets = another
			} else {
				store.beforePut = another
			}
			slow := *h.counter
			slow.Store = store
			more, err := slow.Pass(t.Context())
			if err != nil || !more {
				t.Fatalf("a pass that lost a day: more %t, %v; want more, and no error", more, err)
			}
			if n := h.resolved(t); n != 1 {
				t.Errorf("the older count stands: resolved %d, want 1", n)
			}
			must(t, slow.Drain(t.Context()))
			unmarked(t, h)
		})
	}
}

// TestCounterKeepsMarksOfLostDays: the tally that somebody else kept may lack the
// row that is marked, so the row stays marked.
func TestCounterKeepsMarksOfLostDays(t *testing.T) {
	h, ticket := one(t)
	must(t, h.counter.Drain(t.Context()))
	stale, err := h.store.GetTally(t.Context(), surveys.DayOf(firstDay, h.settings.Zone()))
	must(t, err)
	h.close(t, ticket)
	slow := *h.counter
	slow.Store = &between{Store: h.store, beforePut: func() { must(t, h.store.PutTally(t.Context(), stale)) }}
	must(t, slow.Drain(t.Context()))
	unmarked(t, h)
	if n := h.resolved(t); n != 1 {
		t.Errorf("the closing is lost: resolved %d, want 1", n)
	}
}

// TestCounterDiesBeforeClearing: what was counted is marked still, and counting it
// again changes nothing.
func TestCounterDiesBeforeClearing(t *testing.T) {
	h, _ := one(t)
	dead := errors.New("killed")
	dying := *h.counter
	dying.At = func(step string) error {
		if step != "K19" {
			t.Errorf("reached step %q", step)
		}
		return dead
	}
	if _, err := dying.Pass(t.Context()); !errors.Is(err, dead) {
		t.Fatalf("got %v", err)
	}
	before := stored(t, h)
	if marks, _ := h.store.FindMarks(t.Context(), 10); len(before) != 1 || len(marks) != 1 {
		t.Fatalf("%d tallies and %d marks, want one of each", len(before), len(marks))
	}
	must(t, h.counter.Drain(t.Context()))
	unmarked(t, h)
	if diff := cmp.Diff(before, stored(t, h), cmpopts.IgnoreFields(reports.Tally{}, "Rev")); diff != "" {
		t.Error(diff)
	}
}

// TestCounterTrustsNoClock: rows of a machine whose clock is ahead are counted all
// the same, and the tally says as of when.
func TestCounterTrustsNoClock(t *testing.T) {
	h, _ := one(t)
	h.now = firstDay.Add(-time.Hour)
	must(t, h.counter.Drain(t.Context()))
	tally := stored(t, h)[surveys.DayOf(firstDay, h.settings.Zone())]
	if len(tally.Opened) != 1 || !tally.AsOf.Equal(firstDay) {
		t.Errorf("counted %d cells as of %s", len(tally.Opened), tally.AsOf)
	}
}

// TestCountersTogether: two at work on one store, while rows change, end right.
func TestCountersTogether(t *testing.T) {
	h, ticket := one(t)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for range 20 {
				if err := h.counter.Drain(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 30 {
		at := firstDay.Add(time.Duration(i+1) * time.Hour)
		status := []surveys.Status{surveys.Closed, surveys.Reopened}[i%2]
		ticket, _ = ticket.Apply(surveys.Notice{ID: "1", Status: status, UpdatedAt: at}, surveys.Customer{ID: "c"}, at, h.settings)
		must(t, h.store.PutTicket(t.Context(), ticket))
		ticket.Rev++
	}
	all.Wait()
	must(t, h.counter.Drain(t.Context()))
	unmarked(t, h)
	tally := stored(t, h)[surveys.DayOf(firstDay, h.settings.Zone())]
	if tally.Opened[0].Opened != 1 || tally.Opened[0].Resolved[2] != 0 {
		t.Errorf("after thirty changes the tally says %+v", tally.Opened[0])
	}
}

// TestRecountTellsItsProgress: every day from the first row to today, once each.
func TestRecountTellsItsProgress(t *testing.T) {
	h, _ := one(t) // 1 March to 30 April
	var said []int
	must(t, h.counter.Recount(t.Context(), func(done, days int) {
		if days != 61 {
			t.Fatalf("%d days, want 61", days)
		}
		said = append(said, done)
	}))
	if len(said) != 61 || said[0] != 1 || said[60] != 61 {
		t.Errorf("told %v", said)
	}
}

// TestRecountMendsTallies: a tally that is wrong, and one of a day whose rows have
// gone elsewhere, are right afterwards.
func TestRecountMendsTallies(t *testing.T) {
	h, _ := one(t)
	day := surveys.DayOf(firstDay, h.settings.Zone())
	wrong := []reports.OpenedCell{{Opened: 99}}
	must(t, h.store.PutTally(t.Context(), reports.Tally{Day: day, AsOf: lastDay, Opened: wrong}))
	must(t, h.store.PutTally(t.Context(), reports.Tally{Day: day.Add(-9), AsOf: lastDay, Opened: wrong}))
	must(t, h.counter.Recount(t.Context(), nil))
	got := stored(t, h)
	if got[day].Opened[0].Opened != 1 || len(got[day.Add(-9)].Opened) != 0 {
		t.Errorf("recounted to %+v and %+v", got[day].Opened, got[day.Add(-9)].Opened)
	}
}

// TestRecountOfNothing: a new store has no days.
func TestRecountOfNothing(t *testing.T) {
	h := build(t)
	must(t, h.counter.Recount(t.Context(), func(int, int) { t.Error("told of a day") }))
	if _, err := h.store.GetTally(t.Context(), "2026-03-01"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
