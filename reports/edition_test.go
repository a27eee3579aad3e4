package reports_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// at sets the clock of the house.
func (h *house) at(t testing.TB, local string) {
	t.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04:05", local, h.settings.Zone())
	must(t, err)
	h.now = now.UTC()
}

func (h *house) made(t testing.TB) reports.Document {
	t.Helper()
	d, err := h.Make(t.Context(), h.now, "")
	must(t, err)
	return d
}

func (h *house) published(t testing.TB) reports.Edition {
	t.Helper()
	e, err := h.Publish(t.Context(), "")
	must(t, err)
	return e
}

func find(t testing.TB, periods []reports.Period, name string) reports.Period {
	t.Helper()
	i := slices.IndexFunc(periods, func(p reports.Period) bool { return p.Period == name })
	if i < 0 {
		t.Fatalf("no period %s", name)
	}
	return periods[i]
}

// TestEditionByHand: a month whose figures were worked out on paper.
func TestEditionByHand(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{Category: "delivery", Team: "shop"}, "5", "4", "2")
	month(h, t, "2026-03", 4, surveys.Dimensions{Category: "refund"}, "1")
	month(h, t, "2026-03", 2, surveys.Dimensions{})
	h.at(t, "2026-04-20 12:00:00")
	d := h.made(t)
	if len(d.Periods) != 2 || d.Periods[0].Period != "2026-03" || d.Periods[1].Period != "2026-04" {
		t.Fatalf("periods %+v", d.Periods)
	}
	// 18 opened, all settled after two hours: Wilson of 18/18 is 0.8241 to 1.
	var march struct {
		State          string
		Opened         struct{ N int }
		ResolvedWithin map[string]json.RawMessage `json:"resolved_within"`
		PromiseKept    json.RawMessage            `json:"promise_kept"`
		FirstContact   json.RawMessage            `json:"first_contact"`
		FirstReply     json.RawMessage            `json:"first_reply"`
		Resolution     json.RawMessage
		Chain          json.RawMessage
		ResponseRate   json.RawMessage `json:"response_rate"`
		Delay          json.RawMessage
		Listening      json.RawMessage
		Outcome        json.RawMessage
		Recommend      json.RawMessage
	}
	b, err := json.Marshal(d.Periods[0])
	must(t, err)
	must(t, json.Unmarshal(b, &march))
	const all18 = `{"n":18,"x":18,"share":1,"low":0.8241,"high":1}`
	for name, pair := range map[string][2]string{
		"resolved in a day":  {string(march.ResolvedWithin["1d"]), all18},
		"resolved in a week": {string(march.ResolvedWithin["7d"]), all18},
		"promise":            {string(march.PromiseKept), all18},
		"first contact":      {string(march.FirstContact), all18},
		"first reply":        {string(march.FirstReply), `{"n":18,"unknown":0,"p50":{"seconds":3600,"low":3600,"reached":true},"p90":{"seconds":3600,"low":3600,"reached":true}}`},
		"resolution":         {string(march.Resolution), `{"n":18,"unknown":0,"p50":{"seconds":7200,"low":7200,"reached":true},"p90":{"seconds":7200,"low":7200,"reached":true}}`},
		"chain":              {string(march.Chain), `{"closed":18,"eligible":18,"invited":18,"delivered":18,"answered":16,"skipped":{}}`},
		// 16 of 18: Wilson 0.6720 to 0.9690
		"response rate": {string(march.ResponseRate), `{"n":18,"x":16,"share":0.8889,"low":0.672,"high":0.969}`},
		// four times 5, 4 and 2, and four 1: 8 of 16 are satisfied
		"delay": {string(march.Delay), `{"n":16,"levels":[4,4,0,4,4],"x":8,"share":0.5,"low":0.2800,"high":0.72}`},
		// all said 4: only a bound is told
		"listening": {string(march.Listening), `{"n":16,"share":null,"low":null,"high":null,"at_least":0.95}`},
		"outcome":   {string(march.Outcome), `{"n":0,"yes":0,"partly":0,"no":0,"share":null,"low":null,"high":null}`},
	} {
		var got, want any
		must(t, json.Unmarshal([]byte(pair[0]), &got))
		must(t, json.Unmarshal([]byte(pair[1]), &want))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if march.State != reports.Provisional || march.Opened.N != 18 || d.Periods[1].State != reports.SoFar {
		t.Errorf("March is %q with %d opened, April %q", march.State, march.Opened.N, d.Periods[1].State)
	}
	if r := d.Periods[0].Recommend; r.N != 16 || r.Score != nil || r.Promoters != nil || *r.AtLeast != 90 {
		t.Errorf("sixteen nines give more than a bound: %+v", r)
	}
	h.checkCells(t, d)
}

