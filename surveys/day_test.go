package surveys_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func zone(t tester, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return z
}

// TestC02StartOfDay also where the clocks skip midnight, or show it twice, or a whole
// day was skipped.
func TestC02StartOfDay(t *testing.T) {
	for _, test := range []struct {
		zone  string
		day   surveys.Day
		want  string
		hours float64 // of the day
	}{
		{"Europe/Paris", "2026-03-02", "2026-03-01T23:00:00Z", 24},
		{"Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z", 23},
		{"Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z", 25},
		{"UTC", "2024-02-29", "2024-02-29T00:00:00Z", 24},
		{"Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 24}, // UTC+14
		{"Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00Z", 24},  // UTC-11
		{"Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z", 24},     // UTC+5:45
		{"Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23},       // midnight is 01:00
		{"Africa/Cairo", "2026-10-29", "2026-10-28T21:00:00Z", 25},       // 23:00 comes twice
		{"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23},     // midnight is 01:00
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25},     // midnight comes twice
		{"Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0}, // never was
	} {
		z := zone(t, test.zone)
		start := test.day.Start(z)
		if got := start.UTC().Format(time.RFC3339); got != test.want {
			t.Errorf("%s in %s starts %s; want %s", test.day, test.zone, got, test.want)
		}
		if got := test.day.Add(1).Start(z).Sub(start).Hours(); got != test.hours {
			t.Errorf("%s in %s has %v hours; want %v", test.day, test.zone, got, test.hours)
		}
	}
	if got := surveys.Day("31.12.2026").Start(time.UTC); !got.IsZero() {
		t.Errorf("no day starts %v", got)
	}
}

// TestC02EveryMomentIsInItsDay, and days follow one another without gap.
func TestC02EveryMomentIsInItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom([]string{
			"Europe/Paris", "Africa/Cairo", "America/Havana", "Asia/Beirut", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati",
		}).Draw(t, "zone"))
		at := time.UnixMilli(rapid.Int64Range(946684800000, 2208988800000).Draw(t, "ms")) // 2000 to 2040
		d := surveys.DayOf(at, z)
		if from, to := d.Start(z), d.Add(1).Start(z); at.Before(from) || !at.Before(to) {
			t.Fatalf("%v is on %s, which goes from %v to %v", at.In(z), d, from, to)
		}
		if start := d.Start(z); surveys.DayOf(start, z) != d || surveys.DayOf(start.Add(-time.Millisecond), z) >= d {
			t.Fatalf("%s starts %v", d, start)
		}
		n := rapid.IntRange(-500, 500).Draw(t, "n")
		if back := d.Add(n).Add(-n); back != d || (d.Add(n) > d) != (n > 0) {
			t.Fatalf("%s, %d days later, is %s; and back %s", d, n, d.Add(n), back)
		}
	})
}

func TestParseDay(t *testing.T) {
	if d, err := surveys.ParseDay("2024-02-29"); d != "2024-02-29" || err != nil {
		t.Errorf("%s, %v", d, err)
	}
	for _, text := range []string{"", "2026-02-29", "2026-2-1", "26-02-01", "2026-13-01", "01/02/2026", "2026-02-01 ", "2026-02-01T00:00:00Z"} {
		if d, err := surveys.ParseDay(text); err == nil {
			t.Errorf("%q is taken for %s", text, d)
		}
	}
	if got := surveys.DayOf(time.Time{}, time.UTC); got != "" {
		t.Errorf("the unknown time is on %s", got)
	}
}

func TestMoment(t *testing.T) {
	given := time.Date(2026, 3, 29, 3, 0, 0, 123_999_999, time.FixedZone("", 7200))
	if got, want := surveys.Moment(given), time.Date(2026, 3, 29, 1, 0, 0, 123_000_000, time.UTC); got != want {
		t.Errorf("%v; want %v", got, want)
	}
	if got := surveys.Moment(time.Time{}.In(time.FixedZone("", 7200))); got != (time.Time{}) {
		t.Errorf("the unknown time became %v", got)
	}
	if now := time.Now(); surveys.Moment(now) != surveys.Moment(now.Round(0)) {
		t.Error("the monotonic clock is kept")
	}
}
