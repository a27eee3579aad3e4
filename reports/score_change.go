package reports

import "math"

// ChangeOfScore says, like Change, whether a recommendation score is higher (1) or
// lower (-1) than before, or neither for sure (0). The interval of the difference
// is put together from the two score intervals by square and add, as Newcombe does
// for shares (Zou and Donner 2008), so it needs none of the counts that a small
// month keeps to itself.
func ChangeOfScore(before, after *Recommend) int {
	if !before.counted() || !after.counted() {
		return 0
	}
	d := *after.Score - *before.Score
	return direction(Interval{
		Low:  d - math.Hypot(*after.Score-*after.Low, *before.High-*before.Score),
		High: d + math.Hypot(*after.High-*after.Score, *before.Score-*before.Low),
	}, true)
}

func (r *Recommend) counted() bool {
	return r != nil && r.Score != nil && r.Low != nil && r.High != nil
}
