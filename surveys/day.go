package surveys

import (
	"fmt"
	"time"
)

// Day is a calendar day of the organisation, "2006-01-02". Days order as text.
type Day string

// DayOf is the day in zone on which t falls; "" for the zero time.
func DayOf(t time.Time, zone *time.Location) Day {
	if t.IsZero() {
		return ""
	}
	return Day(t.In(zone).Format(time.DateOnly))
}

// ParseDay reads "2026-10-31".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return "", fmt.Errorf("day %q is not written like 2026-10-31", s)
	}
	return Day(t.Format(time.DateOnly)), nil
}

// Start is the first instant of the day in zone. Where the clocks skip midnight
// it is the first instant that exists.
func (d Day) Start(zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), zone)
	if err != nil {
		return time.Time{}
	}
	// Where midnight is skipped or comes twice, package time does not promise on
	// which side it answers. Clocks move by whole quarters of an hour.
	const quarter = 15 * time.Minute
	for DayOf(t, zone) < d {
		t = t.Add(quarter)
	}
	for DayOf(t.Add(-quarter), zone) >= d {
		t = t.Add(-quarter)
	}
	return t
}

// Add is the day n calendar days later.
func (d Day) Add(n int) Day {
	t, _ := time.Parse(time.DateOnly, string(d))
	return Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// Moment is t as it is kept: UTC, cut to milliseconds, which is what both stores
// can hold.
func Moment(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}
