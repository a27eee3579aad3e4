package reports

import "math"

// Prior is what the groups together say of one more of them, before its own
// tickets are seen: the beta law of that mean and size.
type Prior struct {
	Mean float64
	Size float64 // in tickets; infinite where the groups do not differ
}

// PriorOf learns the prior from the groups (empirical Bayes) by the method of
// moments: the mean square between k groups, Σ n(p-μ)²/(k-1), is expected to be
// μ(1-μ)(1 + (n₀-1)ρ), with n₀ = (N - Σn²/N)/(k-1) and ρ the correlation of two
// tickets of one group. The size is 1/ρ - 1.
//
// It is not ok for fewer than two groups, or where no group has more than one
// ticket.
func PriorOf(groups []Group) (p Prior, ok bool) {
	x, n, squares := 0.0, 0.0, 0.0
	for _, g := range groups {
		if !g.valid() {
			return Prior{}, false
		}
		x, n, squares = x+float64(g.X), n+float64(g.N), squares+float64(g.N)*float64(g.N)
	}
	k := float64(len(groups))
	if k < 2 || n == k {
		return Prior{}, false
	}
	p.Mean = x / n
	between, chance := between(groups, p.Mean), p.Mean*(1-p.Mean)
	if between <= chance {
		return Prior{Mean: p.Mean, Size: math.Inf(1)}, true
	}
	n0 := (n - squares/n) / (k - 1)
	p.Size = max(0, chance*(n0-1)/(between-chance)-1)
	return p, true
}

// between is the mean square between the groups.
func between(groups []Group, mean float64) (sum float64) {
	for _, g := range groups {
		sum += float64(g.N) * (g.share() - mean) * (g.share() - mean)
	}
	return sum / float64(len(groups)-1)
}

// Shrink is the share of a group drawn towards the mean, the more the fewer tickets
// it has: (x + Size·Mean) / (n + Size), halfway at n = Size. It orders a list of
// work inside the house, so that the smallest groups are not always first and
// last; it is never published as what a group achieved.
func (p Prior) Shrink(g Group) float64 {
	if math.IsInf(p.Size, 1) || g.N == 0 {
		return p.Mean
	}
	return (float64(g.X) + p.Size*p.Mean) / (float64(g.N) + p.Size)
}
