package surveys

import (
	"slices"
	"time"
)

// Figures are counted as of a moment, also long after it: an edition can be counted
// again, and two editions compared. What carries no time of its own is therefore
// kept, when it is replaced, with the time until which it was what we knew. A ticket
// whose opening moves to another period is found in that one only.

// TicketWas is what figures read of a ticket and a later notice replaced.
type TicketWas struct {
	Until time.Time // when Entendu learnt better
	Dimensions
	OpenedAt     time.Time
	Promise      time.Duration
	FirstReplyAt time.Time
	Contacts     int
	MergedInto   string
	Customer     string
}

// InvitationWas is the same of an invitation.
type InvitationWas struct {
	Until time.Time
	Dimensions
	Customer  string
	Code      Skip // "" while it was not skipped
	SkippedAt time.Time
	LeftOut   bool
}

// mostWas bounds what is kept of one row; beyond it goes what stood the shortest, which
// hardly an edition can have seen, and counts as what was known next. A full list says
// that something may be lost: see Ticket.Forgot.
const mostWas = 50

func (t Ticket) now() TicketWas {
	return TicketWas{Dimensions: t.Dimensions, OpenedAt: t.OpenedAt, Promise: t.Promise, FirstReplyAt: t.FirstReplyAt, Contacts: t.Contacts, MergedInto: t.MergedInto, Customer: t.Customer}
}

// remember keeps what figures read of the ticket before it changed.
func (t *Ticket) remember(before Ticket, learnt time.Time) {
	was := before.now()
	if before.Rev == 0 || was == t.now() {
		return
	}
	was.Until = learnt
	t.Was = kept(t.Was, was, func(w TicketWas) time.Time { return w.Until })
}

// KnownAt gives the ticket with what figures read of it as it was known at a
// moment. Status and closings carry their own times, and stay.
func (t Ticket) KnownAt(asOf time.Time) Ticket {
	i := slices.IndexFunc(t.Was, func(w TicketWas) bool { return w.Until.After(asOf) })
	if i >= 0 {
		w := t.Was[i]
		t.Dimensions, t.OpenedAt, t.Promise = w.Dimensions, w.OpenedAt, w.Promise
		t.FirstReplyAt, t.Contacts, t.MergedInto, t.Customer = w.FirstReplyAt, w.Contacts, w.MergedInto, w.Customer
	}
	return t
}

func (i Invitation) now() InvitationWas {
	was := InvitationWas{Dimensions: i.Dimensions, Customer: i.Customer, LeftOut: i.LeftOut}
	if i.State == Skipped {
		was.Code, was.SkippedAt = i.Code, i.SkippedAt
	}
	return was
}

// remember keeps what figures read of the invitation before it changed. That it was
// not skipped yet is told by SkippedAt, and not kept.
func (i *Invitation) remember(before Invitation, learnt time.Time) {
	was, is := before.now(), i.now()
	if was.Code == "" {
		is.Code, is.SkippedAt = "", time.Time{}
	}
	if was == is {
		return
	}
	was.Until = learnt
	i.Was = kept(i.Was, was, func(w InvitationWas) time.Time { return w.Until })
}

// KnownAt gives the invitation with what figures read of it as it was known at a
// moment. Making, acceptance and bounce carry their own times, and stay.
func (i Invitation) KnownAt(asOf time.Time) Invitation {
	n := slices.IndexFunc(i.Was, func(w InvitationWas) bool { return w.Until.After(asOf) })
	if n < 0 {
		return i
	}
	w := i.Was[n]
	i.Dimensions, i.Customer, i.LeftOut, i.Code, i.SkippedAt = w.Dimensions, w.Customer, w.LeftOut, w.Code, w.SkippedAt
	if i.State = Waiting; w.Code != "" {
		i.State = Skipped
	}
	return i
}

// kept adds to a list of the past.
func kept[W any](was []W, more W, until func(W) time.Time) []W {
	was = append(slices.Clone(was), more)
	if len(was) <= mostWas {
		return was
	}
	stood := func(i int) time.Duration { return until(was[i]).Sub(until(was[i-1])) }
	shortest := 1
	for i := 2; i < len(was)-1; i++ {
		if stood(i) < stood(shortest) {
			shortest = i
		}
	}
	return slices.Delete(was, shortest, shortest+1)
}

// Forgot says whether something that was known of the ticket may be lost.
func (t Ticket) Forgot() bool { return len(t.Was) >= mostWas }

// Forgot says whether something that was known of the invitation may be lost.
func (i Invitation) Forgot() bool { return len(i.Was) >= mostWas }

// Forgot says whether answers that counted at a moment may be lost: the oldest kept is
// younger.
func (r Response) Forgot(asOf time.Time) bool {
	return len(r.Answers) >= MaxAnswers && r.Answers[0].Learnt().After(asOf)
}

// Moved says whether the ticket was known under an opening on another day, as of a
// moment, than the one under which it is found now; and which that was.
func (t Ticket) Moved(asOf time.Time, zone *time.Location) (from time.Time, moved bool) {
	if len(t.Transitions) == 0 || t.Transitions[0].LearntAt.After(asOf) {
		return time.Time{}, false
	}
	from = t.KnownAt(asOf).OpenedAt
	return from, !from.IsZero() && DayOf(from, zone) != DayOf(t.OpenedAt, zone)
}
