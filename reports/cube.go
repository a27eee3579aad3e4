package reports

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Cube is the tallies of some days, added up by combination of dimensions, so that any
// filter is a sum of a few of its cells.
type Cube struct {
	AsOf   time.Time // the newest of what it was made of
	opened map[surveys.Dimensions]*OpenedCell
	closed map[surveys.Dimensions]*ClosedCell
}

func newCube() *Cube {
	return &Cube{opened: map[surveys.Dimensions]*OpenedCell{}, closed: map[surveys.Dimensions]*ClosedCell{}}
}

// add adds the cells of a tally.
func (c *Cube) add(t Tally) {
	c.saw(t.AsOf)
	for _, o := range t.Opened {
		c.openedAt(o.Dimensions).join(o)
	}
	for _, one := range t.Closed {
		c.closedAt(one.Dimensions).join(one)
	}
}

// join adds another cube.
func (c *Cube) join(o *Cube) {
	c.saw(o.AsOf)
	for d, one := range o.opened {
		c.openedAt(d).join(*one)
	}
	for d, one := range o.closed {
		c.closedAt(d).join(*one)
	}
}

func (c *Cube) saw(asOf time.Time) {
	if asOf.After(c.AsOf) {
		c.AsOf = asOf
	}
}

func (c *Cube) openedAt(d surveys.Dimensions) *OpenedCell {
	if c.opened[d] == nil {
		c.opened[d] = &OpenedCell{Dimensions: d}
	}
	return c.opened[d]
}

func (c *Cube) closedAt(d surveys.Dimensions) *ClosedCell {
	if c.closed[d] == nil {
		c.closed[d] = &ClosedCell{Dimensions: d}
	}
	return c.closed[d]
}

// size is how many cells it holds.
func (c *Cube) size() int { return len(c.opened) + len(c.closed) }

// Empty says that nothing was opened or closed in these days.
func (c *Cube) Empty() bool { return c.size() == 0 }

// join adds every count, the steps and the crowds too; add leaves these out.
func (c *OpenedCell) join(o OpenedCell) {
	c.add(o)
	c.Kept += o.Kept
	c.Late += o.Late
	c.Waiting += o.Waiting
	c.Active += o.Active
	c.Unknown += o.Unknown
	c.Unsure += o.Unsure
	c.Reply, c.Closing = added(c.Reply, o.Reply), added(c.Closing, o.Closing)
	c.Due = append(c.Due, o.Due...)
	c.Behind, c.OnPromise = c.Behind.and(o.Behind), c.OnPromise.and(o.OnPromise)
	c.OnReply, c.OnContact = c.OnReply.and(o.OnReply), c.OnContact.and(o.OnContact)
}

func (c *ClosedCell) join(o ClosedCell) {
	c.add(o)
	c.Replied, c.Silent = c.Replied.and(o.Replied), c.Silent.and(o.Silent)
	c.OnDelay, c.OnListening = c.OnDelay.and(o.OnDelay), c.OnListening.and(o.OnListening)
	c.OnOutcome, c.OnScore = c.OnOutcome.and(o.OnOutcome), c.OnScore.and(o.OnScore)
}

func (s Side) and(o Side) Side {
	return Side{N: s.N + o.N, Took: added(s.Took, o.Took), Again: s.Again + o.Again, Behind: s.Behind.and(o.Behind)}
}

// added adds counts to others, which stay as they are: several cubes hold them.
func added(to, from []int) []int {
	if len(from) == 0 {
		return to
	}
	all := make([]int, len(from))
	copy(all, to)
	addAll(all, from)
	return all
}

// Dimension is one of those by which what is looked at is filtered and split.
type Dimension string

// The dimensions, by their names in addresses.
const (
	ByTeam     Dimension = "team"
	ByCategory Dimension = "category"
	ByProduct  Dimension = "product"
	ByChannel  Dimension = "channel"
	ByLanguage Dimension = "language"
)

// ByAll lists them in the order of pages.
func ByAll() []Dimension { return []Dimension{ByTeam, ByCategory, ByProduct, ByChannel, ByLanguage} }

// Of is the value of a dimension.
func (by Dimension) Of(d surveys.Dimensions) string {
	switch by {
	case ByTeam:
		return d.Team
	case ByCategory:
		return d.Category
	case ByProduct:
		return d.Product
	case ByChannel:
		return d.Channel
	default:
		return d.Language
	}
}

// Filter lets through what has the values that it names, of teams that may be seen.
type Filter struct {
	Only map[Dimension]string
	Sees func(team string) bool // nil: all
}

// With is the filter narrowed to one value more.
func (f Filter) With(by Dimension, value string) Filter {
	only := maps.Clone(f.Only)
	if only == nil {
		only = map[Dimension]string{}
	}
	only[by] = value
	return Filter{only, f.Sees}
}

func (f Filter) lets(d surveys.Dimensions) bool {
	for by, value := range f.Only {
		if by.Of(d) != value {
			return false
		}
	}
	return f.Sees == nil || f.Sees(d.Team)
}

// Section is what a filter cuts out of a cube.
type Section struct {
	Name   string // of the value it was split off by
	opened OpenedCell
	closed ClosedCell
}

// Section adds up what a filter lets through.
func (c *Cube) Section(f Filter) Section {
	var s Section
	for d := range c.dimensions(f) {
		s.take(c, d)
	}
	return s
}

// Split is the same for each value of a dimension, in the order of the alphabet. What
// has no value there is in none.
func (c *Cube) Split(f Filter, by Dimension) []Section {
	sections := map[string]*Section{}
	for d := range c.dimensions(f) {
		name := by.Of(d)
		if name == "" {
			continue
		}
		if sections[name] == nil {
			sections[name] = &Section{Name: name}
		}
		sections[name].take(c, d)
	}
	var all []Section
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		all = append(all, *sections[name])
	}
	return all
}

// Values are those of a dimension that a filter lets through.
func (c *Cube) Values(f Filter, by Dimension) []string {
	values := map[string]bool{}
	for d := range c.dimensions(f) {
		if value := by.Of(d); value != "" {
			values[value] = true
		}
	}
	return slices.Sorted(maps.Keys(values))
}

func (s *Section) take(c *Cube, d surveys.Dimensions) {
	if o := c.opened[d]; o != nil {
		s.opened.join(*o)
	}
	if o := c.closed[d]; o != nil {
		s.closed.join(*o)
	}
}

// dimensions walks the combinations that a filter lets through, once each.
func (c *Cube) dimensions(f Filter) iter.Seq[surveys.Dimensions] {
	return func(yield func(surveys.Dimensions) bool) {
		for d := range c.opened {
			if f.lets(d) && !yield(d) {
				return
			}
		}
		for d := range c.closed {
			if c.opened[d] == nil && f.lets(d) && !yield(d) {
				return
			}
		}
	}
}
