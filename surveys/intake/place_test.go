package intake

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// shelf is a helpdesk that lists tickets by the time of their last change and goes
// on working while it is looked at.
type shelf struct {
	finest  int // seconds between two changes at least
	now     time.Time
	changes map[int]time.Time
	seen    map[int]time.Time
}

// work changes some tickets.
func (s *shelf) work(t *rapid.T) {
	for range rapid.IntRange(0, 12).Draw(t, "changes") {
		s.now = s.now.Add(time.Duration(rapid.IntRange(s.finest, 90).Draw(t, "seconds")) * time.Second)
		s.changes[rapid.IntRange(1, 40).Draw(t, "ticket")] = s.now
	}
}

// list gives the tickets that changed since a time, the oldest change first.
func (s *shelf) list(since time.Time) (ids []int) {
	for id, at := range s.changes {
		if !at.Before(since) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b int) int {
		if c := s.changes[a].Compare(s.changes[b]); c != 0 {
			return c
		}
		return a - b
	})
	return ids
}

// see takes one page in and gives its first and last change.
func (s *shelf) see(ids []int, page, size int) (first, last time.Time, full bool) {
	from := min((page-1)*size, len(ids))
	slice := ids[from:min(from+size, len(ids))]
	for i, id := range slice {
		s.seen[id] = s.changes[id]
		if last = s.changes[id]; i == 0 {
			first = last
		}
	}
	return first, last, len(slice) == size
}

// complete says that of each ticket the last change has been seen.
func (s *shelf) complete(t *rapid.T) {
	for id, at := range s.changes {
		if !s.seen[id].Equal(at) {
			t.Fatalf("ticket %d changed at %v, seen was %v", id, at, s.seen[id])
		}
	}
}

// TestPlaceMissesNothing that changes while it is looked, in either order, wherever
// the looks stop and go on.
func TestPlaceMissesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(2, 6).Draw(t, "size of a page")
		newestFirst := rapid.Bool().Draw(t, "newest first")
		s := &shelf{finest: 1, now: lookFrom.Add(time.Hour), changes: map[int]time.Time{}, seen: map[int]time.Time{}}
		if newestFirst {
			s.finest = 0
		}
		cursor := ""
		turn := func() (more bool) {
			at := placeOf(cursor, lookFrom)
			if newestFirst {
				ids := s.list(time.Time{})
				slices.Reverse(ids)
				first, last, _ := s.see(ids, at.Page, size)
				at, more = at.back(first, last)
			} else {
				_, last, full := s.see(s.list(at.From), at.Page, size)
				at, more = at.forward(last, full), full
			}
			cursor = at.String()
			return more
		}
		for range rapid.IntRange(1, 30).Draw(t, "turns") {
			s.work(t)
			turn()
		}
		turns := 0
		for more := true; more || turns < 2; turns++ { // the look under way, and one more
			more = turn()
			if turns > 200 {
				t.Fatal("a look has no end")
			}
		}
		for more := true; more; {
			more = turn()
		}
		s.complete(t)
	})
}

func TestPlaceOf(t *testing.T) {
	for _, cursor := range []string{"", "MTU4", "{}", `{"From":"2026-03-04T10:00:00Z"}`, `{"From":"2026-03-04T10:00:00Z","Page":-1}`, "[]", "null"} {
		if p := placeOf(cursor, lookFrom); p != (place{From: lookFrom, Page: 1}) {
			t.Errorf("%q is at %+v", cursor, p)
		}
	}
	p := place{From: lookFrom, Page: 3, Top: lookFrom.Add(time.Hour)}
	if got := placeOf(p.String(), time.Time{}); got != p {
		t.Errorf("%+v became %+v", p, got)
	}
}
