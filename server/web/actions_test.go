package web

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
)

// act keeps actions and raises the generation.
func (s *shop) act(all ...reports.Action) {
	s.t.Helper()
	for _, a := range all {
		s.must(s.store.AddAction(s.t.Context(), a))
	}
	s.generation.Store("after " + all[len(all)-1].ID)
}

// TestActionsGolden: what was cleared, the newest first, with its figures before and
// after; in the language that there is where the reader's is missing.
func TestActionsGolden(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	both := []reports.ActionText{{Language: "fr", Theme: "Trop long", Decision: "Deux conseillers de plus <le lundi>."}, {Language: "en", Theme: "Too long", Decision: "Two more advisers <on Mondays>."}}
	s.act(
		reports.Action{ID: "a", Texts: both, Will: true, Cleared: true, DecidedOn: "2025-07-01",
			Figures: []reports.FigureOf{{Figure: "promise"}, {Figure: "first-reply"}, {Figure: "resolved-7d", Category: "delivery"}}},
		reports.Action{ID: "b", Texts: both[:1], Cleared: true, DecidedOn: "2026-09-01"},
		reports.Action{ID: "c", Texts: both, Will: true, DecidedOn: "2026-10-01"},
	)
	for _, tag := range []string{"en", "fr"} {
		part := document(t, s.want(200, s.get("/?lang="+tag))).Find("#actions")
		if part.Find(".action").Length() != 2 {
			t.Errorf("%s: %d actions, want the two that are cleared", tag, part.Find(".action").Length())
		}
		got, err := goquery.OuterHtml(part)
		s.must(err)
		file := filepath.Join("testdata", "actions."+tag+".html")
		if *update {
			s.must(os.WriteFile(file, []byte(got+"\n"), 0o644))
		}
		want, err := os.ReadFile(file)
		s.must(err)
		if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
			t.Errorf("%s (run with -update to accept):\n%s", file, diff)
		}
	}
}

// TestActionsBeforeTheFirstEdition: what was decided is told, without figures; no
// list, no heading.
func TestActionsBeforeTheFirstEdition(t *testing.T) {
	s := openShop(t)
	if document(t, s.get("/?lang=en")).Find("#actions").Length() > 0 {
		t.Error("there is a heading for no actions")
	}
	s.act(reports.Action{ID: "a", Texts: []reports.ActionText{{Language: "en", Theme: "Too long", Decision: "Two more."}}, Will: true, Cleared: true,
		DecidedOn: "2025-07-01", Figures: []reports.FigureOf{{Figure: "promise"}}})
	if part := document(t, s.get("/?lang=en")).Find("#actions"); part.Find("h3").Text() != "Too long" || part.Find("li").Length() > 0 {
		t.Errorf("before the first edition: %s", part.Text())
	}
}
