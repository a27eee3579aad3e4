package reports

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/entendu/entendu/surveys"
)

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// on is an instant in Paris: on("03-02 10:00") is in 2026.
func on(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, paris(t))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// story makes a ticket through the same door as helpdesks' events: each line is
// "MM-DD HH:MM status", learnt when it happened, and so is the first reply.
func story(t testing.TB, dims surveys.Dimensions, more surveys.Notice, lines ...string) surveys.Ticket {
	t.Helper()
	s := surveys.DefaultSettings()
	var ticket surveys.Ticket
	for i, line := range lines {
		at := on(t, line[:11])
		if reply := more.FirstReplyAt; i > 0 && reply.Before(at) && ticket.FirstReplyAt.IsZero() && !reply.IsZero() {
			told := surveys.Notice{ID: "1", UpdatedAt: reply, FirstReplyAt: reply, Contacts: more.Contacts}
			ticket, _ = ticket.Apply(told, surveys.Customer{ID: "c1"}, reply, s)
			ticket.Rev++
		}
		n := surveys.Notice{ID: "1", Status: surveys.Status(line[12:]), UpdatedAt: at}
		if i == 0 {
			n.OpenedAt, n.Dimensions = at, dims
		}
		if i == len(lines)-1 {
			n.FirstReplyAt, n.Contacts, n.MergedInto = more.FirstReplyAt, more.Contacts, more.MergedInto
		}
		ticket, _ = ticket.Apply(n, surveys.Customer{ID: "c1"}, at, s)
		ticket.Rev++
	}
	return ticket
}

const later = "12-31 00:00" // when everything in these tables has been learnt

// countsAlone leaves out who stands behind, and who answered: crowd_test.go.
var countsAlone = cmpopts.IgnoreTypes(Behind{}, Side{})

