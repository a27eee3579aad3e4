package reports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// take gives rows by the names of their columns.
func take(t *testing.T, columns []string, from func(row reports.Row) error) (all []map[string]any) {
	t.Helper()
	must(t, from(func(cells ...any) error {
		if len(cells) != len(columns) {
			t.Fatalf("%d cells for the columns %q", len(cells), columns)
		}
		row := map[string]any{}
		for i, c := range cells {
			row[columns[i]] = c
		}
		all = append(all, row)
		return nil
	}))
	return all
}

// TestTakenIsWhatIsCounted: as many answers with the same scores, as many tickets and
// skips, as the tallies of the same days and dimensions, which the charts are drawn from.
func TestTakenIsWhatIsCounted(t *testing.T) {
	histories(t, 80, 50, func(t *testing.T, h *house, past history) {
		h.live(t, past)
		must(t, h.counter.Drain(t.Context()))
		h.settings.Publishing.Minimum, h.settings.Comparing.Advisers = 0, 0 // few may be told of: see TestRowsOfFewSayLess
		taker := h.taker()
		first := surveys.DayOf(firstDay, h.settings.Zone())
		all := reports.Window{From: first.Add(-2), To: first.Add(90)}
		of := func(teams ...string) func(string) bool {
			return func(team string) bool { return slices.Contains(teams, team) }
		}
		for _, w := range []reports.Wanted{
			{Window: all}, {Window: reports.Window{From: first.Add(10), To: first.Add(31)}},
			{all, reports.Filter{}.With(reports.ByCategory, "delivery")}, {all, reports.Filter{Sees: of("shop")}},
			{reports.Window{From: first.Add(20), To: first.Add(90)}, reports.Filter{Sees: of("shop", "")}.With(reports.ByChannel, "email")},
			{all, reports.Filter{Sees: of()}},
		} {
			var want, got takings
			for y, err := range h.store.Tallies(t.Context(), w.From, w.To) {
				must(t, err)
				want.add(y, w)
			}
			for _, r := range take(t, reports.AnswerColumns(), func(row reports.Row) error { return taker.Answers(t.Context(), w, row) }) {
				got.Answered++
				for i, question := range []string{"delay", "listening"} {
					if n, ok := r[question].(int); ok && n >= 1 && n <= 5 {
						got.Scores[i][n-1]++
					}
				}
				if r["imported"] == true {
					got.Imported++
				}
			}
			got.Opened = len(take(t, reports.TicketColumns(), func(row reports.Row) error { return taker.Tickets(t.Context(), w, row) }))
			got.Skipped = len(take(t, reports.SkipColumns(), func(row reports.Row) error { return taker.Skips(t.Context(), w, row) }))
			if want != got {
				t.Errorf("%s to %s, %v: counted %+v, taken %+v", w.From, w.To, w.Only, want, got)
			}
		}
	})
}

func (h *house) taker() *reports.Taker {
	return &reports.Taker{Store: h.store, Settings: h.in, Explorer: &reports.Explorer{Store: h.store, Settings: h.in}}
}

type takings struct {
	Answered, Imported, Opened, Skipped int
	Scores                              [2][5]int
}

func (s *takings) add(y reports.Tally, w reports.Wanted) {
	holds := func(d surveys.Dimensions) bool {
		for by, value := range w.Only {
			if by.Of(d) != value {
				return false
			}
		}
		return w.Sees == nil || w.Sees(d.Team)
	}
	for _, c := range y.Opened {
		if holds(c.Dimensions) {
			s.Opened += c.Opened
		}
	}
	for _, c := range y.Closed {
		if !holds(c.Dimensions) {
			continue
		}
		s.Answered, s.Imported = s.Answered+c.Answered, s.Imported+c.Imported
		for _, n := range c.Skipped {
			s.Skipped += n
		}
		for i := range 5 {
			s.Scores[0][i] += c.Delay[i]
			s.Scores[1][i] += c.Listening[i]
		}
	}
}

// TestTakenSaysNotWho: no row leads to a ticket, a customer, an adviser or a day, by what
// is in it or by its place.
func TestTakenSaysNotWho(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 190, surveys.Dimensions{Category: "delivery"}, "5", "2")
	h.at(t, "2026-06-20 12:00:00")
	for _, k := range collected(t, h) {
		k.Number, k.Subject, k.Agent, k.Person = "number of "+k.ID, "a subject", "agent of "+k.ID, "person"
		must(t, h.store.PutTicket(t.Context(), k))
	}
	must(t, h.counter.Drain(t.Context()))
	h.settings.Comparing.Advisers = 0
	taker, w := h.taker(), reports.Wanted{Window: reports.Window{From: "2026-03-01", To: "2026-05-01"}}
	answers := take(t, reports.AnswerColumns(), func(row reports.Row) error { return taker.Answers(t.Context(), w, row) })
	tickets := take(t, reports.TicketColumns(), func(row reports.Row) error { return taker.Tickets(t.Context(), w, row) })
	if len(answers) != 190 || len(tickets) != 190 {
		t.Fatalf("%d answers and %d tickets", len(answers), len(tickets))
	}
	for _, r := range append(answers, tickets...) {
		if text := fmt.Sprint(r); strings.Contains(text, "2026-03"+"delivery") || strings.Contains(text, " of ") || strings.Contains(text, "subject") || strings.Contains(text, "person") {
			t.Errorf("%s", text)
		}
	}
	weeks := map[any][]any{}
	for _, r := range answers { // fives and twos took turns, hour by hour
		weeks[r["week"]] = append(weeks[r["week"]], r["delay"])
	}
	if len(weeks) != 2 || len(weeks["2026-03-02"]) < 100 {
		t.Errorf("weeks: %v", weeks)
	}
	same := 0
	for i, score := range weeks["2026-03-02"] {
		if i > 0 && score == weeks["2026-03-02"][i-1] {
			same++
		}
	}
	if same < 30 {
		t.Errorf("the order within a week is that of time: only %d neighbours are alike", same)
	}
}

func collected(t *testing.T, h *house) (all []surveys.Ticket) {
	t.Helper()
	for k, err := range h.store.TicketsOpened(t.Context(), firstDay, lastDay) {
		must(t, err)
		all = append(all, k)
	}
	return all
}
