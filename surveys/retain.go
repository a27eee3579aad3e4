package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// What retention takes from tickets, invitations, customers and responses. Each step
// may be repeated and may be killed: what still has to go is found again, by an index
// or by the sweep of the day. No figure reads what goes, so none changes, and every
// edition can be counted again.

// sweepSize is how many rows of a daily sweep are looked at before its place is kept.
const sweepSize = 2000

// The slots in which the daily sweeps keep how far they have come.
const (
	customerSweep = "swept.customers"
	answerSweep   = "swept.answers"
)

// namesBefore is the time before which a ticket last changed that may have to lose its
// names; zero where [privacy] addresses is off. Whether it has to is for cutTicket.
func namesBefore(s Settings, now time.Time) time.Time {
	if s.Privacy.Addresses.Off() {
		return time.Time{}
	}
	return s.Privacy.Addresses.Before(s.Asking.AnswerWithin.Before(now))
}

// cutPersons takes names from tickets and then drops whoever has none with a name left.
func (f *Forgetter) cutPersons(ctx context.Context, now time.Time) (more bool, err error) {
	if more, err = f.cutNames(ctx, now); more || err != nil {
		return more, err
	}
	return f.dropCustomers(ctx, now)
}

// cutNames takes persons and subjects from a batch of tickets; more says that it was a
// whole one.
func (f *Forgetter) cutNames(ctx context.Context, now time.Time) (more bool, err error) {
	before := namesBefore(f.Settings(), now)
	if before.IsZero() {
		return false, nil
	}
	var batch []Ticket
	for t, err := range f.Store.TicketsNamed(ctx, before) {
		if err != nil {
			return false, err
		}
		if t.Status.Active() {
			continue
		}
		if batch = append(batch, t); len(batch) < forgetBatch {
			continue
		}
		// A batch of which nothing could go yet must not keep the others waiting.
		if cut, err := f.cutTickets(ctx, batch, now); cut > 0 || err != nil {
			return true, err
		}
		batch = batch[:0]
	}
	_, err = f.cutTickets(ctx, batch, now)
	return false, err
}

func (f *Forgetter) cutTickets(ctx context.Context, batch []Ticket, now time.Time) (cut int64, err error) {
	var n atomic.Int64
	err = inParallel(ctx, each(batch), func(ctx context.Context, t Ticket) error {
		done, err := f.cutTicket(ctx, t, now)
		if done {
			n.Add(1)
		}
		return err
	})
	return n.Load(), err
}

// cutTicket takes the names from one ticket and its invitations, if every survey about
// it has been closed for long enough. The ticket comes last, for it is by the ticket
// that the rest is found.
func (f *Forgetter) cutTicket(ctx context.Context, t Ticket, now time.Time) (done bool, err error) {
	if t.Settle { // a closing may still become an invitation
		return false, nil
	}
	var asked []Invitation
	for _, c := range t.Closings {
		i, err := f.Store.GetInvitation(ctx, InvitationID(AfterHandling, t.TicketKey, c.N))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, err
		}
		s := f.Settings()
		if over, ok := i.overAt(s.Asking.AnswerWithin); !ok || s.Privacy.Addresses.After(over).After(now) {
			return false, nil
		}
		asked = append(asked, i)
	}
	for _, i := range asked {
		if i.Person == "" {
			continue
		}
		i.Person, i.Reminder.DueAt = "", time.Time{}
		if err := f.Store.PutInvitation(ctx, i); err != nil {
			return false, unlessTaken(err)
		}
	}
	t.Person, t.Subject = "", ""
	err = f.Store.PutTicket(ctx, t)
	return err == nil, unlessTaken(err)
}

