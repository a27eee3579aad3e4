package reports

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Explorer gives the cube of any days, as the tallies have them now: of each cube in
// memory it is asked at every look, in the index of the tallies, whether one of its days
// was counted again, and those that were are read again. It makes nothing of rows.
type Explorer struct {
	Store    Tallies
	Settings func() surveys.Settings

	mu   sync.Mutex
	kept map[dayRange]*keptCube
	look int64 // how many there were, to forget what nobody looks at
}

// Tallies is where an Explorer reads.
type Tallies interface {
	Now(ctx context.Context) (time.Time, error)
	Tallies(ctx context.Context, from, to surveys.Day) iter.Seq2[Tally, error]
	TallyRevs(ctx context.Context, from, to surveys.Day) iter.Seq2[Tally, error]
}

// dayRange is the days from included, to not.
type dayRange struct{ from, to surveys.Day }

type keptCube struct {
	*Cube
	revs []rev
	used int64
}

// rev says how often a day was counted.
type rev struct {
	day surveys.Day
	n   int64
}

const (
	// keptCells bounds what is held in memory: of so many cells, about 40 MB.
	keptCells = 25_000
	// movingDays is for how long the tally of a day is likely to change: until then each
	// is held by itself, so that one that changed is one that is read.
	movingDays = 40
)

// Today is the day of the store, and now.
func (e *Explorer) Today(ctx context.Context) (surveys.Day, time.Time, error) {
	now, err := e.Store.Now(ctx)
	return surveys.DayOf(now, e.Settings().Zone()), now, err
}

// Cube gives that of a window.
func (e *Explorer) Cube(ctx context.Context, w Window) (*Cube, error) {
	revs, err := e.revs(ctx, dayRange{w.From, w.To})
	if err != nil {
		return nil, err
	}
	today, _, err := e.Today(ctx)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cube(ctx, dayRange{w.From, w.To}, revs, today.Add(-movingDays))
}

// revs reads how often each day was counted. It is read before the tallies, so that a
// cube is never taken for newer than it is.
func (e *Explorer) revs(ctx context.Context, d dayRange) (all []rev, err error) {
	for t, err := range e.Store.TallyRevs(ctx, d.from, d.to) {
		if err != nil {
			return nil, err
		}
		all = append(all, rev{t.Day, t.Rev})
	}
	return all, nil
}

// cube gives the one in memory if it still stands, or puts it together of smaller ones:
// of the days of a month that may still change, of whole months, or of what is stored.
func (e *Explorer) cube(ctx context.Context, d dayRange, revs []rev, moving surveys.Day) (*Cube, error) {
	e.look++
	if k := e.kept[d]; k != nil && slices.Equal(k.revs, revs) {
		k.used = e.look
		return k.Cube, nil
	}
	c := newCube()
	parts := d.parts(moving)
	if len(parts) == 1 {
		for t, err := range e.Store.Tallies(ctx, d.from, d.to) {
			if err != nil {
				return nil, err
			}
			c.add(t)
		}
		e.keep(d, &keptCube{c, revs, e.look})
		return c, nil
	}
	for _, part := range parts {
		smaller, err := e.cube(ctx, part, revsOf(revs, part), moving)
		if err != nil {
			return nil, err
		}
		c.join(smaller)
	}
	e.keep(d, &keptCube{c, revs, e.look})
	return c, nil
}

// revsOf are those of some of the days.
func revsOf(revs []rev, d dayRange) []rev {
	first := func(day surveys.Day) int {
		i, _ := slices.BinarySearchFunc(revs, day, func(r rev, day surveys.Day) int {
			if r.day < day {
				return -1
			}
			return 1
		})
		return i
	}
	return revs[first(d.from):first(d.to)]
}

// parts cuts a range at the ends of months, and what lies within one month into its
// days where they may still change. It is the range itself where nothing is to be cut.
func (d dayRange) parts(moving surveys.Day) (all []dayRange) {
	ends := func(from surveys.Day) surveys.Day {
		_, end, _ := PeriodDays(PeriodOf(Month, from))
		return end
	}
	if oneMonth := d.to <= ends(d.from); oneMonth && d.to <= moving {
		return []dayRange{d}
	} else if oneMonth {
		ends = func(from surveys.Day) surveys.Day { return from.Add(1) }
	}
	for from := d.from; from < d.to; {
		to := min(ends(from), d.to)
		all = append(all, dayRange{from, to})
		from = to
	}
	return all
}

// keep holds a cube, and forgets those that were looked at longest ago where there are
// too many.
func (e *Explorer) keep(d dayRange, k *keptCube) {
	if e.kept == nil {
		e.kept = map[dayRange]*keptCube{}
	}
	e.kept[d] = k
	size := 0
	for _, one := range e.kept {
		size += one.size()
	}
	for size > keptCells && len(e.kept) > 1 {
		var oldest dayRange
		for d, one := range e.kept {
			if e.kept[oldest] == nil || one.used < e.kept[oldest].used {
				oldest = d
			}
		}
		size -= e.kept[oldest].size()
		delete(e.kept, oldest)
	}
}
