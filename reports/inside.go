package reports

import (
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Need is how many must stand behind what is compared inside.
type Need struct{ Customers, Advisers int }

// NeedOf is what the settings ask for.
func NeedOf(s surveys.Settings) Need { return Need{s.Publishing.Minimum, s.Comparing.Advisers} }

// Figures writes a section as a period of an edition is written, so that it is read and
// drawn alike. A figure behind which too few customers or advisers stand is nil: that is
// the law of everything that is compared inside, and this is the one place that keeps it.
//
// Counted of tallies, a time to an end is told to the step in which it lies.
func (s Section) Figures(w Window, need Need, now time.Time, zone *time.Location) Period {
	p := Period{Period: w.Name, State: w.State(now, zone)}
	s.tellRequests(&p, need, now)
	s.tellAsked(&p, need)
	s.tellAnswers(&p, need)
	return p
}

func (s Section) tellRequests(p *Period, need Need, now time.Time) {
	o := s.opened
	if o.Behind.enough(need) {
		p.Opened = &Count{N: o.Opened}
		n := o.Opened - o.Misdated
		p.ResolvedWithin = Resolved{shareKnown(o.Resolved[0], n, o.Misdated), shareKnown(o.Resolved[1], n, o.Misdated), shareKnown(o.Resolved[2], n, o.Misdated)}
		p.Resolution = stepsOf(o.Closing, n, o.Misdated)
	}
	if o.OnPromise.enough(need) {
		p.PromiseKept = shareKnown(o.Kept, o.Kept+o.Late+o.overdue(now), o.Unsure)
	}
	if o.OnReply.enough(need) {
		p.FirstReply = stepsOf(o.Reply, sum(o.Reply)+o.Waiting, o.Unknown)
	}
	if o.OnContact.enough(need) {
		p.FirstContact = shareOf(o.AtOnce, o.Settled)
	}
}

// overdue counts those who still wait though their promise has passed.
func (c OpenedCell) overdue(now time.Time) (n int) {
	for _, due := range c.Due {
		if !due.After(now) {
			n++
		}
	}
	return n
}

func (s Section) tellAsked(p *Period, need Need) {
	asked := s.closed.Replied.and(s.closed.Silent)
	if !asked.Behind.enough(need) {
		return
	}
	chain := chainOf(s.closed)
	p.Chain, p.ResponseRate = &chain, shareOf(chain.Answered, chain.Invited)
}

func (s Section) tellAnswers(p *Period, need Need) {
	c := s.closed
	if c.OnDelay.enough(need) {
		p.Delay = levelsOf(c.Delay)
	}
	if c.OnListening.enough(need) {
		p.Listening = levelsOf(c.Listening)
	}
	if c.OnOutcome.enough(need) {
		p.Outcome = outcomeOf(c.Outcome)
	}
	if c.OnScore.enough(need) {
		p.Recommend = recommendOf(c.Recommend)
	}
}

// stepsOf is the time within which half, and nine in ten, of n came to an end, told to
// the step; those who wait are among the n.
func stepsOf(counts []int, n, unknown int) *Delay {
	d := &Delay{N: n, Unknown: unknown}
	if notMeasured(n, unknown) {
		d.Measured = new(bool)
		return d
	}
	if n > 0 {
		d.P50, d.P90 = stepQuantile(counts, n, 0.5), stepQuantile(counts, n, 0.9)
	}
	return d
}

// stepQuantile is the end of the first step by which a share q of n came to an end; the
// ends of its interval are those by which they may have, and surely have.
func stepQuantile(counts []int, n int, q float64) *Point {
	first := func(reached func(x int) bool) *int64 {
		x := 0
		for i, end := range Steps() {
			if i < len(counts) {
				x += counts[i]
			}
			if reached(x) {
				s := seconds(end)
				return &s
			}
		}
		return nil
	}
	at := first(func(x int) bool { return float64(x) >= q*float64(n) })
	if at == nil {
		return &Point{}
	}
	low := first(func(x int) bool { i, _ := Wilson(x, n); return i.High >= q })
	high := first(func(x int) bool { i, _ := Wilson(x, n); return i.Low >= q })
	return &Point{Reached: true, Seconds: at, Low: low, High: high}
}

// Answered says whether anybody answered, whatever may be told of it, and Any whether
// there is anything at all.
func (s Section) Answered() bool { return s.closed.Answered > 0 }

// Any says whether anything was opened or closed.
func (s Section) Any() bool { return s.opened.Opened+s.closed.Closed+s.closed.Answered > 0 }

// Contrast is a share among those who answered beside the same among those who were
// asked and did not.
type Contrast struct {
	What             string // of the Contrasts, or a category
	By               Dimension
	Answered, Silent *Share
	Low, High        float64 // of Answered less Silent
	Sure             bool    // the interval leaves out 0
}

// The contrasts by their names.
const (
	ClosedInAWeek = "week"   // of those whose time to the closing is known
	CameBack      = "reopen" // after an earlier closing
)

// Contrasts compare who answered with who did not, by the time to the closing, by having
// come back, and by category: none where too few stand on either side.
func (c *Cube) Contrasts(f Filter, need Need) (all []Contrast) {
	whole := c.Section(f).closed
	if !whole.Replied.Behind.enough(need) || !whole.Silent.Behind.enough(need) {
		return nil
	}
	week := stepOf(Horizons()[1])
	all = append(all, contrast(ClosedInAWeek, "", inWeek(whole.Replied, week), inWeek(whole.Silent, week)))
	all = append(all, contrast(CameBack, "", shareOf(whole.Replied.Again, whole.Replied.N), shareOf(whole.Silent.Again, whole.Silent.N)))
	for _, s := range c.Split(f, ByCategory) {
		if r, o := s.closed.Replied, s.closed.Silent; r.Behind.enough(need) && o.Behind.enough(need) {
			all = append(all, contrast(s.Name, ByCategory, shareOf(r.N, whole.Replied.N), shareOf(o.N, whole.Silent.N)))
		}
	}
	return slices.DeleteFunc(all, func(c Contrast) bool { return c.Answered.N == 0 || c.Silent.N == 0 })
}

func inWeek(s Side, week int) *Share {
	if s.Took == nil {
		return shareOf(0, 0)
	}
	return shareOf(sum(s.Took[:week+1]), sum(s.Took))
}

func contrast(what string, by Dimension, answered, silent *Share) Contrast {
	c := Contrast{What: what, By: by, Answered: answered, Silent: silent}
	if i, ok := Newcombe(*answered.X, answered.N, *silent.X, silent.N); ok {
		c.Low, c.High, c.Sure = i.Low, i.High, i.Low > 0 || i.High < 0
	}
	return c
}
