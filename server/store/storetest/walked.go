package storetest

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/entendu/entendu/server/store"
)

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
