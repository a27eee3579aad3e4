package reports

// Trend is what may be said of a figure beside the one before it. The words are
// the reader's language's; this is which of them.
type Trend int

// The trends. A colour or an arrow goes with Lower and Higher only.
const (
	NoTrend Trend = iota // one of the two is withheld, empty or not measured
	TooFew               // so few that not even a change worth noticing would be sure to show
	Unclear              // no clear change, though one worth noticing would have shown
	Lower
	Higher
)

// noticed is a change worth noticing, as a share: ten points of a hundred.
const noticed = 0.1

// z80 is the 80 % point of the normal law: a change that would show is one that
// would in four of five such comparisons.
const z80 = 0.8416212335729143

// TrendOfShare compares two shares of different tickets or people, by Newcombe.
func TrendOfShare(before, after *Share) Trend {
	if !before.counted() || !after.counted() {
		return NoTrend
	}
	return trendOf(Newcombe(*after.X, after.N, *before.X, before.N))
}

// TrendOfScore compares two recommendation scores of different people.
func TrendOfScore(before, after *Recommend) Trend {
	_, i, ok := ScoreDifference(before, after)
	return trendOf(Interval{Low: i.Low / 100, High: i.High / 100}, ok)
}

// trendOf reads the interval of a difference. Half its width is z95 standard
// errors; the least difference that shows in four of five comparisons is z95+z80
// of them. For two scores of variance 0.61 that takes 958 answers each.
func trendOf(i Interval, ok bool) Trend {
	half := (i.High - i.Low) / 2
	switch {
	case !ok:
		return NoTrend
	case i.Low > 0:
		return Higher
	case i.High < 0:
		return Lower
	case (z95+z80)/z95*half > noticed:
		return TooFew
	default:
		return Unclear
	}
}
