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
	key, difference := p.verdict(of.Figure, before, after)
	return p.T(key, "What", what, "Before", was.tip, "From", p.when(before.Period, before.State),
		"After", is.tip, "To", p.when(after.Period, after.State)) + difference, true
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

// verdict is the sentence for a figure that may have changed, and the difference in
// points with its interval. For times nothing is said of a change: the edition holds no
// interval of a difference of times.
func (p pen) verdict(name string, before, after reports.Period) (key, difference string) {
	compare, found := comparisons()[name]
	if !found {
		return "actions.beside", ""
	}
	d, i, ok := compare(before, after)
	if ok {
		difference = " " + p.T("actions.difference", "Points", p.Signed(d), "Low", p.Signed(i.Low), "High", p.Signed(i.High))
	}
	switch reports.Direction(i, ok) {
	case 1:
		return "actions.higher", difference
	case -1:
		return "actions.lower", difference
	default:
		return "actions.unclear", difference
	}
}

// comparison is how many points a figure is higher than before, with the interval.
type comparison func(before, after reports.Period) (d float64, i reports.Interval, ok bool)

// comparisons are how each figure but times is compared.
func comparisons() map[string]comparison {
	points := func(d float64, i reports.Interval, ok bool) (float64, reports.Interval, bool) {
		return 100 * d, reports.Interval{Low: 100 * i.Low, High: 100 * i.High}, ok
	}
	of := func(share func(reports.Period) *reports.Share) comparison {
		return func(before, after reports.Period) (float64, reports.Interval, bool) {
			return points(reports.Difference(share(before), share(after)))
		}
	}
	levels := func(of func(reports.Period) *reports.Levels) comparison {
		return func(before, after reports.Period) (float64, reports.Interval, bool) {
			return points(reports.DifferenceOfLevels(of(before), of(after)))
		}
	}
	return map[string]comparison{
		"resolved-1d":   of(func(m reports.Period) *reports.Share { return m.ResolvedWithin.Day }),
		"resolved-7d":   of(func(m reports.Period) *reports.Share { return m.ResolvedWithin.Week }),
		"resolved-30d":  of(func(m reports.Period) *reports.Share { return m.ResolvedWithin.Month }),
		"promise":       of(func(m reports.Period) *reports.Share { return m.PromiseKept }),
		"first-contact": of(func(m reports.Period) *reports.Share { return m.FirstContact }),
		"response-rate": of(func(m reports.Period) *reports.Share { return m.ResponseRate }),
		"outcome":       of(func(m reports.Period) *reports.Share { return settledYes(m.Outcome) }),
		"delay":         levels(func(m reports.Period) *reports.Levels { return m.Delay }),
		"listening":     levels(func(m reports.Period) *reports.Levels { return m.Listening }),
		"recommend": func(before, after reports.Period) (float64, reports.Interval, bool) {
			return reports.ScoreDifference(before.Recommend, after.Recommend)
		},
	}
}

func settledYes(o *reports.Outcome) *reports.Share {
	if o == nil {
		return nil
	}
	return &reports.Share{N: o.N, X: o.Yes}
}
