package reports

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// The simulation draws customers who answer with known shares, and counts how often
// a published interval holds the truth: 95 times in a hundred is what it promises.
// Other tests add up the same over all answers that could come; this one goes
// through the figures as they are published, and takes nothing from any formula.

// truth is what is true of the customers: the shares of promoters and detractors.
type truth struct{ promoters, detractors float64 }

// truths are four kinds of customers. (With few answers the part that is covered
// goes up and down with the true share: at 0.3 of 30 it is 0.926.)
func truths() []truth { return []truth{{0.5, 0.2}, {0.4, 0.3}, {0.8, 0.05}, {0.95, 0.01}} }

// heard draws n answers.
func (c truth) heard(random *rand.Rand, n int) (promoters, passives, detractors int) {
	for range n {
		switch u := random.Float64(); {
		case u < c.promoters:
			promoters++
		case u < c.promoters+c.detractors:
			detractors++
		default:
			passives++
		}
	}
	return promoters, passives, detractors
}

// question is an interval made of n answers, and what it should hold. (Those of a
// difference hear n answers of other customers too.)
type question func(random *rand.Rand, c truth, n int) (i Interval, true float64)

// uncovered asks a question again and again, with a fixed seed, and names the cases
// in which the interval holds the truth too seldom, or so often that it is too wide.
func uncovered(ask question) (faults []string) {
	const runs = 3000
	for _, n := range []int{30, 100} {
		for _, c := range truths() {
			random, held := rand.New(rand.NewPCG(11, uint64(n))), 0
			for range runs {
				if i, v := ask(random, c, n); i.Low <= v && v <= i.High {
					held++
				}
			}
			if share := float64(held) / runs; share < 0.93 || share > 0.98 {
				faults = append(faults, fmt.Sprintf("n=%d %v: covered %.3f of the time", n, c, share))
			}
		}
	}
	return faults
}

// other are the customers of the month before.
func other() truth { return truth{0.3, 0.4} }

func aboutShare(interval func(x, n int) Interval) question {
	return func(random *rand.Rand, c truth, n int) (Interval, float64) {
		p, _, _ := c.heard(random, n)
		return interval(p, n), c.promoters
	}
}

func aboutScore(interval func(p, a, d int) Interval) question {
	return func(random *rand.Rand, c truth, n int) (Interval, float64) {
		return interval(c.heard(random, n)), 100 * (c.promoters - c.detractors)
	}
}

func aboutShareDifference(interval func(x1, n1, x2, n2 int) Interval) question {
	return func(random *rand.Rand, c truth, n int) (Interval, float64) {
		p, _, _ := c.heard(random, n)
		q, _, _ := other().heard(random, n)
		return interval(p, n, q, n), c.promoters - other().promoters
	}
}

func aboutScoreDifference(random *rand.Rand, c truth, n int) (Interval, float64) {
	_, i, _ := ScoreDifference(scored(other().heard(random, n)), scored(c.heard(random, n)))
	return i, 100 * (c.promoters - c.detractors - other().promoters + other().detractors)
}

// scored is a score as it is published, though all its answers be of one class.
func scored(promoters, passives, detractors int) *Recommend {
	points, i, _ := Score(promoters, passives, detractors)
	return &Recommend{Score: rounded(points, 10), Low: rounded(i.Low, 10), High: rounded(i.High, 10)}
}

func TestIntervalsCover(t *testing.T) {
	for what, ask := range map[string]question{
		"share":               aboutShare(func(x, n int) Interval { i, _ := Wilson(x, n); return i }),
		"score":               aboutScore(func(p, a, d int) Interval { _, i, _ := Score(p, a, d); return i }),
		"difference of share": aboutShareDifference(func(x1, n1, x2, n2 int) Interval { i, _ := Newcombe(x1, n1, x2, n2); return i }),
		"difference of score": aboutScoreDifference,
	} {
		for _, fault := range uncovered(ask) {
			t.Errorf("%s: %s", what, fault)
		}
	}
}

// TestIntervalsPlanted: plus or minus two standard errors (Wald) is told, of a
// share and of a score.
func TestIntervalsPlanted(t *testing.T) {
	for what, ask := range map[string]question{
		"share": aboutShare(waldShare),
		"score": aboutScore(waldScore),
	} {
		if uncovered(ask) == nil {
			t.Errorf("%s: a Wald interval was let through", what)
		}
	}
}

func waldShare(x, n int) Interval {
	p := float64(x) / float64(n)
	return around(p, z95*math.Sqrt(p*(1-p)/float64(n)))
}
