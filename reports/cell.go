package reports

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// scope is what a cell is about: the whole, one category or one team. The name is
// empty for what belongs to none; it is told under Other.
type scope struct {
	kind string // as in paths: overall, categories or teams; or places, which are not told
	name string // "" for the whole
}

// The kinds of scopes.
const (
	overall    = "periods"
	categories = "categories"
	teams      = "teams"
	places     = "places" // what is in one category and one team
)

// whole is the scope in which everything counts.
func whole() scope { return scope{kind: overall} }

// kinds are the tables into which the whole is split.
func kinds() []string { return []string{categories, teams} }

// scopes are those that a row counts in: the whole, one of each table, and its place.
func scopes(d surveys.Dimensions) []scope {
	p := placeOf(d)
	return []scope{whole(), {categories, p.category}, {teams, p.team}, p.scope()}
}

// place is where a row stands in the two tables.
type place struct{ category, team string }

// placeOf takes a helpdesk's own "other" for ours.
func placeOf(d surveys.Dimensions) place {
	p := place{d.Category, d.Team}
	if p.category == Other {
		p.category = ""
	}
	if p.team == Other {
		p.team = ""
	}
	return p
}

// scope is that of the place; no name holds a line break.
func (p place) scope() scope { return scope{places, p.category + "\n" + p.team} }

// placeAt is the place of a scope.
func placeAt(s scope) place {
	category, team, _ := strings.Cut(s.name, "\n")
	return place{category, team}
}

// in is the name under which a place counts in a table.
func (p place) in(kind string) string {
	if kind == teams {
		return p.team
	}
	return p.category
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
	behind      map[string]people // customers by figure; see names in figures.go
	kept, due   int               // promises due by the cut-off, and those kept
	unsure      int               // due, and the reply is unknown
	unknown     int               // handled, and the reply is unknown
	timed       int               // replies, counted
	replies     []Observation
	resolutions []Observation
}

// people are distinct customers, and how many rows each of them has. Those of whom
// no id is known count as one, "".
type people map[string]int

// dominated says whether one customer, or one house, has more than half of the rows: a
// figure of theirs, not of many. The house that makes more than half of the whole, as
// where colleagues are helped, does not count: a figure of it is one of all.
func (p people) dominated(whole people) bool {
	if p.most(func(customer string) string { return customer }) != "" {
		return true
	}
	house := p.most(surveys.HouseOf)
	return house != "" && house != whole.most(surveys.HouseOf)
}

// most is who has more than half of the rows of several customers; "" where nobody
// known has.
func (p people) most(whose func(customer string) string) string {
	all, by := 0, map[string]int{}
	for customer, rows := range p {
		all += rows
		by[whose(customer)] += rows
	}
	for who, rows := range by {
		if who != "" && 2*rows > all && len(p) > 1 {
			return who
		}
	}
	return ""
}

// stand puts the customer of a row behind a figure.
func (f *followed) stand(customer, figure string) { f.standTimes(customer, 1, figure) }

func (f *followed) standTimes(customer string, rows int, figure string) {
	if f.behind == nil {
		f.behind = map[string]people{}
	}
	if f.behind[figure] == nil {
		f.behind[figure] = people{}
	}
	f.behind[figure][customer] += rows
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
	cells, since := map[scope]*cell{}, newChanges(cutOff, d.issues[period])
	for day := max(from, d.first); d.first != "" && day < to && !day.Start(zone).After(cutOff); day = day.Add(1) {
		r, err := rowsOf(ctx, p.Store, day, zone)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the rows of %s: %w", day, err)
		}
		v := r.seen(cutOff)
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
	if _, known := r.atOnce(); known {
		f.stand(r.customer, keyFirstContact)
	}
	if !r.settledMisdated {
		f.stand(r.customer, keyResolution)
		f.resolutions = append(f.resolutions, r.observed(r.settled, age))
	}
}

func (f *followed) followReply(r request, age time.Duration) {
	f.stand(r.customer, keyFirstReply+orUnknown)
	if r.unknown() {
		f.unknown++
		return
	}
	f.stand(r.customer, keyFirstReply)
	f.timed++
	f.replies = append(f.replies, r.observed(r.replied, age))
}

func (f *followed) followPromise(r request, age time.Duration) {
	switch r.promised(age) {
	case notDue:
		return
	case inDoubt:
		f.unsure++
	case inTime:
		f.kept++
		fallthrough
	default:
		f.due++
		f.stand(r.customer, keyPromise)
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
