package reports_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/reports"
)

// TestNothingIsLostByBounds: editions say the same, and have the same waiting, where of
// rows that changed alike every customer is kept.
func TestNothingIsLostByBounds(t *testing.T) {
	for seed := range 6 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			past := rapid.Custom(func(t *rapid.T) history { return draw(t, 80, 50) }).Example(100 + seed)
			var all [2][]reports.Document
			for i, without := range []reports.Rule{0, reports.NoBounds} {
				h := build(t)
				h.Careless(without)
				h.settings.Publishing.Minimum = 2 + seed%4
				h.live(t, past)
				for day := range 9 {
					h.now = firstDay.AddDate(0, 0, 7*day).Add(time.Hour)
					all[i] = append(all[i], h.made(t))
					h.published(t)
				}
			}
			if diff := cmp.Diff(all[1], all[0]); diff != "" {
				t.Errorf("with every customer kept (-), with enough (+)\n%s", diff)
			}
		})
	}
}
