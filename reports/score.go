package reports

import "math"

// Score is the recommendation score, promoters less detractors per hundred
// answers: -100 when all would advise against, 100 when all would recommend. It
// is not rounded; show it as an integer, for its interval is still points wide at
// a thousand answers. Scores of teams or months are never averaged: add up their
// counts.
//
// The interval is the score interval of a difference of two dependent shares
// (Tango 1998). It stays within -100 to 100 and, unlike the usual plus or minus
// two standard errors, keeps its width when all answers fall in one class.
//
// It is not ok where there is no data, nor for counts below zero.
func Score(promoters, passives, detractors int) (points float64, i Interval, ok bool) {
	if min(promoters, passives, detractors) < 0 || promoters+passives+detractors == 0 {
		return 0, Interval{}, false
	}
	s := scoreTest{
		n: float64(promoters + passives + detractors),
		p: float64(promoters),
		d: float64(detractors),
	}
	point := (s.p - s.d) / s.n
	return 100 * point, Interval{Low: 100 * s.end(point, -1), High: 100 * s.end(point, 1)}, true
}

// scoreTest asks of a supposed true difference whether the counted answers, p
// promoters and d detractors among n, would be surprising under it.
type scoreTest struct{ n, p, d float64 }

// end is the difference furthest from the point towards the limit (-1 or 1) that
// the answers do not contradict, found by bisection down to the last bit.
func (s scoreTest) end(point, limit float64) float64 {
	inside, outside := point, limit
	for range 60 {
		if middle := (inside + outside) / 2; s.allows(middle) {
			inside = middle
		} else {
			outside = middle
		}
	}
	return inside
}

// allows says that the counted difference lies within z95 standard errors of
// delta, where the error is the one that would hold if delta were true. (At the
// ends of the scale rounding can leave a variance just below zero.)
func (s scoreTest) allows(delta float64) bool {
	variance := s.n * (2*s.detracting(delta) + delta*(1-delta))
	return math.Abs(s.p-s.d-s.n*delta) <= z95*math.Sqrt(max(0, variance))
}

// detracting is the likeliest share of detractors if the true difference were
// delta: the larger root of 2n q² + b q + c = 0 (Tango 1998).
func (s scoreTest) detracting(delta float64) float64 {
	a := 2 * s.n
	b := (2*s.n-s.p+s.d)*delta - s.p - s.d
	c := -s.d * delta * (1 - delta)
	return (math.Sqrt(max(0, b*b-4*a*c)) - b) / (2 * a)
}
