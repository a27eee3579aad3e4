package storetest

import (
	"io/fs"
	"slices"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// wantIDs compares what a search found, in its order.
func wantIDs(t T, doing string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: found %q, want %q", doing, got, want)
	}
}

func checkFindEvents(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for _, e := range []surveys.Event{
		{ID: "d", ReceivedAt: moment(2), State: surveys.ToApply},
		{ID: "b", ReceivedAt: moment(2), State: surveys.ToApply},
		{ID: "C", ReceivedAt: moment(2), State: surveys.ToApply}, // before b: ids order by their bytes
		{ID: "a", ReceivedAt: moment(3), State: surveys.ToApply},
		{ID: "e", ReceivedAt: moment(1), State: surveys.ToApply},
		{ID: "f", ReceivedAt: moment(0), State: surveys.Applied},
		{ID: "g", ReceivedAt: moment(4), State: surveys.NotUnderstood},
	} {
		must(t, s.AddEvent(t.Context(), e), "adding an event")
	}
	find := func(doing string, state surveys.EventState, limit int, want ...string) {
		t.Helper()
		found, err := s.FindEvents(t.Context(), state, limit)
		must(t, err, doing)
		var ids []string
		for _, e := range found {
			ids = append(ids, e.ID)
		}
		wantIDs(t, doing, ids, want...)
	}
	find("all events to apply", surveys.ToApply, 100, "e", "C", "b", "d", "a")
	find("as many as there are", surveys.ToApply, 5, "e", "C", "b", "d", "a")
	find("the oldest two", surveys.ToApply, 2, "e", "C")
	find("those not understood", surveys.NotUnderstood, 100, "g")

	e, err := s.GetEvent(t.Context(), "e")
	must(t, err, "reading an event")
	e.State = surveys.Applied
	must(t, s.PutEvent(t.Context(), e), "marking an event applied")
	find("after one was applied", surveys.ToApply, 2, "C", "b")
	find("those applied", surveys.Applied, 100, "f", "e")
}

func checkSettle(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n := range 6 {
		k := tickets().full(n, n)
		k.Settle = n%2 == 0
		must(t, s.AddTicket(t.Context(), k), "adding a ticket")
	}
	find := func(limit int) (ids []string) {
		t.Helper()
		found, err := s.FindTicketsToSettle(t.Context(), limit)
		must(t, err, "looking for tickets to settle")
		for _, k := range found {
			ids = append(ids, k.ID)
		}
		slices.Sort(ids)
		return ids
	}
	wantIDs(t, "tickets to settle", find(100), id(0), id(2), id(4))
	if got := find(2); len(got) != 2 {
		t.Errorf("at most two tickets to settle: found %q", got)
	}
	for n, settle := range map[int]bool{2: false, 3: true} {
		k, err := s.GetTicket(t.Context(), surveys.TicketKey{Source: "desk", ID: id(n)})
		must(t, err, "reading a ticket")
		k.Settle = settle
		must(t, s.PutTicket(t.Context(), k), "changing a ticket")
	}
	wantIDs(t, "tickets to settle after changes", find(100), id(0), id(3), id(4))
}

