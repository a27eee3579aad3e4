package storetest

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// ever does not bound a walk.
var ever time.Time

// walked is one way to walk through records: by place (a time or a day, as a text
// that sorts), then by id.
type walked[R any] struct {
	many    int // so many that no adapter reads them at once
	nth     func(n int) R
	add     func(store.Store, context.Context, R) error
	place   func(R) string
	id      func(R) string
	newest  bool // first
	all     func(store.Store, context.Context) iter.Seq2[R, error]
	between func(s store.Store, ctx context.Context, from, to string) iter.Seq2[R, error] // places; nil where none can be given
	touch   func(t T, s store.Store, r R)                                                 // writes the record, which keeps its place
}

func (w walked[R]) check(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	w.meets(t, "nothing", nil, w.all(s, t.Context()))
	var want []R
	for n := range w.many {
		want = append(want, w.nth(n))
	}
	addAll(t, s, want, w.add)
	slices.SortFunc(want, w.compare)
	w.meets(t, "all", want, w.all(s, t.Context()))
	w.stops(t, s, want)
	w.cancels(t, s)
	if w.between != nil {
		w.bounds(t, s, want)
	}
	if w.touch != nil {
		w.writes(t, s, want)
	}
}

func (w walked[R]) compare(a, b R) int {
	order := slices.Compare([]string{w.place(a), w.id(a)}, []string{w.place(b), w.id(b)})
	if w.newest {
		return -order
	}
	return order
}

// addAll adds in an order that tells nothing, many at once.
func addAll[R any](t T, s store.Store, records []R, add func(store.Store, context.Context, R) error) {
	t.Helper()
	errs := make([]error, len(records))
	order := rand.Perm(len(records))
	var group sync.WaitGroup
	for first := range 32 {
		group.Go(func() {
			for i := first; i < len(order); i += 32 {
				errs[i] = add(s, t.Context(), records[order[i]])
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		must(t, err, "adding")
	}
}

// meets walks to the end and compares what it meets.
func (w walked[R]) meets(t T, which string, want []R, walk iter.Seq2[R, error]) {
	t.Helper()
	w.met(t, which, want, gather(t, walk, "walking "+which))
}

func (w walked[R]) met(t T, which string, want, got []R) {
	t.Helper()
	names := func(records []R) (names []string) {
		for _, r := range records {
			names = append(names, w.place(r)+" "+w.id(r))
		}
		return names
	}
	same(t, "walking "+which, names(want), names(got))
}

// bounds cuts at the first place, at the last, between others, and outside of all.
func (w walked[R]) bounds(t T, s store.Store, want []R) {
	first, last := w.place(want[0]), w.place(want[len(want)-1])
	third, half := w.place(want[len(want)/3]), w.place(want[len(want)/2])
	for _, b := range [][2]string{
		{"", ""}, {"", first}, {"", half}, {"", last}, {half, ""}, {last, ""}, {third, half}, {half, half}, {half, third}, {first, last},
	} {
		from, to := b[0], b[1]
		var inside []R
		for _, r := range want {
			if w.place(r) >= from && (to == "" || w.place(r) < to) {
				inside = append(inside, r)
			}
		}
		w.meets(t, fmt.Sprintf("from %q to %q", from, to), inside, w.between(s, t.Context(), from, to))
	}
}

func (w walked[R]) stops(t T, s store.Store, want []R) {
	var got []R
	for r, err := range w.all(s, t.Context()) {
		must(t, err, "walking a little")
		if got = append(got, r); len(got) == 3 {
			break
		}
	}
	w.met(t, "a little", want[:3], got)
}

// cancels expects one record, then one error, then the end.
func (w walked[R]) cancels(t T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errs []error
	for _, err := range w.all(s, ctx) {
		errs = append(errs, err)
		cancel()
	}
	if len(errs) != 2 || errs[0] != nil {
		t.Fatalf("a walk cancelled at its first record gave %d results: %v", len(errs), errs)
	}
	wantError(t, errs[1], context.Canceled, "walking on after the context was cancelled")
}

// writes writes while a walk is under way: neither waits for the other, and no
// record is met twice or missed.
func (w walked[R]) writes(t T, s store.Store, want []R) {
	var got []R
	for r, err := range w.all(s, t.Context()) {
		must(t, err, "walking while writing")
		if got = append(got, r); len(got)%50 == 1 {
			w.touch(t, s, r)
			w.touch(t, s, want[len(want)-len(got)])
		}
	}
	w.met(t, "while writing", want, got)
}

const stamp = "2006-01-02T15:04:05.000"

// placeOf is a time as a place: a text that sorts as times do, empty where the time
// is unknown, which comes first.
func placeOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(stamp)
}

// when is the time of a place.
func when(place string) time.Time {
	at, _ := time.Parse(stamp, place)
	return at
}

// spread gives the n-th of many a time that it shares with six others, and each
// seventh group none at all.
func spread(n int) time.Time {
	if n/7%7 == 0 {
		return time.Time{}
	}
	return moment(n / 7)
}

func walkTickets() walked[surveys.Ticket] {
	return walked[surveys.Ticket]{
		many: 1003,
		nth: func(n int) surveys.Ticket {
			return surveys.Ticket{TicketKey: surveys.TicketKey{Source: []string{"b", "B", "bé"}[n%3], ID: id(n)}, OpenedAt: spread(n)}
		},
		add:   store.Store.AddTicket,
		place: func(k surveys.Ticket) string { return placeOf(k.OpenedAt) },
		id:    func(k surveys.Ticket) string { return k.Source + "\x00" + k.ID },
		all:   tickets().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Ticket, error] {
			return s.TicketsOpened(ctx, when(from), when(to))
		},
		touch: func(t T, s store.Store, k surveys.Ticket) {
			rewrite(t, s, tickets(), k, func(k *surveys.Ticket) { k.Subject += text(7) })
		},
	}
}

func walkInvitations() walked[surveys.Invitation] {
	return walked[surveys.Invitation]{
		many:  1003,
		nth:   func(n int) surveys.Invitation { return surveys.Invitation{ID: id(n), ClosedAt: spread(n)} },
		add:   store.Store.AddInvitation,
		place: func(i surveys.Invitation) string { return placeOf(i.ClosedAt) },
		id:    func(i surveys.Invitation) string { return i.ID },
		all:   invitations().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Invitation, error] {
			return s.InvitationsClosed(ctx, when(from), when(to))
		},
		touch: func(t T, s store.Store, i surveys.Invitation) {
			rewrite(t, s, invitations(), i, func(i *surveys.Invitation) { i.Owner += text(7) })
		},
	}
}

