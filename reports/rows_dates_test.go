package reports_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// The tests here are named after the rows of the fault table that they hold.

// wrong is a ticket whose helpdesk's clock is wrong: each time is in minutes after
// firstDay, and each status is learnt when it truly happened.
type wrong struct {
	opened, replied, closed int // as told; replied 0: not told
	truly                   int // when we heard that it was closed
}

func (w wrong) notices(id string) []notice {
	at := func(minute int) time.Time { return firstDay.Add(time.Duration(minute) * time.Minute) }
	open := surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: at(w.opened), UpdatedAt: at(min(w.opened, 600))}
	done := surveys.Notice{ID: id, Status: surveys.Closed, ClosedAt: at(w.closed), UpdatedAt: at(w.truly), Contacts: 1}
	if w.replied != 0 {
		done.FirstReplyAt = at(w.replied)
	}
	return []notice{{open, "c" + id, at(600)}, {done, "c" + id, at(w.truly)}}
}

// TestC03WrongTimes: a ticket stays what it was told to be; a wait that cannot be is
// in no count of waits, and counted as unknown.
func TestC03WrongTimes(t *testing.T) {
	const day = 24 * 60
	for _, test := range []struct {
		name              string
		told              wrong
		replied, settled  time.Duration // as counted; -1: unknown
		unknown, misdated int
	}{
		{"right", wrong{600, 660, 720, 720}, time.Hour, 2 * time.Hour, 0, 0},
		{"all at once", wrong{600, 600, 600, 720}, 0, 0, 0, 0},
		{"seconds cut off", wrong{600, 599, 599, 720}, 0, 2 * time.Hour, 0, 0}, // closed before the last change: by the event,
		{"replied before it was opened", wrong{600, 598, 720, 720}, -1, 2 * time.Hour, 1, 0},
		{"replied a year before it was opened", wrong{600, 600 - 365*day, 720, 720}, -1, 2 * time.Hour, 1, 0},
		{"closed before it was opened", wrong{600, 660, 590, 720}, time.Hour, -1, 0, 1},
		{"both before it was opened", wrong{600, 500, 590, 720}, -1, -1, 1, 1},
		{"replied to come", wrong{600, 720 + 6, 720, 720}, -1, 2 * time.Hour, 1, 0},
		{"replied a day to come", wrong{600, 720 + day, 720, 720}, -1, 2 * time.Hour, 1, 0},
		{"closed to come", wrong{600, 660, 720 + 6, 720}, time.Hour, -1, 0, 1},
		{"a clock a little ahead of ours", wrong{600, 720 + 5, 720 + 5, 720}, 125 * time.Minute, 125 * time.Minute, 0, 0},
		{"opened to come", wrong{606, 660, 720, 720}, -1, -1, 1, 1},
		{"opened to come, and closed with it", wrong{600 + day, 700 + day, 720 + day, 720}, -1, -1, 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			tickets := history{notices: test.told.notices("1")}.tickets(lastDay)
			if k := tickets[0]; k.Status != surveys.Closed || len(k.Closings) != 1 || !k.OpenedAt.Equal(firstDay.Add(time.Duration(test.told.opened)*time.Minute)) {
				t.Fatalf("kept %+v", k)
			}
			zone := time.UTC
			c := reports.CountDay(surveys.DayOf(tickets[0].OpenedAt, zone), lastDay, tickets, nil, nil, zone).Opened[0]
			want := reports.OpenedCell{
				Opened: 1, Unknown: test.unknown, Unsure: test.unknown, Misdated: test.misdated, Settled: 1, AtOnce: 1,
				Reply: inStep(test.replied), Closing: inStep(test.settled), Kept: 1 - test.unknown,
			}
			for i := range want.Resolved {
				want.Resolved[i] = 1 - test.misdated
			}
			// Who stands behind the counts is not told by times.
			if diff := cmp.Diff(want, c, cmpopts.IgnoreTypes(reports.Behind{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// inStep is one duration counted, or none where it is negative.
func inStep(d time.Duration) []int {
	counts := make([]int, len(reports.Steps())+1)
	if d >= 0 {
		i, _ := slices.BinarySearch(reports.Steps(), d)
		counts[i] = 1
	}
	return counts
}

// TestC03StillOpen: who was answered at a time that cannot be does not wait, and was
// not answered late.
func TestC03StillOpen(t *testing.T) {
	h := build(t)
	h.settings.Publishing.Minimum = 1
	n := wrong{600, 500, 0, 720}.notices("1")[:1]
	n[0].FirstReplyAt = firstDay
	h.live(t, history{notices: n})
	p := find(t, h.made(t).Periods, "2026-03")
	if p.PromiseKept.N != 0 || p.PromiseKept.Unknown != 1 || p.FirstReply.N != 0 || p.FirstReply.Unknown != 1 {
		t.Errorf("told as %+v and %+v", p.PromiseKept, p.FirstReply)
	}
	if p.Resolution.N != 1 || p.Resolution.Unknown != 0 || *p.ResolvedWithin.Day.X != 0 || p.ResolvedWithin.Day.N != 1 {
		t.Errorf("told as %+v and %+v", p.Resolution, p.ResolvedWithin.Day)
	}
}

// TestC03TooManyWrongTimes: over a tenth of times that cannot be, a figure is not
// measured; up to a tenth, the others are told with the number of those.
func TestC03TooManyWrongTimes(t *testing.T) {
	for _, test := range []struct {
		wrong    int
		measured bool
	}{{0, true}, {4, true}, {5, false}, {40, false}} {
		h := build(t)
		var all history
		for i := range 36 + test.wrong {
			told := wrong{600, 660, 720, 720}
			if i >= 36 {
				told = wrong{600, 500, 500, 720}
			}
			all.notices = append(all.notices, told.notices(fmt.Sprint(i))...)
		}
		h.live(t, all)
		p := find(t, h.made(t).Periods, "2026-03")
		if p.Opened.N != 36+test.wrong {
			t.Errorf("%d of %d are told as opened", p.Opened.N, 36+test.wrong)
		}
		for name, s := range map[string]*reports.Share{
			"1d": p.ResolvedWithin.Day, "7d": p.ResolvedWithin.Week, "30d": p.ResolvedWithin.Month, "promise": p.PromiseKept,
		} {
			if s.N != 36 || s.Unknown != test.wrong || (s.Measured == nil) != test.measured || (s.X != nil) != test.measured || s.X != nil && *s.X != 36 {
				t.Errorf("%d wrong: %s is told as %+v", test.wrong, name, s)
			}
		}
		for name, d := range map[string]*reports.Delay{"first reply": p.FirstReply, "resolution": p.Resolution} {
			if d.N != 36 || d.Unknown != test.wrong || (d.Measured == nil) != test.measured || (d.P50 != nil) != test.measured {
				t.Errorf("%d wrong: %s is told as %+v", test.wrong, name, d)
			}
		}
		if p.FirstReply.P50 != nil && (*p.FirstReply.P50.Seconds != 3600 || *p.Resolution.P50.Seconds != 7200) {
			t.Errorf("%d wrong: half were answered within %d seconds and settled within %d", test.wrong, *p.FirstReply.P50.Seconds, *p.Resolution.P50.Seconds)
		}
	}
}

// TestC03FewBehindWrongTimes: what is not measured is withheld all the same where few
// customers stand behind it.
func TestC03FewBehindWrongTimes(t *testing.T) {
	for customers, want := range map[int]bool{10: false, 11: true} {
		h := build(t)
		var all history
		for i := range customers {
			all.notices = append(all.notices, wrong{600, 500, 500, 720}.notices(fmt.Sprint(i))...)
		}
		h.live(t, all)
		p := find(t, h.made(t).Periods, "2026-03")
		if told := p.Resolution != nil && p.ResolvedWithin.Day != nil && p.FirstReply != nil; told != want {
			t.Errorf("%d customers: told %v", customers, told)
		}
	}
}

// TestC02MonthsAddUpToTheYear: tickets opened and closed around every change of day,
// clock, month and year are in one month each, the same when they are counted again
// later, and the months add up to the year. The store is a real one.
func TestC02MonthsAddUpToTheYear(t *testing.T) {
	for _, test := range []struct {
		zone  string
		year  int
		edges []string // days whose beginning is an edge
	}{
		{"Europe/Paris", 2026, []string{"2026-01-01", "2026-01-31", "2026-03-29", "2026-03-30", "2026-04-01", "2026-10-25", "2026-10-26", "2026-12-31"}},
		{"Pacific/Kiritimati", 2024, []string{"2024-01-01", "2024-02-29", "2024-03-01", "2024-05-31", "2024-06-01", "2024-12-31"}},
		{"America/Havana", 2026, []string{"2026-01-01", "2026-03-08", "2026-11-01", "2026-11-02", "2026-12-31"}},
		{"Pacific/Apia", 2011, []string{"2011-01-01", "2011-04-02", "2011-12-29", "2011-12-30", "2011-12-31"}},
	} {
		t.Run(test.zone, func(t *testing.T) {
			h := build(t)
			h.settings.Organisation.Timezone = test.zone
			zone := h.settings.Zone()
			h.now = time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
			want := map[string]int{}
			var all history
			for _, day := range test.edges {
				for _, off := range []time.Duration{-time.Millisecond, 0, time.Hour, 2*time.Hour + 30*time.Minute, 24*time.Hour - time.Millisecond} {
					at, id := surveys.Day(day).Start(zone).Add(off), fmt.Sprint(day, off)
					want[at.In(zone).Format("2006-01")]++
					all.notices = append(all.notices, notice{surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: at, UpdatedAt: at}, id, at})
					all.invitations = append(all.invitations, surveys.Invitation{
						ID: id, Survey: surveys.AfterHandling, Ticket: surveys.TicketKey{Source: "desk", ID: id}, Closing: 1, ClosedAt: at, MadeAt: at, State: surveys.Waiting,
					})
				}
			}
			h.happened(t, all)
			must(t, h.counter.Drain(t.Context()))
			first := stored(t, h)
			h.now = h.now.AddDate(3, 1, 17)
			must(t, h.counter.Recount(t.Context(), nil))
			if diff := cmp.Diff(first, stored(t, h), cmpopts.IgnoreFields(reports.Tally{}, "AsOf", "Rev")); diff != "" {
				t.Errorf("counted again (-first +later)\n%s", diff)
			}
			for year := range 3 {
				h.monthsAddUp(t, test.year-1+year, want)
			}
		})
	}
}

// happened keeps what was told up to now, marked to be counted.
func (h *house) happened(t *testing.T, past history) {
	t.Helper()
	var all errgroup.Group
	for _, k := range past.tickets(h.now) {
		k.Recount = h.day(k.OpenedAt)
		all.Go(func() error { return h.store.AddTicket(t.Context(), k) })
	}
	for _, i := range past.invitations {
		i.Recount = h.day(i.ClosedAt)
		all.Go(func() error { return h.store.AddInvitation(t.Context(), i) })
	}
	must(t, all.Wait())
}

// monthsAddUp looks at the tallies of each month of a year and of the whole.
func (h *house) monthsAddUp(t *testing.T, year int, want map[string]int) {
	t.Helper()
	counted := func(from, to surveys.Day) (opened, closed int) {
		for tally, err := range h.store.Tallies(t.Context(), from, to) {
			must(t, err)
			for _, c := range tally.Opened {
				opened += c.Opened
			}
			for _, c := range tally.Closed {
				closed += c.Closed
			}
		}
		return opened, closed
	}
	sum := 0
	for m := 1; m <= 12; m++ {
		month := fmt.Sprintf("%d-%02d", year, m)
		from, to, err := reports.PeriodDays(month)
		must(t, err)
		opened, closed := counted(from, to)
		if opened != want[month] || closed != want[month] {
			t.Errorf("%s: %d opened and %d closed, want %d", month, opened, closed, want[month])
		}
		sum += opened
	}
	opened, closed := counted(surveys.Day(fmt.Sprint(year, "-01-01")), surveys.Day(fmt.Sprint(year+1, "-01-01")))
	if opened != sum || closed != sum {
		t.Errorf("%d: %d opened and %d closed in the year, %d in its months", year, opened, closed, sum)
	}
}
