package reports_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/server/store/mongo"
	"github.com/entendu/entendu/server/store/storetest"
	"github.com/entendu/entendu/surveys"
)

// asks makes a request of a customer, with what became of it.
type asks struct {
	id, customer, category string
	opened                 time.Time
	replied                time.Duration // after opening; 0: not
	status                 surveys.Status
}

// ask keeps requests in a store, marked to be counted.
func (h *house) ask(t testing.TB, s reports.Store, all ...asks) {
	t.Helper()
	for _, a := range all {
		n := surveys.Notice{ID: a.id, Status: surveys.Open, OpenedAt: a.opened, UpdatedAt: a.opened, Dimensions: surveys.Dimensions{Category: a.category}}
		ticket, _ := surveys.Ticket{}.Apply(n, surveys.Customer{ID: a.customer}, a.opened, h.settings)
		if a.replied > 0 || a.status != "" {
			n.Status, n.UpdatedAt = surveys.Pending, a.opened.Add(a.replied+time.Minute)
			if a.replied > 0 {
				n.FirstReplyAt = a.opened.Add(a.replied)
			}
			if a.status != "" {
				n.Status = a.status
			}
			ticket, _ = ticket.Apply(n, surveys.Customer{ID: a.customer}, n.UpdatedAt, h.settings)
		}
		ticket.TicketKey, ticket.Recount = surveys.TicketKey{Source: "desk", ID: a.id}, h.day(a.opened)
		must(t, s.(surveys.Store).AddTicket(t.Context(), ticket))
	}
}

// forecaster makes outlooks of a store.
func (h *house) forecaster(s reports.Store) *reports.Forecaster {
	c := &reports.Counter{Store: s, Settings: h.in, Log: slog.New(slog.DiscardHandler)}
	return &reports.Forecaster{Store: s, Settings: h.in, Counter: c, Log: c.Log}
}

// foretold makes the outlook of today and reads it.
func (h *house) foretold(t testing.TB) reports.Forecast {
	t.Helper()
	if made, err := h.forecaster(h.store).Daily(t.Context()); err != nil || !made {
		t.Fatalf("no outlook was made: %v", err)
	}
	o, err := h.store.LatestOutlook(t.Context())
	must(t, err)
	f, err := o.Forecast()
	must(t, err)
	return f
}

// many makes n requests of different customers, an hour apart.
func many(prefix, category string, n int, from time.Time, replied time.Duration, status surveys.Status) (all []asks) {
	for i := range n {
		id := fmt.Sprint(prefix, i)
		all = append(all, asks{id, "of " + id, category, from.Add(time.Duration(i) * time.Hour), replied, status})
	}
	return all
}

