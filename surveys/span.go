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

// ParseSpan reads "24h", "30d", "25mo" or "0".
func ParseSpan(s string) (Span, error) {
	digits := strings.TrimRight(s, "smhdo")
	n, err := strconv.ParseUint(digits, 10, 17)
	switch unit := s[len(digits):]; {
	case err != nil:
	case n == 0:
		return Span{}, nil
	case unit == "s", unit == "m", unit == "h", unit == "d", unit == "mo":
		return Span{N: int(n), Unit: unit}, nil
	}
	return Span{}, fmt.Errorf("%q is not a duration like 30m, 24h, 30d, 25mo or 0", s)
}

// Off says that the span is zero.
func (s Span) Off() bool { return s.N == 0 }

// Fixed is the span as a time.Duration; a month counts 30 days here, which only
// matters where a promise is announced in months.
func (s Span) Fixed() time.Duration {
	switch s.Unit {
	case "s":
		return time.Duration(s.N) * time.Second
	case "m":
		return time.Duration(s.N) * time.Minute
	case "h":
		return time.Duration(s.N) * time.Hour
	case "mo":
		return time.Duration(s.N) * 30 * 24 * time.Hour
	default:
		return time.Duration(s.N) * 24 * time.Hour
	}
}

// After is when the span that begins at t ends; months are those of the calendar.
func (s Span) After(t time.Time) time.Time {
	if s.Unit == "mo" {
		return t.AddDate(0, s.N, 0)
	}
	return t.Add(s.Fixed())
}

// Before is when the span that ends at t began.
func (s Span) Before(t time.Time) time.Time {
	if s.Unit == "mo" {
		return t.AddDate(0, -s.N, 0)
	}
	return t.Add(-s.Fixed())
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
