package reports

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// groups reads "x=45,88;n=50,100".
func (r referenceRow) groups(t *testing.T) (groups []Group) {
	t.Helper()
	xs, ns, _ := strings.Cut(strings.TrimPrefix(r.inputs, "x="), ";n=")
	n := numbers(t, ns)
	for k, x := range numbers(t, xs) {
		groups = append(groups, Group{int(x), int(n[k])})
	}
	return groups
}

func holdsSpread(t *testing.T, r referenceRow) {
	groups := r.groups(t)
	f, ok := FunnelOf(groups)
	if !ok {
		t.Fatal("no funnel")
	}
	var z []float64
	for _, g := range groups {
		z = append(z, (g.share()-f.Target)/Funnel{Target: f.Target}.deviation(g.N))
	}
	r.near(t, "target", f.Target, 1e-6)
	r.list(t, "z", z, 1e-4)
	r.near(t, "phi_raw", meanSquare(z), 1e-6)
	r.near(t, "phi_winsor10", f.Phi, 1e-6)
	r.near(t, "tau2", f.Tau2, 1e-8)
	if got, alone := f.Flag(groups[5]), (Funnel{Target: f.Target}).Flag(groups[5]); got != WithinLimits || alone != LowAlert {
		t.Errorf("flag %v with the spread of the others, %v without", got, alone)
	}
}

func holdsShrinkage(t *testing.T, r referenceRow) {
	p, ok := PriorOf(r.groups(t))
	if !ok {
		t.Fatal("no prior")
	}
	var shrunk []float64
	for _, g := range r.groups(t) {
		shrunk = append(shrunk, p.Shrink(g))
	}
	r.near(t, "mu", p.Mean, 1e-6)
	r.near(t, "rho", 1/(1+p.Size), 1e-6)
	r.near(t, "M", p.Size, 1e-4)
	r.near(t, "alpha", p.Size*p.Mean, 1e-4)
	r.near(t, "beta", p.Size*(1-p.Mean), 1e-4)
	r.list(t, "shrunk", shrunk, 1e-5)
}

// holdsPosterior takes the prior of the row before, and checks that the shrunk
// share is the mean of the law whose ends these are.
func holdsPosterior(t *testing.T, r referenceRow) {
	p, _ := PriorOf([]Group{{45, 50}, {88, 100}, {40, 50}, {170, 200}, {60, 60}, {95, 120}, {30, 40}, {150, 160}})
	g := Group{r.count(t, "team x"), r.count(t, "n")}
	a := float64(g.X) + p.Size*p.Mean
	b := float64(g.N-g.X) + p.Size*(1-p.Mean)
	r.ends(t, betaEnds(a, b, 0.025), 1e-6)
	near(t, "mean", p.Shrink(g), a/(a+b), 1e-12)
}

// holdsJamesStein: the averages of 18 batters after 45 times at bat (Efron and
// Morris 1977), drawn towards their mean by another rule than ours, made for
// averages of equal weight. Both must bring the best and the worst closer.
func holdsJamesStein(t *testing.T, r referenceRow) {
	const bats = 45
	hits := []int{18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7}
	var batters []Group
	mean, squares := 0.0, 0.0
	for _, x := range hits {
		batters = append(batters, Group{x, bats})
		mean += printed(x) / float64(len(hits))
	}
	for _, x := range hits {
		squares += math.Pow(printed(x)-mean, 2)
	}
	c := 1 - float64(len(hits)-3)*mean*(1-mean)/bats/squares
	r.near(t, "mean", mean, 1e-4)
	r.near(t, "c", c, 1e-4)
	p, _ := PriorOf(batters)
	for name, x := range map[string]int{"0.400": 18, "0.156": 7} {
		stein := mean + c*(printed(x)-mean)
		r.near(t, name, stein, 1e-4)
		near(t, name+" by ours", p.Shrink(Group{x, bats}), stein, 0.02)
	}
}

// printed is the average of hits in 45, as the sports pages gave it.
func printed(hits int) float64 { return math.Round(float64(hits)/45*1000) / 1000 }

func holdsFalseDiscovery(t *testing.T, r referenceRow) {
	q := FalseDiscovery(numbers(t, strings.TrimPrefix(r.inputs, "p=")))
	r.list(t, "q", q, 1e-4)
	rejected := slices.DeleteFunc(slices.Clone(q), func(q float64) bool { return q > 0.05 })
	r.near(t, "rejected", float64(len(rejected)), 0)
}

