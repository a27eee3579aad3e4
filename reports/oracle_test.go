package reports

import "gonum.org/v1/gonum/stat/distuv"

// betaEnds are the points that leave these parts of a beta law on each side, by a
// library that the product itself does not use.
func betaEnds(a, b, tail float64) Interval {
	law := distuv.Beta{Alpha: a, Beta: b}
	return Interval{Low: law.Quantile(tail), High: law.Quantile(1 - tail)}
}
