package reports

import (
	"math"
	"time"
)

// What moves from day to day by a few requests is published only roughly: fine
// numbers, compared from one day to the next, would tell of single requests.

// fives is a number of requests to the nearest five.
func fives(n int) int { return (n + 2) / 5 * 5 }

// coarse is the step in which a duration is told: five minutes, and an hour from a
// day on.
func coarse(d time.Duration) time.Duration {
	if d < 24*time.Hour {
		return 5 * time.Minute
	}
	return time.Hour
}

// upTo rounds up: what is told as "within" was.
func upTo(d time.Duration) time.Duration {
	step := coarse(d)
	return (d + step - 1) / step * step
}

// roughShare is a share in whole per cents, with an interval that holds the exact
// one.
func roughShare(x, n, unknown int) *Share {
	s := shareKnown(x, n, unknown)
	s.X, s.N, s.Unknown = nil, fives(s.N), fives(s.Unknown)
	if s.Share != nil {
		s.Share, s.Low, s.High = rounded(*s.Share, 100), whole100(*s.Low, math.Floor), whole100(*s.High, math.Ceil)
	}
	return s
}

// whole100 cuts a share, already to four decimals, to a whole per cent.
func whole100(share float64, cut func(float64) float64) *float64 {
	v := cut(math.Round(share*1e4)/100) / 100
	return &v
}

// roughDelay is within which time half, and nine in ten, came to an end, with the
// withdrawn ones in the base.
func roughDelay(waits []Observation, unknown int) *Delay {
	n := len(waits)
	d := &Delay{N: fives(n), Unknown: fives(unknown)}
	if notMeasured(n, unknown) {
		d.Measured = new(bool)
		return d
	}
	if n > 0 {
		curve := Incidence(waits)
		d.P50, d.P90 = roughPoint(curve.Quantile(0.5)), roughPoint(curve.Quantile(0.9))
	}
	return d
}

// roughPoint rounds outwards.
func roughPoint(q Quantile) *Point {
	q.At, q.High = upTo(q.At), upTo(q.High)
	q.Low -= q.Low % coarse(q.Low)
	return pointOf(q)
}