// checkCells looks at the categories and teams of TestEditionByHand: six customers are
// folded into "other", and twelve are not told of either, or they would be the
// difference.
func (h *house) checkCells(t *testing.T, d reports.Document) {
	t.Helper()
	if len(d.Categories) != 2 || d.Categories[0].Category != "delivery" || d.Categories[1].Category != reports.Other || len(d.Teams) != 2 {
		t.Fatalf("categories %+v, teams %+v", d.Categories, d.Teams)
	}
	for _, c := range d.Categories {
		p := find(t, c.Periods, "2026-03")
		if p.Opened != nil || p.ResolvedWithin.Day != nil || p.FirstReply != nil || p.Chain != nil || p.Delay != nil || p.Recommend != nil {
			t.Errorf("%s is told of: %+v", c.Category, p)
		}
		if p.Outcome == nil || p.Outcome.N != 0 {
			t.Errorf("that nobody was asked about outcomes is not a secret: %+v", p.Outcome)
		}
	}
	var cells []string
	for _, w := range d.Withheld {
		if w.Why != reports.Small {
			t.Errorf("withheld for %q", w.Why)
		}
		if key, ok := strings.CutPrefix(w.Cell, "categories/delivery/2026-03/"); ok {
			cells = append(cells, key)
		}
	}
	want := []string{
		"opened", "resolved_within/1d", "resolved_within/7d", "resolved_within/30d", "resolution", "promise_kept", "first_contact",
		"first_reply", "chain", "response_rate", "delay", "listening", "recommend",
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Errorf("withheld (-want +got)\n%s", diff)
	}
}

// TestSiblings: those that are too few to be told are folded together, and if they are
// still too few, the smallest of the others is left untold with them.
func TestSiblings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		sizes map[string]int // "" is no category
		want  string
	}{
		{"enough behind each", map[string]int{"a": 12, "b": 11}, "a b"},
		{"one, and nothing beside it", map[string]int{"a": 12}, "a"},
		{"one, and too few beside it", map[string]int{"a": 40, "": 4}, ""},
		{"too few: the smallest goes with them", map[string]int{"a": 12, "b": 13, "c": 4}, "b"},
		{"enough together", map[string]int{"a": 40, "b": 12, "c": 4, "": 7}, "a b other"},
		{"a category that is called other is not told apart", map[string]int{"a": 40, "b": 12, "other": 9, "": 3}, "a b other"},
		{"nobody known in any", map[string]int{"a": 4, "b": 5, "c": 6}, "other"},
	} {
		h := build(t)
		for category, n := range test.sizes {
			month(h, t, "2026-03", n, surveys.Dimensions{Category: category})
		}
		h.at(t, "2026-04-20 12:00:00")
		var told []string
		for _, c := range h.made(t).Categories {
			if p := find(t, c.Periods, "2026-03"); p.Opened != nil {
				told = append(told, c.Category)
			}
		}
		if got := strings.Join(told, " "); got != test.want {
			t.Errorf("%s: told of %q, want %q", test.name, got, test.want)
		}
	}
}

// TestMinimumCountsCustomers: a person who writes a hundred times is one customer,
// and those of whom nothing is known are one together.
func TestMinimumCountsCustomers(t *testing.T) {
	t.Parallel() // it waits for the disk most of the time
	for _, test := range []struct {
		people int
		nobody int
		shown  bool
	}{{11, 0, true}, {10, 0, false}, {10, 1, true}, {9, 50, false}, {1, 0, false}} {
		h := build(t)
		h.now = firstDay.AddDate(0, 0, 1)
		var all history
		open := func(i int, customer string) {
			at := firstDay.Add(time.Duration(30+i) * time.Minute)
			id := fmt.Sprint(i, customer)
			all.notices = append(all.notices, notice{surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: at, UpdatedAt: at}, customer, at})
		}
		for i := range 60 {
			open(i, fmt.Sprint("c", i%test.people))
		}
		for i := range test.nobody {
			open(100+i, "")
		}
		h.live(t, all)
		d := h.made(t)
		march := find(t, d.Periods, "2026-03")
		if got := march.Opened != nil; got != test.shown {
			t.Errorf("%d people and %d unknown: shown %t", test.people, test.nobody, got)
		}
		if test.shown == (len(d.Withheld) > 0) {
			t.Errorf("%d people and %d unknown: withheld %v", test.people, test.nobody, d.Withheld)
		}
	}
}

