package reports

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// fates are the data of the reference row: ended, withdrawn, still open, in days.
func fates(t *testing.T, ended, withdrawn, open string) (tickets []Observation) {
	t.Helper()
	for _, n := range numbers(t, ended) {
		tickets = append(tickets, Observation{Time: time.Duration(n) * day, Ended: true})
	}
	for _, n := range numbers(t, withdrawn) {
		tickets = append(tickets, Observation{Time: time.Duration(n) * day, Withdrawn: true})
	}
	for _, n := range numbers(t, open) {
		tickets = append(tickets, Observation{Time: time.Duration(n) * day})
	}
	return tickets
}

func holdsIncidence(t *testing.T, r referenceRow) {
	tickets := fates(t, "1,2,3,4,6,8,11,15", "2,5,9,12", "3,7,10,20")
	at := []int{5, 10, 15}
	r.list(t, "CIF_resolved", sharesAt(t, Incidence(tickets), at), 1e-6)
	r.list(t, "CIF_withdrawn", sharesAt(t, Incidence(swapped(tickets)), at), 1e-6)
	r.list(t, "naive 1-KM(resolved, withdrawn censored)", sharesAt(t, Survival(tickets), at), 1e-6)
}

func sharesAt(t *testing.T, c Curve, at []int) (shares []float64) {
	t.Helper()
	for _, n := range at {
		share, _, ok := c.Within(time.Duration(n) * day)
		if !ok {
			t.Errorf("day %d: not known", n)
		}
		shares = append(shares, share)
	}
	return shares
}

// swapped takes withdrawing for the end that is asked about.
func swapped(tickets []Observation) []Observation {
	tickets = slices.Clone(tickets)
	for k, o := range tickets {
		tickets[k].Ended, tickets[k].Withdrawn = o.Withdrawn, o.Ended
	}
	return tickets
}

// drawFates draws tickets of the three fates, some seen late, at least one of them
// from the opening to beyond all others.
func drawFates(t *rapid.T) []Observation {
	tickets := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Observation {
		fate := rapid.IntRange(0, 2).Draw(t, "fate")
		entry := max(0, rapid.IntRange(-40, 20).Draw(t, "entry"))
		return Observation{
			Entry:     time.Duration(entry) * time.Hour,
			Time:      time.Duration(entry+rapid.IntRange(1, 20).Draw(t, "hours")) * time.Hour,
			Ended:     fate == 1,
			Withdrawn: fate == 2,
		}
	}), 0, 60).Draw(t, "tickets")
	return append(tickets, Observation{Time: 50 * time.Hour})
}

// TestOneFateIsSurvival: where none is withdrawn, both curves are the same, and so
// are their bands, though each adds up its variance in its own way.
func TestOneFateIsSurvival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := drawFates(t)
		for k := range tickets {
			tickets[k].Withdrawn = false
		}
		a, b := Survival(tickets), Incidence(tickets)
		if len(a.steps) != len(b.steps) || a.known != b.known {
			t.Fatalf("%v\n%v", a, b)
		}
		for k, s := range a.steps {
			o := b.steps[k]
			if s.at != o.at || s.waiting != o.waiting || distance(s.band, o.band) > 1e-7 {
				t.Fatalf("%v, but %v", s, o)
			}
		}
	})
}

// TestNothingOpenIsBinomial: where all ended or were withdrawn, the variance of the
// ended share is that of a plain share of all, F(1-F)/n.
func TestNothingOpenIsBinomial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tickets []Observation
		for _, o := range drawFates(t) {
			o.Entry, o.Withdrawn = 0, !o.Ended
			tickets = append(tickets, o)
		}
		a, n := aalen{open: 1}, float64(len(tickets))
		for m := range follow(tickets).moments {
			a.add(m)
			if got, want := a.variance(), a.ended*(1-a.ended)/n; !(math.Abs(got-want) <= 1e-12) {
				t.Fatalf("at %v: variance %v, want %v", m.at, got, want)
			}
		}
	})
}

