package reports

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

// days reads waits as textbooks print them: "9 13 13+" ended after 9 and after 13
// days, and one still open at 13.
func days(t *testing.T, waits string) (observations []Observation) {
	t.Helper()
	for w := range strings.FieldsSeq(waits) {
		n := number(t, strings.TrimSuffix(w, "+"))
		observations = append(observations, Observation{
			Time:  time.Duration(n * float64(day)),
			Ended: !strings.HasSuffix(w, "+"),
		})
	}
	return observations
}

// referenceWaits are the data of the rows that describe theirs in words.
var referenceWaits = map[string]string{
	"km_tickets":          "0.5 1 1 2 2 3 4 5 5 7 8 10 12 15 20 3+ 6+ 9+ 14+ 30+",
	"km_median_unreached": "1 2+ 3+ 4+",
	"km_median_flat":      "1 2 3 4",
	"km_tie_convention":   "3 3+ 5",
	"closed_only_trap":    strings.Repeat("1 ", 40) + strings.Repeat("30+ ", 60),
}

func referenceCurve(t *testing.T, kind string) (referenceRow, Curve) {
	t.Helper()
	return referenceRows(t, kind)[0], Survival(days(t, referenceWaits[kind]))
}

// midQuantile is the quantile by the rule of R, which the reference rows follow:
// where the curve lies exactly on 1-q it is the middle of that stretch, while ours
// is its beginning.
func midQuantile(c Curve, q float64) float64 {
	at := c.Quantile(q).At
	k := slices.IndexFunc(c.steps, func(s step) bool { return s.at == at })
	if math.Abs(c.steps[k].waiting-(1-q)) < 1e-9 && k+1 < len(c.steps) {
		at = (at + c.steps[k+1].at) / 2
	}
	return at.Hours() / 24
}

func TestSurvivalOfTickets(t *testing.T) {
	r, c := referenceCurve(t, "km_tickets")
	for _, q := range []struct {
		name string
		q    float64
	}{{"p25", 0.25}, {"p75", 0.75}, {"p90", 0.90}} {
		near(t, q.name, midQuantile(c, q.q), r.value(t, q.name), 1e-6)
	}
	median, ends, _ := strings.Cut(field(t, r.expected, "median"), " ")
	m := c.Quantile(0.5)
	if !m.Reached || !m.HighReached {
		t.Errorf("median %+v", m)
	}
	low, high := twoEnds(t, ends)
	near(t, "median", m.At.Hours()/24, number(t, median), 1e-6)
	near(t, "median: low", m.Low.Hours()/24, low, 1e-6)
	near(t, "median: high", m.High.Hours()/24, high, 1e-6)

	for _, d := range []string{"1", "7", "14"} {
		want, ends, _ := strings.Cut(field(t, r.expected, "resolved<="+d+"d"), " ")
		low, high := twoEnds(t, ends)
		n, _ := strconv.Atoi(d)
		share, i, ok := c.Within(time.Duration(n) * day)
		if !ok {
			t.Errorf("within %s days: not known", d)
		}
		near(t, "within "+d, share, number(t, want), 1e-6)
		near(t, "within "+d+": low", i.Low, low, 1e-6)
		near(t, "within "+d+": high", i.High, high, 1e-6)
	}

	closed := slices.DeleteFunc(days(t, referenceWaits["km_tickets"]), func(o Observation) bool { return !o.Ended })
	naive := Survival(closed).Quantile(0.5).At.Hours() / 24
	near(t, "median of closed tickets only", naive, r.value(t, "naive median of closed only"), 1e-6)
}

// twoEnds reads "[2,15]".
func twoEnds(t *testing.T, s string) (low, high float64) {
	t.Helper()
	a, b, _ := strings.Cut(strings.Trim(s, "[]"), ",")
	return number(t, a), number(t, b)
}

// TestMedianReference takes only the medians of these two rows: the interval of
// the second is on another scale (log S) than ours; that its upper end is never
// reached holds on both.
func TestMedianReference(t *testing.T) {
	for _, r := range referenceRows(t, "km_median") {
		_, waits, _ := strings.Cut(r.inputs, ": ")
		m := Survival(days(t, strings.ReplaceAll(waits, ",", " "))).Quantile(0.5)
		near(t, r.inputs, m.At.Hours()/24, r.value(t, "median"), 1e-6)
		if open := strings.Contains(r.expected, "hi=NA"); !m.Reached || m.HighReached == open {
			t.Errorf("%s: %+v", r.inputs, m)
		}
	}
}

