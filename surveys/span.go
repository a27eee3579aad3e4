package surveys

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Span is a duration as managers write it: an integer with s, m, h, d or mo
// (months of the calendar). The zero Span is "0": off.
type Span struct {
	N    int
	Unit string
}

// century bounds a span: what is longer is a slip, and would overflow a Duration.
const century = 100 * 365 * 24 * time.Hour

// ParseSpan reads "24h", "30d", "25mo" or "0".
func ParseSpan(s string) (Span, error) {
	digits := strings.TrimRight(s, "smhdo")
	n, err := strconv.ParseUint(digits, 10, 32)
	switch length := lengthOf(s[len(digits):]); {
	case err != nil:
	case s == "0", n == 0 && length > 0:
		return Span{}, nil
	case length > 0 && n <= uint64(century/length):
		return Span{N: int(n), Unit: s[len(digits):]}, nil
	}
	return Span{}, fmt.Errorf("%q is not a duration like 30m, 24h, 30d, 25mo or 0", s)
}

// Off says that the span is zero.
func (s Span) Off() bool { return s.N == 0 }

// Fixed is the span as a time.Duration; a month counts 30 days here, which only
// matters where a promise is announced in months.
func (s Span) Fixed() time.Duration { return time.Duration(s.N) * lengthOf(s.Unit) }

// lengthOf is one of a unit; 0 if it is none.
func lengthOf(unit string) time.Duration {
	switch unit {
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return 24 * time.Hour
	case "mo":
		return 30 * 24 * time.Hour
	default:
		return 0
	}
}

// After is when the span that begins at t ends; months are those of the calendar.
func (s Span) After(t time.Time) time.Time {
	if s.Unit == "mo" {
		return months(t, s.N)
	}
	return t.Add(s.Fixed())
}

// Before is when the span that ends at t began.
func (s Span) Before(t time.Time) time.Time {
	if s.Unit == "mo" {
		return months(t, -s.N)
	}
	return t.Add(-s.Fixed())
}

// months goes n months on; a day that the month does not have is its last one, so
// that a later beginning never has an earlier end.
func months(t time.Time, n int) time.Time {
	on := t.AddDate(0, n, 0)
	if on.Day() != t.Day() {
		on = on.AddDate(0, 0, -on.Day())
	}
	return on
}

// String writes the span as ParseSpan reads it.
func (s Span) String() string { return strconv.Itoa(s.N) + s.Unit }

// MarshalText and UnmarshalText let a Span travel inside any text format.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseSpan.
func (s *Span) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSpan(string(b))
	return err
}
