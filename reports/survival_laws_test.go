package reports

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// waiting draws tickets with many ties, some still open.
func waiting(t *rapid.T, least int) []Observation {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Observation {
		return Observation{
			Time:  time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour,
			Ended: rapid.Bool().Draw(t, "ended"),
		}
	}), least, 60).Draw(t, "tickets")
}

// moments are the times at which the laws are looked at.
func moments(yield func(time.Duration) bool) {
	for half := range 84 {
		if !yield(time.Duration(half) * 30 * time.Minute) {
			return
		}
	}
}

func quantiles(c Curve) (all []Quantile) {
	for _, q := range []float64{0.1, 0.25, 0.5, 0.75, 0.9} {
		all = append(all, c.Quantile(q))
	}
	return all
}

func TestOrderOfTicketsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := waiting(t, 0)
		before := slices.Clone(tickets)
		c := Survival(tickets)
		if !slices.Equal(before, tickets) {
			t.Fatal("the caller's tickets were reordered")
		}
		shuffled := Survival(rapid.Permutation(tickets).Draw(t, "shuffled"))
		if !slices.Equal(c.steps, shuffled.steps) || !slices.Equal(quantiles(c), quantiles(shuffled)) {
			t.Fatalf("%v, shuffled %v", c.steps, shuffled.steps)
		}
		for at := range moments {
			a, i, okA := c.Within(at)
			b, j, okB := shuffled.Within(at)
			if a != b || i != j || okA != okB {
				t.Fatalf("within %v: %v %v %v, shuffled %v %v %v", at, a, i, okA, b, j, okB)
			}
		}
	})
}

// TestNothingOpenIsPlainCounting also holds the quantiles at every share the
// counts can make, where a float might miss by its last bit.
func TestNothingOpenIsPlainCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := waiting(t, 1)
		for k := range tickets {
			tickets[k].Ended = true
		}
		c, n := Survival(tickets), len(tickets)
		for at := range moments {
			ended := 0
			for _, o := range tickets {
				if o.Time <= at {
					ended++
				}
			}
			share, _, ok := c.Within(at)
			if !ok || math.Abs(share-float64(ended)/float64(n)) > 1e-9 {
				t.Fatalf("within %v: %v %v, but %d of %d ended", at, share, ok, ended, n)
			}
		}
		slices.SortFunc(tickets, func(a, b Observation) int { return int(a.Time - b.Time) })
		for k, o := range tickets {
			if got := c.Quantile(float64(k+1) / float64(n)); !got.Reached || got.At != o.Time {
				t.Fatalf("%d of %d: %+v, but the ticket of that rank took %v", k+1, n, got, o.Time)
			}
		}
	})
}

func TestYoungOpenTicketChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := waiting(t, 1)
		for k := range tickets {
			tickets[k].Time += time.Hour // leave room for a younger one
		}
		c := Survival(tickets)
		if len(c.steps) == 0 {
			return
		}
		age := time.Duration(rapid.Int64Range(0, int64(c.steps[0].at)-1).Draw(t, "age"))
		more := Survival(append(tickets, Observation{Time: age}))
		if !slices.Equal(c.steps, more.steps) || !slices.Equal(quantiles(c), quantiles(more)) {
			t.Fatalf("open for %v: %v became %v", age, c.steps, more.steps)
		}
	})
}

func TestOpenTicketOnlyLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := waiting(t, 0)
		age := time.Duration(rapid.IntRange(0, 45).Draw(t, "age")) * time.Hour
		c, more := Survival(tickets), Survival(append(tickets, Observation{Time: age}))
		for at := range moments {
			a, _, okA := c.Within(at)
			b, _, okB := more.Within(at)
			if okA && okB && b > a+1e-9 {
				t.Fatalf("one more open for %v: within %v from %v to %v", age, at, a, b)
			}
		}
	})
}

func TestSurvivalLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Survival(waiting(t, 0))
		last := 0.0
		for at := range moments {
			share, i, ok := c.Within(at)
			if !ok {
				continue
			}
			if !(0 <= i.Low && i.Low <= share+1e-12 && share <= i.High+1e-12 && i.High <= 1 && i.Low < i.High) {
				t.Fatalf("within %v: %v in %v", at, share, i)
			}
			if share < last {
				t.Fatalf("within %v: %v, less than before: %v", at, share, last)
			}
			last = share
		}
		for _, q := range quantiles(c) {
			if q.Reached && (q.Low > q.At || q.HighReached && q.High < q.At) || !q.Reached && q != (Quantile{}) {
				t.Fatalf("%+v", q)
			}
		}
	})
}

// TestSurvivalCoverage draws months of tickets of which some are still open, and
// counts how often the interval holds the truth. The seed is fixed.
func TestSurvivalCoverage(t *testing.T) {
	const runs, tickets = 2000, 60
	random := rand.New(rand.NewPCG(1, 2))
	share, half := 0, 0
	for range runs {
		month := make([]Observation, tickets)
		for k := range month {
			ends, seen := random.ExpFloat64(), 0.5+2*random.Float64() // in mean waits
			month[k] = Observation{Time: time.Duration(min(ends, seen) * float64(day)), Ended: ends <= seen}
		}
		c := Survival(month)
		if _, i, ok := c.Within(day); ok && i.Low <= 1-1/math.E && 1-1/math.E <= i.High {
			share++
		}
		m := c.Quantile(0.5)
		if m.Reached && m.Low.Hours()/24 <= math.Ln2 && (!m.HighReached || math.Ln2 <= m.High.Hours()/24) {
			half++
		}
	}
	for what, n := range map[string]int{"within a day": share, "median": half} {
		if got := float64(n) / runs; got < 0.93 || got > 0.98 {
			t.Errorf("%s: covered %.3f of the time", what, got)
		}
	}
}

// BenchmarkSurvival is a month of 100,000 tickets.
func BenchmarkSurvival(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	month := make([]Observation, 100_000)
	for k := range month {
		month[k] = Observation{Time: time.Duration(random.ExpFloat64() * float64(day)), Ended: random.IntN(10) > 0}
	}
	for b.Loop() {
		Survival(month).Quantile(0.9)
	}
}
