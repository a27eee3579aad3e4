package surveys

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Hours is when mail may leave, in the local time of who gets it: parts of the
// week. None is always.
type Hours []workingTime

// workingTime is a part of some days: from a time of the day to another, which is
// not in it.
type workingTime struct {
	days     [7]bool // by time.Weekday
	from, to int     // minutes after midnight
}

// ParseHours reads "mon-fri 09:00-18:00; sat 09:00-12:00". Days may run over the
// end of the week ("sat-mon"), times may not run over midnight.
func ParseHours(text string) (Hours, error) {
	var h Hours
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		w, err := parseWorkingTime(part)
		if err != nil {
			return nil, err
		}
		h = append(h, w)
	}
	return h, nil
}

func parseWorkingTime(part string) (w workingTime, err error) {
	days, times, _ := strings.Cut(part, " ")
	first, last, isRange := strings.Cut(days, "-")
	if !isRange {
		last = first
	}
	from, to, _ := strings.Cut(strings.TrimSpace(times), "-")
	begin, end := weekday(first), weekday(last)
	w.from, w.to = minuteOf(from), minuteOf(to)
	if begin < 0 || end < 0 || w.from < 0 || w.to < 0 {
		return w, fmt.Errorf(`%q is not written like "mon-fri 09:00-18:00; sat 09:00-12:00"`, part)
	}
	if w.from >= w.to {
		return w, fmt.Errorf("%q ends before it begins; write what runs over midnight as two parts, up to 24:00 and from 00:00", part)
	}
	for d := begin; ; d = (d + 1) % 7 {
		w.days[d] = true
		if d == end {
			return w, nil
		}
	}
}

func weekday(name string) int {
	return slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, name)
}

// minuteOf reads "09:00" up to "24:00"; -1 for what is no time of the day.
func minuteOf(clock string) int {
	if clock == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", clock)
	if err != nil || len(clock) != len("15:04") {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// Next is the first instant from t on at which mail may leave to somebody in zone.
// It goes by the clock on their wall, so that it is right on days of 23 and 25
// hours.
func (h Hours) Next(t time.Time, zone *time.Location) time.Time {
	if len(h) == 0 {
		return t
	}
	today := DayOf(t, zone)
	next := time.Time{}
	for ahead := 0; next.IsZero() && ahead <= 14; ahead++ { // a change of clocks may swallow this week's part
		for _, w := range h {
			begin, end := w.on(today.Add(ahead), zone)
			if begin.Before(t) {
				begin = t
			}
			if begin.Before(end) && (next.IsZero() || begin.Before(next)) {
				next = begin
			}
		}
	}
	return next.UTC()
}

// AfterDays is the end of the n-th working day after the one on which t falls, or the
// next one where t is no time to work; without hours each day is one.
func (h Hours) AfterDays(t time.Time, n int, zone *time.Location) time.Time {
	day := DayOf(h.Next(t, zone), zone)
	for limit := 14 + 7*n; n > 0 && limit > 0; limit-- { // hours of no day do not pass Validate
		day = day.Add(1)
		if !h.endOn(day, zone).IsZero() {
			n--
		}
	}
	return h.endOn(day, zone).UTC()
}

// endOn is when work ends on a day; zero where nobody works.
func (h Hours) endOn(day Day, zone *time.Location) (end time.Time) {
	if len(h) == 0 {
		return day.Add(1).Start(zone)
	}
	for _, w := range h {
		if b, e := w.on(day, zone); b.Before(e) && e.After(end) {
			end = e
		}
	}
	return end
}

// on is the part of a day that it stands for; nothing where it stands for none, or
// where the clocks skipped it.
func (w workingTime) on(day Day, zone *time.Location) (begin, end time.Time) {
	date, _ := time.Parse(time.DateOnly, string(day))
	if !w.days[date.Weekday()] {
		return begin, end
	}
	midnight, nextDay := day.Start(zone), day.Add(1).Start(zone)
	begin = time.Date(date.Year(), date.Month(), date.Day(), 0, w.from, 0, 0, zone)
	end = time.Date(date.Year(), date.Month(), date.Day(), 0, w.to, 0, 0, zone)
	if begin.Before(midnight) {
		begin = midnight // package time answers on either side of a gap
	}
	if w.to == 24*60 || end.After(nextDay) {
		end = nextDay
	}
	return begin, end
}
