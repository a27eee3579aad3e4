package reports

import (
	"math"
	"slices"
)

// Spread is how much more groups differ than chance makes them (Spiegelhalter
// 2005, 2012). Well above Phi = 1 they differ for reasons that are not in the data,
// such as the kind of tickets they get; say so before flagging any.
type Spread struct {
	Phi  float64 // mean z² of the groups, the furthest pulled in; 1 by chance alone
	Tau2 float64 // variance of the true shares between groups; 0 where chance explains all
}

// winsorised is the part of groups on each side that is pulled in to the nearest
// of the others, so that the few worth flagging do not widen the limits for
// themselves.
const winsorised = 0.1

// spreadOf finds Phi, and Tau2 by the method of moments (DerSimonian and Laird
// 1986): with s² = θ(1-θ)/n, W1 = Σ 1/s² and W2 = Σ 1/s⁴ over k groups,
// (k Phi - (k-1)) / (W1 - W2/W1), if above 0.
func spreadOf(groups []Group, target float64) Spread {
	var z []float64
	w1, w2 := 0.0, 0.0
	for _, g := range groups {
		weight := float64(g.N) / (target * (1 - target))
		z = append(z, (g.share()-target)*math.Sqrt(weight))
		w1 += weight
		w2 += weight * weight
	}
	k := float64(len(groups))
	phi := meanSquare(pulledIn(z))
	return Spread{Phi: phi, Tau2: max(0, (k*phi-(k-1))/(w1-w2/w1))}
}

// pulledIn leaves no value outside the quantiles of winsorised on each side.
func pulledIn(values []float64) []float64 {
	low, high := interpolated(values, winsorised), interpolated(values, 1-winsorised)
	within := slices.Clone(values)
	for k, v := range within {
		within[k] = max(low, min(high, v))
	}
	return within
}

// interpolated is the quantile q of values, drawn straight between the two nearest
// (type 7 of Hyndman and Fan 1996). For waits, some of which are still open, see
// Curve.
func interpolated(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	rank := q * float64(len(sorted)-1)
	below := int(rank)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (rank-float64(below))*(sorted[above]-sorted[below])
}

func meanSquare(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v * v
	}
	return sum / float64(len(values))
}