// TestOutlookByHand: an outlook that was worked out on paper.
func TestOutlookByHand(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 06:00:10") // counted at 06:00:00
	ago := func(days int) time.Time { return h.now.Add(-10*time.Second - time.Duration(days)*24*time.Hour) }
	h.ask(t, h.store, many("quick", "shop", 13, ago(20), 62*time.Minute, surveys.Closed)...)
	h.ask(t, h.store, many("slow", "delivery", 12, ago(50), 50*time.Hour, surveys.Closed)...)
	h.ask(t, h.store, many("few", "rare", 10, ago(10), time.Hour, surveys.Closed)...)
	h.ask(t, h.store, many("waits", "", 12, ago(2), 0, "")...)
	h.ask(t, h.store, many("old", "", 11, ago(200), 0, "")...)
	h.ask(t, h.store, many("gone", "shop", 2, ago(20), 0, surveys.Withdrawn)...)
	f := h.foretold(t)

	if f.Today.Day != "2026-06-30" || !f.Today.MadeAt.Equal(h.now) || !f.Today.CountedAt.Equal(h.now.Add(-10*time.Second)) {
		t.Errorf("it says of itself %+v", f.Today)
	}
	got, err := json.Marshal(f.Today.Waiting)
	must(t, err)
	// Twelve for one to three days, eleven for two hundred.
	const want = `{"n":25,"bands":[{"from_days":0,"to_days":1,"n":0},{"from_days":1,"to_days":3,"n":10},{"from_days":3,"to_days":7,"n":0},{"from_days":7,"to_days":28,"n":0},{"from_days":28,"n":10}]}`
	if string(got) != want {
		t.Errorf("waiting\n%s, want\n%s", got, want)
	}
	// 37 opened in 28 days: 23 replied to in 60 or 62 minutes, 2 withdrawn, 12 waiting
	// for 37 to 48 hours. So half had a reply within 62 minutes, and nobody has seen
	// when nine in ten will.
	if r := f.Today.FirstReply; r.N != 35 || *r.P50.Seconds != 65*60 || r.P90.Reached {
		t.Errorf("first reply %+v, half %+v, nine in ten %+v", r, r.P50, r.P90)
	}
	// Promises of 48 hours that fell due in 28 days: 23 kept, and the one whose 48 hours
	// ended at this moment is late; the two who gave up in a minute were promised nothing.
	if p := f.Today.PromiseKept; p.N != 25 || *p.Share != 0.96 || p.X != nil {
		t.Errorf("promise %+v %v", p, *p.Share)
	}
	if f.Today.Estimates != nil {
		t.Errorf("there was no estimate to hold: %+v", f.Today.Estimates)
	}
	// The ten of "rare" are too few for a category of their own.
	if len(f.Categories) != 2 || f.Categories[0].Category != "delivery" || f.Categories[1].Category != "shop" {
		t.Fatalf("categories %+v", f.Categories)
	}
	if e, own := f.For("delivery"); !own || e.Days != 90 || e.N != 10 || *e.P50.Seconds != 50*3600 || *e.P90.Seconds != 50*3600 {
		t.Errorf("delivery %+v", e)
	}
	// Of fifteen of "shop" two gave up: 13 of 15 is not nine in ten, and never will be.
	if e, own := f.For("shop"); !own || *e.P50.Seconds != 65*60 || e.P90.Reached || e.P90.Seconds != nil {
		t.Errorf("shop %+v", e)
	}
	if e, own := f.For("rare"); own || e != f.Whole || e.N != 50 {
		t.Errorf("what is too rare goes by all: %+v", e)
	}
}

// TestOutlookOfFew: of fewer customers than the minimum nothing is told.
func TestOutlookOfFew(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 09:00:00")
	h.ask(t, h.store, many("waits", "shop", 10, h.now.Add(-36*time.Hour), 0, "")...)
	f := h.foretold(t)
	if f.Today.Waiting != nil || f.Today.FirstReply != nil || f.Whole != nil || len(f.Categories) != 0 {
		t.Errorf("ten customers, and told is %+v", f)
	}
	if e, _ := f.For("shop"); e != nil {
		t.Errorf("we cannot say, and said %+v", e)
	}
}

// TestOutlookOfAQuietHouse: where nobody has asked anything for long, that is told.
func TestOutlookOfAQuietHouse(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 09:00:00")
	h.ask(t, h.store, many("past", "shop", 20, h.now.AddDate(0, 0, -200), time.Hour, surveys.Closed)...)
	must(t, h.counter.Drain(t.Context()))
	h.now = h.now.Add(time.Minute) // a tally of this very moment may know of what came after
	f := h.foretold(t)
	if f.Today.Waiting == nil || f.Today.Waiting.N != 0 || f.Today.FirstReply == nil || f.Today.FirstReply.N != 0 || f.Whole != nil {
		t.Errorf("told %+v", f)
	}
}

// TestRecentWhereEnough: a hundred recent requests are enough; the longer past, which
// was worse, is left alone.
func TestRecentWhereEnough(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 09:00:00")
	h.ask(t, h.store, many("recent", "shop", 100, h.now.Add(-20*24*time.Hour), time.Hour, surveys.Closed)...)
	h.ask(t, h.store, many("past", "shop", 120, h.now.Add(-60*24*time.Hour), 90*time.Hour, surveys.Closed)...)
	if e, own := h.foretold(t).For("shop"); !own || e.Days != 28 || e.N != 100 || *e.P90.Seconds != 3600 {
		t.Errorf("shop %+v", e)
	}
}