// unlessTaken is err, but for a write that came too late: who was first may have
// changed what counts, and it is looked at again.
func unlessTaken(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// overAt is when a survey was over: its answer window, or that it was not sent. It is
// not ok while a mail may still leave.
func (i Invitation) overAt(answerWithin Span) (at time.Time, ok bool) {
	if i.State != Sent && i.State != Skipped || i.Owner != "" {
		return time.Time{}, false
	}
	at = i.Window(answerWithin)
	for _, t := range []time.Time{i.ClosedAt, i.AcceptedAt, i.SkippedAt} {
		if at.Before(t) {
			at = t
		}
	}
	return at, true
}

// sweep goes once a day through rows that no index finds, a part of them at a time.
// part begins behind a place, and gives the place that it got to, "" for the end.
func (f *Forgetter) sweep(ctx context.Context, slot string, now time.Time, part func(from string) (to string, err error)) (more bool, err error) {
	kept, err := f.Store.GetSlot(ctx, slot)
	if err != nil {
		return false, err
	}
	today := string(DayOf(now, f.Settings().Zone()))
	day, from, _ := strings.Cut(kept, " ")
	if day == today && from == "" {
		return false, nil
	}
	to, err := part(from)
	if err != nil {
		return false, err
	}
	return to != "", f.Store.PutSlot(ctx, slot, today+" "+to)
}

// dropCustomers removes the address and the name of those of whom no ticket is left.
func (f *Forgetter) dropCustomers(ctx context.Context, now time.Time) (more bool, err error) {
	before := namesBefore(f.Settings(), now)
	if before.IsZero() {
		return false, nil
	}
	return f.sweep(ctx, customerSweep, now, func(from string) (to string, err error) {
		seen := 0
		for c, err := range f.Store.Customers(ctx, from) {
			if err == nil && c.SeenAt.Before(before) {
				err = f.dropCustomer(ctx, c)
			}
			if seen++; err != nil || seen == sweepSize {
				return c.Person, err
			}
		}
		return "", nil
	})
}

// dropCustomer removes a customer without tickets. One who came back in the instant
// between looking and removing is kept.
func (f *Forgetter) dropCustomer(ctx context.Context, c Customer) error {
	if has, err := f.hasTickets(ctx, c.Person); has || err != nil {
		return err
	}
	err := f.Store.RemoveCustomer(ctx, c.Person)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if has, err := f.hasTickets(ctx, c.Person); !has || err != nil {
		return err
	}
	return unlessTaken(f.Store.AddCustomer(ctx, c))
}

func (f *Forgetter) hasTickets(ctx context.Context, person string) (bool, error) {
	for _, err := range f.Store.TicketsOf(ctx, person) {
		return err == nil, err
	}
	return false, nil
}

// cutWords drops what was written by hand from answers that are old enough, and keeps
// what was chosen.
func (f *Forgetter) cutWords(ctx context.Context, now time.Time) (more bool, err error) {
	keep := f.Settings().Privacy.Answers
	if keep.Off() {
		return false, nil
	}
	return f.sweep(ctx, answerSweep, now, func(from string) (to string, err error) {
		begin, _ := time.Parse(time.RFC3339Nano, from) // the zero time before the first
		seen, last := 0, begin
		for r, err := range f.Store.ResponsesClosed(ctx, begin, keep.Before(now)) {
			if err != nil {
				return "", err
			}
			if seen >= sweepSize && r.ClosedAt.After(last) {
				return r.ClosedAt.Format(time.RFC3339Nano), nil
			}
			seen, last = seen+1, r.ClosedAt
			if r.mayName() && !keep.After(r.Last().At).After(now) {
				err = takeWords(ctx, f.Store, r.Invitation)
			}
			if err != nil {
				return "", fmt.Errorf("taking the words from an answer: %w", err)
			}
		}
		return "", nil
	})
}

// mayName says whether somebody may have written of the person: they themselves, or the
// team in a follow-up.
func (r Response) mayName() bool {
	return r.hasWords() || slices.ContainsFunc(r.Answers, func(a Answer) bool { return a.reasons() != nil })
}

// hasWords says whether wordless would take anything.
func (r Response) hasWords() bool {
	bare := r.wordless()
	for n, a := range r.Answers {
		if len(a.Values) != len(bare.Answers[n].Values) {
			return true
		}
	}
	return false
}