// TestEditionsAreReproducible: two editions of one cut-off have the same bytes,
// although the first one's cut-off lies behind what was tallied before the second;
// and nothing told has fewer customers behind it than the minimum.
func TestEditionsAreReproducible(t *testing.T) {
	histories(t, 40, 4, func(t *testing.T, h *house, past history) {
		for i := range past.notices { // nothing says when a first reply was learnt
			past.notices[i].FirstReplyAt = time.Time{}
		}
		h.live(t, past) // all of it is in the rows, also what comes after the cut-off
		days := []int{1, 3, 8}[len(past.notices)%3]
		h.settings.Publishing.Minimum = days
		cutOff := firstDay.AddDate(0, 0, days)
		h.now = cutOff
		first := h.bytes(t)
		h.now = cutOff.AddDate(0, 0, 5) // counted anew, as of later
		must(t, h.counter.Recount(t.Context(), nil))
		h.now = cutOff
		second := h.bytes(t)
		if !bytes.Equal(first, second) {
			t.Fatalf("the same cut-off gives\n%s\nand\n%s", first, second)
		}
		checkMinimum(t, h, past, cutOff, second)
	})
}

func (h *house) bytes(t *testing.T) []byte {
	d, err := h.Make(t.Context(), h.now.Add(10*time.Second), "")
	must(t, err)
	b, err := json.Marshal(d)
	must(t, err)
	return b
}

// checkMinimum counts the customers behind the openings and the answers of each
// category from the rows.
func checkMinimum(t *testing.T, h *house, past history, cutOff time.Time, edition []byte) {
	var d reports.Document
	must(t, json.Unmarshal(edition, &d))
	for _, c := range d.Categories {
		for _, p := range c.Periods {
			known := func(a surveys.Answer) bool { return !a.Learnt().After(cutOff) }
			belongs := func(category string) bool { return told(d, category, p.Period) == c.Category }
			in := func(at time.Time) bool { return reports.PeriodOf(reports.Month, h.day(at)[0]) == p.Period }
			openers, raters, closers, invited := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
			for _, ticket := range past.tickets(cutOff) {
				if in(ticket.OpenedAt) && belongs(ticket.Category) && !ticket.LeftOut() {
					openers[ticket.Customer] = true
				}
			}
			for _, r := range past.responses {
				gone := slices.ContainsFunc(past.invitations, func(i surveys.Invitation) bool { return i.ID == r.Invitation && i.LeftOut })
				if in(r.ClosedAt) && belongs(r.Category) && !gone && slices.ContainsFunc(r.Answers, known) {
					raters[r.Customer] = true
				}
			}
			for _, i := range past.invitations {
				if !in(i.ClosedAt) || !belongs(i.Category) || i.LeftOut || i.MadeAt.After(cutOff) {
					continue
				}
				closers[i.Customer] = true
				answered := slices.ContainsFunc(past.responses, func(r surveys.Response) bool {
					return r.Invitation == i.ID && !r.Imported && !r.Answers[0].At.After(cutOff)
				})
				if answered || i.State != surveys.Skipped || i.SkippedAt.After(cutOff) || i.Code == surveys.Failed || i.Code == surveys.Erased {
					invited[i.Customer] = true
				}
			}
			shown := func(told bool, people int, figure string) {
				if told && 0 < people && people < d.Minimum {
					t.Errorf("%s of %q in %s: told, with %d customers of %d", figure, c.Category, p.Period, people, d.Minimum)
				}
			}
			shown(p.Opened != nil, len(openers), "opened")
			shown(p.ResolvedWithin.Week != nil, len(openers), "resolved within a week")
			shown(p.Resolution != nil, len(openers), "resolution")
			shown(p.Delay != nil, len(raters), "delay")
			shown(p.Chain != nil, len(closers), "chain")
			shown(p.ResponseRate != nil, len(invited), "response rate")
		}
	}
}

