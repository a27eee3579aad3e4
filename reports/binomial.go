package reports

import (
	"math"
	"sort"
)

// binomial is how many of n say yes if each does with the same probability.
type binomial struct {
	n           int
	probability float64
}

// failures is the same law told by those who say no.
func (b binomial) failures() binomial { return binomial{b.n, 1 - b.probability} }

// atMost is P(X ≤ x). Above the mean it is one less the other tail, so that the
// terms to be summed always fall from the first on.
func (b binomial) atMost(x int) float64 {
	switch {
	case x < 0:
		return 0
	case x >= b.n:
		return 1
	case float64(x) >= float64(b.n)*b.probability:
		return 1 - b.failures().lowerTail(b.n-x-1)
	default:
		return b.lowerTail(x)
	}
}

// lowerTail sums from x down, each term from the one before, until what is left
// cannot change a float.
func (b binomial) lowerTail(x int) float64 {
	const bits = 1e-18
	sum, term := 0.0, b.exactly(x)
	for k := float64(x); k >= 0 && term > bits*sum; k-- {
		sum += term
		term *= k * (1 - b.probability) / ((float64(b.n) - k + 1) * b.probability)
	}
	return sum
}

// exactly is P(X = x).
func (b binomial) exactly(x int) float64 {
	if b.probability <= 0 || b.probability >= 1 {
		if float64(x) == float64(b.n)*b.probability {
			return 1
		}
		return 0
	}
	ways := logFactorial(b.n) - logFactorial(x) - logFactorial(b.n-x)
	return math.Exp(ways + float64(x)*math.Log(b.probability) + float64(b.n-x)*math.Log1p(-b.probability))
}

func logFactorial(n int) float64 {
	l, _ := math.Lgamma(float64(n) + 1)
	return l
}

// surprise is how unlikely a count as far out as x is, on either side: twice the
// smaller tail, x included, and at most 1. below says which side x is on.
func (b binomial) surprise(x int) (p float64, below bool) {
	low, high := b.atMost(x), b.failures().atMost(b.n-x)
	return min(1, 2*min(low, high)), low < high
}

// crossing is where P(X ≤ r) passes the tail, as a share of n and read between the
// counts: with r the first count past it, (r - (P(X ≤ r) - tail)/P(X = r)) / n
// (Spiegelhalter 2005).
func (b binomial) crossing(tail float64) float64 {
	r := sort.Search(b.n, func(r int) bool { return b.atMost(r) > tail })
	return (float64(r) - (b.atMost(r)-tail)/b.exactly(r)) / float64(b.n)
}
