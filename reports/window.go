package reports

import (
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Window is the days that are looked at inside.
type Window struct {
	Name     string // as addresses say it: 2026-10, 2026-q3, 2026-h1, 28d, 90d, 12mo
	Period   string // as editions name it; "" for one that moves with the days
	From, To surveys.Day
}

// MovingWindows are those that end today, by their names.
func MovingWindows() []string { return []string{"28d", "90d", "12mo"} }

// WindowOf finds the window of a name; false for a name that none has, or that has not
// begun by today.
func WindowOf(name string, today surveys.Day) (Window, bool) {
	period := strings.ToUpper(name)
	if from, to, err := PeriodDays(period); err == nil && name == strings.ToLower(name) {
		return Window{name, period, from, to}, from <= today
	}
	for _, moving := range MovingWindows() {
		if name == moving {
			to := today.Add(1)
			return Window{Name: name, From: back(to, name), To: to}, true
		}
	}
	return Window{}, false
}

// back is the day on which a window begins that ends before a day: so many days, or so
// many calendar months and what there is of this one.
func back(to surveys.Day, length string) surveys.Day {
	if days, ok := strings.CutSuffix(length, "d"); ok {
		n, _ := strconv.Atoi(days)
		return to.Add(-n)
	}
	n, _ := strconv.Atoi(strings.TrimSuffix(length, "mo"))
	last, _ := time.Parse(time.DateOnly, string(to.Add(-1)))
	return surveys.Day(time.Date(last.Year(), last.Month()-time.Month(n-1), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// Before is the window of the same length that ends where this one begins.
func (w Window) Before() Window {
	if w.Period != "" {
		period := PeriodOf(lengthOf(w.Period), w.From.Add(-1))
		from, to, _ := PeriodDays(period)
		return Window{strings.ToLower(period), period, from, to}
	}
	return byDays(back(w.From, w.Name), w.From)
}

// YearBefore is the same window a year before; that of so many days begins on the same
// day of the week.
func (w Window) YearBefore() Window {
	switch {
	case w.Period != "":
		_, rest, _ := strings.Cut(w.Period, "-")
		year, _ := strconv.Atoi(w.Period[:4])
		period := strconv.Itoa(year-1) + "-" + rest
		from, to, _ := PeriodDays(period)
		return Window{strings.ToLower(period), period, from, to}
	case strings.HasSuffix(w.Name, "mo"):
		return w.Before()
	default:
		return byDays(w.From.Add(-364), w.To.Add(-364))
	}
}

// byDays is a window that is named by its first and its last day.
func byDays(from, to surveys.Day) Window {
	w := Window{From: from, To: to}
	w.Name = w.Days()
	return w
}

// Days writes the first and the last day, as ISO 8601 does: 2026-10-31/2026-11-27.
func (w Window) Days() string { return string(w.From) + "/" + string(w.To.Add(-1)) }

// State says how far the window has been followed.
func (w Window) State(now time.Time, zone *time.Location) string { return stateOf(w.To, now, zone) }

// followed says whether all that was opened or closed in the window has been followed
// for so many days.
func (w Window) followed(days int, now time.Time, zone *time.Location) bool {
	return !w.To.Add(days).Start(zone).After(now)
}
