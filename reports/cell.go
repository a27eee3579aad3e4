package reports

import (
	"context"
	"fmt"
	"time"

	"github.com/entendu/entendu/surveys"
)

// scope is what a cell is about: the whole, one category or one team. A ticket
// without category or team is in the whole only.
type scope struct {
	kind string // as in paths: overall, categories or teams
	name string // "" for the whole
}

// The kinds of scopes.
const (
	overall    = "periods"
	categories = "categories"
	teams      = "teams"
)

// whole is the scope in which everything counts.
func whole() scope { return scope{kind: overall} }

// scopes are those that a row counts in.
func scopes(d surveys.Dimensions) []scope {
	in := []scope{whole()}
	if d.Category != "" {
		in = append(in, scope{categories, d.Category})
	}
	if d.Team != "" {
		in = append(in, scope{teams, d.Team})
	}
	return in
}

// cell is everything counted for one scope in one period.
type cell struct {
	opened OpenedCell // what adds up over days, from tallies
	closed ClosedCell
	followed
}

// followed is what does not add up over days, or depends on the moment: it is
// counted from rows as of the cut-off.
type followed struct {
	behind      map[string]people // distinct customers by figure; see names in figures.go
	kept, due   int               // promises due by the cut-off, and those kept
	unsure      int               // due, and the reply is unknown
	unknown     int               // handled, and the reply is unknown
	replies     []Observation
	resolutions []Observation
}

// people are distinct customers. Those of whom no id is known count as one, "".
type people map[string]struct{}

// stand puts a customer behind figures.
func (f *followed) stand(customer string, figures ...string) {
	if f.behind == nil {
		f.behind = map[string]people{}
	}
	for _, figure := range figures {
		if f.behind[figure] == nil {
			f.behind[figure] = people{}
		}
		f.behind[figure][customer] = struct{}{}
	}
}

// gather counts every cell of a period as of the cut-off. No row lies before the
// day first.
func (p *Publisher) gather(ctx context.Context, first, from, to surveys.Day, cutOff time.Time) (map[scope]*cell, error) {
	tallies, err := collect(p.Store.Tallies(ctx, from, to))
	if err != nil {
		return nil, fmt.Errorf("reading the tallies from %s: %w", from, err)
	}
	kept := map[surveys.Day]Tally{}
	for _, t := range tallies {
		kept[t.Day] = t
	}
	zone := p.Settings().Zone()
	cells := map[scope]*cell{}
	for day := max(from, first); first != "" && day < to && !day.Start(zone).After(cutOff); day = day.Add(1) {
		r, err := rowsOf(ctx, p.Store, day, zone)
		if err != nil {
			return nil, fmt.Errorf("reading the rows of %s: %w", day, err)
		}
		v := r.seen(cutOff)
		tally, ok := kept[day]
		if !ok || tally.AsOf.After(cutOff) { // it may hold what was learnt too late
			tally = v.tally(day, cutOff)
		}
		addTally(cells, tally)
		addView(cells, v, cutOff)
	}
	return cells, nil
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

// followRequest follows one ticket up to the cut-off.
func (f *followed) followRequest(r request, cutOff time.Time) {
	age := max(0, cutOff.Sub(r.opened))
	f.stand(r.customer, keyOpened)
	f.followResolution(r, age)
	f.followReply(r, age)
	f.followPromise(r, age)
}

func (f *followed) followResolution(r request, age time.Duration) {
	f.stand(r.customer, keyResolution+orUnknown)
	if !r.settled.IsZero() && r.contacts > 0 {
		f.stand(r.customer, keyFirstContact)
	}
	if r.settledMisdated {
		return
	}
	f.stand(r.customer, keyResolution)
	if r.settled.IsZero() {
		f.resolutions = append(f.resolutions, Observation{Time: age})
	} else {
		f.resolutions = append(f.resolutions, Observation{Time: r.resolution(), Ended: true})
	}
}

func (f *followed) followReply(r request, age time.Duration) {
	f.stand(r.customer, keyFirstReply+orUnknown)
	if r.unknown() {
		f.unknown++
		return
	}
	f.stand(r.customer, keyFirstReply)
	if r.replied.IsZero() {
		f.replies = append(f.replies, Observation{Time: age})
	} else {
		f.replies = append(f.replies, Observation{Time: r.replyTime(), Ended: true})
	}
}

// followPromise looks at a ticket whose promise has fallen due. Nothing promised
// was broken to who gave up before that.
func (f *followed) followPromise(r request, age time.Duration) {
	gaveUp := r.replied.IsZero() && !r.withdrawn.IsZero() && r.withdrawn.Sub(r.opened) <= r.promise
	switch {
	case r.promise == 0, age < r.promise:
		return
	case r.unknown():
		f.unsure++
	case gaveUp:
		return
	default:
		f.stand(r.customer, keyPromise)
		f.due++
		if !r.replied.IsZero() && r.replyTime() <= r.promise {
			f.kept++
		}
	}
	f.stand(r.customer, keyPromise+orUnknown)
}

// followEnding puts the customer of one closing behind its figures.
func (f *followed) followEnding(e ending) {
	if e.counted {
		f.stand(e.customer, keyChain)
		if stageOf(e.skip) == asked {
			f.stand(e.customer, keyRate)
		}
	}
	if !e.answered {
		return
	}
	for figure, question := range questions() {
		if e.answer.Values[question] != "" {
			f.stand(e.customer, figure)
		}
	}
}
