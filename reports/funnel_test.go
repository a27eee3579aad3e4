package reports

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func holdsFunnelLimits(t *testing.T, r referenceRow) {
	alert, alarm := Funnel{Target: r.given(t, "target")}.Limits(r.count(t, "n"))
	r.near(t, "lo2.5", alert.Low, 1e-6)
	r.near(t, "hi97.5", alert.High, 1e-6)
	r.near(t, "lo0.1", alarm.Low, 1e-6)
	r.near(t, "hi99.9", alarm.High, 1e-6)
}

// holdsFunnelTrap: both ends read from the same side, which is how the limits are
// usually copied. A group where all said yes must not be flagged for that.
func holdsFunnelTrap(t *testing.T, r referenceRow) {
	target, n := r.given(t, "target"), r.count(t, "n")
	b := binomial{n, target}
	r.near(t, "p0.1", b.crossing(0.001), 1e-6)
	r.near(t, "p2.5", b.crossing(0.025), 1e-6)
	r.near(t, "p97.5", b.crossing(0.975), 1e-6)
	r.near(t, "p99.9", b.crossing(0.999), 1e-6)
	f := Funnel{Target: target}
	if alert, _ := f.Limits(20); alert.High < 1 && target == 0.9 {
		t.Errorf("20 of 20 lies above %v", alert.High)
	}
	if got := f.Flag(Group{20, 20}); target == 0.9 && got != WithinLimits {
		t.Errorf("20 of 20 has flag %v", got)
	}
}

// holdsFunnelNormal: why the limits are exact; these pass the exact ones.
func holdsFunnelNormal(t *testing.T, r referenceRow) {
	target, n := r.given(t, "target"), r.count(t, "n")
	f := Funnel{Target: target}
	alert, alarm := around(target, z95*f.deviation(n)), around(target, zAlarm*f.deviation(n))
	r.near(t, "lo2.5", alert.Low, 1e-6)
	r.near(t, "hi97.5", alert.High, 1e-6)
	r.near(t, "lo0.1", alarm.Low, 1e-6)
	r.near(t, "hi99.9", alarm.High, 1e-6)
	if _, exact := f.Limits(n); exact.High >= alarm.High {
		t.Errorf("the exact limit %v is not below %v", exact.High, alarm.High)
	}
}

func holdsScoreLimits(t *testing.T, r referenceRow) {
	alert, alarm := ScoreLimits(r.given(t, "target_nps"), r.given(t, "sigma2"), r.count(t, "n"))
	r.near(t, "lo95", alert.Low, 1e-4)
	r.near(t, "hi95", alert.High, 1e-4)
	r.near(t, "lo99.8", alarm.Low, 1e-4)
	r.near(t, "hi99.8", alarm.High, 1e-4)
}

func holdsFunnelFlags(t *testing.T, r referenceRow) {
	g := Group{r.count(t, "x"), r.count(t, "n")}
	b := binomial{g.N, r.given(t, "target")}
	low, high, here := b.atMost(g.X), b.failures().atMost(g.N-g.X), b.exactly(g.X)
	r.near(t, "P(X<=x)", low, 1e-6)
	r.near(t, "P(X>=x)", high, 1e-6)
	r.near(t, "midP_low", low-here/2, 1e-6)
	r.near(t, "midP_high", high-here/2, 1e-6)
	if got := (Funnel{Target: b.probability}).Flag(g); got != LowAlert {
		t.Errorf("%s: flag %v", r.inputs, got)
	}
}

// holdsFalseAlarms: twenty groups that do not differ.
func holdsFalseAlarms(t *testing.T, r referenceRow) {
	r.near(t, "P(at least one flagged)", 1-math.Pow(1-2*alertTail, 20), 1e-6)
	r.near(t, "at 99.8%", 1-math.Pow(1-2*alarmTail, 20), 1e-6)
}

// TestTailsAgreeWithAnotherLibrary holds the tails by another way, the incomplete
// beta function.
func TestTailsAgreeWithAnotherLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 40), rapid.IntRange(1, 100_000)).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		p := rapid.OneOf(rapid.Float64Range(0.001, 0.999), rapid.Just((float64(x)+0.5)/(float64(n)+1))).Draw(t, "p")
		b, other := binomial{n, p}, distuv.Binomial{N: float64(n), P: p}
		if got, want := b.atMost(x), other.CDF(float64(x)); math.Abs(got-want) > 1e-9 {
			t.Fatalf("at most %d of %d at %v: %v, want %v", x, n, p, got, want)
		}
		if sum := b.atMost(x) + b.failures().atMost(n-x-1); math.Abs(sum-1) > 1e-9 {
			t.Fatalf("%d of %d at %v: both tails make %v", x, n, p, sum)
		}
	})
}

