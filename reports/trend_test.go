package reports

import (
	"math"
	"strings"
	"testing"
)

func TestTrendOfShare(t *testing.T) {
	for _, c := range []struct {
		what          string
		before, after *Share
		want          Trend
	}{
		{"56 of 70 after 48 of 80", shareOf(48, 80), shareOf(56, 70), Higher},
		{"the other way round", shareOf(56, 70), shareOf(48, 80), Lower},
		{"8 of 12 after 4 of 12", shareOf(4, 12), shareOf(8, 12), TooFew},
		{"12 of 12 after 1 of 12: few, but clear", shareOf(1, 12), shareOf(12, 12), Higher},
		{"many, and no change", shareOf(500, 1000), shareOf(520, 1000), Unclear},
		{"nothing before", shareOf(0, 0), shareOf(9, 12), NoTrend},
		{"withheld", nil, shareOf(9, 12), NoTrend},
		{"not measured", shareKnown(10, 10, 10), shareOf(9, 12), NoTrend},
	} {
		if got := TrendOfShare(c.before, c.after); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
		if change := Change(c.before, c.after); (change == 1) != (c.want == Higher) || (change == -1) != (c.want == Lower) {
			t.Errorf("%s: change %d and trend %d", c.what, change, c.want)
		}
	}
}

func TestTrendOfScore(t *testing.T) {
	for _, c := range []struct {
		what          string
		before, after *Recommend
		want          Trend
	}{
		{"20 points of 100 answers each", told(40, 30, 30), told(50, 30, 20), TooFew},
		{"20 points of 400 answers each", told(160, 120, 120), told(200, 120, 80), Higher},
		{"20 points down", told(200, 120, 80), told(160, 120, 120), Lower},
		{"1 point of 2000 answers each", told(1000, 600, 400), told(1010, 600, 390), Unclear},
		{"all of one class: only bounds are told", told(12, 0, 0), told(9, 3, 0), NoTrend},
		{"withheld", nil, told(50, 30, 20), NoTrend},
	} {
		if got := TrendOfScore(c.before, c.after); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}

// holdsScoreDifference: the row is the usual two standard errors; ours comes
// within a point of it at a hundred answers each, and draws the same conclusion.
func holdsScoreDifference(t *testing.T, r referenceRow) {
	after, before := slashed(t, r.inputs, "A="), slashed(t, r.inputs, "B=")
	_, a := scoreVariance(after[0], after[1], after[2])
	_, b := scoreVariance(before[0], before[1], before[2])
	points, i, ok := ScoreDifference(told(before[0], before[1], before[2]), told(after[0], after[1], after[2]))
	if !ok {
		t.Fatal("no difference")
	}
	deviation := 100 * math.Hypot(a, b)
	r.near(t, "diff", points, 1e-4)
	r.near(t, "se", deviation, 1e-4)
	usual := around(points, z95*deviation)
	r.ends(t, usual, 1e-4)
	r.near(t, "z", points/deviation, 1e-4)
	r.near(t, "p", math.Erfc(points/deviation/math.Sqrt2), 1e-6)
	if distance(i, usual) > 1 || direction(i, ok) != direction(usual, true) {
		t.Errorf("ours is %v, the usual one %v", i, usual)
	}
}

// slashed reads "50/30/20" after a name.
func slashed(t *testing.T, fields, name string) (counts [3]int) {
	t.Helper()
	_, rest, _ := strings.Cut(fields, name)
	rest, _, _ = strings.Cut(rest, ";")
	for k, n := range strings.Split(rest, "/") {
		counts[k] = int(number(t, n))
	}
	return counts
}

// holdsSampleSize holds the number of answers from which on ten points would show,
// and that the trend of two equal months says so from there on.
func holdsSampleSize(t *testing.T, r referenceRow) {
	variance := r.given(t, "var")
	needed := 2 * variance * math.Pow((z95+z80)/noticed, 2)
	r.near(t, "n_per_period", math.Ceil(needed), 0)
	for n, want := range map[float64]Trend{957: TooFew, 958: Unclear} {
		half := z95 * math.Sqrt(2*variance/n)
		if got := trendOf(around(0, half), true); got != want {
			t.Errorf("%v answers each: trend %d, want %d", n, got, want)
		}
	}
	if few, many := TrendOfScore(told(470, 280, 190), told(470, 280, 190)), TrendOfScore(told(485, 291, 194), told(485, 291, 194)); few != TooFew || many != Unclear {
		t.Errorf("940 answers: %d, 970: %d", few, many)
	}
}

// holdsMarginOfError: half the width of the usual interval, which ours comes close
// to with as many answers.
func holdsMarginOfError(t *testing.T, r referenceRow) {
	p, d, n := r.given(t, "p"), r.given(t, "d"), r.given(t, "n")
	margin := 100 * z95 * math.Sqrt((p+d-(p-d)*(p-d))/n)
	r.near(t, "moe95", margin, 0.005)
	_, i, _ := Score(int(p*n), int(n)-int(p*n)-int(d*n), int(d*n))
	near(t, r.inputs+": half of ours", (i.High-i.Low)/2, margin, 0.5)
}