func TestMedianNotReached(t *testing.T) {
	r, c := referenceCurve(t, "km_median_unreached")
	if m := c.Quantile(0.5); field(t, r.expected, "median") != "NA" || m != (Quantile{}) {
		t.Errorf("median %+v", m)
	}
}

// TestMedianOnFlatStretch: where the curve lies exactly on one half from day 2 to
// day 3, R answers 2.5 and we answer 2.
func TestMedianOnFlatStretch(t *testing.T) {
	r, c := referenceCurve(t, "km_median_flat")
	near(t, "median by the rule of R", midQuantile(c, 0.5), r.value(t, "median"), 1e-6)
	if got := c.Quantile(0.5).At; got != 2*day {
		t.Errorf("median %v, want the first time, 2 days", got)
	}
}

func TestEndsComeBeforeOpenAtTies(t *testing.T) {
	r, c := referenceCurve(t, "km_tie_convention")
	for _, d := range []int{3, 5} {
		share, _, ok := c.Within(time.Duration(d) * day)
		if !ok {
			t.Errorf("day %d: not known", d)
		}
		near(t, r.inputs, 1-share, r.value(t, "S("+strconv.Itoa(d)+")"), 1e-6)
	}
}

func TestClosedTicketsOnlyMislead(t *testing.T) {
	r, c := referenceCurve(t, "closed_only_trap")
	if !strings.Contains(r.expected, "median=not reached") || c.Quantile(0.5).Reached {
		t.Errorf("median %+v, want %s", c.Quantile(0.5), r.expected)
	}
	share, _, ok := c.Within(30 * day)
	if !ok {
		t.Error("30 days: not known")
	}
	near(t, "within 30 days", share, r.value(t, "resolved within 30 d"), 1e-6)
	if naive := Survival(days(t, strings.Repeat("1 ", 40))).Quantile(0.5); naive.At != day {
		t.Errorf("closed only: %+v", naive)
	}
}

func TestWithinSaysWhatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		waits string
		at    time.Duration
		share float64
		ok    bool
	}{
		{"", 0, 0, false},
		{"", day, 0, false},
		{"2+ 3+", 2 * day, 0, true},
		{"2+ 3+", 3 * day, 0, true},
		{"2+ 3+", 3*day + 1, 0, false}, // nobody was followed so long
		{"1 3+", 3 * day, 0.5, true},
		{"1 3+", 4 * day, 0, false},
		{"1 2", 400 * day, 1, true}, // all had ended
		{"5", 4 * day, 0, true},
	} {
		share, i, ok := Survival(days(t, c.waits)).Within(c.at)
		if share != c.share || ok != c.ok {
			t.Errorf("%q within %v: %v, %v", c.waits, c.at, share, ok)
		}
		if ok && i.High <= i.Low {
			t.Errorf("%q within %v: interval %v says it is certain", c.waits, c.at, i)
		}
	}
}

func TestQuantileEnds(t *testing.T) {
	for _, c := range []struct {
		waits string
		want  Quantile
	}{
		{"", Quantile{}},
		{"4+", Quantile{}},
		{"4", Quantile{At: 4 * day, Low: 4 * day, Reached: true}},
		{"4 4 4 4", Quantile{At: 4 * day, Low: 4 * day, Reached: true}}, // no band around "all at once"
	} {
		if got := Survival(days(t, c.waits)).Quantile(0.5); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.waits, got, c.want)
		}
	}
}

// TestQuantileAsPublished: whole seconds, rounded; no number where it is not reached.
func TestQuantileAsPublished(t *testing.T) {
	for _, c := range []struct {
		q    Quantile
		want string
	}{
		{Quantile{}, `{"reached":false}`},
		{
			Quantile{At: 9120 * time.Second, Low: 8400 * time.Second, High: 9900 * time.Second, Reached: true, HighReached: true},
			`{"seconds":9120,"low":8400,"high":9900,"reached":true}`,
		},
		{Quantile{At: 1500 * time.Millisecond, Low: 1499 * time.Millisecond, Reached: true}, `{"seconds":2,"low":1,"reached":true}`},
	} {
		b, err := json.Marshal(pointOf(c.q))
		if err != nil || string(b) != c.want {
			t.Errorf("%+v is written %s, %v; want %s", c.q, b, err, c.want)
		}
	}
}
