package reports

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/entendu/entendu/surveys"
)

// rows are the rows of one day: the tickets opened on it, and what became of the
// closings that happened on it; of each what figures are counted from.
type rows struct {
	tickets     []surveys.Ticket
	invitations []surveys.Invitation
	responses   []surveys.Response
}

// rowsOf reads the rows of a day: three bounded walks.
func rowsOf(ctx context.Context, s Store, day surveys.Day, zone *time.Location) (r rows, err error) {
	from, to := day.Start(zone), day.Add(1).Start(zone)
	if r.tickets, err = collect(s.TicketsToCount(ctx, from, to)); err != nil {
		return rows{}, err
	}
	if r.invitations, err = collect(s.InvitationsToCount(ctx, from, to)); err != nil {
		return rows{}, err
	}
	r.responses, err = collect(s.ResponsesToCount(ctx, from, to))
	return r, err
}

// collect takes a bounded walk to its end.
func collect[T any](walk iter.Seq2[T, error]) (all []T, err error) {
	for one, err := range walk {
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// head is the first row of a walk; the zero row if there is none.
func head[T any](walk iter.Seq2[T, error]) (first T, err error) {
	for first, err := range walk {
		return first, err
	}
	return first, nil
}

// firstRow is the day of the first dated row; "" if there is none.
func firstRow(ctx context.Context, s Store, zone *time.Location) (first surveys.Day, err error) {
	begin := time.Unix(0, 0).UTC() // leaves out what has no date
	t, errT := head(s.TicketsOpened(ctx, begin, time.Time{}))
	i, errI := head(s.InvitationsClosed(ctx, begin, time.Time{}))
	r, errR := head(s.ResponsesClosed(ctx, begin, time.Time{}))
	for _, at := range []time.Time{t.OpenedAt, i.ClosedAt, r.ClosedAt} {
		first = earlier(first, surveys.DayOf(at, zone))
	}
	return first, errors.Join(errT, errI, errR)
}

// earlier is the first of two days, of which either may be "".
func earlier(a, b surveys.Day) surveys.Day {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// newest is the later of asOf and the last thing learnt by any of the rows. A
// tally is counted as of then, so that a helpdesk's or a machine's clock that is
// ahead never hides a row from the only count that it is marked for.
func (r rows) newest(asOf time.Time) time.Time {
	later := func(t time.Time) {
		if t.After(asOf) {
			asOf = t
		}
	}
	for _, t := range r.tickets {
		later(t.FirstReplyAt)
		for _, x := range t.Transitions {
			later(x.LearntAt)
		}
		for _, c := range t.Closings {
			later(c.LearntAt)
		}
		for _, w := range t.Was {
			later(w.Until)
		}
	}
	for _, i := range r.invitations {
		later(i.MadeAt)
		later(i.SkippedAt)
		later(i.AcceptedAt)
		later(i.Bounce.At)
		for _, w := range i.Was {
			later(w.Until)
		}
	}
	for _, a := range r.responses {
		for _, x := range a.Answers {
			later(x.Learnt())
		}
	}
	return asOf
}
