package surveys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// Brought is an answer that a customer gave to another tool.
type Brought struct {
	TicketID string
	At       time.Time
	Values   map[string]string // by question, as posted; what was left out is absent
}

// Fate is what became of one: stored, known already, or refused with the reason,
// which holds no personal data.
type Fate struct {
	Stored  bool
	Refused string
}

// Bringer keeps the answers that another tool took. Each belongs to the last closing
// of its ticket that is not later than the answer; they become one response of that
// closing, which is in the levels of the figures and in no chain. An answer to one
// of our own invitations is never touched, and stands before them.
//
// Bringing an answer twice changes nothing, and bringing them in any order ends the
// same: the answer given last counts.
type Bringer struct {
	Store    Store
	Settings func() Settings
	Dry      bool // look only; each answer is looked at as if it were alone
}

// Bring stores many answers at once, those to one ticket in order. They are learnt
// now: no edition that was cut off before tells of them. An error may leave some
// stored; bringing all again does no harm.
func (b *Bringer) Bring(ctx context.Context, source string, all []Brought) (fates []Fate, err error) {
	learnt, err := b.Store.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the store's time: %w", err)
	}
	fates = make([]Fate, len(all))
	indexes := make([]int, len(all))
	for i := range indexes {
		indexes[i] = i
	}
	batch := sequences(indexes, func(i int) string { return all[i].TicketID })
	return fates, inParallel(ctx, batch, func(ctx context.Context, i int) (err error) {
		fates[i], err = b.bring(ctx, TicketKey{Source: source, ID: all[i].TicketID}, all[i], Moment(learnt))
		return err
	})
}

// bring takes one answer to where it belongs. It repeats until its compare-and-set
// wins.
func (b *Bringer) bring(ctx context.Context, key TicketKey, given Brought, learnt time.Time) (Fate, error) {
	answer, why := given.answer(learnt)
	if why != "" {
		return Fate{Refused: why}, nil
	}
	t, err := b.Store.GetTicket(ctx, key)
	if errors.Is(err, fs.ErrNotExist) {
		return Fate{Refused: "ticket_id: no such ticket is known in source " + key.Source + "; import the tickets first"}, nil
	}
	if err != nil {
		return Fate{}, err
	}
	closing, why := t.closingBefore(answer.At)
	if why != "" {
		return Fate{Refused: why}, nil
	}
	if answer, err = b.mayKeep(ctx, t, answer); err != nil {
		return Fate{}, err
	}
	for {
		fate, err := b.add(ctx, t, closing, answer)
		if errors.Is(err, fs.ErrExist) && ctx.Err() == nil {
			continue
		}
		if err == nil {
			err = b.forgotten(ctx, t, closing)
		}
		return fate, err
	}
}

// forgotten takes the words off an answer again whose person was erased while it was
// brought: the erasure may have looked for it before it was there.
func (b *Bringer) forgotten(ctx context.Context, t Ticket, c Closing) error {
	erased, err := isErased(ctx, b.Store, t.Person)
	if err != nil || !erased {
		return err
	}
	return takeWords(ctx, b.Store, BroughtID(AfterHandling, t.TicketKey, c.N))
}

// answer checks what was given by the survey; unlike ours, another tool may have
// asked one of its questions only.
func (g Brought) answer(learnt time.Time) (a Answer, refused string) {
	survey, err := FindSurvey(AfterHandling, 1)
	if err != nil {
		return Answer{}, err.Error()
	}
	a = Answer{At: Moment(g.At), LearntAt: learnt, Version: survey.Version, Values: map[string]string{}}
	scored := false
	for _, q := range survey.Questions {
		q.Required = false
		value, problem := q.check([]string{g.Values[q.Name]})
		if problem != "" {
			return Answer{}, q.Name + ": " + q.expected()
		}
		if value != "" {
			a.Values[q.Name] = value
			scored = scored || q.Kind == Scale || q.Name == "resolved"
		}
	}
	if !scored {
		return Answer{}, "none of delay, listening, resolved and recommend is answered"
	}
	return a, ""
}

