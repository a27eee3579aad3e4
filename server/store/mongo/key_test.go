package mongo

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func TestTicketIDsOrderAsTheirKeys(t *testing.T) {
	part := rapid.StringOfN(rapid.RuneFrom([]rune("\x00 !\"%-/0aé~🦊")), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		a := surveys.TicketKey{Source: part.Draw(t, "source"), ID: part.Draw(t, "id")}
		b := surveys.TicketKey{Source: part.Draw(t, "other source"), ID: part.Draw(t, "other id")}
		want := cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.ID, b.ID))
		if got := strings.Compare(ticketID(a), ticketID(b)); got != want {
			t.Errorf("%+v is %q, %+v is %q: they compare as %d, want %d", a, ticketID(a), b, ticketID(b), got, want)
		}
	})
	if got := ticketID(surveys.TicketKey{Source: "desk", ID: "48 213"}); got != "desk 48 213" {
		t.Errorf("an ordinary key is %q", got)
	}
}

func TestOrderIsByTimeAndThenID(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "unknown") {
			return time.Time{}
		}
		ms := rapid.Int64Range(-1e12, 1e15).Draw(t, "ms") // 1938 to 33658
		return time.UnixMilli(ms / 1000 * 1000).UTC()
	})
	id := rapid.StringOfN(rapid.RuneFrom([]rune(" !09az")), 0, 2, -1)
	rapid.Check(t, func(t *rapid.T) {
		at, than := moment.Draw(t, "at"), moment.Draw(t, "than")
		a, b := id.Draw(t, "a"), id.Draw(t, "b")
		if got, want := strings.Compare(order(at, a), order(than, b)), cmp.Or(at.Compare(than), strings.Compare(a, b)); got != want {
			t.Errorf("order(%v, %q) and order(%v, %q) compare as %d, want %d", at, a, than, b, got, want)
		}
	})
}

func TestBoundsIncludeTheirOwnInstant(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		kept, bound time.Time
		before      bool
	}{
		{at, at, false},
		{at, at.Add(time.Microsecond), true},
		{at, at.Add(time.Millisecond), true},
		{at.Add(time.Millisecond), at.Add(time.Microsecond), false},
		{time.Time{}, at, true},
	} {
		if got := order(c.kept, "desk 1") < bound(c.bound); got != c.before {
			t.Errorf("what is kept at %v is before the bound %v: %v", c.kept, c.bound, got)
		}
	}
	if bound(time.Time{}) != "" {
		t.Error("the zero time bounds")
	}
}