func walkResponses() walked[surveys.Response] {
	return walked[surveys.Response]{
		many:  1003,
		nth:   func(n int) surveys.Response { return surveys.Response{Invitation: id(n), ClosedAt: spread(n)} },
		add:   store.Store.AddResponse,
		place: func(r surveys.Response) string { return placeOf(r.ClosedAt) },
		id:    func(r surveys.Response) string { return r.Invitation },
		all:   responses().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Response, error] {
			return s.ResponsesClosed(ctx, when(from), when(to))
		},
		touch: func(t T, s store.Store, r surveys.Response) {
			rewrite(t, s, responses(), r, func(r *surveys.Response) { r.Customer += text(7) })
		},
	}
}

// rewrite reads a record, changes it and puts it back.
func rewrite[R any](t T, s store.Store, r record[R], of R, change func(*R)) {
	t.Helper()
	now, err := r.get(s, t.Context(), of)
	must(t, err, "reading a record")
	change(&now)
	must(t, r.put(s, t.Context(), now), "changing a record")
}

func walkSuppressions() walked[surveys.Suppression] {
	return walked[surveys.Suppression]{
		many:  1003,
		nth:   func(n int) surveys.Suppression { return surveys.Suppression{Person: id(n), At: spread(n)} },
		add:   store.Store.AddSuppression,
		place: func(p surveys.Suppression) string { return placeOf(p.At) },
		id:    func(p surveys.Suppression) string { return p.Person },
		all:   store.Store.Suppressions,
	}
}

// walkTallies has one tally a day, so there are no ties.
func walkTallies() walked[reports.Tally] {
	return walked[reports.Tally]{
		many:  503,
		nth:   func(n int) reports.Tally { return reports.Tally{Day: surveys.Day("2025-12-01").Add(n)} },
		add:   store.Store.PutTally,
		place: func(y reports.Tally) string { return string(y.Day) },
		id:    func(reports.Tally) string { return "" },
		all:   tallies().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[reports.Tally, error] {
			return s.Tallies(ctx, surveys.Day(from), surveys.Day(to))
		},
		touch: func(t T, s store.Store, y reports.Tally) {
			rewrite(t, s, tallies(), y, func(y *reports.Tally) { y.AsOf = moment(1) })
		},
	}
}

// walkEditions has no ties either: two editions are never published at once.
func walkEditions() walked[reports.Edition] {
	return walked[reports.Edition]{
		many: 503,
		nth: func(n int) reports.Edition {
			return reports.Edition{ID: id(n), PublishedAt: moment(n), Bytes: []byte(strings.Repeat("x", n))}
		},
		add:    store.Store.AddEdition,
		place:  func(e reports.Edition) string { return placeOf(e.PublishedAt) },
		id:     func(e reports.Edition) string { return e.ID },
		newest: true,
		all:    store.Store.Editions,
	}
}
