package reports_test

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
	"github.com/entendu/entendu/surveys"
)

// history is a made-up past: what helpdesks told, in order, and what came of it.
type history struct {
	notices     []notice
	invitations []surveys.Invitation
	responses   []surveys.Response
}

type notice struct {
	surveys.Notice
	customer string
	learnt   time.Time
}

// Random histories last from firstDay to lastDay: long enough for closings to hold, and for
// the clocks to change (in Paris on 29 March 2026).
var (
	firstDay = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = firstDay.AddDate(0, 0, 60)
)

// draw makes up a history of some days in which nothing is learnt before it happens.
func draw(t *rapid.T, most, days int) history {
	var h history
	moment := rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.IntRange(0, days*24*60).Draw(t, "minute")) * time.Minute
	})
	for i := range rapid.IntRange(0, most).Draw(t, "tickets") {
		h.drawTicket(t, "t"+strconv.Itoa(i), moment)
	}
	for i := range rapid.IntRange(0, most).Draw(t, "closings") {
		h.drawClosing(t, "i"+strconv.Itoa(i), moment)
	}
	slices.SortStableFunc(h.notices, func(a, b notice) int { return a.learnt.Compare(b.learnt) })
	return h
}

func drawDimensions(t *rapid.T) surveys.Dimensions {
	return surveys.Dimensions{
		Team:     rapid.SampledFrom([]string{"", "billing", "shop"}).Draw(t, "team"),
		Category: rapid.SampledFrom([]string{"", "delivery", "a/b"}).Draw(t, "category"),
		Channel:  rapid.SampledFrom([]string{"", "email"}).Draw(t, "channel"),
	}
}

func drawCustomer(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"}).Draw(t, "customer")
}

func (h *history) drawTicket(t *rapid.T, id string, moment *rapid.Generator[time.Duration]) {
	at := firstDay.Add(moment.Draw(t, "opened"))
	customer := drawCustomer(t)
	first := surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: at, UpdatedAt: at, Dimensions: drawDimensions(t)}
	first.Contacts = rapid.IntRange(0, 2).Draw(t, "contacts")
	h.notices = append(h.notices, notice{first, customer, at})
	for range rapid.IntRange(0, 5).Draw(t, "events") {
		at = at.Add(time.Duration(rapid.IntRange(1, 10*24*60).Draw(t, "later")) * time.Minute)
		n := surveys.Notice{ID: id, UpdatedAt: at, Status: rapid.SampledFrom(surveys.Statuses()).Draw(t, "status")}
		if rapid.Bool().Draw(t, "replied") {
			n.FirstReplyAt = at
		}
		h.notices = append(h.notices, notice{n, customer, at.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "lag")) * time.Second)})
		at = h.notices[len(h.notices)-1].learnt // the next one is told after this one
	}
}

func (h *history) drawClosing(t *rapid.T, id string, moment *rapid.Generator[time.Duration]) {
	i := surveys.Invitation{ID: id, ClosedAt: firstDay.Add(moment.Draw(t, "closed")), Customer: drawCustomer(t), Dimensions: drawDimensions(t)}
	i.Survey, i.Ticket = surveys.AfterHandling, surveys.TicketKey{Source: "desk", ID: id}
	i.MadeAt = i.ClosedAt.Add(time.Minute)
	i.State = rapid.SampledFrom([]surveys.State{surveys.Waiting, surveys.Sent, surveys.Skipped}).Draw(t, "state")
	i.LeftOut = rapid.IntRange(0, 9).Draw(t, "left out") == 0
	switch i.State {
	case surveys.Sent:
		i.AcceptedAt = i.MadeAt.Add(24 * time.Hour)
		if rapid.IntRange(0, 3).Draw(t, "bounced") == 0 {
			i.Bounce.At = i.AcceptedAt.Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "hours later")) * time.Hour)
		}
	case surveys.Skipped:
		i.SkippedAt, i.Code = i.MadeAt.Add(time.Hour), rapid.SampledFrom(surveys.Skips()).Draw(t, "code")
	}
	r := surveys.Response{Invitation: id, ClosedAt: i.ClosedAt, Customer: i.Customer, Dimensions: i.Dimensions, Survey: i.Survey, Ticket: i.Ticket}
	r.Imported = rapid.IntRange(0, 4).Draw(t, "imported") == 0
	for n := range rapid.IntRange(0, 2).Draw(t, "answers") {
		a := surveys.Answer{At: i.MadeAt.Add(time.Duration(48+n) * time.Hour), Version: 1, Values: drawValues(t)}
		if r.Imported {
			a.LearntAt = a.At.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "brought after hours")) * time.Hour)
		}
		r.Answers = append(r.Answers, a)
	}
	if !r.Imported || rapid.Bool().Draw(t, "and asked") {
		h.invitations = append(h.invitations, i)
	}
	if len(r.Answers) > 0 {
		h.responses = append(h.responses, r)
	}
}

func drawValues(t *rapid.T) map[string]string {
	v := map[string]string{
		"delay":     strconv.Itoa(rapid.IntRange(1, 5).Draw(t, "delay")),
		"listening": strconv.Itoa(rapid.IntRange(1, 5).Draw(t, "listening")),
	}
	if rapid.Bool().Draw(t, "says more") {
		v["recommend"] = strconv.Itoa(rapid.IntRange(0, 10).Draw(t, "recommend"))
		v["resolved"] = rapid.SampledFrom([]string{"yes", "partly", "no"}).Draw(t, "resolved")
	}
	return v
}

