package lang

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDate(t *testing.T) {
	c := load(t)
	for day, want := range map[string][2]string{
		"2026-03-03": {"mardi 3 mars 2026", "Tuesday 3 March 2026"},
		"2026-08-01": {"samedi 1er août 2026", "Saturday 1 August 2026"},
		"2024-02-29": {"jeudi 29 février 2024", "Thursday 29 February 2024"},
		"2026-12-31": {"jeudi 31 décembre 2026", "Thursday 31 December 2026"},
	} {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		for i, tag := range []string{"fr", "en"} {
			if got := c.For(tag).Date(d); got != want[i] {
				t.Errorf("%s Date(%s) = %q, want %q", tag, day, got, want[i])
			}
		}
	}
}

func TestDateTimeIsInItsZone(t *testing.T) {
	c := load(t)
	paris := time.FixedZone("CET", 3600)
	late := time.Date(2026, 3, 2, 23, 5, 59, 0, time.UTC)
	for _, x := range []struct {
		tag, want string
		zone      *time.Location
	}{
		{"fr", "mardi 3 mars 2026 à 0\u00a0h\u00a005", paris},
		{"en", "Tuesday 3 March 2026 at 00:05", paris},
		{"en", "Monday 2 March 2026 at 23:05", nil},
	} {
		if got := c.For(x.tag).DateTime(late, x.zone); got != x.want {
			t.Errorf("%s DateTime = %q, want %q", x.tag, got, x.want)
		}
	}
}

func TestMonth(t *testing.T) {
	c := load(t)
	for _, x := range []struct{ period, fr, en, shortFR, shortEN string }{
		{"2026-10", "octobre 2026", "October 2026", "oct. 2026", "Oct 2026"},
		{"2025-02", "février 2025", "February 2025", "févr. 2025", "Feb 2025"},
		{"2026-13", "2026-13", "2026-13", "2026-13", "2026-13"},
		{"2026-Q4", "2026-Q4", "2026-Q4", "2026-Q4", "2026-Q4"},
		{"", "", "", "", ""},
	} {
		fr, en := c.For("fr"), c.For("en")
		got := []string{fr.Month(x.period), en.Month(x.period), fr.ShortMonth(x.period), en.ShortMonth(x.period)}
		want := []string{x.fr, x.en, x.shortFR, x.shortEN}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q = %q, want %q", x.period, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	c := load(t)
	const day = 24 * time.Hour
	for d, want := range map[time.Duration][2]string{
		-time.Hour:                    {"moins d'une minute", "less than a minute"},
		0:                             {"moins d'une minute", "less than a minute"},
		59 * time.Second:              {"moins d'une minute", "less than a minute"},
		60 * time.Second:              {"1 min", "1 min"},
		59*time.Minute + 31e9:         {"1 h", "1 h"},
		9120 * time.Second:            {"2 h 32 min", "2 h 32 min"},
		day - time.Second:             {"1 j", "1 d"},
		3*day + 4*time.Hour + 29*6e10: {"3 j 4 h", "3 d 4 h"},
		3*day + 4*time.Hour + 30*6e10: {"3 j 5 h", "3 d 5 h"},
		2*day - time.Minute:           {"2 j", "2 d"},
		1500 * day:                    {"1\u202f500 j", "1,500 d"},
	} {
		for i, tag := range []string{"fr", "en"} {
			if got := strings.ReplaceAll(c.For(tag).Duration(d), "\u00a0", " "); got != want[i] {
				t.Errorf("%s Duration(%v) = %q, want %q", tag, d, got, want[i])
			}
		}
	}
}

// What a duration says, read back, is off by at most half of its smaller unit.
func TestDurationSaysHowLong(t *testing.T) {
	w := load(t).For("en")
	unit := regexp.MustCompile(`([\d,]+)\x{a0}(d|h|min)`)
	size := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "min": time.Minute}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(int64(time.Minute), int64(5000*24*time.Hour)).Draw(t, "d"))
		var sum time.Duration
		parts := unit.FindAllStringSubmatch(w.Duration(d), -1)
		for _, part := range parts {
			n, _ := strconv.Atoi(strings.ReplaceAll(part[1], ",", ""))
			sum += time.Duration(n) * size[part[2]]
		}
		allowed := 30 * time.Second
		if d >= 24*time.Hour {
			allowed = 30 * time.Minute
		}
		if off := (sum - d).Abs(); off > allowed || len(parts) > 2 {
			t.Fatalf("Duration(%v) = %q, off by %v", d, w.Duration(d), off)
		}
	})
}

func TestStrangeTimesDoNotPanic(t *testing.T) {
	for _, tag := range []string{"fr", "en"} {
		w := load(t).For(tag)
		for _, at := range []time.Time{{}, time.Unix(math.MaxInt32*1000, 0), time.Unix(-1<<40, 0)} {
			if got := w.Date(at) + w.DateTime(at, nil); strings.Contains(got, "⟦") {
				t.Errorf("%s: %q", tag, got)
			}
		}
		if got := w.Duration(math.MaxInt64) + w.Duration(math.MinInt64); strings.Contains(got, "⟦") {
			t.Errorf("%s: %q", tag, got)
		}
	}
}
