package charts_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// A number that an earlier edition counted is marked, and the table says which
// edition that was and why; whoever points at it is told too.
func TestNumbersOfEarlierEditions(t *testing.T) {
	d := edition()
	d.Periods[16].ResolvedWithin.Week.AsOf = "2026-11-12"
	d.Periods[16].Opened.AsOf = "2026-11-12"
	d.Periods[15].ResolvedWithin.Day.AsOf = "2026-11-05"
	c := chart(t, d, "resolved")
	row := func(i int) (marks string) {
		for _, cell := range c.Table.Rows[i] {
			marks += cell.Mark + "|"
		}
		return marks
	}
	if row(0) != "|||||" || row(1) != "|a||a||" || row(2) != "||b|||" {
		t.Errorf("marks %s %s %s", row(0), row(1), row(2))
	}
	if n := c.Table.Notes; len(n) != 2 || n[0].Mark != "a" || !strings.Contains(n[0].Text, "edition 2026-11-12. Too few customers") || n[1].Edition != "2026-11-05" {
		t.Errorf("notes %+v", n)
	}
	if !strings.Contains(c.Note, "of 799 requests, as of edition 2026-11-12, opened in") {
		t.Errorf("the note under the finding: %s", c.Note)
	}
	b, err := json.Marshal(c.Option)
	if err != nil || !strings.Contains(string(b), "as of edition 2026-11-05") {
		t.Error("whoever points at the month is not told")
	}
	if len(chart(t, edition(), "resolved").Table.Notes) != 0 {
		t.Error("a note without a mark")
	}
}

// Every figure can stand from an earlier edition.
func TestEveryFigureCanBeHeld(t *testing.T) {
	d, w := edition(), words(t, "en")
	const id = "2026-11-12"
	m := &d.Periods[16]
	m.Opened.AsOf, m.PromiseKept.AsOf, m.FirstContact.AsOf, m.ResponseRate.AsOf = id, id, id, id
	m.FirstReply.AsOf, m.Resolution.AsOf, m.Chain.AsOf = id, id, id
	m.Delay.AsOf, m.Listening.AsOf, m.Outcome.AsOf, m.Recommend.AsOf = id, id, id, id
	for _, s := range []*reports.Share{m.ResolvedWithin.Day, m.ResolvedWithin.Week, m.ResolvedWithin.Month} {
		s.AsOf = id
	}
	for _, c := range charts.All(d, w, promised()) {
		for k, cell := range c.Table.Rows[1][1:] {
			if cell.Mark != "a" && !cell.Gap {
				t.Errorf("%s: %q is not marked", c.ID, c.Table.Columns[k+1])
			}
		}
	}
	steps, skipped := charts.Chain(d, w)
	if steps.Rows[0][1].Mark != "a" || skipped.Rows[0][1].Mark != "a" || len(charts.Skipped(d, w).Notes) != 1 {
		t.Error("the chain is not marked")
	}
	for _, name := range charts.Names() {
		if _, h, _ := charts.One(d, w, name); h.Worth != "" && !strings.Contains(h.Worth, id) {
			t.Errorf("%s by itself does not say since when: %s", name, h.Worth)
		}
	}
}

// Where the definitions change, lines break, a mark stands there, a note says so, and
// the months on both sides are not compared.
func TestChangeOfDefinitions(t *testing.T) {
	d := edition()
	for i := range 16 {
		d.Periods[i].Definitions = 1
	}
	d.Definitions = 2
	for _, id := range []string{"resolved", "resolution", "first-reply", "promise", "first-contact", "recommend", "response-rate"} {
		c := chart(t, d, id)
		if len(c.Notes) == 0 || !strings.Contains(c.Notes[len(c.Notes)-1], "From October 2026 on, counted by version 2 of the definitions") {
			t.Errorf("%s: notes %q", id, c.Notes)
		}
		b, err := json.Marshal(c.Option)
		if err != nil || strings.Count(string(b), `"name":"definitions 2"`) != 1 {
			t.Errorf("%s: no mark where the definitions change", id)
		}
		if strings.Contains(c.Finding, "September") {
			t.Errorf("%s compares: %s", id, c.Finding)
		}
		for _, data := range drawn(t, c.Option) {
			if data[15].Tip != "" && data[16].Tip != "" {
				t.Errorf("%s: a line runs over the change", id)
			}
		}
	}
	if c := chart(t, edition(), "resolved"); len(c.Notes) != 0 {
		t.Errorf("nothing has changed: %q", c.Notes)
	}
}

// The promise is a thin line with its words, from when promises were made.
func TestPromiseLine(t *testing.T) {
	c := chart(t, edition(), "first-reply")
	var found []datum
	for _, data := range drawn(t, c.Option) {
		if data[17].Value != nil && *data[17].Value == 48 {
			found = data
		}
	}
	if found == nil || found[2].Value != nil || found[3].Value == nil || *found[3].Value != 48 {
		t.Fatalf("the promise of 48 hours is drawn as %+v", found)
	}
	b, err := json.Marshal(c.Option)
	if err != nil || !strings.Contains(string(b), `promise\n2`) || !strings.Contains(strings.Join(c.Notes, " "), "a first reply within 2") {
		t.Error("the promise lacks its words")
	}
	without := charts.All(edition(), words(t, "en"), charts.Promise{})
	for _, c := range without {
		if len(c.Notes) > 0 {
			t.Errorf("%s speaks of a promise that nobody made: %q", c.ID, c.Notes)
		}
	}
}

func TestRevisionsInWords(t *testing.T) {
	d := edition()
	d.Revisions = []reports.Revision{{Edition: "2026-11-21", PublishedAt: d.Edition.PublishedAt, Period: "2026-05",
		Figures: []string{"periods/2026-05/resolved_within/7d", "teams/other/2026-05/delay", "categories/a%2Fb/2026-05/chain", "strange"}}}
	got := charts.Revisions(d, words(t, "fr"))
	if len(got) != 1 || got[0].Period != "mai 2026" ||
		strings.Join(got[0].Figures, "; ") != "Réglées en 7 jours; Satisfaits du délai (autres); Des demandes closes aux réponses (a/b); strange" {
		t.Errorf("%+v", got)
	}
}