// TestEstimatesAreJudged: half of the requests of 28 to 56 days ago got their first
// reply within what the outlook of their day had told.
func TestEstimatesAreJudged(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 09:00:00")
	opened := h.now.Add(-40 * 24 * time.Hour)
	hour := int64(3600)
	told, err := json.Marshal(reports.Forecast{Categories: []reports.CategoryExpectation{{
		Category: "shop", Expectation: reports.Expectation{Days: 90, Delay: reports.Delay{N: 50, P90: &reports.Point{Reached: true, Seconds: &hour}}},
	}}})
	must(t, err)
	for day := surveys.Day("2026-05-01"); day < "2026-06-20"; day = day.Add(1) {
		must(t, h.store.AddOutlook(t.Context(), reports.Outlook{Day: day, Bytes: told}))
	}
	h.ask(t, h.store, many("kept", "shop", 10, opened, 59*time.Minute, surveys.Closed)...)
	h.ask(t, h.store, many("late", "shop", 5, opened, 61*time.Minute, surveys.Closed)...)
	h.ask(t, h.store, many("never", "shop", 5, opened, 0, "")...)
	h.ask(t, h.store, many("untold", "other", 30, opened, time.Minute, surveys.Closed)...)
	h.ask(t, h.store, many("young", "shop", 30, h.now.Add(-27*24*time.Hour), time.Minute, surveys.Closed)...)
	if e := h.foretold(t).Today.Estimates; e == nil || e.N != 20 || *e.Share != 0.5 {
		t.Errorf("judged %+v", e)
	}
}

// TestOneOutlookADay walks through the days of organisations in zones that are far
// apart or change their clocks: one outlook for each day, never before six.
func TestOneOutlookADay(t *testing.T) {
	for _, test := range []struct{ zone, from string }{
		{"Europe/Paris", "2026-03-27"}, {"Europe/Paris", "2026-10-23"}, {"Pacific/Kiritimati", "2026-06-29"},
		{"America/St_Johns", "2026-03-06"}, {"Pacific/Chatham", "2026-04-03"}, {"Asia/Beirut", "2026-03-27"},
	} {
		t.Run(test.zone+" "+test.from, func(t *testing.T) {
			h := build(t)
			h.settings.Organisation.Timezone = test.zone
			zone, day := h.settings.Zone(), surveys.Day(test.from)
			h.ask(t, h.store, many("one", "", 1, day.Add(-2).Start(zone), time.Hour, surveys.Closed)...)
			for h.now = day.Start(zone); h.now.Before(day.Add(4).Start(zone)); h.now = h.now.Add(10 * time.Minute) {
				made, err := h.forecaster(h.store).Daily(t.Context()) // a new one each time, as after a restart
				must(t, err)
				if local := h.now.In(zone); made != (local.Hour() == 6 && local.Minute() == 0) {
					t.Fatalf("at %s an outlook was made: %v", local, made)
				}
			}
			for n := range 4 {
				o, err := h.store.GetOutlook(t.Context(), day.Add(n))
				must(t, err)
				if got := surveys.DayOf(o.MadeAt, zone); got != day.Add(n) {
					t.Errorf("the outlook of %s was made on %s", day.Add(n), got)
				}
			}
		})
	}
}

// TestOutlookOfSleepers: who sleeps through six makes it later that day; a day slept
// through altogether has none, and a zone that goes back a day makes no second one.
func TestOutlookOfSleepers(t *testing.T) {
	h := build(t)
	told := 0
	f := h.forecaster(h.store)
	f.Made = func(context.Context) error { told++; return nil }
	daily := func(local string, want bool) {
		t.Helper()
		h.at(t, local)
		if made, err := f.Daily(t.Context()); err != nil || made != want {
			t.Errorf("at %s an outlook was made: %v, %v", local, made, err)
		}
	}
	daily("2026-06-01 12:00:00", false) // nobody has asked anything yet
	h.ask(t, h.store, many("one", "", 1, h.now, time.Hour, surveys.Closed)...)
	daily("2026-06-02 23:59:00", true)
	daily("2026-06-04 05:59:59", false)
	daily("2026-06-04 06:00:00", true)
	if _, err := h.store.GetOutlook(t.Context(), "2026-06-03"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a day without an outlook has one: %v", err)
	}
	h.settings.Organisation.Timezone = "Pacific/Kiritimati"
	daily("2026-06-05 06:00:00", true) // the fourth in Paris
	h.settings.Organisation.Timezone = "Europe/Paris"
	daily("2026-06-04 23:00:00", false)
	daily("2026-06-05 07:00:00", false)
	daily("2026-06-06 07:00:00", true)
	if told != 4 {
		t.Errorf("told of %d outlooks, want 4", told)
	}
}

