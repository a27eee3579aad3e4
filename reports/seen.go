package reports

import (
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// durable is how long a closing must hold to count as a resolution.
const durable = 7 * 24 * time.Hour

// request is a ticket as it was known at one moment.
type request struct {
	key surveys.TicketKey
	surveys.Dimensions
	customer  string
	adviser   string // who handled it; one of how many is all that is counted
	opened    time.Time
	promise   time.Duration
	replied   time.Time // first reply; zero: none, or not known
	settled   time.Time // the first closing that held; zero: none yet
	withdrawn time.Time // when the customer gave up; zero: did not
	active    bool      // is open, pending or reopened
	closed    bool      // was handled at least once
	reopened  bool      // came back after a closing
	contacts  int

	replyMisdated   bool // there was a first reply, and nobody knows when
	settledMisdated bool // likewise
}

// seen gives a ticket as it was known at asOf, and false if it was not known yet
// or belongs in no figure.
// A ticket of which no status was ever understood was opened all the same. A time
// that cannot be is kept in the ticket, and no wait is measured by it.
func seen(t surveys.Ticket, asOf time.Time) (request, bool) {
	t = t.KnownAt(asOf)
	status, since, known := statusAt(t, asOf)
	if !known || status == surveys.Spam || status == surveys.Deleted || t.MergedInto != "" {
		return request{}, false
	}
	r := request{key: t.TicketKey, Dimensions: t.Dimensions, customer: t.Customer, adviser: adviserOf(t.Source, t.Agent), opened: t.OpenedAt, promise: t.Promise, contacts: t.Contacts, active: status.Active()}
	if r.replyMisdated = misdatedReply(t); !r.replyMisdated && !t.FirstReplyAt.After(asOf) {
		r.replied = t.FirstReplyAt
	}
	for _, c := range t.Closings {
		if c.LearntAt.After(asOf) {
			break
		}
		ended := endedAt(t, c, asOf)
		r.closed = true
		r.reopened = r.reopened || !ended.IsZero()
		if r.settled.IsZero() && (ended.IsZero() || ended.Sub(c.At) >= durable) {
			r.settled, r.settledMisdated = c.At, misdatedClosing(t, c)
		}
	}
	if status == surveys.Withdrawn { // never resolved, even if it was closed before
		r.settled, r.withdrawn = time.Time{}, since
	}
	return r, true
}

// behind is who stands behind the request.
func (r request) behind() Behind { return Behind{signOf(r.customer), signOf(r.adviser)} }

// adviserOf names who handled a ticket, as its helpdesk does; "" where nobody is known.
func adviserOf(source, agent string) string {
	if agent == "" {
		return ""
	}
	return source + "/" + agent
}

// span is a period: from included, to not.
type span struct{ from, to time.Time }

// holds says whether a moment is in the period.
func (s span) holds(at time.Time) bool { return !at.Before(s.from) && at.Before(s.to) }

// seen is that of a ticket which was known to have been opened in the period.
func (s span) seen(t surveys.Ticket, asOf time.Time) (request, bool) {
	r, known := seen(t, asOf)
	return r, known && s.holds(r.opened)
}

// misdatedOpening says whether a ticket was opened after we had heard of it.
func misdatedOpening(t surveys.Ticket) bool {
	return slices.ContainsFunc(t.Transitions, func(x surveys.Transition) bool { return surveys.Misdated(t.OpenedAt, t.OpenedAt, x.LearntAt) })
}

// misdatedClosing says whether nobody knows how long it took to a closing.
func misdatedClosing(t surveys.Ticket, c surveys.Closing) bool {
	return c.Misdated || misdatedOpening(t) || surveys.Misdated(c.At, t.OpenedAt, c.LearntAt)
}

// misdatedReply says whether nobody knows when a first reply was given. Nothing says
// when we heard of it, but no later than of the last change.
func misdatedReply(t surveys.Ticket) bool {
	return !t.FirstReplyAt.IsZero() && (misdatedOpening(t) || surveys.Misdated(t.FirstReplyAt, t.OpenedAt, t.UpdatedAt))
}

// statusAt is the status that was known at asOf, and since when it holds.
func statusAt(t surveys.Ticket, asOf time.Time) (status surveys.Status, since time.Time, known bool) {
	if len(t.Transitions) == 0 {
		return t.Status, time.Time{}, true
	}
	for _, x := range t.Transitions {
		if !x.LearntAt.After(asOf) {
			status, since, known = x.Status, x.At, true
		}
	}
	return status, since, known
}

// endedAt is when a closing ended, as far as was known at asOf: the ending is
// learnt with the transition that made the ticket active again.
func endedAt(t surveys.Ticket, c surveys.Closing, asOf time.Time) time.Time {
	ended := c.EndedAt
	for _, x := range t.Transitions {
		if !x.Status.Active() || !x.At.Equal(c.EndedAt) {
			continue
		}
		if !x.LearntAt.After(asOf) {
			return c.EndedAt
		}
		ended = time.Time{}
	}
	return ended
}

// unknown says that the ticket was handled without its helpdesk telling a first
// reply, which there may have been, or when it was.
func (r request) unknown() bool { return r.replied.IsZero() && (r.closed || r.replyMisdated) }

// replyTime is how long the customer waited for the first reply.
func (r request) replyTime() time.Duration { return max(0, r.replied.Sub(r.opened)) }

// resolution is how long the customer waited until the request was settled.
func (r request) resolution() time.Duration { return max(0, r.settled.Sub(r.opened)) }

// observed is how long the customer waited for an end, or at least has waited until
// now. Who withdrew will never see that end.
func (r request) observed(end time.Time, age time.Duration) Observation {
	switch {
	case !end.IsZero():
		return Observation{Time: max(0, end.Sub(r.opened)), Ended: true}
	case !r.withdrawn.IsZero():
		return Observation{Time: max(0, r.withdrawn.Sub(r.opened)), Withdrawn: true}
	default:
		return Observation{Time: age}
	}
}

// verdict is what became of a promise.
type verdict int

const (
	notDue verdict = iota // or none was in force
	inTime
	tooLate
	inDoubt // there may have been a reply in time
)

// promised says what became of the promise by an age. Nothing promised was broken to
// who gave up before it was due.
func (r request) promised(age time.Duration) verdict {
	gaveUp := r.replied.IsZero() && !r.withdrawn.IsZero() && r.withdrawn.Sub(r.opened) <= r.promise
	switch {
	case r.promise == 0, age < r.promise:
		return notDue
	case r.unknown():
		return inDoubt
	case gaveUp:
		return notDue
	case !r.replied.IsZero() && r.replyTime() <= r.promise:
		return inTime
	default:
		return tooLate
	}
}

// atOnce says whether one contact was enough; known only of durably resolved requests
// of which the contacts are.
func (r request) atOnce() (yes, known bool) {
	return r.contacts == 1 && !r.reopened, !r.settled.IsZero() && r.contacts > 0
}

// ending is a closing and what became of it, as it was known at one moment.
type ending struct {
	id string // of the invitation, or broughtID
	surveys.Dimensions
	customer string
	adviser  string
	took     time.Duration // from the opening; below zero where that is not known
	again    bool          // after an earlier closing
	counted  bool          // one of ours, with its invitation: it is in the chain
	skip     surveys.Skip  // why nobody was asked, "" if they were, or still may be
	sent     bool          // delivered: a server took the mail, and it did not come back
	answered bool
	answer   surveys.Answer // the one that counts, if answered
	response string         // in which it stands
}

// endings joins the invitations of some closings with their responses, as both
// were known at asOf. An answer proves that the mail arrived, whatever is known of
// the sending: a sender may be killed between a server's yes and our note of it, and
// what came back may have been the reminder.
// A response without an invitation of ours was brought along from another tool: it
// is in the levels but in no chain, because nobody knows how many were asked. It
// goes with its ticket where that is left out, and where the customer came to answer
// us about the same closing, that answer counts instead.
func endings(invitations []surveys.Invitation, responses []surveys.Response, asOf time.Time) []ending {
	byInvitation, brought := map[string]surveys.Response{}, map[closingKey]string{}
	for _, r := range responses {
		byInvitation[r.Invitation] = r
		if r.Imported {
			brought[closingKey{r.Ticket, r.Closing}] = r.Invitation
		}
	}
	all := make([]ending, 0, len(invitations))
	for _, i := range invitations {
		i = i.KnownAt(asOf)
		r, found := byInvitation[i.ID]
		ours := found && !r.Imported
		if i.LeftOut || ours {
			delete(byInvitation, i.ID)
		}
		if i.LeftOut || ours && answered(r, asOf) {
			delete(byInvitation, brought[closingKey{i.Ticket, i.Closing}])
		}
		if i.LeftOut || i.MadeAt.After(asOf) {
			continue
		}
		e := invited(i, asOf)
		if ours {
			e = e.with(r, asOf)
		}
		all = append(all, e)
	}
	for _, r := range byInvitation {
		e := ending{id: broughtID(r), Dimensions: r.Dimensions, customer: r.Customer, took: -1}.with(r, asOf)
		if e.answered {
			all = append(all, e)
		}
	}
	return all
}

// behind is who stands behind the closing.
func (e ending) behind() Behind { return Behind{signOf(e.customer), signOf(e.adviser)} }

// tookOf is how long it took to the closing of an invitation.
func tookOf(i surveys.Invitation) time.Duration {
	if i.OpenedAt.IsZero() || surveys.Misdated(i.ClosedAt, i.OpenedAt, i.MadeAt) {
		return -1
	}
	return max(0, i.ClosedAt.Sub(i.OpenedAt))
}

// broughtID tells an answer brought along from an invitation of its id.
func broughtID(r surveys.Response) string { return "brought " + r.Invitation }

// closingKey names one closing of one ticket.
type closingKey struct {
	surveys.TicketKey
	closing int
}

// answered says whether any answer was known at asOf.
func answered(r surveys.Response, asOf time.Time) bool { return ending{}.with(r, asOf).answered }

// invited is what was known of an invitation at asOf.
func invited(i surveys.Invitation, asOf time.Time) ending {
	e := ending{
		id: i.ID, Dimensions: i.Dimensions, customer: i.Customer, adviser: adviserOf(i.Ticket.Source, i.Agent),
		took: tookOf(i), again: i.Closing > 1, counted: true,
	}
	if i.State == surveys.Skipped && !i.SkippedAt.After(asOf) {
		e.skip = i.Code
	}
	bounced := !i.Bounce.At.IsZero() && !i.Bounce.At.After(asOf)
	e.sent = !i.AcceptedAt.IsZero() && !i.AcceptedAt.After(asOf) && !bounced
	return e
}

// with adds the last answer that was known at asOf, if there is one.
func (e ending) with(r surveys.Response, asOf time.Time) ending {
	for _, a := range r.Answers {
		if !a.Learnt().After(asOf) {
			e.answer, e.response, e.answered = a, r.Invitation, true
		}
	}
	if e.answered && e.counted {
		e.sent, e.skip = true, ""
	}
	return e
}
