package charts

import (
	"github.com/entendu/entendu/reports"
)

// question is one that is answered from 1 to 5, with the keys of its words.
type question struct {
	id, title, told string
	of              func(reports.Period) *reports.Levels
}

func questions() []question {
	return []question{
		{"delay", "charts.delay", "charts.delay_told", func(m reports.Period) *reports.Levels { return m.Delay }},
		{"listening", "charts.listening", "charts.listening_told", func(m reports.Period) *reports.Levels { return m.Listening }},
	}
}

// levelNames are the five answers in the words of the survey, 1 first.
func (p pen) levelNames() []string {
	return []string{p.T("level.1"), p.T("level.2"), p.T("level.3"), p.T("level.4"), p.T("level.5")}
}

func (p pen) satisfaction(q question) Chart {
	rs := p.by(func(m reports.Period) reading { return p.satisfied(q.of(m)) })
	c := Chart{ID: q.id, Format: "percent", Finding: p.T(q.title), Alt: p.alt(p.T(q.title), rs)}
	p.tell(&c, rs, telling{p.says(q.told), "charts.closed_in", func(before, after reports.Period) int {
		return reports.ChangeOfLevels(q.of(before), q.of(after))
	}})
	names := p.levelNames()
	var parts []part
	for k := 4; k >= 0; k-- {
		parts = append(parts, part{names[k], "step-" + string(rune('1'+k)), k == 0 || k == 4, func(m reports.Period) (*int, int) {
			if l := q.of(m); l != nil && len(l.Levels) == 5 {
				return &l.Levels[k], l.N
			}
			return nil, 0
		}})
	}
	c.Option = p.bars(c.Alt, p.T("charts.satisfied"), parts, rs)
	columns := []column{
		p.answers(func(m reports.Period) reading {
			if l := q.of(m); l != nil {
				return p.held(p.number(l.N), l.AsOf)
			}
			return gap(p.T("charts.too_few"))
		}),
		p.responseRate(),
		{p.T("charts.satisfied"), func(m reports.Period) reading { return p.satisfied(q.of(m)) }},
	}
	for k := 4; k >= 0; k-- {
		c.Key = append(c.Key, names[k])
		columns = append(columns, column{names[k], func(m reports.Period) reading { return p.level(q.of(m), k) }})
	}
	c.Table = p.table(p.T(q.title), columns...)
	return c
}

// answers is the column with the number of answers.
func (p pen) answers(n func(reports.Period) reading) column { return column{p.T("charts.answers"), n} }

// level is how many chose one answer; a month of which only a bound is said has
// none of them.
func (p pen) level(l *reports.Levels, k int) reading {
	switch {
	case l == nil:
		return gap(p.T("charts.too_few"))
	case len(l.Levels) != 5:
		return gap(p.T("number.none"))
	}
	return p.held(p.part(&l.Levels[k], l.N), l.AsOf)
}

// recommended puts the shares before the score made of them, if they are told.
func (p pen) recommended(score string, m reports.Period) string {
	r := m.Recommend
	if r.Promoters == nil || r.Detractors == nil || r.N == 0 {
		return p.T("charts.recommend_score", "Value", score)
	}
	of := func(x int) string { return p.Percent(float64(x)/float64(r.N), 0) }
	return p.T("charts.recommend_told", "Promoters", of(*r.Promoters), "Detractors", of(*r.Detractors), "Value", score)
}

// outcome is whether customers say that their request was settled.
func (p pen) outcome() Chart {
	rs := p.by(func(m reports.Period) reading { return p.settled(m.Outcome) })
	c := Chart{ID: "outcome", Format: "percent", Finding: p.T("charts.outcome"), Alt: p.alt(p.T("charts.outcome_yes"), rs)}
	p.tell(&c, rs, telling{p.says("charts.outcome_told"), "charts.closed_in", func(before, after reports.Period) int {
		return reports.ChangeOfOutcome(before.Outcome, after.Outcome)
	}})
	columns := []column{
		p.answers(func(m reports.Period) reading {
			if o := m.Outcome; o != nil {
				return p.held(p.number(o.N), o.AsOf)
			}
			return gap(p.T("charts.too_few"))
		}),
		p.responseRate(),
		{p.T("charts.outcome_yes"), func(m reports.Period) reading { return p.settled(m.Outcome) }},
	}
	var parts []part
	for _, a := range []struct {
		key, color string
		dark       bool
		of         func(reports.Outcome) *int
	}{
		{"charts.yes", "step-5", true, func(o reports.Outcome) *int { return o.Yes }},
		{"charts.partly", "step-3", false, func(o reports.Outcome) *int { return o.Partly }},
		{"charts.no", "step-1", true, func(o reports.Outcome) *int { return o.No }},
	} {
		name := p.T(a.key)
		c.Key = append(c.Key, name)
		parts = append(parts, part{name, a.color, a.dark, func(m reports.Period) (*int, int) {
			if m.Outcome == nil {
				return nil, 0
			}
			return a.of(*m.Outcome), m.Outcome.N
		}})
		columns = append(columns, column{name, func(m reports.Period) reading { return p.said(m.Outcome, a.of) }})
	}
	c.Option = p.bars(c.Alt, p.T("charts.outcome_yes"), parts, rs)
	c.Table = p.table(p.T("charts.outcome"), columns...)
	return c
}

// said is how many gave one answer; a month of which only a bound is said has none
// of them.
func (p pen) said(o *reports.Outcome, of func(reports.Outcome) *int) reading {
	switch {
	case o == nil:
		return gap(p.T("charts.too_few"))
	case o.AtLeast != nil || o.AtMost != nil:
		return gap(p.T("number.none"))
	}
	return p.held(p.part(of(*o), o.N), o.AsOf)
}

func (p pen) recommend() Chart {
	rs := p.by(func(m reports.Period) reading { return p.score(m.Recommend) })
	c := Chart{ID: "recommend", Format: "signed", Finding: p.T("charts.recommend"), Alt: p.alt(p.T("charts.score"), rs)}
	p.tell(&c, rs, telling{p.recommended, "charts.closed_in", func(before, after reports.Period) int {
		return reports.ChangeOfScore(before.Recommend, after.Recommend)
	}})
	c.Option = p.lines(c.Alt, scale{min: -100.0, max: 100.0, step: 50}, line{readings: rs, main: true})
	class := func(of func(reports.Recommend) *int) func(reports.Period) reading {
		return func(m reports.Period) reading {
			if m.Recommend == nil {
				return gap(p.T("charts.too_few"))
			}
			return p.held(p.part(of(*m.Recommend), m.Recommend.N), m.Recommend.AsOf)
		}
	}
	c.Table = p.table(p.T("charts.recommend"),
		p.answers(func(m reports.Period) reading {
			if r := m.Recommend; r != nil {
				return p.held(p.number(r.N), r.AsOf)
			}
			return gap(p.T("charts.too_few"))
		}),
		p.responseRate(),
		column{p.T("charts.promoters"), class(func(r reports.Recommend) *int { return r.Promoters })},
		column{p.T("charts.passives"), class(func(r reports.Recommend) *int { return r.Passives })},
		column{p.T("charts.detractors"), class(func(r reports.Recommend) *int { return r.Detractors })},
		column{p.T("charts.score"), func(m reports.Period) reading { return p.score(m.Recommend) }})
	return c
}
