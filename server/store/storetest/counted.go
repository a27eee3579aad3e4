package storetest

import (
	"context"
	"iter"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// checkCounted walks whole records, changed ones and bare ones for counting: of each
// comes what its Counted gives, in the order of the other walk.
func checkCounted(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	fill(t, s, tickets())
	fill(t, s, invitations())
	fill(t, s, responses())
	countsAs(t, surveys.Ticket.Counted, s.TicketsOpened(t.Context(), ever, ever), s.TicketsToCount(t.Context(), ever, ever))
	countsAs(t, surveys.Invitation.Counted, s.InvitationsClosed(t.Context(), ever, ever), s.InvitationsToCount(t.Context(), ever, ever))
	countsAs(t, surveys.Response.Counted, s.ResponsesClosed(t.Context(), ever, ever), s.ResponsesToCount(t.Context(), ever, ever))
}

// fill adds three records and changes one.
func fill[R any](t T, s store.Store, r record[R]) {
	t.Helper()
	for _, one := range []R{r.full(1, 1), r.full(2, 2), r.bare(3)} {
		must(t, r.add(s, t.Context(), one), "adding")
	}
	must(t, r.put(s, t.Context(), r.at(r.full(2, 4), 1)), "changing")
}

func countsAs[R any](t T, counted func(R) R, whole, walk iter.Seq2[R, error]) {
	t.Helper()
	var want []R
	for _, r := range gather(t, whole, "walking") {
		want = append(want, counted(r))
	}
	if len(want) != 3 {
		t.Errorf("walking 3 records gave %d", len(want))
	}
	same(t, "walking to count", want, gather(t, walk, "walking to count"))
}

// toCount is the same walk for counting.
func (w walked[R]) toCount(between func(s store.Store, ctx context.Context, from, to string) iter.Seq2[R, error]) walked[R] {
	w.between = between
	w.all = func(s store.Store, ctx context.Context) iter.Seq2[R, error] { return between(s, ctx, "", "") }
	return w
}

func countTickets() walked[surveys.Ticket] {
	return walkTickets().toCount(func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Ticket, error] {
		return s.TicketsToCount(ctx, when(from), when(to))
	})
}

func countInvitations() walked[surveys.Invitation] {
	return walkInvitations().toCount(func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Invitation, error] {
		return s.InvitationsToCount(ctx, when(from), when(to))
	})
}

func countResponses() walked[surveys.Response] {
	return walkResponses().toCount(func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Response, error] {
		return s.ResponsesToCount(ctx, when(from), when(to))
	})
}
