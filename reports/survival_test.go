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

// freireich are the weeks until relapse of leukaemia patients (Freireich 1963),
// without and with a drug: two groups that every textbook compares.
const (
	freireichPlacebo = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
	freireichDrug    = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
)

// ticketWaits are the data of km_tickets and km_rmst_30d.
const ticketWaits = "0.5 1 1 2 2 3 4 5 5 7 8 10 12 15 20 3+ 6+ 9+ 14+ 30+"

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

func holdsTickets(t *testing.T, r referenceRow) {
	c := Survival(days(t, ticketWaits))
	for name, q := range map[string]float64{"p25": 0.25, "p75": 0.75, "p90": 0.90} {
		r.near(t, name, midQuantile(c, q), 1e-6)
	}
	m := c.Quantile(0.5)
	if !m.Reached || !m.HighReached {
		t.Errorf("median %+v", m)
	}
	r.within(t, "median", m.At.Hours()/24, Interval{Low: m.Low.Hours() / 24, High: m.High.Hours() / 24})
	for _, n := range []int{1, 7, 14} {
		share, i, ok := c.Within(time.Duration(n) * day)
		if !ok {
			t.Errorf("within %d days: not known", n)
		}
		r.within(t, "resolved<="+strconv.Itoa(n)+"d", share, i)
	}
	closed := slices.DeleteFunc(days(t, ticketWaits), func(o Observation) bool { return !o.Ended })
	r.near(t, "naive median of closed only", Survival(closed).Quantile(0.5).At.Hours()/24, 1e-6)
}

// within holds a field written "7 [2,15]".
func (r referenceRow) within(t *testing.T, name string, got float64, i Interval) {
	t.Helper()
	_, ends, _ := strings.Cut(r.told(t, name), " ")
	want := numbers(t, strings.Trim(ends, "[]"))
	r.near(t, name, got, 1e-6)
	near(t, name+": low", i.Low, want[0], 1e-6)
	near(t, name+": high", i.High, want[1], 1e-6)
}

// holdsMedian takes the interval of the second row on the scale it is printed for
// (log S, not ours); that its upper end is never reached holds on both.
func holdsMedian(t *testing.T, r referenceRow) {
	_, waits, _ := strings.Cut(r.inputs, ": ")
	tickets := days(t, strings.ReplaceAll(waits, ",", " "))
	c := Survival(tickets)
	m := c.Quantile(0.5)
	r.near(t, "median", m.At.Hours()/24, 1e-6)
	if !strings.Contains(r.expected, "hi=") {
		return
	}
	ended := slices.DeleteFunc(slices.Clone(tickets), func(o Observation) bool { return !o.Ended })
	r.near(t, "n", float64(len(tickets)), 0)
	r.near(t, "events", float64(len(ended)), 0)
	low, _ := c.first(0.5, func(s step) float64 {
		return s.waiting * math.Exp(-z95*math.Sqrt(greenwood(tickets, s.at)))
	})
	r.near(t, "lo", low.Hours()/24, 1e-6)
	r.says(t, "hi", map[bool]string{false: "NA", true: "reached"}[m.HighReached])
}

// greenwood is Σ d/(n(n-d)) up to an age, counted anew for each ticket.
func greenwood(tickets []Observation, upTo time.Duration) (sum float64) {
	for _, o := range tickets {
		if o.Ended && o.Time <= upTo {
			n, d := atRisk(tickets, o.Time)
			sum += 1 / (n * (n - d)) // d of them share it
		}
	}
	return sum
}

// atRisk counts, one by one, the tickets followed just before an age, and those of
// them that end at it.
func atRisk(tickets []Observation, at time.Duration) (n, ended float64) {
	for _, o := range tickets {
		if (o.Entry == 0 || o.Entry < at) && o.Time >= at {
			n++
			if o.Ended && o.Time == at {
				ended++
			}
		}
	}
	return n, ended
}

func holdsMedianNotReached(t *testing.T, r referenceRow) {
	m := Survival(days(t, "1 2+ 3+ 4+")).Quantile(0.5)
	r.says(t, "median", "NA")
	if m != (Quantile{}) {
		t.Errorf("median %+v", m)
	}
}

// holdsFlatMedian: where the curve lies exactly on one half from day 2 to day 3, R
// answers 2.5 and we answer 2.
func holdsFlatMedian(t *testing.T, r referenceRow) {
	c := Survival(days(t, "1 2 3 4"))
	r.near(t, "median", midQuantile(c, 0.5), 1e-6)
	if got := c.Quantile(0.5).At; got != 2*day {
		t.Errorf("median %v, want the first time, 2 days", got)
	}
}

func holdsTies(t *testing.T, r referenceRow) {
	c := Survival(days(t, "3 3+ 5"))
	for _, d := range []int{3, 5} {
		share, _, ok := c.Within(time.Duration(d) * day)
		if !ok {
			t.Errorf("day %d: not known", d)
		}
		r.near(t, "S("+strconv.Itoa(d)+")", 1-share, 1e-6)
	}
}

// holdsClosedOnly also holds what the curve of closed tickets alone would say.
func holdsClosedOnly(t *testing.T, r referenceRow) {
	c := Survival(days(t, strings.Repeat("1 ", 40)+strings.Repeat("30+ ", 60)))
	share, _, ok := c.Within(30 * day)
	if !ok || c.Quantile(0.5).Reached {
		t.Errorf("30 days known: %v; median %+v", ok, c.Quantile(0.5))
	}
	r.near(t, "resolved within 30 d", share, 1e-6)
	r.says(t, "KM S(30)", strconv.FormatFloat(1-share, 'g', 6, 64)+" so median=not reached")
	naive := Survival(days(t, strings.Repeat("1 ", 40))).Quantile(0.5)
	r.near(t, "closed-only median", naive.At.Hours()/24, 1e-6)
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