// TestAnOutlookIsToldOf: an outlook whose maker failed to tell of it, or died before, is
// told of by the next pass of any process, and once only.
func TestAnOutlookIsToldOf(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 09:00:00")
	h.ask(t, h.store, many("one", "", 1, h.now, time.Hour, surveys.Closed)...)
	told, broken := 0, errors.New("the store is away")
	f := h.forecaster(h.store)
	f.Made = func(context.Context) error { return broken }
	if made, err := f.Daily(t.Context()); !made || !errors.Is(err, broken) {
		t.Fatalf("made %v, %v", made, err)
	}
	if _, err := f.Daily(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the next pass did not try to tell: %v", err)
	}
	restarted := h.forecaster(h.store)
	for _, f := range []*reports.Forecaster{f, restarted} {
		told = 0
		f.Made = func(context.Context) error { told++; return nil }
		for range 3 {
			made, err := f.Daily(t.Context())
			must(t, err)
			if made {
				t.Error("a second outlook was made")
			}
		}
		if told != 1 {
			t.Errorf("told %d times of one outlook", told)
		}
	}
}

// TestAClockThatRanAhead: an outlook of a day that has begun nowhere yet neither keeps
// today's from being made nor is shown instead of it.
func TestAClockThatRanAhead(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 09:00:00")
	h.ask(t, h.store, many("one", "", 1, h.now, time.Hour, surveys.Closed)...)
	must(t, h.store.AddOutlook(t.Context(), reports.Outlook{Day: "2031-01-01", MadeAt: h.now, CountedAt: h.now, Bytes: []byte("{}")}))
	newest := func() (surveys.Day, error) {
		o, err := reports.NewestOutlook(t.Context(), h.store, h.now)
		return o.Day, err
	}
	if day, err := newest(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before there is any other: %q, %v", day, err)
	}
	for range 2 {
		for _, want := range []bool{true, false} {
			if made, err := h.forecaster(h.store).Daily(t.Context()); err != nil || made != want {
				t.Errorf("on %s an outlook was made: %v, %v", h.now, made, err)
			}
		}
		if day, err := newest(); err != nil || day != h.day(h.now)[0] {
			t.Errorf("on %s the newest is that of %q, %v", h.now, day, err)
		}
		h.now = h.now.AddDate(0, 0, 1)
	}
}

// walkedDays is a store that notes which days' requests are read.
type walkedDays struct {
	store.Store
	zone *time.Location
	days map[surveys.Day]bool
}

func (w walkedDays) TicketsOpened(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error] {
	w.days[surveys.DayOf(from, w.zone)] = true
	return w.Store.TicketsOpened(ctx, from, to)
}

