package surveys_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]surveys.Span{
		"30s": {N: 30, Unit: "s"}, "5m": {N: 5, Unit: "m"}, "24h": {N: 24, Unit: "h"}, "30d": {N: 30, Unit: "d"}, "25mo": {N: 25, Unit: "mo"},
		"0": {}, "0d": {}, "0mo": {}, "1200mo": {N: 1200, Unit: "mo"}, "36500d": {N: 36500, Unit: "d"}, "100000s": {N: 100000, Unit: "s"},
	} {
		if got, err := surveys.ParseSpan(text); got != want || err != nil {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "h", "mo", "24", "-1h", "+1h", "1.5h", "1,5h", "24 h", " 24h", "24h ", "24H", "24hh", "24om", "1d12h", "1_0h", "0x10h", "٣h",
		"1w", "1y", "00", "0hh", "0 h", "99999999999999999999h", "36501d", "131071d", "1217mo", "131071mo", "3153600001s", "18446744073709551616d",
	} {
		if got, err := surveys.ParseSpan(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

// span draws any that ParseSpan takes.
func span(t *rapid.T) surveys.Span {
	unit := rapid.SampledFrom([]string{"s", "m", "h", "d", "mo"}).Draw(t, "unit")
	return surveys.Span{N: rapid.IntRange(1, 1200).Draw(t, "n"), Unit: unit}
}

func TestSpanIsWrittenAsItIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := span(t)
		text, err := s.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back surveys.Span
		if err := back.UnmarshalText(text); back != s || err != nil || string(text) != s.String() || s.Off() {
			t.Fatalf("%+v is written %s and read %+v, %v", s, text, back, err)
		}
	})
	if off := (surveys.Span{}); off.String() != "0" || !off.Off() || !off.After(monday).Equal(monday) {
		t.Errorf("off is %q", off)
	}
}

// TestSpanGoesForwards: later beginnings have later ends, and Before is never on the
// wrong side.
func TestSpanGoesForwards(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return monday.Add(time.Duration(rapid.Int64Range(0, 4000*24*60).Draw(t, "minutes")) * minute)
	})
	rapid.Check(t, func(t *rapid.T) {
		s, a, b := span(t), moment.Draw(t, "a"), moment.Draw(t, "b")
		if a.After(b) {
			a, b = b, a
		}
		if s.After(a).After(s.After(b)) || s.Before(a).After(s.Before(b)) {
			t.Fatalf("%v from %v and %v ends %v and %v; before, %v and %v", s, a, b, s.After(a), s.After(b), s.Before(a), s.Before(b))
		}
		if !s.After(a).After(a) || !s.Before(a).Before(a) || s.Fixed() <= 0 {
			t.Fatalf("%v from %v goes the wrong way", s, a)
		}
	})
}

func TestC02MonthsAreOfTheCalendar(t *testing.T) {
	at := func(text string) time.Time {
		t, err := time.Parse(time.DateOnly, text)
		if err != nil {
			panic(err)
		}
		return t.Add(15 * time.Hour)
	}
	for _, test := range []struct {
		from   string
		months int
		after  string
		before string
	}{
		{"2026-03-15", 1, "2026-04-15", "2026-02-15"},
		{"2026-01-31", 1, "2026-02-28", "2025-12-31"},
		{"2026-03-31", 1, "2026-04-30", "2026-02-28"},
		{"2024-03-31", 1, "2024-04-30", "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28", "2023-02-28"},
		{"2026-12-31", 2, "2027-02-28", "2026-10-31"},
		{"2026-11-21", 25, "2028-12-21", "2024-10-21"},
	} {
		s := surveys.Span{N: test.months, Unit: "mo"}
		if got := s.After(at(test.from)); !got.Equal(at(test.after)) {
			t.Errorf("%v after %s is %v", s, test.from, got)
		}
		if got := s.Before(at(test.from)); !got.Equal(at(test.before)) {
			t.Errorf("%v before %s is %v", s, test.from, got)
		}
	}
}