// tickets are the tickets as everything learnt at or before asOf made them.
func (h history) tickets(asOf time.Time) []surveys.Ticket {
	made := map[string]surveys.Ticket{}
	for _, n := range h.notices {
		if n.learnt.After(asOf) {
			continue
		}
		t, changed := made[n.ID].Apply(n.Notice, surveys.Customer{ID: n.customer}, n.learnt, surveys.DefaultSettings())
		if !changed {
			continue
		}
		t.TicketKey = surveys.TicketKey{Source: "desk", ID: n.ID}
		t.Rev++
		made[n.ID] = t
	}
	all := make([]surveys.Ticket, 0, len(made))
	for _, t := range made {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b surveys.Ticket) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// house is a real store, a clock that stands still, and those who tell.
type house struct {
	store    *sqlite.Store
	now      time.Time
	late     time.Time // when month's rows are learnt; zero: as they happen
	settings surveys.Settings
	counter  *reports.Counter
	reports.Publisher
}

// build opens a store in a file of its own.
func build(t testing.TB) *house {
	t.Helper()
	h := &house{now: lastDay, settings: surveys.DefaultSettings()}
	store, err := sqlite.Open(t.Context(), blank.Path(t), func() time.Time { return h.now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	h.store = store
	h.counter = &reports.Counter{Store: store, Settings: h.in, Log: slog.New(slog.DiscardHandler)}
	h.Publisher = reports.Publisher{Store: store, Settings: h.in, Counter: h.counter, Log: h.counter.Log}
	return h
}

func (h *house) in() surveys.Settings { return h.settings }

// day is the organisation's day of a moment, as a mark.
func (h *house) day(t time.Time) []surveys.Day {
	return []surveys.Day{surveys.DayOf(t, h.settings.Zone())}
}

// live keeps a history in the store, its rows marked to be counted. They are
// written side by side, which shares the fsync.
func (h *house) live(t *testing.T, past history) {
	t.Helper()
	var all errgroup.Group
	for _, row := range past.tickets(lastDay) {
		all.Go(func() error { return h.store.AddTicket(t.Context(), row) })
	}
	for _, i := range past.invitations {
		i.Recount = h.day(i.ClosedAt)
		all.Go(func() error { return h.store.AddInvitation(t.Context(), i) })
	}
	for _, r := range past.responses {
		r.Recount = h.day(r.ClosedAt)
		all.Go(func() error { return h.store.AddResponse(t.Context(), r) })
	}
	must(t, all.Wait())
}

// histories looks at a law in some random histories, each in a house of its own.
// They are fewer than rapid.Check makes, because every one waits for the disk.
func histories(t *testing.T, most, days int, law func(*testing.T, *house, history)) {
	for seed := range 24 {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			past := rapid.Custom(func(t *rapid.T) history { return draw(t, most, days) }).Example(seed)
			law(t, build(t), past)
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) learnt(at time.Time) time.Time {
	if h.late.After(at) {
		return h.late
	}
	return at
}

// month is a plain past in which every month has n customers who were answered in
// an hour, settled in two and gave the scores, one after the other.
func month(h *house, t testing.TB, name string, n int, d surveys.Dimensions, scores ...string) {
	t.Helper()
	from, _, err := reports.PeriodDays(name)
	must(t, err)
	start := from.Start(h.settings.Zone()).Add(36 * time.Hour)
	for i := range n {
		id := fmt.Sprint(name, d.Category, d.Team, i)
		open := start.Add(time.Duration(i) * time.Hour)
		var ticket surveys.Ticket
		for _, step := range []surveys.Notice{
			{ID: id, Status: surveys.Open, OpenedAt: open, UpdatedAt: open, Dimensions: d},
			{ID: id, Status: surveys.Closed, FirstReplyAt: open.Add(time.Hour), UpdatedAt: open.Add(2 * time.Hour), Contacts: 1},
		} {
			ticket, _ = ticket.Apply(step, surveys.Customer{ID: "of " + id}, h.learnt(step.UpdatedAt), h.settings)
			ticket.Rev++
		}
		ticket.TicketKey = surveys.TicketKey{Source: "desk", ID: id}
		must(t, h.store.AddTicket(t.Context(), ticket))
		asked := surveys.Invitation{
			ID: id, Survey: surveys.AfterHandling, Version: 1, Ticket: ticket.TicketKey, Closing: 1, ClosedAt: open.Add(2 * time.Hour),
			MadeAt: h.learnt(open.Add(2 * time.Hour)), Customer: "of " + id, Dimensions: d, State: surveys.Sent, AcceptedAt: h.learnt(open.Add(3 * time.Hour)),
			Recount: h.day(open.Add(2 * time.Hour)),
		}
		must(t, h.store.AddInvitation(t.Context(), asked))
		if len(scores) == 0 {
			continue
		}
		score := scores[i%len(scores)]
		must(t, h.store.AddResponse(t.Context(), surveys.Response{
			Invitation: id, Survey: surveys.AfterHandling, Ticket: ticket.TicketKey, Closing: 1, ClosedAt: asked.ClosedAt, Customer: asked.Customer,
			Dimensions: d, Recount: asked.Recount,
			Answers: []surveys.Answer{{At: h.learnt(open.Add(4 * time.Hour)), Version: 1, Values: map[string]string{"delay": score, "listening": "4", "recommend": "9"}}},
		}))
	}
}
