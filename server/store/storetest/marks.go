package storetest

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// marked is one kind of row that is counted, seen as what a mark is about.
type marked struct {
	kind  reports.MarkKind
	add   func(t T, s store.Store, n int, days []surveys.Day)
	touch func(t T, s store.Store, n int, days []surveys.Day) // changes the row
	whole func(t T, s store.Store, n int) any                 // the row, without its Recount
}

func markedOf[R any](kind reports.MarkKind, r record[R], days func(*R) *[]surveys.Day) marked {
	return marked{
		kind: kind,
		add: func(t T, s store.Store, n int, set []surveys.Day) {
			v := r.full(n, n+1)
			*days(&v) = set
			must(t, r.add(s, t.Context(), v), "adding a row")
		},
		touch: func(t T, s store.Store, n int, set []surveys.Day) {
			v, err := r.get(s, t.Context(), r.bare(n))
			must(t, err, "reading a row")
			*days(&v) = set
			must(t, r.put(s, t.Context(), v), "changing a row")
		},
		whole: func(t T, s store.Store, n int) any {
			v, err := r.get(s, t.Context(), r.bare(n))
			must(t, err, "reading a row")
			*days(&v) = nil
			return v
		},
	}
}

func markedKinds() []marked {
	return []marked{
		markedOf(reports.MarkedTicket, tickets(), func(k *surveys.Ticket) *[]surveys.Day { return &k.Recount }),
		markedOf(reports.MarkedInvitation, invitations(), func(i *surveys.Invitation) *[]surveys.Day { return &i.Recount }),
		markedOf(reports.MarkedResponse, responses(), func(r *surveys.Response) *[]surveys.Day { return &r.Recount }),
	}
}

// mark is the mark that the n-th row of a kind ought to have.
func (m marked) mark(n int, rev int64, days []surveys.Day) reports.Mark {
	want := reports.Mark{Kind: m.kind, ID: id(n), Rev: rev, Days: days}
	if m.kind == reports.MarkedTicket {
		want.ID, want.Key = "", surveys.TicketKey{Source: "desk", ID: id(n)}
	}
	return want
}

func checkMarks(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	one, two := []surveys.Day{"2026-03-01"}, []surveys.Day{"2026-03-02", "2026-02-28"}
	kinds := markedKinds()
	for _, m := range kinds {
		m.add(t, s, 1, one)
		m.add(t, s, 2, two)
		m.add(t, s, 3, nil)
		m.add(t, s, 4, one)
	}
	for _, m := range kinds {
		wantMarks(t, s, m.kind, "after adding", m.mark(1, 1, one), m.mark(2, 1, two), m.mark(4, 1, one))
		before := m.whole(t, s, 1)
		must(t, s.ClearMark(t.Context(), m.mark(1, 1, one)), "clearing a mark")
		same(t, "a row whose mark was cleared", before, m.whole(t, s, 1))
		wantMarks(t, s, m.kind, "after clearing one", m.mark(2, 1, two), m.mark(4, 1, one))

		m.touch(t, s, 2, one)
		wantError(t, s.ClearMark(t.Context(), m.mark(2, 1, two)), fs.ErrExist, "clearing the mark of a row that has changed")
		m.touch(t, s, 4, nil)
		m.touch(t, s, 1, two)
		wantMarks(t, s, m.kind, "after rows changed", m.mark(1, 2, two), m.mark(2, 2, one))
		must(t, s.ClearMark(t.Context(), m.mark(2, 2, one)), "clearing the new mark")
		must(t, s.ClearMark(t.Context(), m.mark(2, 2, one)), "clearing it again")
		wantError(t, s.ClearMark(t.Context(), m.mark(9, 1, one)), fs.ErrExist, "clearing the mark of no row")
		wantMarks(t, s, m.kind, "at the end", m.mark(1, 2, two))
	}
	checkMarkLimit(t, s, kinds)
}

func checkMarkLimit(t T, s store.Store, kinds []marked) {
	for _, m := range kinds {
		m.touch(t, s, 3, []surveys.Day{"2026-03-03"})
		m.touch(t, s, 4, []surveys.Day{"2026-03-04"})
	}
	found, err := s.FindMarks(t.Context(), 2)
	must(t, err, "looking for marks")
	count := map[reports.MarkKind]int{}
	for _, m := range found {
		count[m.Kind]++
	}
	same(t, "at most two marks of each kind", map[reports.MarkKind]int{reports.MarkedTicket: 2, reports.MarkedInvitation: 2, reports.MarkedResponse: 2}, count)
}

// wantMarks compares the marks of one kind, which come in no order.
func wantMarks(t T, s store.Store, kind reports.MarkKind, when string, want ...reports.Mark) {
	t.Helper()
	all, err := s.FindMarks(t.Context(), 100)
	must(t, err, "looking for marks")
	found := slices.DeleteFunc(all, func(m reports.Mark) bool { return m.Kind != kind })
	slices.SortFunc(found, func(a, b reports.Mark) int {
		return slices.Compare([]string{a.ID, a.Key.ID}, []string{b.ID, b.Key.ID})
	})
	same(t, fmt.Sprintf("marks of kind %s %s", kind, when), want, found)
}
