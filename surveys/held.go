package surveys

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
)

// Held is everything that is kept of one person and can be found by their address: what
// they have a right to be given, and what erasing them reaches. What was cut from them
// leads to nobody any more and is not in it; nor is an answer that somebody else gave
// about a ticket which is theirs now.
type Held struct {
	Customer    Customer    // zero where address and name are not known
	Suppression Suppression // zero where they get mail
	Tickets     []Ticket
	Invitations []Invitation
	Responses   []Response
	FollowUps   []FollowUp // what the team noted about them
	Errands     []Errand   // what they asked us to carry
}

// Nothing says whether nothing at all is kept.
func (h Held) Nothing() bool {
	return h.Customer.Person == "" && h.Suppression.Person == "" && len(h.Tickets)+len(h.Invitations)+len(h.Responses)+len(h.Errands) == 0
}

// Erasable says whether erasing would take anything away.
func (h Held) Erasable() bool {
	return h.Customer.Person != "" || len(h.Invitations) > 0 ||
		slices.ContainsFunc(h.Tickets, func(t Ticket) bool { return t.Subject != "" }) ||
		slices.ContainsFunc(h.Responses, Response.hasWords) ||
		slices.ContainsFunc(h.Errands, func(e Errand) bool { return e.State == ToCarry || e.Text != "" })
}

// Hold gathers what is kept of a person.
func (e *Eraser) Hold(ctx context.Context, person string) (h Held, err error) {
	if h.Customer, err = known(e.Store.GetCustomer(ctx, person)); err != nil {
		return h, err
	}
	if h.Suppression, err = known(e.Store.GetSuppression(ctx, person)); err != nil {
		return h, err
	}
	answers := map[string]bool{}
	for t, err := range e.Store.TicketsOf(ctx, person) {
		if err != nil {
			return h, err
		}
		h.Tickets = append(h.Tickets, t)
		for _, c := range t.Closings {
			answers[BroughtID(AfterHandling, t.TicketKey, c.N)] = true
		}
	}
	for i, err := range e.Store.InvitationsOf(ctx, person) {
		if err != nil {
			return h, err
		}
		h.Invitations = append(h.Invitations, i)
		answers[i.ID] = true
	}
	for errand, err := range e.Store.Errands(ctx) {
		if err != nil {
			return h, err
		}
		if errand.Person == person {
			h.Errands = append(h.Errands, errand)
		}
	}
	return h, e.holdAnswers(ctx, slices.Sorted(maps.Keys(answers)), &h)
}

// holdAnswers adds the responses of these ids that there are, and the follow-ups made of
// them.
func (e *Eraser) holdAnswers(ctx context.Context, ids []string, h *Held) error {
	for _, id := range ids {
		r, err := known(e.Store.GetResponse(ctx, id))
		if err != nil {
			return err
		}
		if r.Invitation == "" {
			continue
		}
		h.Responses = append(h.Responses, r)
		f, err := known(e.Store.GetFollowUp(ctx, id))
		if err != nil {
			return err
		}
		if f.ID != "" {
			h.FollowUps = append(h.FollowUps, f)
		}
	}
	slices.SortStableFunc(h.Responses, func(a, b Response) int { return a.ClosedAt.Compare(b.ClosedAt) })
	return nil
}

// known is a record, or the zero one where there is none.
func known[R any](r R, err error) (R, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	return r, err
}