func distance(a, b Interval) float64 {
	return max(math.Abs(a.Low-b.Low), math.Abs(a.High-b.High))
}

// TestFatesAddUpToAll: ended, withdrawn and still open make one, at every age.
func TestFatesAddUpToAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := drawFates(t)
		left := slices.Clone(tickets)
		for k, o := range left {
			left[k].Ended = o.Ended || o.Withdrawn
		}
		ended, withdrawn, either := Incidence(tickets), Incidence(swapped(tickets)), Survival(left)
		naive := Survival(tickets)
		for at := range moments {
			e, _, ok := ended.Within(at)
			w, _, _ := withdrawn.Within(at)
			gone, _, _ := either.Within(at)
			if ok && math.Abs(e+w-gone) > 1e-9 {
				t.Fatalf("within %v: %v ended and %v withdrawn, but %v left", at, e, w, gone)
			}
			if n, _, _ := naive.Within(at); ok && e > n+1e-9 {
				t.Fatalf("within %v: %v ended, more than %v if none had been withdrawn", at, e, n)
			}
		}
	})
}

func TestIncidenceLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := drawFates(t)
		c := Incidence(tickets)
		if shuffled := Incidence(rapid.Permutation(tickets).Draw(t, "shuffled")); !slices.Equal(c.steps, shuffled.steps) {
			t.Fatalf("%v, shuffled %v", c.steps, shuffled.steps)
		}
		for at := range moments {
			share, i, ok := c.Within(at)
			if ok && !(0 <= i.Low && i.Low <= share+1e-9 && share <= i.High+1e-9 && i.High <= 1) {
				t.Fatalf("within %v: %v in %v", at, share, i)
			}
		}
	})
}

// TestWithdrawnTicketOnlyLowers, as an open one does, where all were seen from
// their opening on: one that is seen late speaks for more than itself.
func TestWithdrawnTicketOnlyLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := drawFates(t)
		for k := range tickets {
			tickets[k].Entry = 0
		}
		age := time.Duration(rapid.IntRange(0, 45).Draw(t, "age")) * time.Hour
		c := Incidence(tickets)
		more := Incidence(append(tickets, Observation{Time: age, Withdrawn: true}))
		for at := range moments {
			a, _, _ := c.Within(at)
			if b, _, _ := more.Within(at); b > a+1e-9 {
				t.Fatalf("one more withdrawn at %v: within %v from %v to %v", age, at, a, b)
			}
		}
	})
}

// fateCoverage is how often the interval of a curve holds the true share that ends
// within a day, where tickets end and are withdrawn at the same rate: of the
// 1-e⁻² that left, half.
func fateCoverage(curve func([]Observation) Curve) float64 {
	const runs, tickets = 1000, 80
	random, held := rand.New(rand.NewPCG(5, 6)), 0
	for range runs {
		month := make([]Observation, tickets)
		for k := range month {
			ends, gone, seen := random.ExpFloat64(), random.ExpFloat64(), 0.5+2*random.Float64()
			first := min(ends, gone, seen)
			month[k] = Observation{Time: time.Duration(first * float64(day)), Ended: first == ends, Withdrawn: first == gone}
		}
		_, i, ok := curve(month).Within(day)
		if truth := (1 - math.Exp(-2)) / 2; ok && i.Low <= truth && truth <= i.High {
			held++
		}
	}
	return float64(held) / runs
}

func TestIncidenceCoverage(t *testing.T) {
	if got := fateCoverage(Incidence); got < 0.93 || got > 0.98 {
		t.Errorf("covered %.3f of the time", got)
	}
}

// TestIncidencePlanted: withdrawn tickets taken as still open show too many ended.
func TestIncidencePlanted(t *testing.T) {
	if got := fateCoverage(Survival); got > 0.9 {
		t.Errorf("covered %.3f of the time with withdrawn tickets as still open", got)
	}
}
