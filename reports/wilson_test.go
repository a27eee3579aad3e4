package reports

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func holdsWilson(t *testing.T, r referenceRow) {
	i, ok := Wilson(r.count(t, "x"), r.count(t, "n"))
	if !ok {
		t.Error("no interval")
	}
	r.ends(t, i, 1e-6)
}

func holdsNewcombe(t *testing.T, r referenceRow) {
	i, ok := Newcombe(r.count(t, "x1"), r.count(t, "n1"), r.count(t, "x2"), r.count(t, "n2"))
	if !ok {
		t.Error("no interval")
	}
	r.ends(t, i, 1e-6)
}

func TestNoShareHasNoInterval(t *testing.T) {
	for _, c := range [][2]int{{0, 0}, {1, 0}, {-1, 5}, {6, 5}, {0, -3}, {-1, -1}} {
		if i, ok := Wilson(c[0], c[1]); ok || i != (Interval{}) {
			t.Errorf("Wilson(%d, %d) = %v, %v", c[0], c[1], i, ok)
		}
		if _, ok := Newcombe(c[0], c[1], 1, 2); ok {
			t.Errorf("Newcombe with %d of %d on the left is ok", c[0], c[1])
		}
		if _, ok := Newcombe(1, 2, c[0], c[1]); ok {
			t.Errorf("Newcombe with %d of %d on the right is ok", c[0], c[1])
		}
	}
}

// drawShare draws x of n, small groups as often as large ones.
func drawShare(t *rapid.T, label string) (x, n int) {
	n = rapid.OneOf(rapid.IntRange(1, 30), rapid.IntRange(1, 5_000_000)).Draw(t, label+" n")
	x = rapid.OneOf(rapid.IntRange(0, n), rapid.Just(0), rapid.Just(n)).Draw(t, label+" x")
	return x, n
}

func TestWilsonLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := drawShare(t, "")
		i, ok := Wilson(x, n)
		if p := float64(x) / float64(n); !ok || !(0 <= i.Low && i.Low <= p && p <= i.High && i.High <= 1) {
			t.Fatalf("%d of %d: %v %v", x, n, i, ok)
		}
		mirror, _ := Wilson(n-x, n)
		if math.Abs(mirror.Low-(1-i.High)) > 1e-12 || math.Abs(mirror.High-(1-i.Low)) > 1e-12 {
			t.Fatalf("%d of %d: %v, and its mirror %v", x, n, i, mirror)
		}
		k := rapid.IntRange(2, 9).Draw(t, "times")
		if more, _ := Wilson(k*x, k*n); more.High-more.Low >= i.High-i.Low {
			t.Fatalf("%d of %d: %v, not narrower %d times over: %v", x, n, i, k, more)
		}
	})
}

func TestNewcombeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x1, n1 := drawShare(t, "first")
		x2, n2 := drawShare(t, "second")
		i, ok := Newcombe(x1, n1, x2, n2)
		diff := float64(x1)/float64(n1) - float64(x2)/float64(n2)
		if !ok || !(-1 <= i.Low && i.Low <= diff && diff <= i.High && i.High <= 1) {
			t.Fatalf("%d/%d against %d/%d: %v %v", x1, n1, x2, n2, i, ok)
		}
		back, _ := Newcombe(x2, n2, x1, n1)
		if math.Abs(back.Low+i.High) > 1e-12 || math.Abs(back.High+i.Low) > 1e-12 {
			t.Fatalf("%d/%d against %d/%d: %v, the other way %v", x1, n1, x2, n2, i, back)
		}
		if same, _ := Newcombe(x1, n1, x1, n1); !(same.Low < 0 && 0 < same.High) {
			t.Fatalf("%d/%d differs from itself: %v", x1, n1, same)
		}
	})
}

// TestWilsonCoverage adds up, over all that could be counted, how often the
// published interval holds the truth. With few answers that share goes up and down
// around the promised 95 % from one true value to the next.
func TestWilsonCoverage(t *testing.T) {
	for _, n := range []int{30, 100} {
		for _, p := range []float64{0.2, 0.5, 0.7, 0.9} {
			covered := 0.0
			for x := range n + 1 {
				if i, _ := Wilson(x, n); i.Low <= p && p <= i.High {
					covered += multinomial([]int{x, n - x}, []float64{p, 1 - p})
				}
			}
			if covered < 0.925 || covered > 0.98 {
				t.Errorf("n=%d p=%.2f: covered %.3f of the time", n, p, covered)
			}
		}
	}
}

// multinomial is the probability of these counts when the classes have these
// (non-zero) probabilities.
func multinomial(counts []int, probabilities []float64) float64 {
	n, log := 0, 0.0
	for k, c := range counts {
		n += c
		factorial, _ := math.Lgamma(float64(c) + 1)
		log += float64(c)*math.Log(probabilities[k]) - factorial
	}
	all, _ := math.Lgamma(float64(n) + 1)
	return math.Exp(log + all)
}
