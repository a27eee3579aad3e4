package reports_test

import (
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// steady is the tallies of a year in which each month one category has so many
// requests, closings and answers.
func steady(perMonth int) (all []reports.Tally) {
	d := surveys.Dimensions{Category: "delivery"}
	for _, day := range []surveys.Day{
		"2025-11-15", "2025-12-15", "2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15",
		"2026-05-15", "2026-06-15", "2026-07-15", "2026-08-15", "2026-09-15", "2026-10-15",
	} {
		closed := reports.ClosedCell{Dimensions: d, Closed: perMonth, Answered: perMonth}
		closed.Delay[4], closed.Listening[4] = perMonth, perMonth
		all = append(all, reports.Tally{Day: day, Opened: []reports.OpenedCell{{Dimensions: d, Opened: perMonth}}, Closed: []reports.ClosedCell{closed}})
	}
	return all
}

// TestAdvise: where most figures of a month are held back, the shortest longer period
// that shows most is proposed; nothing where the one in force does, or none is better.
func TestAdvise(t *testing.T) {
	for _, test := range []struct {
		name     string
		perMonth int
		inForce  string
		want     string
	}{
		{"enough in each month", 11, reports.Month, ""},
		{"enough in a quarter", 4, reports.Month, reports.Quarter},
		{"enough in a half-year", 2, reports.Month, reports.HalfYear},
		{"in force already", 4, reports.Quarter, ""},
		{"too few in a quarter", 2, reports.Quarter, reports.HalfYear},
		{"no period is long enough", 1, reports.Month, ""},
		{"nothing is longer", 1, reports.HalfYear, ""},
		{"nobody", 0, reports.Month, ""},
	} {
		p := surveys.Publishing{Period: test.inForce, Minimum: 11}
		if got := reports.Advise(steady(test.perMonth), "2026-11-27", p); got.Propose != test.want {
			t.Errorf("%s: %+v, want %q", test.name, got, test.want)
		}
	}
}

// TestAdviseCounts: each length tells of the same twelve whole months; what has no
// answer is no figure that could be withheld.
func TestAdviseCounts(t *testing.T) {
	tallies := append(steady(4), steady(100)...)
	for i := range tallies[12:] { // of this month, and of more than a year ago: not looked at
		tallies[12+i].Day = []surveys.Day{"2026-11-02", "2025-10-31"}[i%2]
	}
	small := surveys.Dimensions{Team: "shop"}
	tallies = append(tallies, reports.Tally{Day: "2026-10-01", Opened: []reports.OpenedCell{{Dimensions: small, Opened: 1}}})
	got := reports.Advise(tallies, "2026-11-27", surveys.Publishing{Period: reports.Month, Minimum: 11})
	// Of the whole and of delivery: opened, closed, delay and listening; of the shop
	// opened alone, once.
	want := [3]reports.Held{{Length: reports.Month, Told: 97, Small: 97}, {Length: reports.Quarter, Told: 33, Small: 1}, {Length: reports.HalfYear, Told: 17, Small: 1}}
	if got.Held != want || got.Propose != reports.Quarter {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := reports.Advise(nil, "2026-11-27", surveys.Publishing{Period: reports.Month, Minimum: 11}); got.Held[0].Told != 0 || got.Propose != "" {
		t.Errorf("before any data: %+v", got)
	}
}
