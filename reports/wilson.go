package reports

import "math"

// z95 is the 97.5 % point of the normal law: every interval here holds at 95 %.
const z95 = 1.959963984540054

// Interval is the range, at 95 %, within which the true value is believed to
// lie. Its unit is that of the value it stands beside.
type Interval struct{ Low, High float64 }

// Wilson is the score interval (Wilson 1927) of the share x/n: never outside
// 0 to 1, and never of width zero when everybody or nobody said yes. A month is
// taken as a sample of how the service works, so there is no correction for
// having seen all its tickets.
//
// It is not ok where there is no data (n = 0), nor for counts that are no share.
func Wilson(x, n int) (i Interval, ok bool) {
	if n <= 0 || x < 0 || x > n {
		return Interval{}, false
	}
	yes, all := float64(x), float64(n)
	share, width := yes/all, all+z95*z95
	centre := (yes + z95*z95/2) / width
	half := z95 / width * math.Sqrt(yes*(all-yes)/all+z95*z95/4)
	// The last bit of a float must not push an end past the share, or past 0 or 1.
	return Interval{
		Low:  max(0, min(share, centre-half)),
		High: min(1, max(share, centre+half)),
	}, true
}

// Newcombe is the hybrid score interval (Newcombe 1998, method 10) of the
// difference x1/n1 - x2/n2 between the shares of two groups that have nobody in
// common. Only where it leaves out 0 may one be called higher than the other:
// comparing the two Wilson intervals by eye does not answer that question.
//
// It is not ok where either group has no data.
func Newcombe(x1, n1, x2, n2 int) (i Interval, ok bool) {
	a, okA := Wilson(x1, n1)
	b, okB := Wilson(x2, n2)
	if !okA || !okB {
		return Interval{}, false
	}
	p, q := float64(x1)/float64(n1), float64(x2)/float64(n2)
	return Interval{
		Low:  p - q - math.Hypot(p-a.Low, b.High-q),
		High: p - q + math.Hypot(a.High-p, q-b.Low),
	}, true
}