// holdsPlainQuantile: the type 7 of the row is ours for values; the type 1 is that
// of a curve on which nothing is open.
func holdsPlainQuantile(t *testing.T, r referenceRow) {
	values := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	r.list(t, "type7", []float64{interpolated(values, 0.5), interpolated(values, 0.9)}, 1e-6)
	c := Survival(days(t, "1 2 3 4 5 6 7 8 9 10"))
	r.list(t, "type1", []float64{c.Quantile(0.5).At.Hours() / 24, c.Quantile(0.9).At.Hours() / 24}, 1e-6)
}

func drawGroups(t *rapid.T) []Group {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Group { return drawGroup(t, "") }), 2, 20).Draw(t, "groups")
}

// TestSpreadLaws: neither the order of the groups nor the telling by failures
// changes anything, and equal groups have no spread.
func TestSpreadLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := drawGroups(t)
		f, ok := FunnelOf(groups)
		if !ok {
			return
		}
		failures := rapid.Permutation(groups).Draw(t, "shuffled")
		for k, g := range failures {
			failures[k].X = g.N - g.X
		}
		m, _ := FunnelOf(failures)
		if math.Abs(f.Target+m.Target-1) > 1e-9 || math.Abs(f.Phi-m.Phi) > 1e-6*(1+f.Phi) || math.Abs(f.Tau2-m.Tau2) > 1e-9 {
			t.Fatalf("%+v, by failures %+v", f, m)
		}
		for k := range groups {
			groups[k] = Group{3, 10}
		}
		if same, _ := FunnelOf(groups); same.Tau2 != 0 || same.Phi > 1e-12 {
			t.Fatalf("equal groups: %+v", same)
		}
	})
}

func TestShrinkageLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := drawGroups(t)
		p, ok := PriorOf(groups)
		if !ok {
			return
		}
		for _, g := range groups {
			s := p.Shrink(g)
			if low, high := min(p.Mean, g.share()), max(p.Mean, g.share()); !(low-1e-12 <= s && s <= high+1e-12) {
				t.Fatalf("%v with %+v: %v is not between", g, p, s)
			}
			if twice := p.Shrink(Group{2 * g.X, 2 * g.N}); math.Abs(twice-g.share()) > math.Abs(s-g.share())+1e-12 {
				t.Fatalf("%v with %+v: %v, twice as many %v", g, p, s, twice)
			}
		}
	})
	if p, ok := PriorOf([]Group{{0, 10}, {10, 10}}); !ok || p.Shrink(Group{1, 10}) != 0.1 {
		t.Errorf("groups that differ as much as they can: %+v, %v", p, ok)
	}
	same := []Group{{3, 10}, {30, 100}, {6, 20}}
	if p, ok := PriorOf(same); !ok || p.Shrink(Group{9, 9}) != p.Mean {
		t.Errorf("groups that do not differ: %+v, %v", p, ok)
	}
	for _, groups := range [][]Group{nil, {{1, 2}}, {{1, 1}, {0, 1}}, {{1, 2}, {0, 0}}} {
		if _, ok := PriorOf(groups); ok {
			t.Errorf("%v has a prior", groups)
		}
	}
}

func TestFalseDiscoveryLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 1), rapid.Just(0.03)), 0, 20).Draw(t, "p")
		q := FalseDiscovery(p)
		for a := range p {
			if q[a] < p[a]-1e-12 || q[a] > 1 {
				t.Fatalf("p %v, q %v", p[a], q[a])
			}
			for b := range p {
				if p[a] <= p[b] && q[a] > q[b] {
					t.Fatalf("p %v and %v, q %v and %v", p[a], p[b], q[a], q[b])
				}
			}
		}
		// Of m tests, i have q ≤ 0.05 exactly if i is the most for which i have p ≤ 0.05 i/m.
		most := 0
		for i := 1; i <= len(p); i++ {
			if within(p, 0.05*float64(i)/float64(len(p))) >= i {
				most = i
			}
		}
		if got := within(q, 0.05); got != most {
			t.Fatalf("p %v: %d are believed, want %d", p, got, most)
		}
	})
}

func within(values []float64, limit float64) (n int) {
	for _, v := range values {
		if v <= limit*(1+1e-12) {
			n++
		}
	}
	return n
}
