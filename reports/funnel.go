package reports

import "math"

// Group is one of several that are compared, X of its N: a team, a category. Never
// a person.
type Group struct{ X, N int }

// share and valid: a group without data is compared with nothing.
func (g Group) share() float64 { return float64(g.X) / float64(g.N) }
func (g Group) valid() bool    { return g.N > 0 && 0 <= g.X && g.X <= g.N }

// Funnel compares groups of unequal size with one target, each within the limits
// that chance alone sets for its size (Spiegelhalter 2005). It does not rank them.
type Funnel struct {
	Target float64 // the same for all; a share
	Spread         // how far the groups differ for reasons that are not in the data
}

// Flag is where a group stands in the funnel.
type Flag int

// The flags. By chance alone one in twenty groups is past an alert limit, and one
// in five hundred past an alarm limit: among twenty groups, false alerts are the
// rule.
const (
	WithinLimits Flag = iota
	LowAlert
	LowAlarm
	HighAlert
	HighAlarm
)

// The part of groups that lie past one limit by chance, on each side.
const (
	alertTail = 0.025
	alarmTail = 0.001
)

// zAlarm is the normal point past which alarmTail lies; z95 is that of alertTail.
const zAlarm = 3.090232306167813

// FunnelOf takes as target the share of all groups together, and their spread
// around it. It is not ok for fewer than two groups, or where all or none of all
// groups say yes: then there is nothing to compare.
func FunnelOf(groups []Group) (f Funnel, ok bool) {
	x, n := 0, 0
	for _, g := range groups {
		if !g.valid() {
			return Funnel{}, false
		}
		x, n = x+g.X, n+g.N
	}
	if len(groups) < 2 || x == 0 || x == n {
		return Funnel{}, false
	}
	f.Target = float64(x) / float64(n)
	f.Spread = spreadOf(groups, f.Target)
	return f, true
}

// P is how often chance alone would put a group as far from the target, on either
// side: twice the exact binomial tail, and never less than the normal tail once
// the spread is allowed for. below says on which side the group is.
func (f Funnel) P(g Group) (p float64, below, ok bool) {
	if !g.valid() {
		return 0, false, false
	}
	p, below = binomial{g.N, f.Target}.surprise(g.X)
	if f.Tau2 > 0 {
		z := (g.share() - f.Target) / f.deviation(g.N)
		p = max(p, math.Erfc(math.Abs(z)/math.Sqrt2))
	}
	return p, below, true
}

// Flag decides by P, not by the drawn limits: those are read between counts, which
// a count never is. Where several groups are looked at, FalseDiscovery of their P
// tells which flags to believe.
func (f Funnel) Flag(g Group) Flag {
	p, below, ok := f.P(g)
	switch {
	case !ok || p >= 2*alertTail:
		return WithinLimits
	case below && p < 2*alarmTail:
		return LowAlarm
	case below:
		return LowAlert
	case p < 2*alarmTail:
		return HighAlarm
	default:
		return HighAlert
	}
}

// Limits are the lines to draw around the target at size n, as shares: from the
// exact binomial law, the upper ones as the mirror of the lower ones for failures
// (reading both from the same side would put a perfect small group outside), and
// wider where the groups are spread.
func (f Funnel) Limits(n int) (alert, alarm Interval) {
	return f.limits(n, alertTail, z95), f.limits(n, alarmTail, zAlarm)
}

func (f Funnel) limits(n int, tail, z float64) Interval {
	if n <= 0 {
		return Interval{Low: 0, High: 1}
	}
	b := binomial{n, f.Target}
	i := Interval{Low: b.crossing(tail), High: 1 - b.failures().crossing(tail)}
	if f.Tau2 > 0 {
		wide := around(f.Target, z*f.deviation(n))
		i.Low, i.High = min(i.Low, wide.Low), max(i.High, wide.High)
	}
	return Interval{Low: max(0, i.Low), High: min(1, i.High)}
}

// deviation is the standard deviation of the share of a group of n, its spread
// included.
func (f Funnel) deviation(n int) float64 {
	return math.Sqrt(f.Target*(1-f.Target)/float64(n) + f.Tau2)
}

// ScoreLimits are the lines around a target score, in points, at size n, with the
// variance of one answer of all groups together (p + d - (p-d)², with promoters
// and detractors as shares): target ± 100 z √(V/n).
func ScoreLimits(target, variance float64, n int) (alert, alarm Interval) {
	deviation := 100 * math.Sqrt(variance/float64(n))
	return around(target, z95*deviation), around(target, zAlarm*deviation)
}

func around(centre, half float64) Interval {
	return Interval{Low: centre - half, High: centre + half}
}
