package reports

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// classes are the promoters, passives and detractors that a row gives.
func (r referenceRow) classes(t *testing.T) (promoters, passives, detractors int) {
	t.Helper()
	return r.count(t, "promoters"), r.count(t, "passives"), r.count(t, "detractors")
}

// holdsWaldScore holds the point, and the usual plus or minus two standard errors
// as far as they go: they are not published.
func holdsWaldScore(t *testing.T, r referenceRow) {
	points, _, ok := Score(r.classes(t))
	if !ok {
		t.Error("no score")
	}
	r.near(t, "nps", points, 1e-4)
	variance, deviation := scoreVariance(r.classes(t))
	r.near(t, "var", variance, 1e-6)
	r.near(t, "se", 100*deviation, 1e-4)
	r.ends(t, waldScore(r.classes(t)), 1e-4)
}

func holdsScore(t *testing.T, r referenceRow) {
	_, i, ok := Score(r.classes(t))
	if !ok {
		t.Error("no score")
	}
	r.ends(t, i, 1e-4)
}

// holdsAdjustedWald also sets it against ours, which it must come close to.
func holdsAdjustedWald(t *testing.T, r referenceRow) {
	p, a, d := r.classes(t)
	witness := adjustedWald(p, a, d)
	r.near(t, "centre", (witness.Low+witness.High)/2, 1e-4)
	r.ends(t, witness, 1e-4)
	if p+a+d < 36 {
		return
	}
	_, i, _ := Score(p, a, d)
	near(t, "our low", i.Low, witness.Low, 1)
	near(t, "our high", i.High, witness.High, 1)
}

// scoreVariance is that of one answer, and the standard error of the score as a
// share.
func scoreVariance(promoters, passives, detractors int) (variance, deviation float64) {
	n := float64(promoters + passives + detractors)
	p, d := float64(promoters)/n, float64(detractors)/n
	variance = p + d - (p-d)*(p-d)
	return variance, math.Sqrt(variance / n)
}

func waldScore(promoters, passives, detractors int) Interval {
	n := promoters + passives + detractors
	_, deviation := scoreVariance(promoters, passives, detractors)
	return around(100*float64(promoters-detractors)/float64(n), 100*z95*deviation)
}

// adjustedWald is another interval of the same score, by another idea (Rocks
// 2016: three answers added), and so a witness.
func adjustedWald(promoters, passives, detractors int) Interval {
	n := float64(promoters+passives+detractors) + 3
	p, d := (float64(promoters)+0.75)/n, (float64(detractors)+0.75)/n
	centre := p - d
	return around(100*centre, 100*z95*math.Sqrt((p+d-centre*centre)/n))
}

func TestNoAnswersHaveNoScore(t *testing.T) {
	for _, c := range [][3]int{{0, 0, 0}, {-1, 5, 0}, {3, -3, 0}, {2, 0, -1}} {
		if points, i, ok := Score(c[0], c[1], c[2]); ok || points != 0 || i != (Interval{}) {
			t.Errorf("Score%v = %v, %v, %v", c, points, i, ok)
		}
	}
}

func TestScoreLaws(t *testing.T) {
	counts := rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 20), rapid.IntRange(0, 1_000_000))
	rapid.Check(t, func(t *rapid.T) {
		p, a, d := counts.Draw(t, "promoters"), counts.Draw(t, "passives"), counts.Draw(t, "detractors")
		points, i, ok := Score(p, a, d)
		if ok != (p+a+d > 0) {
			t.Fatalf("%d/%d/%d: ok is %v", p, a, d, ok)
		}
		if !ok {
			return
		}
		if !(-100 <= i.Low && i.Low <= points && points <= i.High && i.High <= 100 && i.Low < i.High) {
			t.Fatalf("%d/%d/%d: %v in %v", p, a, d, points, i)
		}
		opposite, mirror, _ := Score(d, a, p)
		if opposite != -points || math.Abs(mirror.Low+i.High) > 1e-4 || math.Abs(mirror.High+i.Low) > 1e-4 {
			t.Fatalf("%d/%d/%d: %v in %v, its mirror %v in %v", p, a, d, points, i, opposite, mirror)
		}
		k := rapid.IntRange(2, 9).Draw(t, "times")
		if same, more, _ := Score(k*p, k*a, k*d); math.Abs(same-points) > 1e-9 || more.High-more.Low >= i.High-i.Low {
			t.Fatalf("%d/%d/%d: %v in %v, %d times over %v in %v", p, a, d, points, i, k, same, more)
		}
	})
}

// TestScoreCoverage adds up, over all answers that could come, how often the
// published interval holds the truth. The first five shares are those that a
// separate enumeration gave.
func TestScoreCoverage(t *testing.T) {
	for _, c := range []struct {
		n         int
		p, d      float64
		low, high float64
	}{
		{5, 0.80, 0.05, 0.9635, 0.9645},
		{10, 0.95, 0.01, 0.9615, 0.9625},
		{20, 0.95, 0.01, 0.9545, 0.9555},
		{20, 0.50, 0.20, 0.9465, 0.9475},
		{50, 0.95, 0.01, 0.9645, 0.9655},
		{30, 0.50, 0.20, 0.93, 0.98},
		{30, 0.30, 0.40, 0.93, 0.98},
		{30, 0.80, 0.05, 0.93, 0.98},
		{30, 0.20, 0.10, 0.93, 0.98},
		{100, 0.50, 0.20, 0.93, 0.98},
		{100, 0.30, 0.40, 0.93, 0.98},
		{100, 0.80, 0.05, 0.93, 0.98},
		{100, 0.20, 0.10, 0.93, 0.98},
	} {
		if got := scoreCoverage(c.n, c.p, c.d); got < c.low || got > c.high {
			t.Errorf("n=%d p=%.2f d=%.2f: covered %.4f of the time, want %.4f to %.4f", c.n, c.p, c.d, got, c.low, c.high)
		}
	}
}

func scoreCoverage(n int, p, d float64) (covered float64) {
	truth := 100 * (p - d)
	for promoters := range n + 1 {
		for detractors := range n - promoters + 1 {
			passives := n - promoters - detractors
			if _, i, _ := Score(promoters, passives, detractors); i.Low <= truth && truth <= i.High {
				covered += multinomial([]int{promoters, passives, detractors}, []float64{p, 1 - p - d, d})
			}
		}
	}
	return covered
}
