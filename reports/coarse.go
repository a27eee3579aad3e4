package reports

import (
	"context"
	"errors"

	"github.com/entendu/entendu/surveys"
)

// ErrFew is for what is not told, because too few customers or advisers stand behind all
// of it.
var ErrFew = errors.New("too few stand behind it")

// behindOf gives who stands behind the rows of a section that are taken.
type behindOf func(s Section) Behind

func answersOf(s Section) Behind {
	c := s.closed
	return c.OnDelay.and(c.OnListening).and(c.OnOutcome).and(c.OnScore)
}

func ticketsOf(s Section) Behind { return s.opened.Behind }

// told gives what rows of each combination of dimensions say of themselves.
func (t *Taker) told(ctx context.Context, w Wanted, of behindOf) (map[surveys.Dimensions]surveys.Dimensions, error) {
	cube, err := t.Explorer.Cube(ctx, w.Window)
	if err != nil {
		return nil, err
	}
	return cube.coarse(w.Filter, NeedOf(t.Settings()), of)
}

// coarse gives, for each combination of dimensions, as much of it as can be told: so many
// of the first ones that enough stand behind all rows that say the same. A row that would
// stand among few says less, down to nothing; so whatever a list is sorted by, what it
// says together is said of enough. ErrFew is for a filter that lets too few through.
func (c *Cube) coarse(f Filter, need Need, of behindOf) (map[surveys.Dimensions]surveys.Dimensions, error) {
	if s := c.Section(f); !of(s).enough(need) && !c.nothing(f) {
		return nil, ErrFew
	}
	told, left := map[surveys.Dimensions]surveys.Dimensions{}, map[surveys.Dimensions]bool{}
	for d := range c.dimensions(f) {
		left[d] = true
	}
	for kept := len(ByAll()); kept > 0; kept-- {
		groups := map[surveys.Dimensions]*Section{}
		for d := range left {
			g := first(d, kept)
			if groups[g] == nil {
				groups[g] = &Section{}
			}
			groups[g].take(c, d)
		}
		for d := range left {
			if g := first(d, kept); of(*groups[g]).enough(need) {
				told[d] = g
				delete(left, d)
			}
		}
	}
	return told, nil
}

// nothing says whether a filter lets no row through at all.
func (c *Cube) nothing(f Filter) bool {
	for range c.dimensions(f) {
		return false
	}
	return true
}

// first keeps the first so many of the dimensions.
func first(d surveys.Dimensions, n int) (some surveys.Dimensions) {
	for i, to := range []*string{&some.Team, &some.Category, &some.Product, &some.Channel, &some.Language} {
		if i < n {
			*to = ByAll()[i].Of(d)
		}
	}
	return some
}
