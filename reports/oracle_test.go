package reports

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// The intervals here are other answers to the question that Wilson answers. None is
// published; they say how far ours may be from theirs.

// betaEnds are the points that leave these parts of a beta law on each side, by a
// library that the product itself does not use.
func betaEnds(a, b, tail float64) Interval {
	law := distuv.Beta{Alpha: a, Beta: b}
	return Interval{Low: law.Quantile(tail), High: law.Quantile(1 - tail)}
}

// holdsAgrestiCoull: Wilson's centre, with the width of a share that much nearer to
// one half; so it holds Wilson's interval.
func holdsAgrestiCoull(t *testing.T, r referenceRow) {
	x, n := r.given(t, "x"), r.given(t, "n")
	size := n + z95*z95
	p := (x + z95*z95/2) / size
	i := around(p, z95*math.Sqrt(p*(1-p)/size))
	r.ends(t, Interval{Low: max(0, i.Low), High: min(1, i.High)}, 1e-6)
	if w := r.wilson(t); w.Low < i.Low-1e-9 || w.High > i.High+1e-9 {
		t.Errorf("%s: Wilson %v is not within %v", r.inputs, w, i)
	}
}

func (r referenceRow) wilson(t *testing.T) Interval {
	t.Helper()
	w, ok := Wilson(r.count(t, "x"), r.count(t, "n"))
	if !ok {
		t.Fatal("no interval")
	}
	return w
}

// holdsJeffreys: the posterior of a share of which nothing was known before.
func holdsJeffreys(t *testing.T, r referenceRow) {
	x, n := r.given(t, "x"), r.given(t, "n")
	i := betaEnds(x+0.5, n-x+0.5, 0.025)
	r.ends(t, i, 1e-6)
	if w := r.wilson(t); n >= 20 && distance(w, i) > 0.05 {
		t.Errorf("%s: Wilson %v is far from %v", r.inputs, w, i)
	}
}

// holdsClopperPearson: the exact interval, at whose ends the exact tail, by the
// code that draws the funnel, is one in forty.
func holdsClopperPearson(t *testing.T, r referenceRow) {
	x, n := r.count(t, "x"), r.count(t, "n")
	i := Interval{Low: distuv.Beta{Alpha: float64(x), Beta: float64(n-x) + 1}.Quantile(0.025), High: 1}
	near(t, r.inputs+": tail at the low end", binomial{n, i.Low}.failures().atMost(n-x), 0.025, 1e-9)
	if x < n {
		i.High = distuv.Beta{Alpha: float64(x) + 1, Beta: float64(n - x)}.Quantile(0.975)
		near(t, r.inputs+": tail at the high end", binomial{n, i.High}.atMost(x), 0.025, 1e-9)
	}
	r.ends(t, i, 1e-6)
}

// holdsCorrectedWilson: with the correction for continuity, always around ours.
func holdsCorrectedWilson(t *testing.T, r referenceRow) {
	x, n, z2 := r.given(t, "x"), r.given(t, "n"), z95*z95
	p := x / n
	low := (2*x + z2 - 1 - z95*math.Sqrt(z2-2-1/n+4*p*(n*(1-p)+1))) / (2 * (n + z2))
	high := (2*x + z2 + 1 + z95*math.Sqrt(z2+2-1/n+4*p*(n*(1-p)-1))) / (2 * (n + z2))
	r.ends(t, Interval{Low: low, High: high}, 1e-6)
	if w := r.wilson(t); w.Low < low || w.High > high {
		t.Errorf("%s: Wilson %v is not within %v to %v", r.inputs, w, low, high)
	}
}

