package storetest

import (
	"io/fs"
	"slices"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// checkNumbers looks for tickets by number: of several sources, to the letter, also
// after the number changed.
func checkNumbers(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n, k := range []surveys.Ticket{
		{TicketKey: surveys.TicketKey{Source: "desk", ID: "1"}, Number: "7"},
		{TicketKey: surveys.TicketKey{Source: "shop", ID: "1"}, Number: "7"},
		{TicketKey: surveys.TicketKey{Source: "desk", ID: "7"}, Number: "77"},
		{TicketKey: surveys.TicketKey{Source: "desk", ID: "2"}, Number: "É-7"},
		{TicketKey: surveys.TicketKey{Source: "desk", ID: "3"}, Number: "é-7"},
		{TicketKey: surveys.TicketKey{Source: "desk", ID: "4"}},
	} {
		full := tickets().full(1, n+1)
		full.TicketKey, full.Number = k.TicketKey, k.Number
		must(t, s.AddTicket(t.Context(), full), "adding a ticket")
	}
	find := func(doing, number string, limit int, want ...string) {
		t.Helper()
		found, err := s.FindTickets(t.Context(), number, limit)
		must(t, err, doing)
		var ids []string
		for _, k := range found {
			tickets().holds(t, s, k, "found by its number")
			ids = append(ids, k.Source+" "+k.ID)
		}
		slices.Sort(ids)
		wantIDs(t, doing, ids, want...)
	}
	find("a number of two sources", "7", 10, "desk 1", "shop 1")
	find("a number with another's accent", "é-7", 10, "desk 3")
	find("a number that nothing has", "8", 10)
	if found, err := s.FindTickets(t.Context(), "7", 1); err != nil || len(found) != 1 {
		t.Errorf("at most one of two: %d, %v", len(found), err)
	}
	k, err := s.GetTicket(t.Context(), surveys.TicketKey{Source: "shop", ID: "1"})
	must(t, err, "reading a ticket")
	k.Number = "8"
	must(t, s.PutTicket(t.Context(), k), "changing its number")
	find("the number it had", "7", 10, "desk 1")
	find("the number it has", "8", 10, "shop 1")
}

// checkDueErrands also removes one.
func checkDueErrands(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	now := moment(100)
	after := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	for _, e := range []surveys.Errand{
		{ID: "due", DueAt: after(0)}, {ID: "long", DueAt: after(-5000)}, {ID: "not-yet", DueAt: after(1)},
		{ID: "never"}, {ID: "over", State: surveys.Delivered, DueAt: after(-2)},
	} {
		must(t, s.AddErrand(t.Context(), e), "adding an errand")
	}
	wantErrands(t, s, now, 100, "long", "over", "due")
	wantErrands(t, s, now, 2, "long", "over")
	wantErrands(t, s, after(-5001), 100)
	e, err := s.GetErrand(t.Context(), "long")
	must(t, err, "reading an errand")
	e.DueAt = time.Time{}
	must(t, s.PutErrand(t.Context(), e), "putting an errand off for ever")
	must(t, s.RemoveErrand(t.Context(), "over"), "removing an errand")
	wantError(t, s.RemoveErrand(t.Context(), "over"), fs.ErrNotExist, "removing an errand twice")
	wantError(t, s.PutErrand(t.Context(), surveys.Errand{ID: "over", Rev: 1}), fs.ErrExist, "changing a removed errand")
	wantErrands(t, s, now, 100, "due")
}

func wantErrands(t T, s store.Store, now time.Time, limit int, want ...string) {
	t.Helper()
	found, err := s.FindDueErrands(t.Context(), now, limit)
	must(t, err, "looking for due errands")
	var ids []string
	for _, e := range found {
		ids = append(ids, e.ID)
	}
	wantIDs(t, "due errands", ids, want...)
}

func walkErrands() walked[surveys.Errand] {
	return walked[surveys.Errand]{
		many:  1003,
		nth:   func(n int) surveys.Errand { return surveys.Errand{ID: id(n), MadeAt: spread(n)} },
		add:   store.Store.AddErrand,
		place: func(e surveys.Errand) string { return placeOf(e.MadeAt) },
		id:    func(e surveys.Errand) string { return e.ID },
		all:   store.Store.Errands,
		touch: func(t T, s store.Store, e surveys.Errand) {
			rewrite(t, s, errands(), e, func(e *surveys.Errand) { e.Text += text(7) })
		},
	}
}
