package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dates reads the dates of one file. Those with the year first say what they
// mean. Of 03/04/2026 the file decides: the first date with a number above 12 in
// one place shows which of the two is the day; if there is none, the day comes
// first where the headers are French, else the month. With dots the day always
// comes first.
type dates struct {
	zone     *time.Location
	shape    *regexp.Regexp
	dayFirst bool
}

func newDates(zone *time.Location) *dates {
	if zone == nil {
		zone = time.UTC
	}
	return &dates{zone: zone, shape: regexp.MustCompile(
		`^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4})(?:[ ,T]+(?:à )?(\d{1,2})(?:[:h](\d{2}))?(?::(\d{2}))?(?: ?([AaPp])\.?[Mm]\.?)?)?$`)}
}

// order is what a date tells about the order of its numbers.
type order int

const (
	none order = iota // not such a date
	either
	days
	months
)

func (d *dates) order(cell string) order {
	m := d.shape.FindStringSubmatch(cell)
	if m == nil || m[2] == "." {
		return none
	}
	first, _ := strconv.Atoi(m[1])
	second, _ := strconv.Atoi(m[3])
	switch {
	case first > 12:
		return days
	case second > 12:
		return months
	}
	return either
}

// read gives the time in a cell.
func (d *dates) read(cell string) (time.Time, bool) {
	if t, ok := when(cell, d.zone); ok {
		return t, true
	}
	m := d.shape.FindStringSubmatch(cell)
	if m == nil {
		return time.Time{}, false
	}
	n := [9]int{}
	for i := range m {
		n[i], _ = strconv.Atoi(m[i])
	}
	day, month, hour := n[1], n[3], n[5]
	if !d.dayFirst && m[2] != "." {
		day, month = month, day
	}
	if m[8] != "" { // 12 AM is midnight, 12 PM is noon
		if hour < 1 || hour > 12 {
			return time.Time{}, false
		}
		hour %= 12
		if strings.EqualFold(m[8], "p") {
			hour += 12
		}
	}
	t := time.Date(n[4], time.Month(month), day, hour, n[6], n[7], 0, d.zone)
	exists := month >= 1 && month <= 12 && day >= 1 && day <= daysIn(n[4], month) && hour < 24 && n[6] < 60 && n[7] < 60
	return t, exists
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// length reads a duration: "12:30:05" (hours first), or a number of units.
func length(cell string, unit time.Duration) (time.Duration, bool) {
	if h, rest, ok := strings.Cut(cell, ":"); ok {
		m, s, _ := strings.Cut(rest, ":")
		hours, e1 := strconv.ParseUint(h, 10, 20)
		minutes, e2 := strconv.ParseUint(m, 10, 6)
		seconds, e3 := strconv.ParseUint("0"+s, 10, 6)
		all := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second
		return all, e1 == nil && e2 == nil && e3 == nil
	}
	n, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
	if err != nil || !(n >= 0 && n < 1e7) {
		return 0, false
	}
	return time.Duration(n * float64(unit)).Round(time.Second), true
}

// when reads a date as written by machines, year first; zone is for those that
// name none. A time that the clocks skip or repeat is taken as package time does.
func when(s string, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) >= 10 && s[4] == '/' {
		s = strings.Replace(s, "/", "-", 2)
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700",
		"2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04 UTC",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// implausible says what is wrong with a time, "" if nothing. A day's grace is for
// helpdesks whose clock or zone is off: a time further ahead would keep every
// later event of the ticket from being applied.
func implausible(t, received time.Time) string {
	switch {
	case t.Year() < 1990:
		return "before 1990"
	case t.After(received.Add(24 * time.Hour)):
		return "in the future"
	}
	return ""
}

// fromUnix reads seconds since 1970, with a fraction. Milliseconds are told from
// them by their size: as seconds they would lie beyond the year 5000.
func fromUnix(n float64) (time.Time, bool) {
	if n >= 1e11 {
		n /= 1000
	}
	if n <= 0 || n >= 1e11 {
		return time.Time{}, false
	}
	whole, part := math.Modf(n)
	return time.Unix(int64(whole), int64(math.Round(part*1e6))*1000), true
}

// latest is the last one.
func latest(times ...time.Time) time.Time {
	last := time.Time{}
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
