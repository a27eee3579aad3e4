package reports

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestRoundedRoughly: what is told of today is a multiple of its step, never further
// from the truth than that step, and on the safe side of it.
func TestRoundedRoughly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1e6).Draw(t, "n")
		if got := fives(n); got%5 != 0 || got < n-2 || got > n+2 {
			t.Errorf("%d is told as %d", n, got)
		}
		d := time.Duration(rapid.Int64Range(0, int64(60*24*time.Hour)).Draw(t, "duration"))
		step := 5 * time.Minute
		if d >= 24*time.Hour {
			step = time.Hour
		}
		if got := upTo(d); got%step != 0 || got < d || got >= d+step {
			t.Errorf("within %s is told as within %s", d, got)
		}
		if n == 0 {
			return
		}
		x := rapid.IntRange(0, n).Draw(t, "x")
		s, exact := roughShare(x, n, 0), shareOf(x, n)
		for _, v := range []float64{*s.Share, *s.Low, *s.High} {
			if math.Abs(100*v-math.Round(100*v)) > 1e-9 {
				t.Errorf("%v is no whole per cent", v)
			}
		}
		if math.Abs(*s.Share-*exact.Share) > 0.00501 || *s.Low > *exact.Low || *s.High < *exact.High || *s.Low < *exact.Low-0.01 || *s.High > *exact.High+0.01 {
			t.Errorf("%d of %d is told as %v [%v–%v], and is %v [%v–%v]", x, n, *s.Share, *s.Low, *s.High, *exact.Share, *exact.Low, *exact.High)
		}
		if s.X != nil {
			t.Error("the exact count is told")
		}
	})
}

// TestRoughDelay: a delay is rounded outwards, and one that is not reached stays so.
func TestRoughDelay(t *testing.T) {
	waits := []Observation{}
	for i := range 12 {
		waits = append(waits, Observation{Time: time.Duration(i)*time.Hour + 61*time.Second, Ended: i < 8})
	}
	d := roughDelay(waits, 1)
	if d.N != 10 || d.Unknown != 0 || *d.P50.Seconds != 5*3600+5*60 || *d.P50.Low%300 != 0 || d.P90.Reached || d.P90.Seconds != nil {
		t.Errorf("told %+v, half %+v, nine in ten %+v", d, d.P50, d.P90)
	}
	if d := roughDelay(waits, 2); d.Measured == nil || d.P50 != nil {
		t.Errorf("two of fourteen are unknown, and told is %+v", d)
	}
	if d := roughDelay(nil, 0); d.N != 0 || d.P50 != nil {
		t.Errorf("nobody asked anything, and told is %+v", d)
	}
}