// expected says what a question can hold.
func (q Question) expected() string {
	switch q.Kind {
	case Scale:
		return fmt.Sprintf("not a whole number from %d to %d", q.Low, q.High)
	case Text:
		return fmt.Sprintf("not a text of at most %d characters", q.Max)
	default:
		return fmt.Sprintf("not one of %q", q.Choices)
	}
}

// closingBefore is the last closing that an answer can be about.
func (t Ticket) closingBefore(at time.Time) (c Closing, refused string) {
	switch {
	case t.MergedInto != "":
		return Closing{}, "ticket_id: the ticket was merged into another one and is in no figure"
	case t.LeftOut():
		return Closing{}, fmt.Sprintf("ticket_id: the ticket is %s and is in no figure", t.Status)
	case len(t.Closings) == 0:
		return Closing{}, "ticket_id: the ticket was never closed"
	}
	for _, one := range t.Closings {
		if !one.At.After(at) && !one.At.Before(c.At) {
			c = one
		}
	}
	if c.N == 0 {
		return Closing{}, "answered_at: the ticket was not closed before that"
	}
	return c, ""
}

// mayKeep leaves out what was written by somebody who was erased, or so long ago
// that comments are not kept.
func (b *Bringer) mayKeep(ctx context.Context, t Ticket, a Answer) (Answer, error) {
	erased, err := isErased(ctx, b.Store, t.Person)
	keep := b.Settings().Privacy.Answers
	if old := !keep.Off() && keep.After(a.At).Before(a.LearntAt); err == nil && (old || erased) {
		a = Response{Survey: AfterHandling, Answers: []Answer{a}}.wordless().Last()
	}
	return a, err
}

// add puts an answer into the response of its closing; fs.ErrExist asks to look again.
func (b *Bringer) add(ctx context.Context, t Ticket, c Closing, answer Answer) (Fate, error) {
	id := BroughtID(AfterHandling, t.TicketKey, c.N)
	known, err := b.Store.GetResponse(ctx, id)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err != nil && !isNew {
		return Fate{}, err
	}
	if isNew {
		known = Response{
			Invitation: id, Survey: AfterHandling, Ticket: t.TicketKey, Closing: c.N, ClosedAt: c.At,
			Customer: t.Customer, Dimensions: t.Dimensions, Agent: t.handled(c.N), Imported: true,
		}
	}
	r := known.brought(answer, DayOf(c.At, b.Settings().Zone()))
	if known.holds(answer) || !r.holds(answer) { // or twenty later ones are known
		return Fate{}, nil
	}
	_, err = b.Store.GetResponse(ctx, InvitationID(AfterHandling, t.TicketKey, c.N))
	switch {
	case err == nil:
		return Fate{Refused: "ticket_id: the customer has answered our own survey about this closing"}, nil
	case !errors.Is(err, fs.ErrNotExist):
		return Fate{}, err
	case b.Dry:
		return Fate{Stored: true}, nil
	case isNew:
		return Fate{Stored: true}, b.Store.AddResponse(ctx, r)
	default:
		return Fate{Stored: true}, b.Store.PutResponse(ctx, r)
	}
}

// holds says whether an answer is among those of the response. What was written by
// hand is not compared: it may have been cut since.
func (r Response) holds(a Answer) bool {
	return slices.ContainsFunc(r.Answers, func(b Answer) bool { return a.At.Equal(b.At) && maps.Equal(a.coded(), b.coded()) })
}

// coded is what was chosen in an answer, without what was written by hand.
func (a Answer) coded() map[string]string {
	return Response{Survey: AfterHandling, Answers: []Answer{a}}.wordless().Last().Values
}

// brought is with for answers that come in any order: they stand in that of their
// time, and of two at one time in one that anybody would find.
func (r Response) brought(a Answer, day Day) Response {
	r.Answers = append(slices.Clone(r.Answers), a)
	slices.SortStableFunc(r.Answers, func(a, b Answer) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(fmt.Sprint(a.coded()), fmt.Sprint(b.coded())))
	})
	return r.kept(day)
}
