package storetest

import (
	"context"
	"fmt"
	"iter"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// somebody is the person of these walks: what a prefix, another case or another accent
// would find is somebody else's.
const somebody = "Zoé"

func walkTicketsOf() walked[surveys.Ticket] {
	w := walkTickets()
	all := w.nth
	w.nth = func(n int) surveys.Ticket {
		k := all(n)
		k.Person = somebody
		return k
	}
	w.place, w.between = func(surveys.Ticket) string { return "" }, nil
	w.all = func(s store.Store, ctx context.Context) iter.Seq2[surveys.Ticket, error] {
		return s.TicketsOf(ctx, somebody)
	}
	return w
}

func walkInvitationsOf() walked[surveys.Invitation] {
	w := walkInvitations()
	all := w.nth
	w.nth = func(n int) surveys.Invitation {
		i := all(n)
		i.Person = somebody
		return i
	}
	w.place, w.between = func(surveys.Invitation) string { return "" }, nil
	w.all = func(s store.Store, ctx context.Context) iter.Seq2[surveys.Invitation, error] {
		return s.InvitationsOf(ctx, somebody)
	}
	return w
}

func walkTicketsNamed() walked[surveys.Ticket] {
	return walked[surveys.Ticket]{
		many: 1003,
		nth: func(n int) surveys.Ticket {
			k := surveys.Ticket{TicketKey: surveys.TicketKey{Source: []string{"b", "B", "bé"}[n%3], ID: id(n)}, UpdatedAt: spread(n)}
			if k.Person = somebody; n%2 == 0 {
				k.Person, k.Subject = "", "a subject"
			}
			return k
		},
		add:   store.Store.AddTicket,
		place: func(k surveys.Ticket) string { return placeOf(k.UpdatedAt) },
		id:    func(k surveys.Ticket) string { return k.Source + "\x00" + k.ID },
		all: func(s store.Store, ctx context.Context) iter.Seq2[surveys.Ticket, error] {
			return s.TicketsNamed(ctx, ever)
		},
		touch: func(t T, s store.Store, k surveys.Ticket) {
			rewrite(t, s, tickets(), k, func(k *surveys.Ticket) { k.Subject += text(7) })
		},
	}
}

func walkCustomers() walked[surveys.Customer] {
	return walked[surveys.Customer]{
		many: 1003,
		nth: func(n int) surveys.Customer {
			return surveys.Customer{Person: fmt.Sprintf("%04d", n), SeenAt: spread(n)}
		},
		add:   store.Store.AddCustomer,
		place: func(c surveys.Customer) string { return c.Person },
		id:    func(surveys.Customer) string { return "" },
		all: func(s store.Store, ctx context.Context) iter.Seq2[surveys.Customer, error] {
			return s.Customers(ctx, "")
		},
		touch: func(t T, s store.Store, c surveys.Customer) {
			rewrite(t, s, customers(), c, func(c *surveys.Customer) { c.Name += text(7) })
		},
	}
}

// checkNamed: only what is a person's is found by the person, whole, and no longer once
// it was cut; a walk with names ends where it is bounded; customers come after one.
func checkNamed(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n, person := range []string{somebody, "Zoe", "zoé", "Zoé ", ""} {
		k, i := tickets().full(n+1, n+1), invitations().full(n+1, n+1)
		k.Person, i.Person = person, person
		k.Subject, k.UpdatedAt = "", moment(n)
		must(t, s.AddTicket(t.Context(), k), "adding a ticket")
		must(t, s.AddInvitation(t.Context(), i), "adding an invitation")
		must(t, s.AddCustomer(t.Context(), surveys.Customer{Person: id(n)}), "adding a customer")
	}
	theirs := gather(t, s.TicketsOf(t.Context(), somebody), "walking the tickets of a person")
	asked := gather(t, s.InvitationsOf(t.Context(), somebody), "walking the invitations of a person")
	if len(theirs) != 1 || len(asked) != 1 {
		t.Fatalf("of one person there are %d tickets and %d invitations, want one each", len(theirs), len(asked))
	}
	tickets().holds(t, s, theirs[0], "found by its person")
	invitations().holds(t, s, asked[0], "found by its person")
	wantNamed(t, s, "with a person", 4)
	theirs[0].Person, asked[0].Person = "", ""
	must(t, s.PutTicket(t.Context(), theirs[0]), "cutting a ticket from its person")
	must(t, s.PutInvitation(t.Context(), asked[0]), "cutting an invitation from its person")
	wantNamed(t, s, "after one was cut", 3)
	found := len(gather(t, s.TicketsOf(t.Context(), somebody), "walking")) + len(gather(t, s.InvitationsOf(t.Context(), somebody), "walking"))
	before := len(gather(t, s.TicketsNamed(t.Context(), moment(2)), "walking to a bound"))
	after := len(gather(t, s.Customers(t.Context(), id(2)), "walking from a bound"))
	if found != 0 || before != 1 || after != 2 {
		t.Errorf("of a person who was cut: %d; with names before the third: %d, want 1; customers after the third: %d, want 2", found, before, after)
	}
}

func wantNamed(t T, s store.Store, when string, want int) {
	t.Helper()
	if got := gather(t, s.TicketsNamed(t.Context(), ever), "walking tickets with names"); len(got) != want {
		t.Errorf("tickets with names %s: %d, want %d", when, len(got), want)
	}
}

func walkEvents() walked[surveys.Event] {
	return walked[surveys.Event]{
		many: 503,
		nth: func(n int) surveys.Event {
			return surveys.Event{ID: id(n), ReceivedAt: spread(n), State: surveys.Applied, Body: []byte(text(n))}
		},
		add:   store.Store.AddEvent,
		place: func(e surveys.Event) string { return placeOf(e.ReceivedAt) },
		id:    func(e surveys.Event) string { return e.ID },
		all: func(s store.Store, ctx context.Context) iter.Seq2[surveys.Event, error] {
			return s.EventsIn(ctx, surveys.Applied)
		},
		touch: func(t T, s store.Store, e surveys.Event) {
			rewrite(t, s, events(), e, func(e *surveys.Event) { e.Note += text(7) })
		},
	}
}
