package reports_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// holds says that each edition is what its rows say, but for what the first has lost.
func (h *house) holds(t *testing.T, lost ...reports.Lost) {
	t.Helper()
	for i, v := range h.verified(t) {
		if i > 0 {
			lost = nil
		}
		if diff := cmp.Diff(lost, v.Lost); len(v.Differs) > 0 || diff != "" {
			t.Errorf("edition %s differs in %v and has lost (-want +got)\n%s", v.Edition, v.Differs, diff)
		}
	}
}

// TestVerifyOfAMovedOpening: a ticket that turns out to have been opened in another month
// counts there from when that is learnt, and verify says that the month it left lacks it.
func TestVerifyOfAMovedOpening(t *testing.T) {
	h := build(t)
	for i := range 30 {
		h.add(t, made{id: fmt.Sprint("a", i), learnt: tuesday})
		h.add(t, made{id: fmt.Sprint("s", i), learnt: tuesday})
		h.tell(t, fmt.Sprint("s", i), surveys.Notice{Status: surveys.Pending, OpenedAt: tuesday.AddDate(0, -1, 0)}, tuesday)
	}
	h.publishedOn(t, 5)
	learnt := tuesday.AddDate(0, 0, 6)
	h.tell(t, "a0", surveys.Notice{Status: surveys.Pending, OpenedAt: tuesday.AddDate(0, -1, 0)}, learnt)
	for i := range 12 {
		h.add(t, made{id: fmt.Sprint("later", i), learnt: learnt})
		h.add(t, made{id: fmt.Sprint("earlier", i), learnt: learnt})
		h.tell(t, fmt.Sprint("earlier", i), surveys.Notice{Status: surveys.Pending, OpenedAt: tuesday.AddDate(0, -1, 0)}, learnt)
	}
	march, d := h.publishedOn(t, 7)
	if february := find(t, d.Periods, "2026-02"); march.Opened.N != 41 || february.Opened.N != 43 {
		t.Errorf("opened in March %+v, in February %+v", march.Opened, february.Opened)
	}
	h.holds(t, reports.Lost{Period: "2026-03", Why: reports.LostOpening, Rows: 1})
}

// TestVerifyOfManyAnswers: where the answer that counted then is not kept, verify says so.
func TestVerifyOfManyAnswers(t *testing.T) {
	h := build(t)
	for i := range 30 {
		h.add(t, made{id: fmt.Sprint("a", i), learnt: tuesday, closed: true, score: []string{"5", "2"}[i%2]})
	}
	h.publishedOn(t, 5)
	r, err := h.store.GetResponse(t.Context(), "a0")
	must(t, err)
	r.Answers, r.Recount = nil, h.day(tuesday)
	for i := range surveys.MaxAnswers {
		at := tuesday.AddDate(0, 0, 6).Add(time.Duration(i) * time.Minute)
		r.Answers = append(r.Answers, surveys.Answer{At: at, Version: 1, Values: map[string]string{"delay": strconv.Itoa(1 + i%5), "listening": "3"}})
	}
	must(t, h.store.PutResponse(t.Context(), r))
	h.publishedOn(t, 7)
	all := h.verified(t)
	want := []reports.Lost{{Period: "2026-03", Why: reports.LostAnswers, Rows: 1}}
	for _, v := range all {
		if len(v.Differs) > 0 || !slices.Equal(v.Lost, want) && len(v.Lost) > 0 {
			t.Errorf("verified as %+v", v)
		}
	}
	if !slices.Equal(all[0].Lost, want) {
		t.Errorf("the edition that lost an answer is verified as %+v", all[0])
	}
}

// TestVerifyOfManyChanges: a ticket that changes its category a hundred times between two
// editions is known again as the first of them knew it.
func TestVerifyOfManyChanges(t *testing.T) {
	h := build(t)
	for i := range 30 {
		h.add(t, made{id: fmt.Sprint("a", i), category: "a", learnt: tuesday})
		h.add(t, made{id: fmt.Sprint("b", i), category: "b", learnt: tuesday})
	}
	h.publishedOn(t, 5)
	for i := range 101 {
		at := tuesday.AddDate(0, 0, 6).Add(time.Duration(i) * time.Minute)
		k, err := h.store.GetTicket(t.Context(), surveys.TicketKey{Source: "desk", ID: "a0"})
		must(t, err)
		k, _ = k.Apply(surveys.Notice{ID: k.ID, Status: surveys.Open, UpdatedAt: at, Dimensions: surveys.Dimensions{Category: []string{"b", "a"}[i%2]}}, surveys.Customer{ID: k.Customer}, at, h.settings)
		must(t, h.store.PutTicket(t.Context(), k))
	}
	h.publishedOn(t, 7)
	h.holds(t)
}

// TestVerifyOfWhatWasDecided: an edition that says another name, minimum or zone than was
// in force is not believed.
func TestVerifyOfWhatWasDecided(t *testing.T) {
	h := build(t)
	for i := range 30 {
		h.add(t, made{id: fmt.Sprint("a", i), learnt: tuesday})
	}
	h.publishedOn(t, 5)
	h.Decisions = h.store.FindSettings
	h.holds(t) // the defaults, which nobody has changed
	decide := func(n int64, day int, minimum int, name string) {
		h.settings.Publishing.Minimum, h.settings.Organisation.Name = minimum, name
		must(t, h.store.AddSettings(t.Context(), surveys.SettingsChange{N: n, At: tuesday.AddDate(0, 0, day), By: "a test", Settings: h.settings}))
	}
	decide(1, 6, 20, "Maison Poulain")
	h.publishedOn(t, 7)
	decide(2, 8, 15, "Maison Poulain & fils")
	h.holds(t)
	h.settings.Publishing.Minimum, h.settings.Organisation.Name, h.settings.Organisation.Timezone = 5, "Maison Poule", "Europe/Rome"
	h.publishedOn(t, 9)
	if last := h.verified(t)[2]; !slices.Equal(last.Differs, []string{"organisation", "minimum", "timezone"}) {
		t.Errorf("an edition under settings of its own is verified as %+v", last)
	}
	h.Decisions = func(context.Context, int64, int) ([]surveys.SettingsChange, error) { return nil, nil }
	if first := h.verified(t)[1]; !slices.Equal(first.Differs, []string{"organisation", "minimum"}) {
		t.Errorf("with the log gone the second is verified as %+v", first)
	}
}