// told is the category under which one is told in a period.
func told(d reports.Document, category, period string) string {
	for _, c := range d.Categories {
		if c.Category == category && slices.ContainsFunc(c.Periods, func(p reports.Period) bool { return p.Period == period }) {
			return category
		}
	}
	return reports.Other
}

// TestFinalMonthsAreFrozen: what an edition said of a final month, the next says
// again to the letter, whatever comes to be known; a month that still moves moves.
func TestFinalMonthsAreFrozen(t *testing.T) {
	h := build(t)
	delivery, few := surveys.Dimensions{Category: "delivery"}, surveys.Dimensions{Category: "few"}
	month(h, t, "2026-03", 12, delivery, "5", "2")
	month(h, t, "2026-03", 12, surveys.Dimensions{Category: "a/b c"}, "5", "2")
	month(h, t, "2026-03", 3, few, "5")
	month(h, t, "2026-04", 12, delivery, "5", "2")
	h.at(t, "2026-05-09 12:00:00") // 31 March + 37 days is past, 30 April + 37 is not
	before, err := h.published(t).Document()
	must(t, err)
	h.late = h.now.Add(time.Hour)
	month(h, t, "2026-03", 20, surveys.Dimensions{Category: "late"}, "1")
	month(h, t, "2026-04", 20, surveys.Dimensions{Category: "late"}, "1")
	h.settings.Publishing.Minimum = 5
	h.at(t, "2026-05-10 12:00:00")
	after := h.made(t)
	if find(t, before.Periods, "2026-03").State != reports.Final || find(t, before.Periods, "2026-04").State != reports.Provisional {
		t.Fatalf("states %+v", before.Periods)
	}
	if diff := cmp.Diff(find(t, before.Periods, "2026-03"), find(t, after.Periods, "2026-03")); diff != "" {
		t.Errorf("the final month changed\n%s", diff)
	}
	ab := after.Categories[0]
	if diff := cmp.Diff(before.Categories[0], reports.CategoryFigures{Category: ab.Category, Periods: ab.Periods}); ab.Category != "a/b c" || diff != "" {
		t.Errorf("a final cell changed\n%s", diff)
	}
	small := func(d reports.Document) (n int) {
		for _, w := range d.Withheld {
			if strings.HasPrefix(w.Cell, "categories/a%2Fb%20c/2026-03/") {
				n++
			}
		}
		return n
	}
	if small(before) != 13 || small(after) != small(before) {
		t.Errorf("withheld in the final month: %d, then %d", small(before), small(after))
	}
	late := after.Categories[2]
	if late.Category != "late" || slices.ContainsFunc(late.Periods, func(p reports.Period) bool { return p.Period == "2026-03" }) {
		t.Errorf("the final month tells of late openings: %+v", late)
	}
	if n := find(t, after.Periods, "2026-04").Opened.N; n != 32 {
		t.Errorf("April tells of %d openings, want 32", n)
	}
}

// TestEditionUsesTallies: a stored tally no newer than the cut-off is believed; one
// that may hold what was learnt later is not.
func TestEditionUsesTallies(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	h.at(t, "2026-04-20 12:00:00")
	must(t, h.counter.Drain(t.Context()))
	for _, test := range []struct {
		asOf time.Duration
		want int
	}{{-10 * time.Second, 1000}, {-10*time.Second + time.Millisecond, 12}} {
		tally := stored(t, h)["2026-03-02"]
		tally.AsOf, tally.Opened[0].Opened = h.now.Add(test.asOf), 1000
		must(t, h.store.PutTally(t.Context(), tally))
		if n := find(t, h.made(t).Periods, "2026-03").Opened.N; n != test.want {
			t.Errorf("with tallies as of %s: opened %d, want %d", test.asOf, n, test.want)
		}
	}
}

