package reports

import (
	"maps"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// population says over which tickets the figures of a cell are counted: those of which
// its opened tells. Where that stands as an older edition counted it, they are counted
// over the tickets of then, as they are now: else their n, less what opened says, would be
// the few who came since. Who has left the figures since is counted as last known in them.
type population struct {
	span  span
	looks []look // at the earlier issues, and now
}

// look is what one edition told of opened.
type look struct {
	asOf   time.Time
	cellOf func(kind, name string) string
	of     map[scope]int // the look that counted its opened, by cell
	looked []int         // each of those looks once
}

// population is that of the cells as it follows from what is told of opened.
func (g *guard) population() (p population) {
	earlier := g.since[ofOpened].earlier
	p.span = g.since[ofOpened].span
	for i, one := range earlier {
		p.looks = append(p.looks, look{asOf: one.cutOff, cellOf: one.cellOf, of: map[scope]int{}})
		for s := range one.told {
			p.looks[i].of[s] = lookOf(earlier[:i+1], s, i)
		}
	}
	n := len(earlier)
	p.looks = append(p.looks, look{asOf: g.since[ofOpened].cutOff, cellOf: g.cellOf, of: map[scope]int{}})
	for s := range g.now {
		p.looks[n].of[s] = n
		if !g.shown[ofOpened][s] {
			p.looks[n].of[s] = lookOf(earlier, s, n)
		}
	}
	for i, one := range p.looks {
		p.looks[i].looked = slices.Compact(slices.Sorted(maps.Values(one.of)))
	}
	return p
}

// lookOf is the index of the issue that counted what the newest says of opened; itself
// where it says nothing.
func lookOf(earlier []issue, s scope, itself int) int {
	if i := lastTold(earlier, opened(), s); i >= 0 {
		return i
	}
	return itself
}

// stands says whether anything is counted over other tickets than those of its own time.
func (p population) stands() bool {
	for i, one := range p.looks {
		for _, of := range one.of {
			if of != i {
				return true
			}
		}
	}
	return false
}

// seen gives a ticket as it was known at each look.
func (p population) seen(t surveys.Ticket) (all []sight) {
	for _, one := range p.looks {
		r, known := p.span.seen(t, one.asOf)
		all = append(all, sight{r, placeOf(r.Dimensions), known})
	}
	return all
}

// sight is a ticket at one look; known is false where it was in no figure.
type sight struct {
	request
	place place
	known bool
}

// spot is where a ticket counts in what is told at a look.
func (p population) spot(all []sight, at int) (s spot) {
	of := p.looks[at].of
	s.whole = all[of[whole()]].known
	for _, i := range p.looks[at].looked {
		if !all[i].known {
			continue
		}
		for _, kind := range kinds() {
			cell := scope{kind, p.looks[i].cellOf(kind, all[i].place.in(kind))}
			if by, listed := of[cell]; listed && by == i {
				s.add(cell)
			}
		}
	}
	return s
}

func (s *spot) add(cell scope) {
	if cell.kind == teams {
		s.teams = append(s.teams, cell.name)
		return
	}
	s.categories = append(s.categories, cell.name)
}

// last is a ticket as it was known last in any figure, up to a look, and when.
func (p population) last(all []sight, at int) (r sight, asOf time.Time) {
	for i := at; i > 0 && !all[i].known; i-- {
		at = i - 1
	}
	return all[at], p.looks[at].asOf
}

// follow counts a ticket in every cell whose population it is in, and notes what it says
// otherwise than at each of the earlier issues.
func (p population) follow(t surveys.Ticket, cells map[scope]*cell, since *changes) {
	all, now := p.seen(t), len(p.looks)-1
	for _, one := range all {
		if one.known {
			since.met(one.place)
		}
	}
	spot := p.spot(all, now)
	r, asOf := p.last(all, now)
	for _, s := range spot.scopes() {
		c := at(cells, s)
		c.opened.count(r.request)
		c.followRequest(r.request, asOf)
	}
	is := p.standing(all, now)
	for i := range now {
		since.note(i, p.standing(all, i), is)
	}
}

// standing is what a ticket says at a look.
func (p population) standing(all []sight, at int) standing {
	spot := p.spot(all, at)
	if spot.key() == "" {
		return standing{}
	}
	r, asOf := p.last(all, at)
	return standing{r.place, spot.key(), r.customer, r.marks(max(0, asOf.Sub(r.opened)))}
}

// scopes are the cells that the row counts in, and its spot.
func (s spot) scopes() (all []scope) {
	if s.whole {
		all = append(all, whole())
	}
	for _, kind := range kinds() {
		for _, name := range s.in(kind) {
			all = append(all, scope{kind, name})
		}
	}
	if key := s.key(); key != "" {
		all = append(all, scope{places, key})
	}
	return all
}
