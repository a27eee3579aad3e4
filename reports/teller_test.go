package reports_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// teller notes of whom it is asked to tell; it fails once where told.
type teller struct {
	reports.Teller
	told []string
	fail error
}

func newTeller(h *house) *teller {
	y := &teller{}
	y.Teller = reports.Teller{Store: h.store, Settings: h.in, Log: h.counter.Log, Tell: func(_ context.Context, action string, r surveys.Response) error {
		err := y.fail
		y.fail = nil
		if err == nil {
			y.told = append(y.told, action+" "+r.Invitation)
		}
		return err
	}}
	return y
}

func (y *teller) pass(t *testing.T, want ...string) {
	t.Helper()
	y.told = nil
	_, err := y.Pass(t.Context())
	must(t, err)
	slices.Sort(y.told)
	equal(t, y.told, want...)
}

// TestTellingGoesToTheAnswersOfAnAction: of its category and days, once, and only while
// it is public.
func TestTellingGoesToTheAnswersOfAnAction(t *testing.T) {
	h := build(t)
	paris := h.settings.Zone()
	for id, r := range map[string]surveys.Response{
		"before": {ClosedAt: surveys.Day("2026-03-01").Start(paris).Add(-time.Minute), Dimensions: surveys.Dimensions{Category: "delivery"}},
		"first":  {ClosedAt: surveys.Day("2026-03-01").Start(paris), Dimensions: surveys.Dimensions{Category: "delivery"}},
		"other":  {ClosedAt: surveys.Day("2026-03-02").Start(paris), Dimensions: surveys.Dimensions{Category: "invoice"}},
		"last":   {ClosedAt: surveys.Day("2026-04-01").Start(paris).Add(-time.Minute), Dimensions: surveys.Dimensions{Category: "delivery"}},
		"after":  {ClosedAt: surveys.Day("2026-04-01").Start(paris), Dimensions: surveys.Dimensions{Category: "delivery"}},
	} {
		r.Invitation, r.Answers = id, []surveys.Answer{{}}
		must(t, h.store.AddResponse(t.Context(), r))
	}
	y := newTeller(h)
	raised := reports.Raised{Category: "delivery", From: "2026-03-01", To: "2026-04-01"}
	must(t, h.store.AddAction(t.Context(), reports.Action{ID: "a", Raised: raised}.Published(h.now)))
	must(t, h.store.AddAction(t.Context(), reports.Action{ID: "draft", Raised: raised}))
	must(t, h.store.AddAction(t.Context(), reports.Action{ID: "silent"}.Published(h.now)))

	y.fail = errors.New("the store is away")
	if _, err := y.Pass(t.Context()); err == nil {
		t.Error("a failure is not told")
	}
	y.pass(t, "a first", "a last")
	y.pass(t)

	withdrawn := reports.Action{ID: "w", Raised: reports.Raised{From: "2026-03-01", To: "2026-04-01"}}.Published(h.now)
	withdrawn.Cleared = false
	must(t, h.store.AddAction(t.Context(), withdrawn))
	y.pass(t)
	withdrawn.Rev = 1
	must(t, h.store.PutAction(t.Context(), withdrawn.Published(h.now.Add(time.Hour))))
	y.pass(t, "w first", "w last", "w other")

	again, err := h.store.GetAction(t.Context(), "a")
	must(t, err)
	again.Cleared = false
	must(t, h.store.PutAction(t.Context(), again.Published(h.now.Add(time.Hour))))
	y.pass(t) // who was told is not told again
}
