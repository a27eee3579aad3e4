package charts_test

import (
	"strings"
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/surveys"
)

// TestEffects: what stands beside a decision is of the newest full period before it
// and the newest full one after, with a verdict only where one is sure.
func TestEffects(t *testing.T) {
	d, w := edition(), words(t, "en")
	for name, test := range map[string]struct {
		decided  surveys.Day
		figure   string
		category string
		want     []string // parts of the sentence; none: nothing is said
	}{
		"a sure rise":              {"2025-07-01", "promise", "", []string{"First replies on time", "83%", "in June 2025,", "91%", "in October 2026 (provisional),", "This is higher."}},
		"decided within a month":   {"2026-08-15", "promise", "", []string{"in July 2026,", "in October 2026 (provisional),", "No clear change."}},
		"times, without a verdict": {"2025-07-01", "first-reply", "", []string{"in June 2025,", "in October 2026 (provisional), 3\u00a0h", "requests."}},
		"of a category":            {"2025-10-01", "resolved-7d", "delivery", []string{"(delivery)", "in September 2025,", "in October 2026"}},
		"nothing full after":       {"2026-10-15", "promise", "", nil},
		"nothing before":           {"2025-06-20", "promise", "", nil},
		"before is not measured":   {"2025-08-01", "promise", "", nil},
		"before is withheld":       {"2025-09-01", "listening", "", nil},
		"after is withheld":        {"2026-05-01", "delay", "returns", nil},
		"after is too early":       {"2026-05-01", "resolved-30d", "", nil},
		"no such category":         {"2026-05-01", "promise", "nonsense", nil},
		"no such figure":           {"2026-05-01", "nonsense", "", nil},
	} {
		a := reports.Action{DecidedOn: test.decided, Figures: []reports.FigureOf{{Figure: test.figure, Category: test.category}}}
		got := charts.Effects(d, a, w)
		if len(test.want) == 0 {
			if len(got) > 0 {
				t.Errorf("%s: told %q", name, got)
			}
			continue
		}
		if len(got) != 1 {
			t.Errorf("%s: told %q", name, got)
			continue
		}
		for _, part := range test.want {
			if !strings.Contains(got[0], part) {
				t.Errorf("%s: %q lacks %q", name, got[0], part)
			}
		}
		if test.figure == "first-reply" && strings.Contains(got[0], "change") {
			t.Errorf("%s: %q", name, got[0])
		}
	}
}

// TestEffectOfOtherDefinitions: figures that were counted otherwise are not set beside
// each other.
func TestEffectOfOtherDefinitions(t *testing.T) {
	d := edition()
	d.Periods[0].Definitions = 7
	a := reports.Action{DecidedOn: "2025-07-01", Figures: []reports.FigureOf{{Figure: "promise"}}}
	if got := charts.Effects(d, a, words(t, "en")); len(got) > 0 {
		t.Errorf("told %q", got)
	}
}

// TestEveryFigureHasAnEffect: an action may be tied to each that has a name.
func TestEveryFigureHasAnEffect(t *testing.T) {
	for _, tag := range []string{"fr", "en"} {
		for _, name := range charts.Names() {
			a := reports.Action{DecidedOn: "2025-10-01", Figures: []reports.FigureOf{{Figure: name, Category: "billing"}}}
			got := charts.Effects(edition(), a, words(t, tag))
			if name == "resolved-30d" && len(got) == 0 { // too early
				continue
			}
			if len(got) != 1 || strings.Contains(got[0], "⟦") {
				t.Errorf("%s in %s: told %q", name, tag, got)
			}
		}
	}
}