// holdsClusterError: customers who answer several times make the error larger than
// the usual formula says. One answer for each customer and period is why ours may
// use it.
func holdsClusterError(t *testing.T, r referenceRow) {
	customers := []int{1, 1, 1, 2, 3, 3, 4, 5, 6, 6, 6, 6}
	classes := []float64{1, 1, 1, 0, -1, -1, 1, 0, 1, 1, 0, 1}
	n, sum := float64(len(classes)), 0.0
	for _, c := range classes {
		sum += c
	}
	residuals, squares := map[int]float64{}, 0.0
	for k, c := range classes {
		residuals[customers[k]] += c - sum/n
	}
	for _, s := range residuals {
		squares += s * s
	}
	g := float64(len(residuals))
	_, naive := scoreVariance(7, 3, 2)
	points, _, _ := Score(7, 3, 2)
	r.near(t, "nps", points, 1e-4)
	r.near(t, "naive_se", 100*naive, 1e-4)
	r.near(t, "cluster_se", 100*math.Sqrt(g/(g-1)*squares)/n, 1e-4)
}

// holdsMovingRange: the limits of one group's months, from the changes between them.
func holdsMovingRange(t *testing.T, r referenceRow) {
	months := numbers(t, r.inputs)
	mean, ranges := months[0]/float64(len(months)), 0.0
	for k := 1; k < len(months); k++ {
		mean += months[k] / float64(len(months))
		ranges += math.Abs(months[k]-months[k-1]) / float64(len(months)-1)
	}
	r.near(t, "mean", mean, 1e-6)
	r.near(t, "mRbar", ranges, 1e-4)
	r.ends(t, around(mean, 2.66*ranges), 1e-4)
}

// The next three are why a figure stands beside its response rate: what those who
// did not answer would have said is anything between these.

func holdsWorstCase(t *testing.T, r referenceRow) {
	rate, share := r.given(t, "response_rate"), r.given(t, "observed_share")
	r.ends(t, Interval{Low: rate * share, High: rate*share + 1 - rate}, 1e-6)
}

func holdsWorstCaseScore(t *testing.T, r referenceRow) {
	rate, score := r.given(t, "response_rate"), r.given(t, "observed_nps")
	r.ends(t, around(rate*score, 100*(1-rate)), 1e-6)
}

func holdsBias(t *testing.T, r referenceRow) {
	rate, asked, silent := r.given(t, "rr"), r.given(t, "mean_resp"), r.given(t, "mean_nonresp")
	r.near(t, "bias", (1-rate)*(asked-silent), 1e-6)
	r.near(t, "true", rate*asked+(1-rate)*silent, 1e-6)
}

// holdsLiveDifference: a score that moves with each answer tells that answer. As it
// is told, to one decimal, the sum of the classes comes back.
func holdsLiveDifference(t *testing.T, r referenceRow) {
	before, after := told(20, 12, 8), told(21, 12, 8)
	sum := func(s *Recommend) float64 { return math.Round(*s.Score / 100 * float64(s.N)) }
	r.near(t, "sum before", sum(before), 0)
	r.says(t, "after", fmt.Sprintf("round(0.317*41)=%v", sum(after)))
	r.told(t, "last respondent is a promoter")
	if sum(after)-sum(before) != 1 {
		t.Errorf("the newcomer counts %v", sum(after)-sum(before))
	}
}

// holdsTotalDifference: the total less the groups that are told is the one that is
// not.
func holdsTotalDifference(t *testing.T, r referenceRow) {
	total, told, other := Group{30, 52}, Group{13, 24}, Group{12, 22}
	left := Group{total.X - told.X - other.X, total.N - told.N - other.N}
	want := r.told(t, "C recovered")
	if got := "n=6, promoters=5"; left != (Group{5, 6}) || len(want) < len(got) || want[:len(got)] != got {
		t.Errorf("%v is left, want %s", left, want)
	}
}

// holdsBunching: closures just before a deadline against those just after it.
func holdsBunching(t *testing.T, r referenceRow) {
	before, after := 60, 30
	r.near(t, "z", float64(before-after)/math.Sqrt(float64(before+after)), 1e-6)
	p, below := binomial{before + after, 0.5}.surprise(before)
	r.near(t, "exact two-sided p", p, 1e-6)
	if below {
		t.Error("60 of 90 is below one half")
	}
}
