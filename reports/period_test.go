package reports

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func TestPeriodDays(t *testing.T) {
	for _, test := range []struct {
		name     string
		from, to surveys.Day
	}{
		{"2026-10", "2026-10-01", "2026-11-01"},
		{"2026-12", "2026-12-01", "2027-01-01"},
		{"2024-02", "2024-02-01", "2024-03-01"},
		{"2026-Q1", "2026-01-01", "2026-04-01"},
		{"2026-Q4", "2026-10-01", "2027-01-01"},
		{"2026-H1", "2026-01-01", "2026-07-01"},
		{"2026-H2", "2026-07-01", "2027-01-01"},
	} {
		from, to, err := PeriodDays(test.name)
		if err != nil || from != test.from || to != test.to {
			t.Errorf("%s is %s to %s, %v", test.name, from, to, err)
		}
	}
	for _, wrong := range []string{"", "2026", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-H3", "2026-q1", "2026-Q1x", "26-Q1", "2026-Q01", "2026-10-01"} {
		if from, _, err := PeriodDays(wrong); err == nil {
			t.Errorf("%q was read as beginning on %s", wrong, from)
		}
	}
}

// TestC02PeriodsHoldEachDayOnce: every day is in exactly the period that is named
// after it, and periods follow one another without a gap.
func TestC02PeriodsHoldEachDayOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.SampledFrom([]string{Month, Quarter, HalfYear}).Draw(t, "length")
		day := surveys.Day("2019-12-30").Add(rapid.IntRange(0, 4000).Draw(t, "day"))
		from, to, err := PeriodDays(PeriodOf(length, day))
		if err != nil || day < from || day >= to {
			t.Fatalf("%s lies in %s, which is %s to %s: %v", day, PeriodOf(length, day), from, to, err)
		}
		names := timeline(length, day, 24, nil)
		end := surveys.Day("")
		for _, name := range names {
			from, to, err := PeriodDays(name)
			if err != nil || end != "" && from != end {
				t.Fatalf("%s follows on %s: %v", name, end, err)
			}
			end = to
		}
		if end != to || !slices.IsSorted(names) {
			t.Fatalf("the last of %v ends on %s, not %s", names, end, to)
		}
	})
}

// TestStateOf: a month is followed for 30 + 7 days after its last one, by the
// organisation's clock.
func TestStateOf(t *testing.T) {
	for _, test := range []struct{ zone, cutOff, want string }{
		{"Europe/Paris", "2026-03-31T21:59:59Z", SoFar},
		{"Europe/Paris", "2026-03-31T22:00:00Z", Provisional},
		{"Europe/Paris", "2026-05-07T21:59:59Z", Provisional},
		{"Europe/Paris", "2026-05-07T22:00:00Z", Final},
		{"Pacific/Kiritimati", "2026-03-31T09:59:59Z", SoFar},
		{"Pacific/Kiritimati", "2026-03-31T10:00:00Z", Provisional},
		{"Pacific/Kiritimati", "2026-05-07T10:00:00Z", Final},
	} {
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		cutOff, err := time.Parse(time.RFC3339, test.cutOff)
		if err != nil {
			t.Fatal(err)
		}
		if got := stateOf("2026-04-01", cutOff, zone); got != test.want {
			t.Errorf("March at %s in %s is %q, want %q", test.cutOff, test.zone, got, test.want)
		}
	}
}

// TestC02DaysOfChangingClocks: the rows of a day are those between its bounds, also
// where midnight is skipped, comes twice, or the day is missing altogether.
func TestC02DaysOfChangingClocks(t *testing.T) {
	for _, test := range []struct {
		zone  string
		day   surveys.Day
		hours float64
	}{
		{"Europe/Paris", "2026-03-29", 23}, {"Europe/Paris", "2026-10-25", 25},
		{"America/Sao_Paulo", "2018-11-04", 23}, {"America/Sao_Paulo", "2018-11-03", 24},
		{"Asia/Gaza", "2012-09-21", 25}, {"Pacific/Apia", "2011-12-29", 24}, {"Pacific/Apia", "2011-12-30", 0},
		{"Australia/Lord_Howe", "2026-10-04", 23.5}, {"Pacific/Kiritimati", "2026-01-01", 24},
	} {
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, to := test.day.Start(zone), test.day.Add(1).Start(zone)
		if got := to.Sub(from).Hours(); got != test.hours {
			t.Errorf("%s in %s has %v hours, want %v", test.day, test.zone, got, test.hours)
		}
		for at := from; at.Before(to); at = at.Add(15 * time.Minute) {
			ticket := surveys.Ticket{OpenedAt: at}
			if n := len(countDay(test.day, to, []surveys.Ticket{ticket}, nil, nil, zone).Opened); n != 1 {
				t.Fatalf("%s lies within %s, which does not count it", at, test.day)
			}
		}
		for _, at := range []time.Time{from.Add(-time.Millisecond), to} {
			if n := len(countDay(test.day, to, []surveys.Ticket{{OpenedAt: at}}, nil, nil, zone).Opened); n != 0 {
				t.Errorf("%s lies outside %s, which counts it", at, test.day)
			}
		}
	}
}
