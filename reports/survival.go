package reports

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"
)

// Observation is what is known of how long one ticket waited: until its end (the
// first reply, or the lasting resolution), or at least as long as it has been
// followed. Write it with field names: more may be told of a ticket later.
//
// A withdrawn ticket will never end. It counts as not ended at the age it would
// have at the cut-off, not at its age when it was withdrawn: the latter would
// suppose that it would have ended like the others, and show more resolved than
// were.
type Observation struct {
	Time  time.Duration
	Ended bool
}

// Curve is the estimate by Kaplan and Meier (1958) of the share of tickets still
// waiting after a time, in which tickets still open count for as long as they
// have been followed. A delay made from ended tickets alone forgets the longest
// ones.
type Curve struct {
	observations []Observation // by time
	steps        []step        // one for each time at which a ticket ended
}

// step is the curve from one end up to the next.
type step struct {
	at      time.Duration
	waiting float64  // share still waiting, S(t)
	band    Interval // of that share
}

// Survival draws the curve, in one sort and one pass. A ticket followed exactly as
// long as another took to end was still waiting when that one ended.
func Survival(observations []Observation) Curve {
	c := Curve{observations: slices.Clone(observations)}
	slices.SortFunc(c.observations, func(a, b Observation) int { return cmp.Compare(a.Time, b.Time) })
	waiting, greenwood, band := 1.0, 0.0, Interval{Low: 1, High: 1}
	for rest := c.observations; len(rest) > 0; {
		leaving, ended := tied(rest)
		if ended > 0 {
			n, d := float64(len(rest)), float64(ended)
			waiting *= (n - d) / n
			greenwood += d / (n * (n - d))
			band = logLog(waiting, greenwood, band)
			c.steps = append(c.steps, step{rest[0].Time, waiting, band})
		}
		rest = rest[leaving:]
	}
	return c
}

// tied counts the observations that share the time of the first, and how many of
// them ended.
func tied(sorted []Observation) (all, ended int) {
	for all < len(sorted) && sorted[all].Time == sorted[0].Time {
		if sorted[all].Ended {
			ended++
		}
		all++
	}
	return all, ended
}

// logLog is the band around the share still waiting: Greenwood's sum of
// d/(n(n-d)), taken on the scale of log(-log S) so that it stays within 0 to 1.
// There is none for S = 0; then the upper end stays where it was before.
func logLog(waiting, greenwood float64, before Interval) Interval {
	if waiting == 0 {
		return Interval{Low: 0, High: before.High}
	}
	w := z95 * math.Sqrt(greenwood) / -math.Log(waiting)
	return Interval{Low: math.Pow(waiting, math.Exp(w)), High: math.Pow(waiting, math.Exp(-w))}
}

// Within is the share of tickets that end within t, and its interval. Before the
// first end it is 0, with the Wilson interval of none among those followed so far.
//
// It is not ok where no ticket was followed for as long as t, unless all of them
// had ended by then: what happens later is not known.
func (c Curve) Within(t time.Duration) (share float64, i Interval, ok bool) {
	followed := c.followed(t)
	past := sort.Search(len(c.steps), func(k int) bool { return c.steps[k].at > t })
	if past == 0 {
		i, ok = Wilson(0, followed)
		return 0, i, ok
	}
	s := c.steps[past-1]
	if followed == 0 && s.waiting > 0 {
		return 0, Interval{}, false
	}
	return 1 - s.waiting, Interval{Low: 1 - s.band.High, High: 1 - s.band.Low}, true
}

// followed counts the tickets still followed just before t.
func (c Curve) followed(t time.Duration) int {
	n := len(c.observations)
	return n - sort.Search(n, func(k int) bool { return c.observations[k].Time >= t })
}

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
