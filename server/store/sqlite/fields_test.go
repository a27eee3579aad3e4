package sqlite

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// TestCountingRowsThatHoldTheSeparator: whatever a helpdesk sends, a walk to count gives
// what the walk over whole rows does.
func TestCountingRowsThatHoldTheSeparator(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for id, d := range map[string]surveys.Dimensions{
		"plain": {Team: "billing", Language: "fr"}, "within": {Team: "a\x1fb", Category: "c"}, "alone": {Product: "\x1f"}, "last\x1f": {},
	} {
		x := surveys.Ticket{TicketKey: surveys.TicketKey{Source: "desk", ID: id}, Dimensions: d, Closings: []surveys.Closing{{N: 1}}}
		if err := s.AddTicket(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	var whole, counted []surveys.Ticket
	for x, err := range s.TicketsOpened(t.Context(), time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		whole = append(whole, x.Counted())
	}
	for x, err := range s.TicketsToCount(t.Context(), time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		counted = append(counted, x)
	}
	if diff := cmp.Diff(whole, counted); diff != "" || len(whole) != 4 {
		t.Errorf("(-whole +counted)\n%s", diff)
	}
}
