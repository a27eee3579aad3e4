package reports

import (
	"cmp"
	"slices"
)

// FalseDiscovery adjusts the p of several tests for there being several (Benjamini
// and Hochberg 1995): with the p in rising order, q of the i-th of m is the least
// of p·m/i over it and those after it. Of the tests with q ≤ 0.05, one in twenty is
// expected to be chance; of those with p ≤ 0.05, perhaps all. The answers are in the
// order of the questions.
func FalseDiscovery(p []float64) []float64 {
	order := make([]int, len(p))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	q, least := make([]float64, len(p)), 1.0
	for rank := len(p); rank > 0; rank-- {
		k := order[rank-1]
		least = min(least, p[k]*(float64(len(p))/float64(rank)))
		q[k] = least
	}
	return q
}
