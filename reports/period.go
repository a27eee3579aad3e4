package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// The lengths of a period, as [publishing] period names them.
const (
	Month    = "month"
	Quarter  = "quarter"
	HalfYear = "half-year"
)

// PeriodOf names the period of a length in which a day falls: "2026-10", "2026-Q4"
// or "2026-H2".
func PeriodOf(length string, d surveys.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	switch length {
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", t.Year(), (int(t.Month())+2)/3)
	case HalfYear:
		return fmt.Sprintf("%04d-H%d", t.Year(), (int(t.Month())+5)/6)
	default:
		return t.Format("2006-01")
	}
}

// PeriodDays gives the days of a period by its name, which tells its length: from
// included, to not.
func PeriodDays(name string) (from, to surveys.Day, err error) {
	var year, n int
	months := 0
	if t, err := time.Parse("2006-01", name); err == nil {
		year, n, months = t.Year(), int(t.Month()), 1
	} else if part, ok := numbered(name, "Q", 4); ok {
		year, n, months = part.year, part.n, 3
	} else if part, ok := numbered(name, "H", 2); ok {
		year, n, months = part.year, part.n, 6
	}
	if months == 0 {
		return "", "", fmt.Errorf("period %q is not written like 2026-10, 2026-Q4 or 2026-H2", name)
	}
	first := time.Date(year, time.Month((n-1)*months+1), 1, 0, 0, 0, 0, time.UTC)
	return surveys.Day(first.Format(time.DateOnly)), surveys.Day(first.AddDate(0, months, 0).Format(time.DateOnly)), nil
}

type yearPart struct{ year, n int }

// numbered reads "2026-Q4": a year and one of its parts.
func numbered(name, letter string, parts int) (p yearPart, ok bool) {
	_, err := fmt.Sscanf(name, "%d-"+letter+"%d", &p.year, &p.n)
	ok = err == nil && p.n >= 1 && p.n <= parts && name == fmt.Sprintf("%04d-%s%d", p.year, letter, p.n)
	return p, ok
}

// timeline names the last count periods up to the one in which a day falls, oldest
// first: of a length, but no day is in two of them. Where periods of another length
// have been published, those stand, and the part that they leave of a longer one is
// told by their length, or their difference would be told too.
func timeline(length string, last surveys.Day, count int, published []string) []string {
	names := make([]string, count)
	for i := count - 1; i >= 0; i-- {
		names[i] = periodAmong(length, last, published)
		if from, _, err := PeriodDays(names[i]); err == nil {
			last = from.Add(-1)
		}
	}
	return names
}

// periodAmong is the longest period, up to a length, that holds a day and no part of
// a published one; or the published one that holds it.
func periodAmong(length string, day surveys.Day, published []string) string {
	lengths := []string{HalfYear, Quarter, Month}
	for _, one := range lengths {
		if name := PeriodOf(one, day); slices.Contains(published, name) {
			return name
		}
	}
	for _, one := range lengths[max(0, slices.Index(lengths, length)):] {
		name := PeriodOf(one, day)
		if !slices.ContainsFunc(published, func(other string) bool { return overlap(name, other) }) {
			return name
		}
	}
	return PeriodOf(Month, day)
}

// lengthOf is the length of a period by its name.
func lengthOf(period string) string {
	switch {
	case strings.Contains(period, "Q"):
		return Quarter
	case strings.Contains(period, "H"):
		return HalfYear
	default:
		return Month
	}
}

func overlap(a, b string) bool {
	fromA, toA, errA := PeriodDays(a)
	fromB, toB, errB := PeriodDays(b)
	return errA == nil && errB == nil && fromA < toB && fromB < toA
}

// horizon is how long after its last day a period is still followed: 30 days to
// resolve, 7 more for the resolution to hold. Answers have come in by then too.
const horizon = 37

// stateOf says how far a period that ends before the day to has been followed.
func stateOf(to surveys.Day, cutOff time.Time, zone *time.Location) string {
	switch {
	case cutOff.Before(to.Start(zone)):
		return SoFar
	case cutOff.Before(to.Add(horizon).Start(zone)):
		return Provisional
	default:
		return Final
	}
}