// checkDue asks at the instant now: a row is due at its time, not before, in the
// order of those times, whatever its other time says.
func checkDue(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	now := moment(100)
	after := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	for _, i := range []surveys.Invitation{
		{ID: "waiting-due", State: surveys.Waiting, DueAt: after(0)},
		{ID: "waiting-long", State: surveys.Waiting, DueAt: after(-5000)},
		{ID: "waiting-not-yet", State: surveys.Waiting, DueAt: after(1)},
		{ID: "waiting-old-lease", State: surveys.Waiting, DueAt: after(-3000), LeaseUntil: after(-4000), Owner: "gone"},
		{ID: "waiting-not-yet-old-lease", State: surveys.Waiting, DueAt: after(1), LeaseUntil: after(-9000)},
		{ID: "claimed-expired", State: surveys.Claimed, DueAt: after(-9000), LeaseUntil: after(-2000)},
		{ID: "claimed-expires", State: surveys.Claimed, DueAt: after(-9000), LeaseUntil: after(-1)},
		{ID: "claimed-held", State: surveys.Claimed, DueAt: after(-9000), LeaseUntil: after(1)},
		{ID: "sent", State: surveys.Sent, DueAt: after(-9000), LeaseUntil: after(-9000)},
		{ID: "skipped", State: surveys.Skipped, DueAt: after(-9000), LeaseUntil: after(-9000), Reminder: surveys.Reminder{DueAt: after(-9000)}},
		{ID: "reminder-due", State: surveys.Sent, DueAt: after(-9000), Reminder: surveys.Reminder{DueAt: after(-4000)}},
		{ID: "reminder-not-yet", State: surveys.Sent, DueAt: after(-9000), Reminder: surveys.Reminder{DueAt: after(1)}},
		{ID: "reminder-held", State: surveys.Sent, LeaseUntil: after(1), Owner: "here", Reminder: surveys.Reminder{DueAt: after(-4000)}},
		{ID: "reminder-expired", State: surveys.Sent, LeaseUntil: after(-500), Owner: "gone", Reminder: surveys.Reminder{DueAt: after(-4000)}},
	} {
		must(t, s.AddInvitation(t.Context(), i), "adding an invitation")
	}
	wantDue(t, s, now, 100, "waiting-long", "reminder-due", "waiting-old-lease", "claimed-expired", "reminder-expired", "claimed-expires", "waiting-due")
	wantDue(t, s, now, 3, "waiting-long", "reminder-due", "waiting-old-lease")
	wantDue(t, s, after(-5001), 100)

	move := func(name string, change func(*surveys.Invitation)) {
		t.Helper()
		i, err := s.GetInvitation(t.Context(), name)
		must(t, err, "reading an invitation")
		change(&i)
		must(t, s.PutInvitation(t.Context(), i), "changing an invitation")
	}
	move("waiting-long", func(i *surveys.Invitation) { i.State, i.LeaseUntil = surveys.Claimed, after(2000) })
	move("claimed-expired", func(i *surveys.Invitation) { i.State, i.DueAt = surveys.Waiting, after(2000) })
	move("claimed-expires", func(i *surveys.Invitation) { i.State = surveys.Sent })
	move("reminder-due", func(i *surveys.Invitation) { i.Owner, i.LeaseUntil = "here", after(2000) })
	move("reminder-expired", func(i *surveys.Invitation) { i.Reminder = surveys.Reminder{AcceptedAt: after(0)} })
	wantDue(t, s, now, 100, "waiting-old-lease", "waiting-due")
}

func wantDue(t T, s store.Store, now time.Time, limit int, want ...string) {
	t.Helper()
	found, err := s.FindDueInvitations(t.Context(), now, limit)
	must(t, err, "looking for due invitations")
	var ids []string
	for _, i := range found {
		ids = append(ids, i.ID)
		whole, err := s.GetInvitation(t.Context(), i.ID)
		must(t, err, "reading a due invitation")
		same(t, "a due invitation", whole, i)
	}
	wantIDs(t, "due at "+now.Format(time.StampMilli), ids, want...)
}

// checkAsked looks at invitations before and after they are answered, and changed.
func checkAsked(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	_, _, err := s.GetAsked(t.Context(), id(1))
	wantError(t, err, fs.ErrNotExist, "what was never asked")
	must(t, s.AddResponse(t.Context(), responses().full(1, 1)), "adding a response without an invitation")
	_, _, err = s.GetAsked(t.Context(), id(1))
	wantError(t, err, fs.ErrNotExist, "what was answered and never asked")

	wantAsked := func(want surveys.Invitation, answered bool, when string) {
		t.Helper()
		got, is, err := s.GetAsked(t.Context(), want.ID)
		must(t, err, "reading what was asked "+when)
		same(t, "asked "+when, want.Asked(), got)
		if is != answered {
			t.Errorf("asked %s: answered is %v", when, is)
		}
	}
	bare, full := invitations().bare(2), invitations().full(3, 3)
	for _, i := range []surveys.Invitation{bare, full, invitations().full(1, 1)} {
		must(t, s.AddInvitation(t.Context(), i), "adding an invitation")
	}
	wantAsked(bare, false, "with nothing said")
	wantAsked(full, false, "with all said")
	wantAsked(invitations().full(1, 1), true, "after it was answered")
	must(t, s.AddResponse(t.Context(), responses().full(3, 4)), "adding a response")
	wantAsked(full, true, "once it is answered")
	must(t, s.PutInvitation(t.Context(), invitations().at(invitations().full(3, 5), 1)), "changing an invitation")
	wantAsked(invitations().full(3, 5), true, "after it was changed")
	wantAsked(bare, false, "after another was answered")
}

