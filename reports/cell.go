package reports

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// cell is everything counted for one scope in one period.
type cell struct {
	opened OpenedCell // what adds up over days, from tallies
	closed ClosedCell
	followed
}

// merge adds the rows of another cell.
func (c *cell) merge(o *cell) {
	c.count(o)
	c.replies = append(c.replies, o.replies...)
	c.resolutions = append(c.resolutions, o.resolutions...)
}

// count adds the numbers and customers of another cell, and not its waits.
func (c *cell) count(o *cell) {
	for figure, who := range o.behind {
		for customer, rows := range who {
			c.standTimes(customer, rows, figure)
		}
	}
	c.opened.add(o.opened)
	c.closed.add(o.closed)
	c.kept += o.kept
	c.due += o.due
	c.unsure += o.unsure
	c.unknown += o.unknown
	c.timed += o.timed
}

// gather counts every cell of a period as of the cut-off, and what has changed since
// each of the earlier issues.
func (p *Publisher) gather(ctx context.Context, d draft, period string, from, to surveys.Day) (map[scope]*cell, *changes, error) {
	kept, err := p.tallies(ctx, d, from, to)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the tallies from %s: %w", from, err)
	}
	zone, cutOff := p.Settings().Zone(), d.cutOff
	of := span{from.Start(zone), to.Start(zone)}
	cells, since := map[scope]*cell{}, newChanges(of, cutOff, d.issues[period], p.enough(d))
	for day := range d.days(from, to, zone) {
		r, err := rowsOf(ctx, p.Store, day, zone)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the rows of %s: %w", day, err)
		}
		v := r.seen(cutOff)
		v.requests = slices.DeleteFunc(v.requests, func(r request) bool { return !of.holds(r.opened) })
		tally, ok := kept[day]
		if !ok || tally.AsOf.After(cutOff) { // it may hold what was learnt too late
			tally = v.tally(day, cutOff)
		}
		addTally(cells, tally)
		addView(cells, v, cutOff)
		since.look(r)
	}
	return cells, since, nil
}

// days are those of a period on which there may be rows.
func (d draft) days(from, to surveys.Day, zone *time.Location) iter.Seq[surveys.Day] {
	return func(yield func(surveys.Day) bool) {
		for day := max(from, d.first); d.first != "" && day < to && !day.Start(zone).After(d.cutOff) && yield(day); {
			day = day.Add(1)
		}
	}
}

// hold counts the figures of tickets over those that opened tells of, where these are not
// the tickets of now: only then, for it walks all of a period once more.
func (p *Publisher) hold(ctx context.Context, g *guard, d draft, from, to surveys.Day) error {
	g.anew(ofOpened)
	whose := g.population()
	if !whose.stands() || p.without == populations {
		return nil
	}
	zone := p.Settings().Zone()
	cells, since := map[scope]*cell{}, newChanges(whose.span, d.cutOff, g.since[ofOpened].earlier, p.enough(d))
	for day := range d.days(from, to, zone) {
		tickets, err := collect(p.Store.TicketsToCount(ctx, day.Start(zone), day.Add(1).Start(zone)))
		if err != nil {
			return fmt.Errorf("reading the tickets of %s: %w", day, err)
		}
		for _, t := range tickets {
			whose.follow(t, cells, since)
		}
	}
	g.hold(cells, since)
	return nil
}

// enough is how many customers the guard has to know of those whose rows changed alike.
func (p *Publisher) enough(d draft) int {
	if p.without == bounds {
		return math.MaxInt
	}
	return d.minimum
}

// tallies reads those of a period that may be believed as of the cut-off, and none
// where only rows are.
func (p *Publisher) tallies(ctx context.Context, d draft, from, to surveys.Day) (map[surveys.Day]Tally, error) {
	kept := map[surveys.Day]Tally{}
	if d.fromRows {
		return kept, nil
	}
	for t, err := range p.Store.Tallies(ctx, from, to) {
		if err != nil {
			return nil, err
		}
		kept[t.Day] = t
	}
	return kept, nil
}

// at is the cell of a scope, made when first met.
func at(cells map[scope]*cell, s scope) *cell {
	if cells[s] == nil {
		cells[s] = &cell{}
	}
	return cells[s]
}

func addTally(cells map[scope]*cell, t Tally) {
	for _, o := range t.Opened {
		for _, s := range scopes(o.Dimensions) {
			at(cells, s).opened.add(o)
		}
	}
	for _, c := range t.Closed {
		for _, s := range scopes(c.Dimensions) {
			at(cells, s).closed.add(c)
		}
	}
}

func addView(cells map[scope]*cell, v view, cutOff time.Time) {
	for _, r := range v.requests {
		for _, s := range scopes(r.Dimensions) {
			at(cells, s).followRequest(r, cutOff)
		}
	}
	for _, e := range v.endings {
		for _, s := range scopes(e.Dimensions) {
			at(cells, s).followEnding(e)
		}
	}
}

// add adds the counts that figures need; steps are for curves and stay by day.
func (c *OpenedCell) add(o OpenedCell) {
	c.Opened += o.Opened
	c.Settled += o.Settled
	c.AtOnce += o.AtOnce
	c.Misdated += o.Misdated
	for i, n := range o.Resolved {
		c.Resolved[i] += n
	}
}

func (c *ClosedCell) add(o ClosedCell) {
	c.Closed += o.Closed
	c.Sent += o.Sent
	c.Answered += o.Answered
	c.Imported += o.Imported
	c.Suspect += o.Suspect
	c.Nudged += o.Nudged
	for code, n := range o.Skipped {
		if c.Skipped == nil {
			c.Skipped = map[surveys.Skip]int{}
		}
		c.Skipped[code] += n
	}
	c.Scores.add(o.Scores)
	c.FromSuspects.add(o.FromSuspects)
}

func (s *Scores) add(o Scores) {
	addAll(s.Delay[:], o.Delay[:])
	addAll(s.Listening[:], o.Listening[:])
	addAll(s.Outcome[:], o.Outcome[:])
	addAll(s.Recommend[:], o.Recommend[:])
}

func addAll(to, from []int) {
	for i, n := range from {
		to[i] += n
	}
}
