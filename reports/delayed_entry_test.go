package reports

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// entries reads tickets as "5-9 1": seen from the age of 5 days to 9, then ended.
func entries(t *testing.T, s string) (tickets []Observation) {
	t.Helper()
	for ticket := range strings.SplitSeq(s, ";") {
		ages, ended, _ := strings.Cut(strings.TrimSpace(ticket), " ")
		in, out, _ := strings.Cut(ages, "-")
		tickets = append(tickets, Observation{
			Entry: time.Duration(number(t, in)) * day,
			Time:  time.Duration(number(t, out)) * day,
			Ended: ended == "1",
		})
	}
	return tickets
}

func holdsDelayedEntry(t *testing.T, r referenceRow) {
	_, tickets, _ := strings.Cut(r.inputs, ": ")
	c := Survival(entries(t, tickets))
	var waiting []float64
	for _, n := range []int{4, 8, 9, 14, 20} {
		share, _, ok := c.Within(time.Duration(n) * day)
		if !ok {
			t.Errorf("day %d: not known", n)
		}
		waiting = append(waiting, 1-share)
	}
	r.list(t, "S(4;8;9;14;20)", waiting, 1e-6)
}

// holdsRestrictedMean adds up the area under our steps, and its error by Greenwood.
func holdsRestrictedMean(t *testing.T, r referenceRow) {
	tickets := days(t, ticketWaits)
	c := Survival(tickets)
	area, variance := areaFrom(c, 0, 30*day), 0.0
	for _, s := range c.steps {
		if n, d := atRisk(tickets, s.at); n > d {
			variance += math.Pow(areaFrom(c, s.at, 30*day), 2) * d / (n * (n - d))
		}
	}
	r.near(t, "rmst", area, 1e-6)
	r.near(t, "se", math.Sqrt(variance), 1e-6)
}

// areaFrom is the area under the curve between two ages, in days.
func areaFrom(c Curve, from, to time.Duration) (area float64) {
	waiting := 1.0
	for _, s := range c.steps {
		if s.at > from {
			area += waiting * (min(s.at, to) - from).Hours() / 24
			from = s.at
		}
		waiting = s.waiting
	}
	return area + waiting*(to-from).Hours()/24
}

// holdsLogRank compares the two groups of which one is km_median, end by end.
func holdsLogRank(t *testing.T, r referenceRow) {
	placebo, drug := days(t, freireichPlacebo), days(t, freireichDrug)
	both := slices.Concat(placebo, drug)
	surplus, variance := 0.0, 0.0
	for _, s := range Survival(both).steps {
		n, d := atRisk(both, s.at)
		n1, d1 := atRisk(drug, s.at)
		surplus += d1 - d*n1/n
		if n > 1 {
			variance += d * n1 / n * (1 - n1/n) * (n - d) / (n - 1)
		}
	}
	square := surplus * surplus / variance
	r.near(t, "chisq", square, 1e-4)
	r.near(t, "df", 1, 0)
	r.near(t, "p", distuv.ChiSquared{K: 1}.Survival(square), 1e-8)
}

func TestDelayedEntry(t *testing.T) {
	for _, c := range []struct {
		what, tickets string
		at            int
		share         float64
		ok            bool
	}{
		{"seen from day 3 on, it says nothing of day 2", "0-2 1; 0-9 1; 3-9 1", 2, 0.5, true},
		{"and joins those at risk later", "0-2 1; 0-9 0; 3-8 1", 8, 0.75, true},
		{"nobody was seen from the opening on", "3-9 1; 4-8 1", 8, 0, false},
		{"not even before the first was seen", "3-9 1; 4-8 1", 1, 0, false},
		{"a gap: what came after it is not known", "0-2 0; 0-3 0; 5-9 1", 6, 0, false},
		{"up to the gap it is", "0-2 1; 0-3 0; 5-9 1", 3, 0.5, true},
		{"no gap: one comes as the other goes", "0-3 0; 3-9 1", 9, 1, true},
		{"all followed had ended, but others waited longer", "0-2 1; 5-9 1", 2, 0, false},
		{"just before, none had", "0-2 1; 5-9 1", 1, 0, true},
		{"last seen before it was first seen: left out", "0-2 1; 0-9 0; 7-4 1", 4, 0.5, true},
	} {
		share, _, ok := Survival(entries(t, c.tickets)).Within(time.Duration(c.at) * day)
		if math.Abs(share-c.share) > 1e-12 || ok != c.ok {
			t.Errorf("%s: %v, %v", c.what, share, ok)
		}
	}
}

