package reports

import (
	"math"
	"time"
)

// Told is one figure of one section, beside the same of another window.
type Told struct {
	Figure        string    // as addresses name it
	By            Dimension // "" for all that the filter lets through
	Name          string
	Before, After Period // as they are read and drawn
	Trend         Trend
	Sure          bool // the interval of the difference leaves out 0, also for there being so many
	p             float64
}

// Digest is what changed inside from one window to the other.
type Digest struct {
	Whole     []Told // each figure of all together, in the order of pages
	Parts     []Told // of the parts: those that changed for sure
	Compared  int    // differences looked at
	SureAlone int    // further ones whose interval leaves out 0, which among so many is no sign
}

// compared is a figure that windows are compared by, and for how many days all of a
// window must have been followed before it can be.
type compared struct {
	name     string
	followed int
	of       func(Period) *Share // nil for the recommendation score
}

func comparable() []compared {
	return []compared{
		{"delay", 0, func(p Period) *Share { return p.Delay.satisfied() }},
		{"listening", 0, func(p Period) *Share { return p.Listening.satisfied() }},
		{"outcome", 0, func(p Period) *Share { return p.Outcome.settled() }},
		{"recommend", 0, nil},
		{"promise", 0, func(p Period) *Share { return p.PromiseKept }},
		{"resolved-1d", 8, func(p Period) *Share { return p.ResolvedWithin.Day }},
		{"resolved-7d", 14, func(p Period) *Share { return p.ResolvedWithin.Week }},
		{"resolved-30d", horizon, func(p Period) *Share { return p.ResolvedWithin.Month }},
		{"response-rate", horizon, func(p Period) *Share { return p.ResponseRate }},
	}
}

// falselyTold is the part of the changes told that may be chance.
const falselyTold = 0.05

// Comparison is two windows through one filter.
type Comparison struct {
	After, Before        *Cube
	Window, WindowBefore Window
	Filter               Filter
	Need                 Need
	Now                  time.Time
	Zone                 *time.Location
}

// Digest compares every figure of the whole, of each team, category and product. What is
// told of the parts is what changed for sure, and would be among as many comparisons as
// were made (Benjamini and Hochberg).
func (c Comparison) Digest() (d Digest) {
	var parts []Told
	d.Whole = c.Whole()
	for _, by := range []Dimension{ByTeam, ByCategory, ByProduct} {
		if _, fixed := c.Filter.Only[by]; fixed {
			continue
		}
		before := map[string]Section{}
		for _, s := range c.Before.Split(c.Filter, by) {
			before[s.Name] = s
		}
		after := c.After.Split(c.Filter, by)
		for _, s := range after {
			if len(after) > 1 {
				parts = append(parts, c.told(by, s, before[s.Name])...)
			}
		}
	}
	d.judge(parts)
	return d
}

// Whole compares the figures of all that the filter lets through.
func (c Comparison) Whole() []Told {
	return c.told("", c.After.Section(c.Filter), c.Before.Section(c.Filter))
}

// told compares the figures of one section.
func (c Comparison) told(by Dimension, after, before Section) (all []Told) {
	was, is := before.Figures(c.WindowBefore, c.Need, c.Now, c.Zone), after.Figures(c.Window, c.Need, c.Now, c.Zone)
	for _, f := range comparable() {
		if c.Window.followed(f.followed, c.Now, c.Zone) || f.followed == 0 {
			t := Told{Figure: f.name, By: by, Name: after.Name, Before: was, After: is, p: math.NaN()}
			f.compare(&t)
			all = append(all, t)
		}
	}
	return all
}

// compare finds the trend of a figure, and how often chance alone would differ so much.
func (f compared) compare(t *Told) {
	if f.of == nil {
		points, i, ok := ScoreDifference(t.Before.Recommend, t.After.Recommend)
		if t.Trend = TrendOfScore(t.Before.Recommend, t.After.Recommend); ok {
			t.p = tails(points / ((i.High - i.Low) / 2 / z95))
		}
		return
	}
	before, after := f.of(t.Before), f.of(t.After)
	t.Trend = TrendOfShare(before, after)
	if t.Trend != NoTrend {
		t.p = differ(*before.X, before.N, *after.X, after.N)
	}
}

// differ is the p of two shares being one (the pooled score test).
func differ(x1, n1, x2, n2 int) float64 {
	a, b := float64(n1), float64(n2)
	pooled := float64(x1+x2) / (a + b)
	deviation := math.Sqrt(pooled * (1 - pooled) * (1/a + 1/b))
	if deviation == 0 {
		return 1
	}
	return tails((float64(x1)/a - float64(x2)/b) / deviation)
}

// tails is the part of the normal law that is further out than z on either side.
func tails(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// judge says which changes are sure among all that were compared.
func (d *Digest) judge(parts []Told) {
	var all []*Told
	for _, list := range [][]Told{d.Whole, parts} {
		for i := range list {
			if list[i].Trend != NoTrend {
				all = append(all, &list[i])
			}
		}
	}
	p := make([]float64, len(all))
	for i, t := range all {
		p[i] = t.p
	}
	q := FalseDiscovery(p)
	for i, t := range all {
		clear := t.Trend == Higher || t.Trend == Lower
		t.Sure = clear && q[i] <= falselyTold
		if clear && !t.Sure {
			d.SureAlone++
		}
	}
	d.Compared = len(all)
	for _, t := range parts {
		if t.Sure {
			d.Parts = append(d.Parts, t)
		}
	}
}
