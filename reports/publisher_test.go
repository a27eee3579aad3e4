package reports_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

func (h *house) ids(t *testing.T) (ids []string) {
	t.Helper()
	for e, err := range h.store.Editions(t.Context()) {
		must(t, err)
		ids = append([]string{e.ID}, ids...)
	}
	return ids
}

func (h *house) daily(t *testing.T, done time.Time) time.Time {
	t.Helper()
	seen, err := h.Daily(t.Context(), done)
	must(t, err)
	return seen
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

// TestPublishByHand: each edition of a day has its own id, and says of itself what
// the store says of it.
func TestPublishByHand(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	h.at(t, "2026-04-20 23:30:00") // 21:30 UTC: the day is the organisation's
	first := h.published(t)
	h.now = h.now.Add(time.Minute)
	h.published(t)
	h.now = h.now.Add(time.Minute)
	h.published(t)
	h.at(t, "2026-04-21 00:00:00")
	h.published(t)
	equal(t, h.ids(t), "2026-04-20", "2026-04-20-2", "2026-04-20-3", "2026-04-21")
	kept, err := h.store.GetEdition(t.Context(), "2026-04-20")
	must(t, err)
	d, err := kept.Document()
	must(t, err)
	if !bytes.Equal(kept.Bytes, first.Bytes) || d.Edition.ID != kept.ID || !d.Edition.CutOff.Equal(kept.CutOff) || !d.Edition.PublishedAt.Equal(kept.PublishedAt) {
		t.Errorf("edition %s says of itself %+v", kept.ID, d.Edition)
	}
	if grace := kept.PublishedAt.Sub(kept.CutOff); grace != 10*time.Second {
		t.Errorf("cut off %s before it was published", grace)
	}
}

// TestNextStoresNothing: the next edition as it stands has what was learnt this
// very moment, and leaves no edition.
func TestNextStoresNothing(t *testing.T) {
	h := build(t)
	h.settings.Publishing.Minimum = 1
	h.now = firstDay
	ticket, _ := surveys.Ticket{}.Apply(surveys.Notice{ID: "1", Status: surveys.Open, OpenedAt: h.now, UpdatedAt: h.now}, surveys.Customer{}, h.now, h.settings)
	ticket.TicketKey = surveys.TicketKey{Source: "desk", ID: "1"}
	must(t, h.store.AddTicket(t.Context(), ticket))
	d, err := h.Next(t.Context())
	must(t, err)
	if len(d.Periods) != 1 || d.Periods[0].Opened.N != 1 || d.Edition.ID != "" {
		t.Errorf("next %+v", d)
	}
	if d, err = h.Make(t.Context(), h.now, ""); err != nil || len(d.Periods) != 0 {
		t.Errorf("an edition does not wait for what is on its way: %+v, %v", d.Periods, err)
	}
	equal(t, h.ids(t))
}

// TestDaily walks through the days of one organisation.
func TestDaily(t *testing.T) {
	h := build(t)
	told := []string{}
	h.Published = func(_ context.Context, e reports.Edition) error { told = append(told, e.ID); return nil }
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	h.at(t, "2026-04-20 07:00:00")
	done := h.daily(t, time.Time{}) // the first is made by a person
	equal(t, h.ids(t))
	h.at(t, "2026-04-20 12:00:00")
	h.published(t)
	done = h.daily(t, done)
	h.at(t, "2026-04-21 05:59:59")
	month(h, t, "2026-03", 5, surveys.Dimensions{Category: "more"})
	done = h.daily(t, done)
	equal(t, h.ids(t), "2026-04-20")
	h.at(t, "2026-04-21 06:00:00")
	done = h.daily(t, done)
	equal(t, h.ids(t), "2026-04-20", "2026-04-21")
	h.at(t, "2026-04-21 06:00:10")
	month(h, t, "2026-03", 5, surveys.Dimensions{Category: "even more"})
	done = h.daily(t, done) // not before tomorrow
	done = h.daily(t, time.Time{})
	equal(t, h.ids(t), "2026-04-20", "2026-04-21")
	h.at(t, "2026-04-22 03:00:00")
	h.published(t)
	h.at(t, "2026-04-22 06:00:00")
	done = h.daily(t, done) // nothing has changed since three
	equal(t, h.ids(t), "2026-04-20", "2026-04-21", "2026-04-22")
	h.at(t, "2026-04-23 09:00:00") // the process slept at six
	month(h, t, "2026-04", 5, surveys.Dimensions{})
	h.daily(t, done)
	equal(t, h.ids(t), "2026-04-20", "2026-04-21", "2026-04-22", "2026-04-23")
	h.at(t, "2026-04-24 02:00:00")
	h.published(t)
	h.late = h.now
	month(h, t, "2026-04", 12, surveys.Dimensions{Category: "x"})
	h.at(t, "2026-04-24 06:00:00")
	h.daily(t, done)
	equal(t, h.ids(t), "2026-04-20", "2026-04-21", "2026-04-22", "2026-04-23", "2026-04-24", "2026-04-24-2")
	equal(t, told, "2026-04-21", "2026-04-23", "2026-04-24-2")
}

// TestDailyOnStateAlone: a month that becomes final is news, without any new row.
func TestDailyOnStateAlone(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	h.at(t, "2026-05-02 12:00:00")
	h.published(t)
	for _, day := range []string{"2026-05-05", "2026-05-06", "2026-05-07", "2026-05-08", "2026-05-09", "2026-06-01"} {
		h.at(t, day+" 06:00:00")
		h.daily(t, time.Time{})
	}
	// March ends with 31 March and is followed until 7 May; June is a new month.
	equal(t, h.ids(t), "2026-05-02", "2026-05-08", "2026-06-01")
}

// TestTwoInstancesPublishOnce: both find at six that something has changed.
func TestTwoInstancesPublishOnce(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	h.at(t, "2026-04-20 12:00:00")
	h.published(t)
	month(h, t, "2026-03", 5, surveys.Dimensions{Category: "more"})
	h.at(t, "2026-04-21 06:00:00")
	var ready, all sync.WaitGroup
	ready.Add(2)
	for range 2 {
		other := h.Publisher
		other.Store = &meeting{Store: h.store, ready: &ready}
		all.Go(func() {
			if _, err := other.Daily(t.Context(), time.Time{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	equal(t, h.ids(t), "2026-04-20", "2026-04-21")
}

// meeting holds each instance until both want to keep their edition.
type meeting struct {
	reports.Store
	ready *sync.WaitGroup
}

func (m *meeting) AddEdition(ctx context.Context, e reports.Edition) error {
	m.ready.Done()
	m.ready.Wait()
	return m.Store.AddEdition(ctx, e)
}

// TestDailyTriesAgain: a failure is not mistaken for a day that was seen to.
func TestDailyTriesAgain(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	h.at(t, "2026-04-20 12:00:00")
	h.published(t)
	month(h, t, "2026-03", 5, surveys.Dimensions{Category: "more"})
	h.at(t, "2026-04-21 06:00:00")
	full := errors.New("the disk is full")
	failing := h.Publisher
	failing.Store = &broken{Store: h.store, err: full}
	done, err := failing.Daily(t.Context(), time.Time{})
	if !errors.Is(err, full) || !done.IsZero() {
		t.Fatalf("seen to %s, %v", done, err)
	}
	h.daily(t, done)
	equal(t, h.ids(t), "2026-04-20", "2026-04-21")
}

type broken struct {
	reports.Store
	err error
}

func (b *broken) AddEdition(context.Context, reports.Edition) error { return b.err }

// TestRunEnds: the workers stop when they are told to.
func TestRunEnds(t *testing.T) {
	h := build(t)
	h.counter.Log = slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { _ = h.counter.Run(ctx) })
	all.Go(func() { _ = h.Run(ctx) })
	stop()
	all.Wait()
}

func TestNextID(t *testing.T) {
	for _, test := range []struct{ last, want string }{
		{"", "2026-11-21"}, {"2026-11-20", "2026-11-21"}, {"2026-11-20-4", "2026-11-21"},
		{"2026-11-21", "2026-11-21-2"}, {"2026-11-21-2", "2026-11-21-3"}, {"2026-11-21-9", "2026-11-21-10"}, {"2026-11-22", "2026-11-21"},
	} {
		if got := reports.NextID(test.last, "2026-11-21"); got != test.want {
			t.Errorf("after %q comes %q, want %q", test.last, got, test.want)
		}
	}
}

// TestDue: six o'clock where the organisation is, also when the clocks change.
func TestDue(t *testing.T) {
	for _, test := range []struct{ zone, now, before, after string }{
		{"Europe/Paris", "2026-04-20T03:59:59Z", "2026-04-19T04:00:00Z", "2026-04-20T04:00:00Z"},
		{"Europe/Paris", "2026-04-20T04:00:00Z", "2026-04-20T04:00:00Z", "2026-04-21T04:00:00Z"},
		{"Europe/Paris", "2026-03-28T12:00:00Z", "2026-03-28T05:00:00Z", "2026-03-29T04:00:00Z"}, // the night has 23 hours
		{"Europe/Paris", "2026-10-24T12:00:00Z", "2026-10-24T04:00:00Z", "2026-10-25T05:00:00Z"}, // and here 25
		{"Europe/Paris", "2026-12-31T12:00:00Z", "2026-12-31T05:00:00Z", "2027-01-01T05:00:00Z"},
		{"Pacific/Kiritimati", "2026-03-01T15:59:59Z", "2026-02-28T16:00:00Z", "2026-03-01T16:00:00Z"}, // UTC+14
		{"America/New_York", "2026-03-08T11:00:00Z", "2026-03-08T10:00:00Z", "2026-03-09T10:00:00Z"},
	} {
		zone, err := time.LoadLocation(test.zone)
		must(t, err)
		now, err := time.Parse(time.RFC3339, test.now)
		must(t, err)
		before := reports.DueBefore(now, zone).UTC().Format(time.RFC3339)
		after := reports.DueAfter(now, zone).UTC().Format(time.RFC3339)
		if before != test.before || after != test.after {
			t.Errorf("%s in %s: %s and %s, want %s and %s", test.now, test.zone, before, after, test.before, test.after)
		}
	}
}
