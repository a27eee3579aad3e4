package reports

import (
	"fmt"
	"testing"

	"github.com/entendu/entendu/surveys"
)

func TestWindows(t *testing.T) {
	const today = surveys.Day("2026-11-27")
	for name, want := range map[string]string{
		"28d":     "2026-10-31/2026-11-27, before 2026-10-03/2026-10-30, a year before 2025-11-01/2025-11-28",
		"90d":     "2026-08-30/2026-11-27, before 2026-06-01/2026-08-29, a year before 2025-08-31/2025-11-28",
		"12mo":    "2025-12-01/2026-11-27, before 2024-12-01/2025-11-30, a year before 2024-12-01/2025-11-30",
		"2026-10": "2026-10-01/2026-10-31, before 2026-09-01/2026-09-30, a year before 2025-10-01/2025-10-31",
		"2026-q1": "2026-01-01/2026-03-31, before 2025-10-01/2025-12-31, a year before 2025-01-01/2025-03-31",
		"2026-h2": "2026-07-01/2026-12-31, before 2026-01-01/2026-06-30, a year before 2025-07-01/2025-12-31",
	} {
		w, ok := WindowOf(name, today)
		if got := fmt.Sprintf("%s, before %s, a year before %s", w.Days(), w.Before().Days(), w.YearBefore().Days()); !ok || got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"", "2026-12", "2026-Q1", "2027-q1", "27d", "d", "2026-13", "12MO", "yesterday"} {
		if w, ok := WindowOf(name, today); ok {
			t.Errorf("%q is %s", name, w.Days())
		}
	}
}

// TestWindowsAreWholeMonthsOrDays: however a range is cut, the parts are the range.
func TestWindowsAreWholeMonthsOrDays(t *testing.T) {
	for _, d := range []dayRange{{"2025-12-01", "2026-11-28"}, {"2026-10-31", "2026-11-28"}, {"2025-11-01", "2025-11-29"}, {"2026-11-27", "2026-11-28"}, {"2026-11-01", "2026-12-01"}, {"2026-01-15", "2026-04-15"}} {
		next := d.from
		for _, part := range d.parts("2026-10-18") {
			if part.from != next || part.to <= part.from {
				t.Errorf("%v is cut into %v", d, d.parts("2026-10-18"))
			}
			next = part.to
		}
		if next != d.to {
			t.Errorf("%v ends at %s", d, next)
		}
	}
}
