package reports

import (
	"testing"
	"time"
)

// TestCleared: only what is cleared and has a text, the newest decision first.
func TestCleared(t *testing.T) {
	some, early := []ActionText{{Language: "fr", Theme: "t", Decision: "d"}}, time.Unix(1, 0)
	all := []Action{
		{ID: "old", DecidedOn: "2026-01-02", Cleared: true, Texts: some},
		{ID: "not cleared", DecidedOn: "2026-03-02", Texts: some},
		{ID: "no text", DecidedOn: "2026-03-02", Cleared: true},
		{ID: "new", DecidedOn: "2026-02-02", Cleared: true, Texts: some, AddedAt: early},
		{ID: "added later", DecidedOn: "2026-02-02", Cleared: true, Texts: some, AddedAt: early.Add(1)},
	}
	got := ""
	for _, a := range Cleared(all) {
		got += a.ID + "; "
	}
	if got != "added later; new; old; " || all[0].ID != "old" {
		t.Errorf("cleared %q", got)
	}
}

// TestActionIn: who reads a language without a text reads the first.
func TestActionIn(t *testing.T) {
	a := Action{Texts: []ActionText{{Language: "fr"}, {Language: "en"}}}
	if a.In("en").Language != "en" || a.In("de").Language != "fr" || (Action{}).In("en") != (ActionText{}) {
		t.Error("a text is not found by its language")
	}
}