// TestOutlookReadsLittle: of what is older than ninety days only the days are read
// that have requests still active, and a tally without that count is counted again,
// once.
func TestOutlookReadsLittle(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 09:00:00")
	old, done, recent := h.now.AddDate(0, 0, -300), h.now.AddDate(0, 0, -200), h.now.AddDate(0, 0, -5)
	h.ask(t, h.store, many("old", "", 1, old, time.Hour, "")...)
	h.ask(t, h.store, many("done", "", 1, done, time.Hour, surveys.Closed)...)
	h.ask(t, h.store, many("recent", "", 1, recent, time.Hour, surveys.Closed)...)
	must(t, h.counter.Drain(t.Context()))
	h.now = h.now.Add(time.Minute) // a tally of this very moment may know of what came after
	read := func() map[surveys.Day]bool {
		t.Helper()
		w := walkedDays{h.store, h.settings.Zone(), map[surveys.Day]bool{}}
		made, err := h.forecaster(w).Daily(t.Context())
		must(t, err)
		if !made {
			t.Fatal("no outlook was made")
		}
		h.now = h.now.AddDate(0, 0, 1)
		return w.days
	}
	dayOf := func(at time.Time) surveys.Day { return h.day(at)[0] }
	if days := read(); len(days) != 2 || !days[dayOf(old)] || !days[dayOf(recent)] {
		t.Errorf("read %v", days)
	}
	kept, err := h.store.GetTally(t.Context(), dayOf(done))
	must(t, err)
	kept.Counts = 0 // as an older Entendu kept it
	must(t, h.store.PutTally(t.Context(), kept))
	if days := read(); len(days) != 3 || !days[dayOf(done)] {
		t.Errorf("with a tally of an older Entendu, read %v", days)
	}
	if days := read(); len(days) != 2 {
		t.Errorf("the day after, read %v", days)
	}
}

// TestOutlookIsTheSameOnBothStores: equal rows give equal bytes.
func TestOutlookIsTheSameOnBothStores(t *testing.T) {
	h := build(t)
	h.at(t, "2026-06-30 06:00:00")
	other, err := mongo.Open(t.Context(), storetest.Ferret(t), mongo.Options{})
	must(t, err)
	defer other.Close()
	var bytesOf [2][]byte
	for i, s := range []store.Store{h.store, standing{other, h}} {
		for n, category := range []string{"shop", "delivery", ""} {
			h.ask(t, s, many(fmt.Sprint("r", n), category, 20+n, h.now.AddDate(0, 0, -25*n-2), time.Duration(n+1)*7*time.Hour, surveys.Closed)...)
			h.ask(t, s, many(fmt.Sprint("w", n), category, 12, h.now.AddDate(0, 0, -70*n-2), 0, "")...)
		}
		made, err := h.forecaster(s).Daily(t.Context())
		must(t, err)
		o, err := s.GetOutlook(t.Context(), "2026-06-30")
		must(t, err)
		if bytesOf[i] = o.Bytes; !made {
			t.Fatal("no outlook was made")
		}
	}
	if !bytes.Equal(bytesOf[0], bytesOf[1]) {
		t.Errorf("SQLite has\n%s\nand MongoDB\n%s", bytesOf[0], bytesOf[1])
	}
}

// standing is a store at whose clock a house looks.
type standing struct {
	store.Store
	h *house
}

func (s standing) Now(context.Context) (time.Time, error) { return s.h.now, nil }

// TestOutlookTellsNothingOfFew: whatever happened, every number of an outlook is
// rounded, and enough customers stand behind each category that is told.
func TestOutlookTellsNothingOfFew(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		past := draw(r, 20, 60)
		h := build(t)
		h.settings.Publishing.Minimum = rapid.IntRange(2, 4).Draw(r, "minimum")
		h.live(t, past)
		h.now = firstDay.AddDate(0, 0, rapid.IntRange(30, 70).Draw(r, "day")).Add(12 * time.Hour)
		made, err := h.forecaster(h.store).Daily(t.Context())
		must(t, err)
		if !made {
			return // nobody asked anything
		}
		o, err := h.store.LatestOutlook(t.Context())
		must(t, err)
		f, err := o.Forecast()
		must(t, err)
		customers := map[string]map[string]bool{"": {}}
		for _, k := range past.tickets(h.now) {
			for _, category := range []string{"", k.Category} {
				if customers[category] == nil {
					customers[category] = map[string]bool{}
				}
				customers[category][k.Customer] = true
			}
		}
		for _, c := range f.Categories {
			if len(customers[c.Category]) < h.settings.Publishing.Minimum || c.N%5 != 0 {
				r.Errorf("%d customers stand behind %q: %+v", len(customers[c.Category]), c.Category, c)
			}
		}
		if f.Whole != nil && len(customers[""]) < h.settings.Publishing.Minimum {
			r.Errorf("%d customers stand behind the whole", len(customers[""]))
		}
	})
}
