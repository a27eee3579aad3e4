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

// mostWas bounds what is kept of one row; beyond it the oldest goes, and what was
// known before counts as what is known next.
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
	t.Was = kept(t.Was, was)
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
	i.Was = kept(i.Was, was)
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
func kept[W any](was []W, more W) []W {
	return append(slices.Clone(was[max(0, len(was)-mostWas+1):]), more)
}
