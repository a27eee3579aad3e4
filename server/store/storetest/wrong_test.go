package storetest

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"slices"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// The types here are stores, each with one promise broken.

// claimsTwice changes an invitation whatever its Rev has become.
type claimsTwice struct{ store.Store }

func (w claimsTwice) PutInvitation(ctx context.Context, i surveys.Invitation) error {
	for {
		now, err := w.GetInvitation(ctx, i.ID)
		if err != nil {
			return err
		}
		i.Rev = now.Rev
		if err := w.Store.PutInvitation(ctx, i); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

// replaces takes a second first answer for a change.
type replaces struct{ store.Store }

func (w replaces) AddResponse(ctx context.Context, r surveys.Response) error {
	err := w.Store.AddResponse(ctx, r)
	if errors.Is(err, fs.ErrExist) {
		r.Rev = 1
		return w.PutResponse(ctx, r)
	}
	return err
}

// givesNothing gives neither a response nor an error.
type givesNothing struct{ store.Store }

func (w givesNothing) GetResponse(ctx context.Context, id string) (surveys.Response, error) {
	r, err := w.Store.GetResponse(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return r, err
}

// suppressesAgain is content where somebody was suppressed before.
type suppressesAgain struct{ store.Store }

func (w suppressesAgain) AddSuppression(ctx context.Context, p surveys.Suppression) error {
	err := w.Store.AddSuppression(ctx, p)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return err
}

// times gives the n-th of a walk as often as it says, and all others once.
func times[R any](walk iter.Seq2[R, error], nth, often int) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		n := 0
		for r, err := range walk {
			n++
			count := 1
			if n == nth {
				count = often
			}
			for range count {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

type loses struct{ store.Store }

func (w loses) TicketsOpened(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error] {
	return times(w.Store.TicketsOpened(ctx, from, to), 500, 0)
}

type repeats struct{ store.Store }

func (w repeats) InvitationsClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error] {
	return times(w.Store.InvitationsClosed(ctx, from, to), 500, 2)
}

type includesEnd struct{ store.Store }

func (w includesEnd) ResponsesClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error] {
	if !to.IsZero() {
		to = to.Add(time.Millisecond)
	}
	return w.Store.ResponsesClosed(ctx, from, to)
}

// countsLess leaves out of a row something that is counted.
type countsLess struct{ store.Store }

func (w countsLess) InvitationsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error] {
	return func(yield func(surveys.Invitation, error) bool) {
		for i, err := range w.Store.InvitationsToCount(ctx, from, to) {
			i.Was = nil
			if !yield(i, err) {
				return
			}
		}
	}
}

func (w countsLess) TicketsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error] {
	return times(w.Store.TicketsToCount(ctx, from, to), 500, 0)
}

type walksOn struct{ store.Store }

func (w walksOn) Suppressions(ctx context.Context) iter.Seq2[surveys.Suppression, error] {
	return w.Store.Suppressions(context.WithoutCancel(ctx))
}

// clearsAnyway clears the mark of a row that has changed.
type clearsAnyway struct{ store.Store }

func (w clearsAnyway) ClearMark(ctx context.Context, m reports.Mark) error {
	err := w.Store.ClearMark(ctx, m)
	for tries := 0; errors.Is(err, fs.ErrExist) && tries < 5; tries++ {
		m.Rev++
		err = w.Store.ClearMark(ctx, m)
	}
	return err
}

type hurries struct{ store.Store }

func (w hurries) FindDueInvitations(ctx context.Context, now time.Time, limit int) ([]surveys.Invitation, error) {
	return w.Store.FindDueInvitations(ctx, now.Add(time.Millisecond), limit)
}

type reverses struct{ store.Store }

func (w reverses) FindDueInvitations(ctx context.Context, now time.Time, limit int) ([]surveys.Invitation, error) {
	found, err := w.Store.FindDueInvitations(ctx, now, limit)
	slices.Reverse(found)
	return found, err
}

type overlooks struct{ store.Store }

func (w overlooks) GetAsked(ctx context.Context, id string) (surveys.Invitation, bool, error) {
	i, _, err := w.Store.GetAsked(ctx, id)
	return i, false, err
}

// mistakes takes an answer to anything for one to everything.
type mistakes struct{ store.Store }

func (w mistakes) GetAsked(ctx context.Context, id string) (surveys.Invitation, bool, error) {
	i, _, err := w.Store.GetAsked(ctx, id)
	return i, err == nil, err
}

type unlimited struct{ store.Store }

func (w unlimited) FindEvents(ctx context.Context, state surveys.EventState, limit int) ([]surveys.Event, error) {
	return w.Store.FindEvents(ctx, state, limit+1)
}

// forgets keeps the generation in memory alone.
type forgets struct {
	store.Store
	generation string
}

func (w *forgets) Generation(ctx context.Context) (string, error) { return w.generation, ctx.Err() }

func (w *forgets) PutGeneration(_ context.Context, generation string) error {
	w.generation = generation
	return nil
}

// remembers finds a ticket by every number that it ever had.
type remembers struct {
	store.Store
	all map[string][]surveys.TicketKey
}

func (w remembers) AddTicket(ctx context.Context, k surveys.Ticket) error {
	w.all[k.Number] = append(w.all[k.Number], k.TicketKey)
	return w.Store.AddTicket(ctx, k)
}

func (w remembers) FindTickets(ctx context.Context, number string, limit int) (found []surveys.Ticket, err error) {
	for _, key := range w.all[number][:min(limit, len(w.all[number]))] {
		k, err := w.GetTicket(ctx, key)
		if err != nil {
			return nil, err
		}
		found = append(found, k)
	}
	return found, nil
}

// neverRests takes the zero time for one that is due.
type neverRests struct{ store.Store }

func (w neverRests) FindDueErrands(ctx context.Context, now time.Time, limit int) ([]surveys.Errand, error) {
	found, err := w.Store.FindDueErrands(ctx, now, limit)
	for e, walked := range w.Errands(ctx) {
		if walked == nil && e.DueAt.IsZero() {
			found = append(found, e)
		}
	}
	return found, err
}

// ignores knows of nobody that they stopped all mail.
type ignores struct{ store.Store }

func (w ignores) GetStanding(ctx context.Context, ticket surveys.TicketKey, person string) (surveys.Standing, error) {
	l, err := w.Store.GetStanding(ctx, ticket, person)
	l.Suppressed = false
	return l, err
}

// confuses takes anybody for a customer.
type confuses struct{ store.Store }

func (w confuses) GetStanding(ctx context.Context, ticket surveys.TicketKey, person string) (surveys.Standing, error) {
	l, err := w.Store.GetStanding(ctx, ticket, person)
	if l.Customer.Person == "" {
		l.Customer, _ = w.Store.GetCustomer(ctx, id(2))
	}
	return l, err
}

// mixes finds the events of sources whose names begin alike.
type mixes struct{ store.Store }

func (w mixes) FindSourceEvents(ctx context.Context, source string, limit int) ([]surveys.Event, error) {
	found, err := w.Store.FindSourceEvents(ctx, source, limit)
	others, _ := w.Store.FindSourceEvents(ctx, source+"s", limit)
	return append(found, others...), err
}

// forward gives the changes before a change as they were made.
type forward struct{ store.Store }

func (w forward) FindSettings(ctx context.Context, before int64, limit int) ([]surveys.SettingsChange, error) {
	found, err := w.Store.FindSettings(ctx, before, limit)
	slices.Reverse(found)
	return found, err
}

// gossips puts every answer of a source on every desk.
type gossips struct{ store.Store }

func (g gossips) FindResponsesOf(ctx context.Context, source, agent string, at time.Time, invitation string, limit int) (all []surveys.Response, err error) {
	for r, err := range g.ResponsesClosed(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return nil, err
		}
		if r.Ticket.Source == source && len(all) < limit {
			all = append(all, r)
		}
	}
	return all, nil
}

