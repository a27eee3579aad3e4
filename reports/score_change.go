package reports

import "math"

// ScoreDifference is how many points a recommendation score went up, and the
// interval of that difference, put together from the two score intervals by square
// and add, as Newcombe does for shares (Zou and Donner 2008): with U-S and S-L the
// distances of a score to its ends,
//
//	d - √((S₂-L₂)² + (U₁-S₁)²)  to  d + √((U₂-S₂)² + (S₁-L₁)²).
//
// So it needs none of the counts that a small month keeps to itself. It holds for
// answers of different people; whether two intervals overlap does not answer the
// question.
//
// It is not ok where either score is withheld, or has no answers.
func ScoreDifference(before, after *Recommend) (points float64, i Interval, ok bool) {
	if !before.counted() || !after.counted() {
		return 0, Interval{}, false
	}
	d := *after.Score - *before.Score
	return d, Interval{
		Low:  d - math.Hypot(*after.Score-*after.Low, *before.High-*before.Score),
		High: d + math.Hypot(*after.High-*after.Score, *before.Score-*before.Low),
	}, true
}

// ChangeOfScore says, like Change, whether a recommendation score is higher (1) or
// lower (-1) than before, or neither for sure (0).
func ChangeOfScore(before, after *Recommend) int {
	_, i, ok := ScoreDifference(before, after)
	return direction(i, ok)
}

func (r *Recommend) counted() bool {
	return r != nil && r.Score != nil && r.Low != nil && r.High != nil
}