// TestUnknownReplies: over a tenth unknown, a cell is not measured; up to a tenth,
// the known ones are told, with the number of the others.
func TestUnknownReplies(t *testing.T) {
	for _, test := range []struct {
		silent   int
		measured bool
	}{{0, true}, {4, true}, {5, false}, {40, false}} {
		h := build(t)
		var all history
		for i := range 36 + test.silent {
			open, id := firstDay.Add(time.Duration(i)*time.Hour), fmt.Sprint(i)
			done := surveys.Notice{ID: id, Status: surveys.Closed, UpdatedAt: open.Add(2 * time.Hour)}
			if i < 36 {
				done.FirstReplyAt = open.Add(time.Hour)
			}
			all.notices = append(all.notices,
				notice{surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: open, UpdatedAt: open}, "c" + id, open}, notice{done, "c" + id, done.UpdatedAt})
		}
		h.live(t, all)
		p := find(t, h.made(t).Periods, "2026-03")
		told := p.FirstReply.P50 != nil && p.PromiseKept.Share != nil && p.PromiseKept.X != nil
		marked := p.FirstReply.Measured == nil && p.PromiseKept.Measured == nil
		if told != test.measured || marked != test.measured {
			t.Errorf("%d of %d unknown: told %t", test.silent, 36+test.silent, told)
		}
		if p.FirstReply.N != 36 || p.FirstReply.Unknown != test.silent || p.PromiseKept.N != 36 || p.PromiseKept.Unknown != test.silent {
			t.Errorf("%d unknown are told as %+v and %+v", test.silent, p.FirstReply, p.PromiseKept)
		}
	}
}

// TestPromise: of those whose promise is due by the cut-off.
func TestPromise(t *testing.T) {
	open := func(h *house, id string, hoursAgo int, replyAfter time.Duration, end surveys.Status, endAfter time.Duration) history {
		at := h.now.Add(-10*time.Second - time.Duration(hoursAgo)*time.Hour)
		n := notice{surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: at, UpdatedAt: at}, id, at}
		if replyAfter > 0 {
			n.FirstReplyAt = at.Add(replyAfter)
			n.UpdatedAt, n.learnt = n.FirstReplyAt, n.FirstReplyAt
		}
		past := history{notices: []notice{n}}
		if end != "" {
			past.notices = append(past.notices, notice{surveys.Notice{ID: id, Status: end, UpdatedAt: at.Add(endAfter)}, id, at.Add(endAfter)})
		}
		return past
	}
	const hour = time.Hour // the promise is 48 hours
	tests := []struct {
		name             string
		hoursAgo         int
		reply            time.Duration
		end              surveys.Status
		endAfter         time.Duration
		n, kept, unknown int
	}{
		{"in time", 60, 48 * hour, "", 0, 1, 1, 0},
		{"late", 60, 48*hour + time.Millisecond, "", 0, 1, 0, 0},
		{"none, and due", 48, 0, "", 0, 1, 0, 0},
		{"none, not due yet", 47, 0, "", 0, 0, 0, 0},
		{"in time, not due yet", 47, hour, "", 0, 0, 0, 0},
		{"handled without a known reply", 60, 0, surveys.Closed, hour, 0, 0, 1},
		{"gave up before it was due", 60, 0, surveys.Withdrawn, 47 * hour, 0, 0, 0},
		{"gave up after it was due", 60, 0, surveys.Withdrawn, 49 * hour, 1, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := build(t)
			h.settings.Publishing.Minimum = 1
			h.at(t, "2026-04-20 12:00:00")
			h.live(t, open(h, "1", test.hoursAgo, test.reply, test.end, test.endAfter))
			p := find(t, h.made(t).Periods, "2026-04").PromiseKept
			if p.N != test.n || p.Unknown != test.unknown || test.n > 0 && *p.X != test.kept {
				t.Errorf("got %+v", p)
			}
		})
	}
}

// TestUpTo: an edition ends with the period that is asked for.
func TestUpTo(t *testing.T) {
	h := build(t)
	month(h, t, "2026-02", 12, surveys.Dimensions{})
	h.at(t, "2026-04-20 12:00:00")
	e, err := h.Publish(t.Context(), "2026-03")
	must(t, err)
	d, err := e.Document()
	must(t, err)
	if len(d.Periods) != 2 || d.Periods[1].Period != "2026-03" {
		t.Errorf("periods %+v", d.Periods)
	}
	for _, wrong := range []string{"2026-05", "2026-Q1", "March", "2026-13", "2026-3"} {
		if _, err := h.Publish(t.Context(), wrong); err == nil {
			t.Errorf("published up to %q", wrong)
		}
	}
}

// TestLongestEdition: at most 24 periods, from the first that has a row.
func TestLongestEdition(t *testing.T) {
	t.Parallel() // it waits for the disk most of the time
	h := build(t)
	month(h, t, "2020-01", 1, surveys.Dimensions{})
	month(h, t, "2024-06", 1, surveys.Dimensions{})
	h.at(t, "2026-04-20 12:00:00")
	if d := h.made(t); len(d.Periods) != 23 || d.Periods[0].Period != "2024-06" {
		t.Errorf("%d periods from %s", len(d.Periods), d.Periods[0].Period)
	}
}