func checkLatestEdition(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	_, err := s.LatestEdition(t.Context())
	wantError(t, err, fs.ErrNotExist, "the latest of no editions")
	for n, at := range []int{2, 5, 1, 4} {
		e := editions().full(n, n+1)
		e.PublishedAt = moment(at)
		must(t, s.AddEdition(t.Context(), e), "adding an edition")
	}
	want, err := s.GetEdition(t.Context(), id(1))
	must(t, err, "reading an edition")
	got, err := s.LatestEdition(t.Context())
	must(t, err, "reading the latest edition")
	same(t, "the latest edition", want, got)
}

func checkLatestOutlook(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	_, err := s.LatestOutlook(t.Context())
	wantError(t, err, fs.ErrNotExist, "the latest of no outlooks")
	for made, n := range []int{2, 40, 1, 9} { // the last day counts, not who came last
		must(t, s.AddOutlook(t.Context(), outlooks().full(n, made+1)), "adding an outlook")
	}
	got, err := s.LatestOutlook(t.Context())
	must(t, err, "reading the latest outlook")
	same(t, "the latest outlook", outlooks().full(40, 2), got)
}

// checkStanding looks at a ticket and a person while more and more is known of them,
// beside others of whom everything is.
func checkStanding(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	ticket, c, r := tickets().full(1, 1), customers().full(1, 2), reservations().full(1, 3)
	other, stopped := customers().full(2, 4), suppressions().full(1, 5)
	c.Person, r.Person, stopped.Person = id(1), id(1), id(1)
	must(t, s.AddCustomer(t.Context(), other), "adding another customer")
	must(t, s.AddReservation(t.Context(), reservations().full(2, 6)), "adding another reservation")
	must(t, s.AddSuppression(t.Context(), suppressions().full(2, 7)), "adding another suppression")
	must(t, s.AddTicket(t.Context(), tickets().full(2, 8)), "adding another ticket")
	_, err := s.GetStanding(t.Context(), ticket.TicketKey, c.Person)
	wantError(t, err, fs.ErrNotExist, "the standing of a ticket that is not there")

	want := surveys.Standing{Ticket: ticket.Outline()}
	stands := func(when string, err error) {
		t.Helper()
		must(t, err, when)
		got, err := s.GetStanding(t.Context(), ticket.TicketKey, c.Person)
		must(t, err, "reading the standing once "+when)
		same(t, "the standing once "+when, want, got)
	}
	stands("the ticket is there", s.AddTicket(t.Context(), ticket))
	want.Customer = c
	stands("the customer is there", s.AddCustomer(t.Context(), c))
	want.Suppressed = true
	stands("the person is suppressed", s.AddSuppression(t.Context(), stopped))
	want.Reservation, want.Reservation.Rev = r, 1
	stands("there is a reservation", s.AddReservation(t.Context(), r))
	want.Reservation.Rev = 2
	stands("the reservation is changed", s.PutReservation(t.Context(), reservations().at(r, 1)))
	changed := tickets().at(tickets().bare(1), 1)
	want.Ticket = changed.Outline()
	stands("the ticket is changed", s.PutTicket(t.Context(), changed))
	want.Suppressed = false
	stands("the person may be written to again", s.RemoveSuppression(t.Context(), c.Person))
	want.Customer = surveys.Customer{}
	stands("the customer is gone", s.RemoveCustomer(t.Context(), c.Person))
}