func TestCountOpened(t *testing.T) {
	reply := surveys.Notice{FirstReplyAt: on(t, "03-02 12:00"), Contacts: 1}
	late := surveys.Notice{FirstReplyAt: on(t, "03-05 08:00"), Contacts: 3}
	type counts = OpenedCell
	steps := func(hits ...time.Duration) []int {
		cells := make([]int, len(Steps())+1)
		for _, d := range hits {
			cells[slices.IndexFunc(append(Steps(), 1<<62), func(end time.Duration) bool { return d <= end })]++
		}
		return cells
	}
	none := steps()
	const hour, day = time.Hour, 24 * time.Hour
	tests := []struct {
		name  string
		lines []string
		more  surveys.Notice
		asOf  string
		want  *counts // nil: in no cell
	}{
		{"still open, no reply", []string{"03-02 08:00 open"}, surveys.Notice{}, later,
			&counts{Opened: 1, Active: 1, Waiting: 1, Reply: none, Closing: none}},
		{"replied in time, still open", []string{"03-02 08:00 open", "03-02 12:00 pending"}, reply, later,
			&counts{Opened: 1, Active: 1, Kept: 1, Reply: steps(4 * hour), Closing: none}},
		{"replied late", []string{"03-02 08:00 open", "03-05 08:00 pending"}, late, later,
			&counts{Opened: 1, Active: 1, Late: 1, Reply: steps(3 * day), Closing: none}},
		{"resolved at once", []string{"03-02 08:00 open", "03-02 20:00 closed"}, reply, later,
			&counts{Opened: 1, Kept: 1, Resolved: [3]int{1, 1, 1}, Settled: 1, AtOnce: 1, Reply: steps(4 * hour), Closing: steps(12 * hour)}},
		{"resolved exactly at the first horizon", []string{"03-02 08:00 open", "03-03 08:00 resolved"}, surveys.Notice{}, later,
			&counts{Opened: 1, Unknown: 1, Resolved: [3]int{1, 1, 1}, Reply: none, Closing: steps(day)}},
		{"resolved a minute after it", []string{"03-02 08:00 open", "03-03 08:01 resolved"}, surveys.Notice{}, later,
			&counts{Opened: 1, Unknown: 1, Resolved: [3]int{0, 1, 1}, Reply: none, Closing: steps(day + 1)}},
		{"resolved then closed is one closing", []string{"03-02 08:00 open", "03-03 08:00 resolved", "03-20 08:00 closed"}, surveys.Notice{}, later,
			&counts{Opened: 1, Unknown: 1, Resolved: [3]int{1, 1, 1}, Reply: none, Closing: steps(day)}},
		{"reopened within 7 days: the next closing counts", []string{"03-02 08:00 open", "03-02 20:00 closed", "03-09 19:59 reopened", "03-10 08:00 closed"}, reply, later,
			&counts{Opened: 1, Kept: 1, Resolved: [3]int{0, 0, 1}, Settled: 1, Reply: steps(4 * hour), Closing: steps(8 * day)}},
		{"reopened after 7 days: the first closing held", []string{"03-02 08:00 open", "03-02 20:00 closed", "03-09 20:00 reopened"}, reply, later,
			&counts{Opened: 1, Active: 1, Kept: 1, Resolved: [3]int{1, 1, 1}, Settled: 1, Reply: steps(4 * hour), Closing: steps(12 * hour)}},
		{"reopened within 7 days and still open", []string{"03-02 08:00 open", "03-02 20:00 closed", "03-03 08:00 open"}, reply, later,
			&counts{Opened: 1, Active: 1, Kept: 1, Reply: steps(4 * hour), Closing: none}},
		{"the same before the reopening was learnt", []string{"03-02 08:00 open", "03-02 20:00 closed", "03-03 08:00 open"}, reply, "03-03 07:59",
			&counts{Opened: 1, Kept: 1, Resolved: [3]int{1, 1, 1}, Settled: 1, AtOnce: 1, Reply: steps(4 * hour), Closing: steps(12 * hour)}},
		{"the same before the closing was learnt", []string{"03-02 08:00 open", "03-02 20:00 closed", "03-03 08:00 open"}, reply, "03-02 19:59",
			&counts{Opened: 1, Active: 1, Kept: 1, Reply: steps(4 * hour), Closing: none}},
		{"the same before the reply", []string{"03-02 08:00 open", "03-02 20:00 closed", "03-03 08:00 open"}, reply, "03-02 11:59",
			&counts{Opened: 1, Active: 1, Waiting: 1, Reply: none, Closing: none}},
		{"the same before it was known", []string{"03-02 08:00 open", "03-02 20:00 closed"}, reply, "03-02 07:59", nil},
		{"closed without a known reply", []string{"03-02 08:00 open", "03-05 08:00 closed"}, surveys.Notice{Contacts: 2}, later,
			&counts{Opened: 1, Unknown: 1, Resolved: [3]int{0, 1, 1}, Settled: 1, Reply: none, Closing: steps(3 * day)}},
		{"withdrawn stays opened, never resolved", []string{"03-02 08:00 open", "03-02 09:00 withdrawn"}, surveys.Notice{}, later,
			&counts{Opened: 1, Reply: none, Closing: none}},
		{"closed, then withdrawn", []string{"03-02 08:00 open", "03-02 09:00 closed", "03-02 10:00 withdrawn"}, surveys.Notice{}, later,
			&counts{Opened: 1, Unknown: 1, Reply: none, Closing: none}},
		{"longer than every step", []string{"03-02 08:00 open", "09-02 08:00 closed"}, surveys.Notice{}, later,
			&counts{Opened: 1, Unknown: 1, Reply: none, Closing: steps(184 * day)}},
		{"spam", []string{"03-02 08:00 open", "03-02 09:00 spam"}, surveys.Notice{}, later, nil},
		{"spam, before that was learnt", []string{"03-02 08:00 open", "03-02 09:00 spam"}, surveys.Notice{}, "03-02 08:59",
			&counts{Opened: 1, Active: 1, Waiting: 1, Reply: none, Closing: none}},
		{"deleted", []string{"03-02 08:00 open", "03-02 09:00 deleted"}, surveys.Notice{}, later, nil},
		{"merged", []string{"03-02 08:00 open", "03-02 09:00 closed"}, surveys.Notice{MergedInto: "7"}, later, nil},
		{"opened on the day before, by a minute", []string{"03-01 23:59 open"}, surveys.Notice{}, later, nil},
		{"opened on the day after", []string{"03-03 00:00 open"}, surveys.Notice{}, later, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dims := surveys.Dimensions{Team: "billing", Category: "invoice"}
			ticket := story(t, dims, test.more, test.lines...)
			got := countDay("2026-03-02", on(t, test.asOf), []surveys.Ticket{ticket}, nil, nil, paris(t))
			want := Tally{Day: "2026-03-02", AsOf: on(t, test.asOf), Counts: tallyCounts}
			if test.want != nil {
				test.want.Dimensions, test.want.Unsure = dims, test.want.Unknown // all have a promise, of 48 hours
				if test.want.Waiting == 1 {
					test.want.Due = []time.Time{on(t, "03-04 08:00")}
				}
				want.Opened = []OpenedCell{*test.want}
			}
			if diff := cmp.Diff(want, got, countsAlone); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestCountOpenedWithoutPromise(t *testing.T) {
	ticket := story(t, surveys.Dimensions{}, surveys.Notice{FirstReplyAt: on(t, "03-05 08:00")}, "03-02 08:00 open", "03-05 08:00 pending")
	ticket.Promise = 0
	c := countDay("2026-03-02", on(t, later), []surveys.Ticket{ticket}, nil, nil, paris(t)).Opened[0]
	if c.Kept != 0 || c.Late != 0 || sum(c.Reply) != 1 {
		t.Errorf("a ticket without promise counted as kept %d, late %d, replies %v", c.Kept, c.Late, c.Reply)
	}
}

// TestCountNotUnderstood: a ticket whose status nobody understood was opened.
func TestCountNotUnderstood(t *testing.T) {
	ticket := surveys.Ticket{OpenedAt: on(t, "03-02 08:00")}
	got := countDay("2026-03-02", on(t, later), []surveys.Ticket{ticket}, nil, nil, paris(t))
	if len(got.Opened) != 1 || got.Opened[0].Opened != 1 || got.Opened[0].Waiting != 1 {
		t.Errorf("got %+v", got.Opened)
	}
}

func answer(t testing.TB, at string, values map[string]string) surveys.Answer {
	return surveys.Answer{At: on(t, at), Version: 1, Values: values}
}

// brought is an answer to another tool about the same closing.
func brought(closed time.Time, a surveys.Answer) []surveys.Response {
	return []surveys.Response{{Invitation: "brought", ClosedAt: closed, Imported: true, Answers: []surveys.Answer{a}}}
}

func TestCountClosed(t *testing.T) {
	closed := on(t, "03-02 10:00")
	base := surveys.Invitation{ID: "i", ClosedAt: closed, MadeAt: on(t, "03-02 10:01"), State: surveys.Waiting}
	with := func(change func(*surveys.Invitation)) []surveys.Invitation {
		i := base
		change(&i)
		return []surveys.Invitation{i}
	}
	sent := with(func(i *surveys.Invitation) { i.State, i.AcceptedAt = surveys.Sent, on(t, "03-03 10:00") })
	back := with(func(i *surveys.Invitation) {
		i.State, i.AcceptedAt, i.Bounce.At = surveys.Sent, on(t, "03-03 10:00"), on(t, "03-03 12:00")
	})
	softly := with(func(i *surveys.Invitation) {
		i.State, i.AcceptedAt, i.Bounce.Soft = surveys.Sent, on(t, "03-03 10:00"), 3
	})
	skipped := func(code surveys.Skip) []surveys.Invitation {
		return with(func(i *surveys.Invitation) {
			i.State, i.Code, i.SkippedAt = surveys.Skipped, code, on(t, "03-03 10:00")
		})
	}
	full := map[string]string{"delay": "4", "listening": "5", "resolved": "partly", "recommend": "10", "nudged": "yes"}
	said := func(change func(*surveys.Response)) []surveys.Response {
		r := surveys.Response{Invitation: "i", ClosedAt: closed, Answers: []surveys.Answer{answer(t, "03-04 10:00", full)}}
		change(&r)
		return []surveys.Response{r}
	}
	plain := func(*surveys.Response) {}
	all := ClosedCell{Answered: 1, Scores: Scores{Delay: [5]int{3: 1}, Listening: [5]int{4: 1}, Outcome: [3]int{1: 1}, Recommend: [11]int{10: 1}}, Nudged: 1}
	plus := func(c ClosedCell, change func(*ClosedCell)) *ClosedCell { change(&c); return &c }
	tests := []struct {
		name        string
		invitations []surveys.Invitation
		responses   []surveys.Response
		asOf        string
		want        *ClosedCell
	}{
		{"waiting", []surveys.Invitation{base}, nil, later, &ClosedCell{Closed: 1}},
		{"not made yet", []surveys.Invitation{base}, nil, "03-02 10:00", nil},
		{"sent", sent, nil, later, &ClosedCell{Closed: 1, Sent: 1}},
		{"sent later", sent, nil, "03-03 09:59", &ClosedCell{Closed: 1}},
		{"skipped", skipped(surveys.Rest), nil, later, &ClosedCell{Closed: 1, Skipped: map[surveys.Skip]int{surveys.Rest: 1}}},
		{"skipped later", skipped(surveys.Rest), nil, "03-03 09:59", &ClosedCell{Closed: 1}},
		{"came back", back, nil, later, &ClosedCell{Closed: 1}},
		{"came back later", back, nil, "03-03 11:59", &ClosedCell{Closed: 1, Sent: 1}},
		{"answered, then the reminder came back", back, said(plain), later, plus(all, func(c *ClosedCell) { c.Closed, c.Sent = 1, 1 })},
		{"a passing trouble", softly, nil, later, &ClosedCell{Closed: 1, Sent: 1}},
		{"answered", sent, said(plain), later, plus(all, func(c *ClosedCell) { c.Closed, c.Sent = 1, 1 })},
		{"answered later", sent, said(plain), "03-04 09:59", &ClosedCell{Closed: 1, Sent: 1}},
		{"answered a mail whose fate is unknown", []surveys.Invitation{base}, said(plain), later, plus(all, func(c *ClosedCell) { c.Closed, c.Sent = 1, 1 })},
		{"answered a mail that was given up", skipped(surveys.Failed), said(plain), later, plus(all, func(c *ClosedCell) { c.Closed, c.Sent = 1, 1 })},
		{"answered twice: the last counts", sent, said(func(r *surveys.Response) {
			r.Answers = append(r.Answers, answer(t, "03-06 10:00", map[string]string{"delay": "1", "listening": "2"}))
		}), later, &ClosedCell{Closed: 1, Sent: 1, Answered: 1, Scores: Scores{Delay: [5]int{0: 1}, Listening: [5]int{1: 1}}}},
		{"answered twice, as of the first", sent, said(func(r *surveys.Response) {
			r.Answers = append(r.Answers, answer(t, "03-06 10:00", map[string]string{"delay": "1", "listening": "2"}))
		}), "03-06 09:59", plus(all, func(c *ClosedCell) { c.Closed, c.Sent = 1, 1 })},
		{"suspect", sent, said(func(r *surveys.Response) { r.Answers[0].Suspect = true }), later,
			plus(all, func(c *ClosedCell) { c.Closed, c.Sent, c.Suspect, c.FromSuspects = 1, 1, 1, c.Scores })},
		{"out of range counts nowhere", sent, said(func(r *surveys.Response) {
			r.Answers[0].Values = map[string]string{"delay": "6", "listening": "0", "recommend": "11", "resolved": "perhaps"}
		}), later, &ClosedCell{Closed: 1, Sent: 1, Answered: 1}},
		{"brought along, no invitation", nil, said(func(r *surveys.Response) { r.Imported = true }), later,
			plus(all, func(c *ClosedCell) { c.Imported = 1 })},
		{"brought along beside a skip", skipped(surveys.SourceOff), said(func(r *surveys.Response) { r.Imported = true }), later,
			plus(all, func(c *ClosedCell) {
				c.Closed, c.Imported, c.Skipped = 1, 1, map[surveys.Skip]int{surveys.SourceOff: 1}
			})},
		{"brought along, as of before", nil, said(func(r *surveys.Response) {
			r.Imported, r.Answers[0].LearntAt = true, on(t, "03-09 10:00")
		}), "03-09 09:59", nil},
		{"brought along, as of then", nil, said(func(r *surveys.Response) {
			r.Imported, r.Answers[0].LearntAt = true, on(t, "03-09 10:00")
		}), "03-09 10:00", plus(all, func(c *ClosedCell) { c.Imported = 1 })},
		{"brought along beside an answer of ours", sent, append(said(plain), brought(closed, answer(t, "03-02 11:00", full))...), later,
			plus(all, func(c *ClosedCell) { c.Closed, c.Sent = 1, 1 })},
		{"brought along before an answer of ours", sent, append(said(plain), brought(closed, answer(t, "03-02 11:00", full))...), "03-04 09:59",
			plus(all, func(c *ClosedCell) { c.Closed, c.Sent, c.Imported = 1, 1, 1 })},
		{"left out, with what was brought along", with(func(i *surveys.Invitation) { i.LeftOut = true }), brought(closed, answer(t, "03-02 11:00", full)), later, nil},
		{"left out, with its answer", with(func(i *surveys.Invitation) { i.LeftOut = true }), said(plain), later, nil},
		{"another day", with(func(i *surveys.Invitation) { i.ClosedAt = on(t, "03-03 00:00") }), nil, later, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := countDay("2026-03-02", on(t, test.asOf), nil, test.invitations, test.responses, paris(t))
			want := Tally{Day: "2026-03-02", AsOf: on(t, test.asOf), Counts: tallyCounts}
			if test.want != nil {
				want.Closed = []ClosedCell{*test.want}
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), countsAlone); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestCountDayDimensions: one cell a combination, in one order.
func TestCountDayDimensions(t *testing.T) {
	var tickets []surveys.Ticket
	for _, d := range []surveys.Dimensions{{Team: "b"}, {Team: "a", Category: "z"}, {Team: "a"}, {Team: "b"}} {
		tickets = append(tickets, story(t, d, surveys.Notice{}, "03-02 08:00 open"))
	}
	got := countDay("2026-03-02", on(t, later), tickets, nil, nil, paris(t))
	var cells []string
	for _, c := range got.Opened {
		cells = append(cells, c.Team+c.Category+string(rune('0'+c.Opened)))
	}
	if want := []string{"a1", "az1", "b2"}; !slices.Equal(cells, want) {
		t.Errorf("cells %v, want %v", cells, want)
	}
}

func TestChain(t *testing.T) {
	c := ClosedCell{Closed: 100, Sent: 30, Answered: 14, Imported: 3, Skipped: map[surveys.Skip]int{}}
	for i, code := range surveys.Skips() {
		c.Skipped[code] = i + 1 // 1 for no_address up to 12 for erased
	}
	got := chainOf(c)
	// not eligible: no_address 1, staff 2, suppressed 3, tag 6, source_off 7, too_old 8;
	// not asked: rest 4, sample 5, reopened 9, expired 10.
	want := Chain{Closed: 100, Eligible: 73, Invited: 45, Delivered: 30, Answered: 11, Skipped: got.Skipped}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := sum(slices.Collect(maps.Values(got.Skipped))); n != 78 {
		t.Errorf("the skips add up to %d", n)
	}
}

// countDay adds up the rows of a day as they were known at asOf. It depends on
// what had been learnt by then and on nothing else: neither on the order of the
// rows nor on how long ago that was. Rows of another day are passed over.
func countDay(day surveys.Day, asOf time.Time, tickets []surveys.Ticket, invitations []surveys.Invitation, responses []surveys.Response, zone *time.Location) Tally {
	r := rows{tickets: slices.Clone(tickets), invitations: slices.Clone(invitations), responses: slices.Clone(responses)}
	elsewhere := func(t time.Time) bool { return surveys.DayOf(t, zone) != day }
	r.tickets = slices.DeleteFunc(r.tickets, func(t surveys.Ticket) bool { return elsewhere(t.OpenedAt) })
	r.invitations = slices.DeleteFunc(r.invitations, func(i surveys.Invitation) bool { return elsewhere(i.ClosedAt) })
	r.responses = slices.DeleteFunc(r.responses, func(a surveys.Response) bool { return elsewhere(a.ClosedAt) })
	return r.seen(asOf).tally(day, asOf)
}