// unpublished gives the draft wherever there is one.
type unpublished struct{ store.Store }

func (u unpublished) LatestSurvey(ctx context.Context, name string) (surveys.Survey, error) {
	if draft, err := u.GetSurvey(ctx, name, 0); err == nil {
		return draft, nil
	}
	return u.Store.LatestSurvey(ctx, name)
}

// crowds shows everybody's proposals to each.
type crowds struct{ store.Store }

func (c crowds) FindProposals(ctx context.Context, _ string, before surveys.Proposal, limit int) ([]surveys.Proposal, error) {
	return c.Store.FindProposals(ctx, "", before, limit)
}

// findsAnyway keeps no change of terms.
type findsAnyway struct{ store.Store }

func (w findsAnyway) PutVoice(ctx context.Context, v reports.Voice) error {
	old, err := w.GetVoice(ctx, v.Response)
	if err == nil {
		v.Terms = old.Terms
	}
	return w.Store.PutVoice(ctx, v)
}

// findsMore asks for the first group of terms only.
type findsMore struct{ store.Store }

func (w findsMore) FindVoices(ctx context.Context, q reports.VoiceQuery) ([]reports.Voice, error) {
	q.Terms = q.Terms[:min(len(q.Terms), 1)]
	return w.Store.FindVoices(ctx, q)
}
