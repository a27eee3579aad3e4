package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
)

// What to expect comes from the newest outlook: of the category where it has enough, of
// all requests where it has not, and from none that is old.
func TestExpected(t *testing.T) {
	at := time.Date(2026, 3, 4, 6, 0, 0, 0, time.UTC)
	clock := at
	st, err := sqlite.Open(t.Context(), blank.Path(t), func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s := &service{store: &opened{Store: st}, log: slog.New(slog.DiscardHandler)}
	if _, ok := s.expected(t.Context(), "invoice"); ok {
		t.Error("something is expected before the first outlook")
	}
	err = st.AddOutlook(t.Context(), reports.Outlook{Day: "2026-03-04", MadeAt: at, CountedAt: at, Bytes: []byte(`{"today": {"estimates_held": {"n": 200, "share": 0.9}},
		"whole": {"days": 28, "n": 500, "p50": {"seconds": 7200, "reached": true}, "p90": {"reached": false}},
		"categories": [{"category": "invoice", "days": 91, "n": 40, "p50": {"seconds": 3600, "reached": true}, "p90": {"seconds": 90000, "reached": true}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	// A clock that ran ahead once has left another.
	if err := st.AddOutlook(t.Context(), reports.Outlook{Day: "2031-01-01", MadeAt: at, CountedAt: at, Bytes: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	e, ok := s.expected(t.Context(), "invoice")
	if !ok || !e.Own || e.N != 40 || e.Days != 91 || *e.P90.Seconds != 90000 || *e.Held.Share != 0.9 {
		t.Errorf("of its category: %+v, %v", e, ok)
	}
	e, ok = s.expected(t.Context(), "something rare")
	if !ok || e.Own || e.N != 500 || e.P90.Reached {
		t.Errorf("of a rare one: %+v, %v", e, ok)
	}
	clock = at.Add(49 * time.Hour)
	if _, ok := s.expected(t.Context(), "invoice"); ok {
		t.Error("an outlook of the day before yesterday is told")
	}
}
