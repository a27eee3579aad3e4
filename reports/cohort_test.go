package reports

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func holdsCohort(t *testing.T, r referenceRow) {
	n := r.count(t, "opened in month")
	opened := make([]Observation, n)
	for k := range opened {
		opened[k].Time = 30 * day
		if k < r.count(t, "within 30 d") {
			opened[k] = Observation{Time: 20 * day, Ended: true}
		}
		if k < r.count(t, "resolved within 7 d") {
			opened[k].Time = 3 * day
		}
	}
	for _, h := range []int{7, 30} {
		c, ok := CohortWithin(opened, time.Duration(h)*day)
		if !ok || c.Provisional || c.Opened != n {
			t.Errorf("within %d days: %+v, %v", h, c, ok)
		}
		r.within(t, fmt.Sprintf("%dd", h), c.Share, c.Interval)
	}
}

// holdsClosingMonth: the ratio that is not published, and the one that is.
func holdsClosingMonth(t *testing.T, r referenceRow) {
	opened, closed, older := r.count(t, "opened this month"), r.count(t, "closed this month"), 40
	r.near(t, "closed/opened", float64(closed)/float64(opened), 1e-6)
	month := make([]Observation, opened)
	for k := range month {
		month[k] = Observation{Time: 30 * day, Ended: k < closed-older}
	}
	if c, ok := CohortWithin(month, 30*day); !ok || c.Share != 0.75 {
		t.Errorf("of those opened: %+v, %v", c, ok)
	}
}

func TestCohort(t *testing.T) {
	ended := Observation{Time: 2 * day, Ended: true}
	followed, young := Observation{Time: 7 * day}, Observation{Time: 6 * day}
	withdrawn := Observation{Time: day, Withdrawn: true}
	late := Observation{Entry: day, Time: 3 * day, Ended: true}
	for _, c := range []struct {
		what        string
		opened      []Observation
		share       float64
		provisional bool
		ok          bool
	}{
		{"nothing opened", nil, 0, false, false},
		{"final", []Observation{ended, followed}, 0.5, false, true},
		{"withdrawn stays in the base", []Observation{ended, withdrawn, followed, followed}, 0.25, false, true},
		{"one is too young", []Observation{ended, young, followed}, 1. / 3, true, true},
		{"none was followed so long", []Observation{ended, young}, 0, true, false},
		{"one was not seen from its opening on", []Observation{ended, late, followed}, 2. / 3, true, true},
	} {
		got, ok := CohortWithin(c.opened, 7*day)
		if ok != c.ok || got.Provisional != c.provisional || math.Abs(got.Share-c.share) > 1e-12 || got.Opened != len(c.opened) {
			t.Errorf("%s: %+v, %v", c.what, got, ok)
		}
	}
}

// TestCohortLaws: a final share is what the curve says too, and putting two months
// together gives a share between theirs.
func TestCohortLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		horizon := time.Duration(rapid.IntRange(1, 40).Draw(t, "hours")) * time.Hour
		draw := func(label string) []Observation {
			tickets := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Observation {
				o := Observation{Time: time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour}
				switch rapid.IntRange(0, 2).Draw(t, "fate") {
				case 0:
					o.Time += horizon
				case 1:
					o.Ended = true
				default:
					o.Withdrawn = true
				}
				return o
			}), 1, 40)
			return tickets.Draw(t, label)
		}
		first, second := draw("first"), draw("second")
		a, okA := CohortWithin(first, horizon)
		b, okB := CohortWithin(second, horizon)
		both, ok := CohortWithin(slices.Concat(first, second), horizon)
		if !okA || !okB || !ok || both.Provisional {
			t.Fatalf("%+v and %+v: %+v", a, b, both)
		}
		pooled := (a.Share*float64(a.Opened) + b.Share*float64(b.Opened)) / float64(both.Opened)
		if math.Abs(both.Share-pooled) > 1e-12 {
			t.Fatalf("%+v and %+v: together %v, want %v", a, b, both.Share, pooled)
		}
		if share, _, known := Incidence(first).Within(horizon); known && math.Abs(share-a.Share) > 1e-9 {
			t.Fatalf("%v, but the curve says %v", a.Share, share)
		}
	})
}
