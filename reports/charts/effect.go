package charts

import (
	"slices"

	"github.com/entendu/entendu/reports"
)

// Effects tell the figures that an action is tied to, each in a sentence: the newest
// full period before its decision beside the newest full one after. Higher or lower
// is said only where that is sure, and nothing where either has no number or they
// were counted by different definitions.
func Effects(d reports.Document, a reports.Action, w Words) (told []string) {
	p := newPen(w, d)
	for _, f := range a.Figures {
		if said, ok := p.effect(f, a); ok {
			told = append(told, said)
		}
	}
	return told
}

func (p pen) effect(of reports.FigureOf, a reports.Action) (said string, ok bool) {
	all := p.figures()
	i := slices.IndexFunc(all, func(f figure) bool { return f.name == of.Figure })
	before, after, found := p.around(p.periodsOf(of.Category), a)
	if i < 0 || !found {
		return "", false
	}
	was, is := all[i].read(before), all[i].read(after)
	if !was.drawn() || !is.drawn() {
		return "", false
	}
	what := p.T(all[i].title)
	if of.Category != "" {
		what = p.T("actions.of_category", "Figure", what, "Category", of.Category)
	}
	return p.T(effectKey(of.Figure, before, after), "What", what, "Before", was.tip, "From", p.when(before.Period, before.State),
		"After", is.tip, "To", p.when(after.Period, after.State)), true
}

// periodsOf are those of one category, or of the whole.
func (p pen) periodsOf(category string) []reports.Period {
	if category == "" {
		return p.d.Periods
	}
	for _, c := range p.d.Categories {
		if c.Category == category {
			return c.Periods
		}
	}
	return nil
}

// around finds the newest full period before the day of a decision, and the newest
// full one that began on it or later.
func (p pen) around(all []reports.Period, a reports.Action) (before, after reports.Period, ok bool) {
	for _, m := range all {
		from, to, err := reports.PeriodDays(m.Period)
		if err != nil || m.State == reports.SoFar || !p.followed(m.Period, 7*day) {
			continue
		}
		switch {
		case to <= a.DecidedOn:
			before = m
		case from >= a.DecidedOn:
			after = m
		}
	}
	return before, after, before.Period != "" && after.Period != "" && before.Definitions == after.Definitions
}

// effectKey is the sentence for a figure that may have changed. For times nothing is
// said of a change: the edition holds no interval of a difference of times.
func effectKey(name string, before, after reports.Period) string {
	compare, ok := comparisons()[name]
	if !ok {
		return "actions.beside"
	}
	switch compare(before, after) {
	case 1:
		return "actions.higher"
	case -1:
		return "actions.lower"
	default:
		return "actions.unclear"
	}
}

// comparisons are how each figure but times is compared.
func comparisons() map[string]func(before, after reports.Period) int {
	of := func(share func(reports.Period) *reports.Share) func(before, after reports.Period) int {
		return func(before, after reports.Period) int { return reports.Change(share(before), share(after)) }
	}
	return map[string]func(before, after reports.Period) int{
		"resolved-1d":   of(func(m reports.Period) *reports.Share { return m.ResolvedWithin.Day }),
		"resolved-7d":   of(func(m reports.Period) *reports.Share { return m.ResolvedWithin.Week }),
		"resolved-30d":  of(func(m reports.Period) *reports.Share { return m.ResolvedWithin.Month }),
		"promise":       of(func(m reports.Period) *reports.Share { return m.PromiseKept }),
		"first-contact": of(func(m reports.Period) *reports.Share { return m.FirstContact }),
		"response-rate": of(func(m reports.Period) *reports.Share { return m.ResponseRate }),
		"outcome":       of(func(m reports.Period) *reports.Share { return settledYes(m.Outcome) }),
		"delay":         func(before, after reports.Period) int { return reports.ChangeOfLevels(before.Delay, after.Delay) },
		"listening": func(before, after reports.Period) int {
			return reports.ChangeOfLevels(before.Listening, after.Listening)
		},
		"recommend": func(before, after reports.Period) int {
			return reports.ChangeOfScore(before.Recommend, after.Recommend)
		},
	}
}

func settledYes(o *reports.Outcome) *reports.Share {
	if o == nil {
		return nil
	}
	return &reports.Share{N: o.N, X: o.Yes}
}