func TestTailsAtTheEnds(t *testing.T) {
	for _, c := range []struct {
		x    int
		p    float64
		want float64
	}{{-1, 0.5, 0}, {5, 0.5, 1}, {6, 0.5, 1}, {0, 0, 1}, {4, 1, 0}, {5, 1, 1}, {0, 1, 0}} {
		if got := (binomial{5, c.p}).atMost(c.x); got != c.want {
			t.Errorf("at most %d of 5 at %v: %v, want %v", c.x, c.p, got, c.want)
		}
	}
}

func drawGroup(t *rapid.T, label string) Group {
	n := rapid.OneOf(rapid.IntRange(1, 30), rapid.IntRange(1, 3000)).Draw(t, label+" n")
	return Group{rapid.IntRange(0, n).Draw(t, label+" x"), n}
}

func TestFunnelLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGroup(t, "group")
		f := Funnel{Target: rapid.Float64Range(0.01, 0.99).Draw(t, "target")}
		alert, alarm := f.Limits(g.N)
		if !(0 <= alarm.Low && alarm.Low <= alert.Low && alert.Low <= f.Target && f.Target <= alert.High && alert.High <= alarm.High && alarm.High <= 1) {
			t.Fatalf("limits %v and %v around %v", alert, alarm, f.Target)
		}
		mirror, _ := Funnel{Target: 1 - f.Target}.Limits(g.N)
		if distance(alert, Interval{Low: 1 - mirror.High, High: 1 - mirror.Low}) > 1e-9 {
			t.Fatalf("limits %v, told by failures %v", alert, mirror)
		}
		// A flagged count lies past the drawn line: the line never hides a flag.
		flag, p := f.Flag(g), g.share()
		if low := flag == LowAlert || flag == LowAlarm; low && p > alert.Low+1e-9 {
			t.Fatalf("%v is flagged low within %v", g, alert)
		}
		if high := flag == HighAlert || flag == HighAlarm; high && p < alert.High-1e-9 {
			t.Fatalf("%v is flagged high within %v", g, alert)
		}
		opposite := map[Flag]Flag{WithinLimits: WithinLimits, LowAlert: HighAlert, LowAlarm: HighAlarm, HighAlert: LowAlert, HighAlarm: LowAlarm}
		if got := (Funnel{Target: 1 - f.Target}).Flag(Group{g.N - g.X, g.N}); got != opposite[flag] {
			t.Fatalf("%v has flag %v, its failures %v", g, flag, got)
		}
		// Spread between groups only takes flags away.
		spread := f
		spread.Tau2 = rapid.Float64Range(0, 0.05).Draw(t, "spread")
		q, _, _ := spread.P(g)
		if p, _, _ := f.P(g); q < p || q > 1 {
			t.Fatalf("%v: P %v becomes %v with spread", g, p, q)
		}
		half := z95 * math.Sqrt(f.Target*(1-f.Target)/float64(g.N)+spread.Tau2)
		wide, _ := spread.Limits(g.N)
		low, high := max(0, min(alert.Low, f.Target-half)), min(1, max(alert.High, f.Target+half))
		if spread.Tau2 > 0 && distance(wide, Interval{Low: low, High: high}) > 1e-12 {
			t.Fatalf("limits %v become %v with spread, want %v to %v", alert, wide, low, high)
		}
	})
}

func TestNothingToCompare(t *testing.T) {
	for _, groups := range [][]Group{nil, {{1, 2}}, {{1, 2}, {0, 0}}, {{1, 2}, {3, 2}}, {{0, 5}, {0, 9}}, {{5, 5}, {9, 9}}, {{1, 2}, {-1, 4}}} {
		if f, ok := FunnelOf(groups); ok || f != (Funnel{}) {
			t.Errorf("%v: %v", groups, f)
		}
	}
	if got := (Funnel{Target: 0.5}).Flag(Group{}); got != WithinLimits {
		t.Errorf("no data has flag %v", got)
	}
	if _, alarm := (Funnel{Target: 0.5}).Limits(0); alarm != (Interval{Low: 0, High: 1}) {
		t.Errorf("limits of no data: %v", alarm)
	}
}

// TestFalseFlagsAreRare draws groups that do not differ: exact tails flag no more
// of them than promised. (Limits read from one side flag up to a third.)
func TestFalseFlagsAreRare(t *testing.T) {
	random, alerts, alarms := rand.New(rand.NewPCG(7, 8)), 0, 0
	const runs, n = 20_000, 20
	f := Funnel{Target: 0.9}
	for range runs {
		x := 0
		for range n {
			if random.Float64() < f.Target {
				x++
			}
		}
		switch f.Flag(Group{x, n}) {
		case LowAlarm, HighAlarm:
			alarms++
		case LowAlert, HighAlert:
			alerts++
		}
	}
	if a, b := float64(alerts+alarms)/runs, float64(alarms)/runs; a > 2*alertTail || b > 2*alarmTail || a == 0 {
		t.Errorf("%.4f flagged, %.4f as alarm", a, b)
	}
}
