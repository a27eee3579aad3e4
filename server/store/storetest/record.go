package storetest

import (
	"context"
	"fmt"
	"io/fs"
	"iter"

	"github.com/entendu/entendu/server/store"
)

// record is one kind of what is kept under an id: how to write and read it. Where
// there is no rev, writing compares nothing; where there is no put, nothing changes.
type record[R any] struct {
	key  func(r *R, n int) // makes it the n-th
	rev  func(r *R) *int64
	add  func(store.Store, context.Context, R) error
	put  func(store.Store, context.Context, R) error
	get  func(store.Store, context.Context, R) (R, error)       // the one with this one's key
	walk func(store.Store, context.Context) iter.Seq2[R, error] // all, if there is such a walk
	find func(store.Store, context.Context, R) ([]R, error)     // some, this one among them, if there is such a search
	keep func(before, after R) (kept R)                         // what put leaves as it was, if anything
}

// check writes and reads the record: whole, bare, missing, taken, changed meanwhile.
func (r record[R]) check(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	_, err := r.get(s, t.Context(), r.full(1, 1))
	wantError(t, err, fs.ErrNotExist, "reading what was never added")

	first, second := r.full(1, 1), r.full(2, 2)
	r.added(t, s, first)
	r.added(t, s, second)
	r.added(t, s, r.bare(3))
	wantError(t, r.add(s, t.Context(), r.full(1, 3)), fs.ErrExist, "adding under a taken id")
	r.holds(t, s, r.at(first, 1), "after adding another under its id")
	if r.put != nil {
		r.changes(t, s)
	}
	r.holds(t, s, r.at(second, 1), "after others were changed")
	r.holds(t, s, r.at(r.bare(3), 1), "after others were changed")
	r.meets(t, s)
}

func (r record[R]) changes(t T, s store.Store) {
	before, changed := r.at(r.full(1, 1), 1), r.at(r.full(1, 4), 1)
	must(t, r.put(s, t.Context(), changed), "changing all of a record")
	r.holds(t, s, r.at(r.kept(before, changed), 2), "after changing all of it")
	if r.rev != nil {
		for _, rev := range []int64{0, 1, 3} {
			wantError(t, r.put(s, t.Context(), r.at(r.full(1, 5), rev)), fs.ErrExist, fmt.Sprintf("changing rev %d of a record that is at 2", rev))
		}
		r.holds(t, s, r.at(r.kept(before, changed), 2), "after changes that came too late")
		wantError(t, r.put(s, t.Context(), r.at(r.full(9, 6), 1)), fs.ErrExist, "changing what was never added")
	} else {
		wantError(t, r.put(s, t.Context(), r.full(9, 6)), fs.ErrNotExist, "changing what was never added")
	}
	_, err := r.get(s, t.Context(), r.full(9, 6))
	wantError(t, err, fs.ErrNotExist, "reading what was changed before it was added")

	must(t, r.put(s, t.Context(), r.at(r.bare(1), 2)), "emptying a record")
	r.holds(t, s, r.at(r.kept(before, r.bare(1)), 3), "after emptying it")
	must(t, r.put(s, t.Context(), r.at(changed, 3)), "filling an empty record")
	r.holds(t, s, r.at(r.kept(before, changed), 4), "after filling it again")
}

// meets reads whole records by the other ways there are.
func (r record[R]) meets(t T, s store.Store) {
	if r.walk != nil {
		all := gather(t, r.walk(s, t.Context()), "walking")
		if len(all) != 3 {
			t.Errorf("walking 3 records gave %d", len(all))
		}
		for _, got := range all {
			r.holds(t, s, got, "met by walking")
		}
	}
	if r.find != nil {
		found, err := r.find(s, t.Context(), r.full(2, 2))
		must(t, err, "searching")
		if len(found) == 0 {
			t.Errorf("searching found nothing")
		}
		for _, got := range found {
			r.holds(t, s, got, "found by searching")
		}
	}
}

func (r record[R]) added(t T, s store.Store, want R) {
	t.Helper()
	must(t, r.add(s, t.Context(), want), "adding")
	r.holds(t, s, r.at(want, 1), "after adding it")
}

func (r record[R]) holds(t T, s store.Store, want R, when string) {
	t.Helper()
	got, err := r.get(s, t.Context(), want)
	must(t, err, "reading "+when)
	same(t, when, want, got)
}

// full is the n-th record with every field set from seed; bare has its key alone.
func (r record[R]) full(n, seed int) R {
	v := filled[R](seed)
	r.key(&v, n)
	return v
}

func (r record[R]) bare(n int) (v R) {
	r.key(&v, n)
	return v
}

// at is v with a rev, where there is one.
func (r record[R]) at(v R, rev int64) R {
	if r.rev != nil {
		*r.rev(&v) = rev
	}
	return v
}

func (r record[R]) kept(before, after R) R {
	if r.keep == nil {
		return after
	}
	return r.keep(before, after)
}
