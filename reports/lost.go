package reports

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Lost says of a period why it cannot be counted again as it was known at a cut-off: how
// many rows no longer hold what they said then.
type Lost struct {
	Period string
	Why    Loss
	Rows   int
}

// Loss is a way in which a row comes not to hold what it once said.
type Loss string

// The ways, each of which takes a row that is rare.
const (
	LostAnswers Loss = "answers" // confirmed so often that the oldest answers went
	LostChanges Loss = "changes" // changed so often that what stood the shortest went
	LostOpening Loss = "opening" // found under the opening that was learnt later, in another period
)

// losses are the rows that may have lost something, read once for all editions.
type losses struct {
	zone        *time.Location
	tickets     []surveys.Ticket
	invitations []surveys.Invitation
	responses   []surveys.Response
}

// readLosses walks all rows, and keeps the few.
func (p *Publisher) readLosses(ctx context.Context) (l *losses, err error) {
	l = &losses{zone: p.Settings().Zone()}
	for t, err := range p.Store.TicketsToCount(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return nil, fmt.Errorf("looking for tickets that lost something: %w", err)
		}
		moved := slices.ContainsFunc(t.Was, func(w surveys.TicketWas) bool { return !w.OpenedAt.Equal(t.OpenedAt) })
		if t.Forgot() || moved {
			l.tickets = append(l.tickets, t)
		}
	}
	for i, err := range p.Store.InvitationsToCount(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return nil, fmt.Errorf("looking for invitations that lost something: %w", err)
		}
		if i.Forgot() {
			l.invitations = append(l.invitations, i)
		}
	}
	for r, err := range p.Store.ResponsesToCount(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return nil, fmt.Errorf("looking for answers that were lost: %w", err)
		}
		if r.Forgot(r.ClosedAt) {
			l.responses = append(l.responses, r)
		}
	}
	return l, nil
}

// of lists what is lost of some periods at any of some cut-offs.
func (l *losses) of(periods []string, cutOffs []time.Time) []Lost {
	rows := map[Lost]int{}
	add := func(at time.Time, why Loss) {
		day := surveys.DayOf(at, l.zone)
		for _, name := range periods {
			if from, to, err := PeriodDays(name); err == nil && from <= day && day < to {
				rows[Lost{Period: name, Why: why}]++
			}
		}
	}
	for _, t := range l.tickets {
		if t.Forgot() {
			add(t.OpenedAt, LostChanges)
		}
		i := slices.IndexFunc(cutOffs, func(c time.Time) bool { _, moved := t.Moved(c, l.zone); return moved })
		if i >= 0 {
			from, _ := t.Moved(cutOffs[i], l.zone)
			add(from, LostOpening)
		}
	}
	for _, i := range l.invitations {
		add(i.ClosedAt, LostChanges)
	}
	for _, r := range l.responses {
		if slices.ContainsFunc(cutOffs, func(c time.Time) bool { return !c.Before(r.ClosedAt) && r.Forgot(c) }) {
			add(r.ClosedAt, LostAnswers)
		}
	}
	all := make([]Lost, 0, len(rows))
	for one, n := range rows {
		one.Rows = n
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Lost) int { return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.Why, b.Why)) })
	return all
}

// explain parts what differs in periods that have lost something from the rest.
func (l *losses) explain(differs []string, cutOffs []time.Time) (left []string, lost []Lost) {
	periods := map[string]bool{}
	for _, path := range differs {
		_, period := (Withheld{Cell: path}).where()
		periods[period] = true
	}
	lost = l.of(slices.Sorted(maps.Keys(periods)), cutOffs)
	for _, path := range differs {
		_, period := (Withheld{Cell: path}).where()
		if !slices.ContainsFunc(lost, func(one Lost) bool { return one.Period == period }) {
			left = append(left, path)
		}
	}
	return left, lost
}
