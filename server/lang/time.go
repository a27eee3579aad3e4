package lang

import (
	"strings"
	"time"
)

// Date writes the day of t in t's own zone: "Tuesday 3 March 2026".
func (w Words) Date(t time.Time) string {
	day := t.Format("2")
	if day == "1" {
		day = w.T("time.first_day")
	}
	return w.T("time.date", "Weekday", w.T("time.weekday."+strings.ToLower(t.Weekday().String())),
		"Day", day, "Month", w.T("time.month."+t.Format("01")), "Year", t.Format("2006"))
}

// DateTime writes the day and the minute of t in zone (nil is UTC).
func (w Words) DateTime(t time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	return w.T("time.datetime", "Date", w.Date(t), "Hour", t.Hour(), "Minute", t.Minute())
}

// Month writes a period such as "2026-10": "October 2026". What is not such a
// period stays as it is.
func (w Words) Month(period string) string { return w.period("time.month.", period) }

// ShortMonth is Month for narrow places such as the axis of a chart: "Oct 2026".
func (w Words) ShortMonth(period string) string { return w.period("time.short_month.", period) }

func (w Words) period(names, period string) string {
	t, err := time.Parse("2006-01", period)
	if err != nil {
		return period
	}
	return w.T("time.period", "Month", w.T(names+t.Format("01")), "Year", t.Format("2006"))
}

// Duration writes d in its two largest units of days, hours and minutes, rounded
// to the smaller of the two: "2 h 32 min", "3 d 4 h". A day is 24 hours. A negative
// d counts as zero.
func (w Words) Duration(d time.Duration) string {
	if d < time.Minute {
		return w.T("time.moment")
	}
	d = d.Round(time.Minute)
	if d >= 24*time.Hour {
		d = d.Round(time.Hour)
	}
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	if days > 0 {
		return w.units("time.days", days, "time.hours", hours)
	}
	return w.units("time.hours", hours, "time.minutes", minutes)
}

// units leaves out the one that is zero.
func (w Words) units(large string, wholes int, small string, rest int) string {
	if rest == 0 {
		return w.T(large, "Count", wholes)
	}
	if wholes == 0 {
		return w.T(small, "Count", rest)
	}
	return w.T("time.units", "Large", w.T(large, "Count", wholes), "Small", w.T(small, "Count", rest))
}