// TestFollowingInPartsIsFollowing: a ticket seen up to an age, and again from that
// age on, is one ticket.
func TestFollowingInPartsIsFollowing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := waiting(t, 1)
		var parts []Observation
		for _, o := range whole {
			at := time.Duration(rapid.IntRange(0, 40).Draw(t, "parted")) * time.Hour
			if 0 < at && at < o.Time {
				parts = append(parts, Observation{Time: at})
				o.Entry = at
			}
			parts = append(parts, o)
		}
		a, b := Survival(whole), Survival(rapid.Permutation(parts).Draw(t, "parts"))
		if !slices.Equal(a.steps, b.steps) || !slices.Equal(quantiles(a), quantiles(b)) || a.known != b.known {
			t.Fatalf("%v\nin parts %v", a, b)
		}
	})
}

// TestRiskIsCountedOneByOne holds the steps of any tickets against the product
// taken the long way.
func TestRiskIsCountedOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := append(waiting(t, 0), Observation{Time: 50 * time.Hour}) // no gap
		for k := range tickets[:len(tickets)-1] {
			if entry := rapid.IntRange(-40, 20).Draw(t, "entry"); entry > 0 {
				tickets[k].Entry = time.Duration(entry) * time.Hour
				tickets[k].Time += tickets[k].Entry + 1
			}
		}
		product := 1.0
		for _, s := range Survival(tickets).steps {
			n, d := atRisk(tickets, s.at)
			product *= 1 - d/n
			if d == 0 || math.Abs(s.waiting-product) > 1e-12 {
				t.Fatalf("at %v: %v, by hand %v", s.at, s.waiting, product)
			}
		}
	})
}

// imported draws a helpdesk connected when half of its tickets were a while old:
// those that had ended by then were never seen. heeded says whether entry is told.
func imported(random *rand.Rand, heeded bool) (tickets []Observation) {
	for len(tickets) < 100 {
		ends, in, out := random.ExpFloat64(), 0.0, 1+2*random.Float64()
		if random.IntN(2) == 0 {
			in = 0.8 * random.Float64()
		}
		if ends <= in {
			continue
		}
		o := Observation{Time: time.Duration(min(ends, out) * float64(day)), Ended: ends <= out}
		if heeded {
			o.Entry = time.Duration(in * float64(day))
		}
		tickets = append(tickets, o)
	}
	return tickets
}

// delayCoverage is how often the interval holds the true share within a day.
func delayCoverage(heeded bool) float64 {
	const runs = 1000
	random, held := rand.New(rand.NewPCG(3, 4)), 0
	for range runs {
		_, i, ok := Survival(imported(random, heeded)).Within(day)
		if truth := 1 - 1/math.E; ok && i.Low <= truth && truth <= i.High {
			held++
		}
	}
	return float64(held) / runs
}

func TestDelayedEntryCoverage(t *testing.T) {
	if got := delayCoverage(true); got < 0.93 || got > 0.98 {
		t.Errorf("covered %.3f of the time", got)
	}
}

// TestDelayedEntryPlanted: tickets taken over while open, counted as if they had
// been followed from their opening on, make delays too long.
func TestDelayedEntryPlanted(t *testing.T) {
	if got := delayCoverage(false); got > 0.9 {
		t.Errorf("covered %.3f of the time without heeding entry", got)
	}
}
