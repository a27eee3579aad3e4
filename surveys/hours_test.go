package surveys_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func zoneOf(t tester, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return zone
}

// TestC02Hours goes by the clock on the wall, also where clocks change: in Paris they
// skip 02:00-03:00 on 2026-03-29 and repeat it on 2026-10-25, in Lord Howe by half
// an hour, and in Apia the whole 2011-12-30 was skipped.
func TestC02Hours(t *testing.T) {
	const week = "mon-fri 09:00-18:00"
	for _, test := range []struct{ hours, zone, at, want string }{
		{"", "Europe/Paris", "2026-03-07 03:00", "2026-03-07 03:00"},
		{week, "Europe/Paris", "2026-03-02 08:59", "2026-03-02 09:00"},
		{week, "Europe/Paris", "2026-03-02 09:00", "2026-03-02 09:00"},
		{week, "Europe/Paris", "2026-03-02 17:59", "2026-03-02 17:59"},
		{week, "Europe/Paris", "2026-03-02 18:00", "2026-03-03 09:00"},
		{week, "Europe/Paris", "2026-03-06 18:00", "2026-03-09 09:00"},
		{week, "Europe/Paris", "2026-03-27 20:00", "2026-03-30 09:00"},
		{week, "Europe/Paris", "2026-10-23 20:00", "2026-10-26 09:00"},
		{week, "Pacific/Kiritimati", "2026-03-06 18:00", "2026-03-09 09:00"},
		{"sat-mon 10:00-11:00", "Europe/Paris", "2026-03-03 12:00", "2026-03-07 10:00"},
		{"sat-mon 10:00-11:00", "Europe/Paris", "2026-03-08 12:00", "2026-03-09 10:00"},
		{"mon 14:00-15:00; mon 09:00-10:00 ;", "Europe/Paris", "2026-03-02 09:30", "2026-03-02 09:30"},
		{"mon 14:00-15:00; mon 09:00-10:00", "Europe/Paris", "2026-03-02 10:00", "2026-03-02 14:00"},
		{"mon-fri 18:00-24:00; tue-sat 00:00-02:00", "Europe/Paris", "2026-03-02 23:59", "2026-03-02 23:59"},
		{"mon-fri 18:00-24:00; tue-sat 00:00-02:00", "Europe/Paris", "2026-03-03 02:00", "2026-03-03 18:00"},
		{"mon-sun 02:15-02:45", "Europe/Paris", "2026-03-28 02:45", "2026-03-29 03:15"}, // by the offset before the change
		{"mon-sun 02:15-02:45", "Europe/Paris", "2026-10-24 03:00", "2026-10-25 02:15"},
		{"mon-sun 02:00-02:30", "Australia/Lord_Howe", "2026-10-03 12:00", "2026-10-05 02:00"}, // that half hour was the one skipped
		{"mon-sun 00:00-24:00", "America/Sao_Paulo", "2018-11-03 23:59", "2018-11-03 23:59"},   // midnight was skipped
		{"sun 00:00-06:00", "America/Sao_Paulo", "2018-11-03 12:00", "2018-11-04 01:00"},
		{"fri 09:00-18:00", "Pacific/Apia", "2011-12-29 12:00", "2012-01-06 09:00"},
		{"sun 09:00-18:00", "Europe/Paris", "2028-02-28 12:00", "2028-03-05 09:00"},
	} {
		h, err := surveys.ParseHours(test.hours)
		if err != nil {
			t.Fatal(err)
		}
		zone := zoneOf(t, test.zone)
		at, _ := time.ParseInLocation("2006-01-02 15:04", test.at, zone)
		if got := h.Next(at, zone).In(zone).Format("2006-01-02 15:04"); got != test.want {
			t.Errorf("%q in %s, from %s: %s, want %s", test.hours, test.zone, test.at, got, test.want)
		}
	}
}

func TestHoursRefused(t *testing.T) {
	for _, text := range []string{"mon", "monday 09:00-18:00", "mon 9:00-18:00", "mon 09:00-25:00", "mon 09:00", "mon 18:00-09:00", "mon 09:00-09:00", "mon-xyz 09:00-10:00", "09:00-18:00", "mon 09:00-18:00,tue 09:00-10:00", "mon 24:00-24:00"} {
		if _, err := surveys.ParseHours(text); err == nil || !strings.Contains(err.Error(), `"`) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestC02HoursLaws: never before it was asked, open when it says so, and asking again
// at that instant gives the same.
func TestC02HoursLaws(t *testing.T) {
	zones := []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati", "America/Sao_Paulo", "Africa/Casablanca"}
	texts := []string{"mon-fri 09:00-18:00", "sun 01:00-04:00", "mon-sun 00:00-24:00", "wed 23:30-24:00", "fri-mon 02:00-03:00; tue 12:00-13:00"}
	rapid.Check(t, func(t *rapid.T) {
		zone := zoneOf(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		text := rapid.SampledFrom(texts).Draw(t, "hours")
		h, err := surveys.ParseHours(text)
		if err != nil {
			t.Fatal(err)
		}
		at := time.UnixMilli(rapid.Int64Range(1.2e12, 2e12).Draw(t, "at")).UTC()
		next := h.Next(at, zone)
		if next.Before(at) || next.Sub(at) > 15*day {
			t.Fatalf("from %v: %v", at, next)
		}
		if wall := next.In(zone); next.After(at) && strings.Contains(text, "-fri 09:00") && wall.Format("15:04:05") != "09:00:00" {
			t.Fatalf("from %v it opens at %v", at, wall)
		}
		if again := h.Next(next, zone); !again.Equal(next) {
			t.Fatalf("it is not open at %v: %v", next, again)
		}
	})
}