// TestHalfYears: an edition by half-years adds up the days of each.
func TestHalfYears(t *testing.T) {
	h := build(t)
	h.settings.Publishing.Period = reports.HalfYear
	month(h, t, "2025-11", 6, surveys.Dimensions{})
	month(h, t, "2025-12", 6, surveys.Dimensions{})
	h.at(t, "2026-02-06 00:00:09") // 31 December + 37 days is past, the grace is not
	d := h.made(t)
	if len(d.Periods) != 2 || d.Periods[0].Period != "2025-H2" || d.Periods[1].Period != "2026-H1" {
		t.Fatalf("periods %+v", d.Periods)
	}
	if p := d.Periods[0]; p.Opened.N != 12 || p.State != reports.Provisional {
		t.Errorf("the half-year is %s with %d opened", p.State, p.Opened.N)
	}
}

// TestForgottenNames: a category whose last rows are older than the edition reaches
// is not listed for ever because frozen months say that it had none.
func TestForgottenNames(t *testing.T) {
	h := build(t)
	month(h, t, "2024-06", 12, surveys.Dimensions{Category: "fax"})
	month(h, t, "2024-07", 12, surveys.Dimensions{Category: "email"})
	h.at(t, "2026-05-20 12:00:00")
	d, err := h.published(t).Document()
	must(t, err)
	if len(d.Categories) != 2 {
		t.Fatalf("categories %+v", d.Categories)
	}
	h.at(t, "2026-06-20 12:00:00")
	if d := h.made(t); len(d.Categories) != 1 || d.Categories[0].Category != "email" {
		t.Errorf("categories %+v", d.Categories)
	}
}

// TestServe: what /figures.json says beside the bytes of the edition.
func TestServe(t *testing.T) {
	h := build(t)
	b, err := reports.ServeUnpublished(h.settings, nil)
	must(t, err)
	const nothing = `{"organisation":"Entendu","definitions":1,"minimum":11,"timezone":"Europe/Paris","edition":null,"periods":[],"categories":[],"teams":[],"withheld":[],"today":null}`
	if string(b) != nothing {
		t.Errorf("before the first edition:\n%s", b)
	}
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	e := h.published(t)
	b, err = reports.Serve(e, h.NextAt(h.now), &reports.Today{Day: "2026-04-30"})
	must(t, err)
	var d reports.Document
	must(t, json.Unmarshal(b, &d))
	hash := sha256.Sum256(e.Bytes)
	if d.Edition.SHA256 != hex.EncodeToString(hash[:]) || !d.Edition.NextAt.Equal(time.Date(2026, 4, 30, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("edition %+v", d.Edition)
	}
	if !bytes.Contains(b, []byte(`"today":{"day":"2026-04-30"`)) || bytes.Contains(e.Bytes, []byte("today")) {
		t.Error("today is not beside the edition, or in its bytes")
	}
	if bytes.Contains(e.Bytes, []byte("sha256")) || bytes.Contains(e.Bytes, []byte("next_at")) {
		t.Error("an edition speaks of its own hash")
	}
}

// TestDeliveredIsLessWhatCameBack: an edition tells of a mail that came back from
// the moment on at which that was learnt, and of its day anew.
func TestDeliveredIsLessWhatCameBack(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{})
	h.at(t, "2026-04-20 12:00:00")
	must(t, h.counter.Drain(t.Context()))
	delivered := func() int { return find(t, h.made(t).Periods, "2026-03").Chain.Delivered }
	learnt := h.now.Add(time.Hour)
	for i, err := range h.store.InvitationsClosed(t.Context(), time.Time{}, time.Time{}) {
		must(t, err)
		if i.ID == "2026-030" || i.ID == "2026-0311" {
			i.Bounce.At, i.Recount = learnt, h.day(i.ClosedAt)
			must(t, h.store.PutInvitation(t.Context(), i))
		}
	}
	if n := delivered(); n != 12 {
		t.Errorf("before it was learnt: delivered %d, want 12", n)
	}
	h.now = learnt.Add(time.Minute)
	must(t, h.counter.Drain(t.Context()))
	if n := delivered(); n != 10 {
		t.Errorf("after it was learnt: delivered %d, want 10", n)
	}
}
