package reports

import (
	"math"
	"slices"
	"time"
)

// FunnelView is how the values of a dimension stand around all of them together, in the
// order of the alphabet: there is no best one.
type FunnelView struct {
	Funnel
	Figure   string
	By       Dimension
	Groups   []Placed
	Withheld []string // values that too few customers or advisers stand behind
}

// Placed is one value in the funnel.
type Placed struct {
	Name     string
	Share    *Share
	Flag     Flag // as it would be alone
	Believed bool // also for there being so many
}

// FunnelFigures are those that groups are compared by, as addresses name them.
func FunnelFigures() (names []string) {
	for _, f := range comparable() {
		if f.of != nil {
			names = append(names, f.name)
		}
	}
	return names
}

// Funnel places the values of a dimension; ok is false where fewer than two can be told,
// or they all say the same.
func (c *Cube) Funnel(f Filter, by Dimension, figure string, w Window, need Need, now time.Time, zone *time.Location) (v FunnelView, ok bool) {
	v.Figure, v.By = figure, by
	i := slices.IndexFunc(comparable(), func(c compared) bool { return c.name == figure && c.of != nil })
	if i < 0 {
		return v, false
	}
	var groups []Group
	for _, s := range c.Split(f, by) {
		share := comparable()[i].of(s.Figures(w, need, now, zone))
		switch {
		case share == nil:
			v.Withheld = append(v.Withheld, s.Name)
		case share.counted():
			groups = append(groups, Group{*share.X, share.N})
			v.Groups = append(v.Groups, Placed{Name: s.Name, Share: shareOf(*share.X, share.N)})
		}
	}
	if v.Funnel, ok = FunnelOf(groups); !ok {
		return v, false
	}
	v.place(groups)
	return v, true
}

// place flags the groups, and says which flags to believe among so many.
func (v *FunnelView) place(groups []Group) {
	p := make([]float64, len(groups))
	for i, g := range groups {
		p[i], _, _ = v.P(g)
		v.Groups[i].Flag = v.Funnel.Flag(g)
	}
	for i, q := range FalseDiscovery(p) {
		v.Groups[i].Believed = v.Groups[i].Flag != WithinLimits && q <= falselyTold
	}
}

// Overdispersed says that the groups differ more than chance alone makes them, for
// reasons that are not in the data: a thing to say before any of them is looked at. The
// sum of z² of k groups is past the 95 % point of chi-square with k-1 degrees (Wilson and
// Hilferty 1931) by chance in one of twenty.
func (v FunnelView) Overdispersed() bool {
	k := float64(len(v.Groups))
	width := 2 / (9 * (k - 1))
	return v.Tau2 > 0 && k*v.Phi > (k-1)*math.Pow(1-width+z95OneSided*math.Sqrt(width), 3)
}

// z95OneSided is the 95 % point of the normal law.
const z95OneSided = 1.6448536269514722
