package reports

import (
	"slices"
	"time"
)

// Quantile is the time within which a part of the tickets end: half of them, nine
// in ten. The zero Quantile is "not reached": more than the rest were still
// waiting when they were last seen, so there is no number to show.
//
// High is meaningful only if HighReached: with many tickets still open, the time
// may be known and how late it might be may not.
type Quantile struct {
	At, Low, High        time.Duration
	Reached, HighReached bool
}

// Quantile is the first time at which the share still waiting is 1-q or less
// (q = 0.5 for half of the tickets), also where the curve lies exactly on 1-q for
// a while: some programs answer the middle of that stretch, a time at which
// nothing happened. Its interval goes from the first time at which the lower end
// of the band is that low to the first at which the upper end is.
func (c Curve) Quantile(q float64) Quantile {
	at, reached := c.first(q, func(s step) float64 { return s.waiting })
	if !reached {
		return Quantile{}
	}
	low, _ := c.first(q, func(s step) float64 { return s.band.Low }) // Low ≤ waiting: reached no later
	high, highReached := c.first(q, func(s step) float64 { return s.band.High })
	return Quantile{At: at, Low: low, High: high, Reached: true, HighReached: highReached}
}

// first is when the line falls to 1-q. One that lies on it, counted in tickets,
// must not miss it by the last bits of a float.
func (c Curve) first(q float64, line func(step) float64) (at time.Duration, reached bool) {
	const bits = 1e-9
	k := slices.IndexFunc(c.steps, func(s step) bool { return line(s) <= 1-q+bits })
	if k < 0 {
		return 0, false
	}
	return c.steps[k].at, true
}

// seconds rounds to whole seconds, as durations are published.
func seconds(d time.Duration) int64 { return int64(d.Round(time.Second) / time.Second) }
