package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// Eraser cuts a person off from what is known of them: the address and the name go,
// with the subject of their tickets and what they wrote; the coded rows stay under
// an id that leads to nobody, so that figures do not change. The salted hash stays
// on the list of those who get no mail, so that a later import does not write again.
// It empties the raw events that name the address, the others being emptied by the
// Forgetter after their time.
type Eraser struct {
	Store    Store
	Settings func() Settings
}

// Erase may be repeated, and is finished once inHand is 0: so many mails were on
// their way, whose end is still to be stored, or events waited to be applied.
func (e *Eraser) Erase(ctx context.Context, person string) (inHand int, err error) {
	now, err := e.Store.Now(ctx)
	if err != nil {
		return 0, err
	}
	if err := e.forget(ctx, person, now); err != nil {
		return 0, err
	}
	inHand, err = e.eraseInvitations(ctx, person, now)
	if err == nil {
		var errands int
		errands, err = e.eraseErrands(ctx, person, now)
		inHand += errands
	}
	if err == nil {
		err = e.eraseTickets(ctx, person)
	}
	if err == nil {
		var events int
		events, err = e.eraseEvents(ctx, person)
		inHand += events
	}
	if err != nil {
		return inHand, fmt.Errorf("erasing a person: %w", err)
	}
	err = e.Store.RemoveCustomer(ctx, person)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return inHand, err
}

// forget puts the person on the list of those who get no mail, as erased whatever they
// stood there for before: what is told of them later is not kept.
func (e *Eraser) forget(ctx context.Context, person string, now time.Time) error {
	erased := Suppression{Person: person, Reason: Forgotten, At: now}
	err := e.Store.AddSuppression(ctx, erased)
	for errors.Is(err, fs.ErrExist) && ctx.Err() == nil {
		if err = e.Store.PutSuppression(ctx, erased); errors.Is(err, fs.ErrNotExist) { // taken off the list just now
			err = e.Store.AddSuppression(ctx, erased)
		}
	}
	return err
}

// eraseInvitations ends those that were not sent and cuts all from the person, which
// closes their links.
func (e *Eraser) eraseInvitations(ctx context.Context, person string, now time.Time) (inHand int, err error) {
	for i, err := range e.Store.InvitationsOf(ctx, person) {
		if err != nil {
			return inHand, err
		}
		if i.Owner != "" { // our write would make its Sender lose the outcome of a mail
			inHand++
			continue
		}
		if err := takeWords(ctx, e.Store, i.ID); err != nil {
			return inHand, err
		}
		if i.State == Waiting {
			i = i.skip(Erased, now).marked(e.Settings().Zone())
		}
		i.Person, i.Reminder.DueAt = "", time.Time{}
		err := e.Store.PutInvitation(ctx, i)
		if errors.Is(err, fs.ErrExist) {
			inHand++
		} else if err != nil {
			return inHand, err
		}
	}
	return inHand, nil
}

// takeWords drops from a response, if there is one, what the person wrote and keeps
// what they chose. The comment that managers read goes at once, with all that was noted
// beside it; the mark sees to it that none is left which somebody made meanwhile of the
// words that were.
func takeWords(ctx context.Context, st Store, invitation string) error {
	for {
		r, err := st.GetResponse(ctx, invitation)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		r = r.wordless()
		r.Transcribe = true
		err = st.PutResponse(ctx, r)
		if err == nil {
			return errors.Join(removeVoice(ctx, st, invitation), takeNote(ctx, st, invitation))
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

// removeVoice takes away the comment that managers read, if there is one.
func removeVoice(ctx context.Context, st Store, response string) error {
	err := st.RemoveVoice(ctx, response)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// takeNote drops from a follow-up, if there is one, what the team wrote of the person.
func takeNote(ctx context.Context, st Store, id string) error {
	for {
		f, err := st.GetFollowUp(ctx, id)
		if errors.Is(err, fs.ErrNotExist) || err == nil && f.Note == "" && f.State != FollowUpWaiting {
			return nil
		}
		if err != nil {
			return err
		}
		err = st.PutFollowUp(ctx, f.wordless())
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

// wordless is the response without what was written by hand.
func (r Response) wordless() Response {
	r.Answers = slices.Clone(r.Answers)
	for n, a := range r.Answers {
		r.Answers[n].Values = maps.Clone(a.Values)
		maps.DeleteFunc(r.Answers[n].Values, func(field, _ string) bool { return IsWords(field) })
	}
	return r
}

// eraseErrands ends what was still to be carried, and drops what the person wrote.
func (e *Eraser) eraseErrands(ctx context.Context, person string, now time.Time) (inHand int, err error) {
	for errand, err := range e.Store.Errands(ctx) {
		if err != nil {
			return inHand, err
		}
		if errand.Person != person || errand.State != ToCarry && errand.Text == "" {
			continue
		}
		if errand.inHand(now) {
			inHand++
			continue
		}
		err := e.Store.PutErrand(ctx, errand.over(GivenUp, now))
		if errors.Is(err, fs.ErrExist) {
			inHand++
		} else if err != nil {
			return inHand, err
		}
	}
	return inHand, nil
}

// eraseTickets drops the subjects, and what the person wrote to another tool, and
// leaves the tickets to nobody who can be found.
func (e *Eraser) eraseTickets(ctx context.Context, person string) error {
	for t, err := range e.Store.TicketsOf(ctx, person) {
		if err != nil {
			return err
		}
		for _, c := range t.Closings {
			if err := takeWords(ctx, e.Store, BroughtID(AfterHandling, t.TicketKey, c.N)); err != nil {
				return err
			}
		}
		for t.Person == person && t.Subject != "" {
			t.Subject = ""
			err := e.Store.PutTicket(ctx, t)
			if errors.Is(err, fs.ErrExist) {
				t, err = e.Store.GetTicket(ctx, t.TicketKey)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
