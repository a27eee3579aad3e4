package charts

import (
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

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
	c.Option = p.bars(c.Alt, q, rs, names)
	columns := []column{
		p.answers(func(m reports.Period) (int, bool) { l := q.of(m); return count(l), l != nil }),
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

func count(l *reports.Levels) int {
	if l == nil {
		return 0
	}
	return l.N
}

// answers is the column with the number of answers.
func (p pen) answers(n func(reports.Period) (n int, shown bool)) column {
	return column{p.T("charts.answers"), func(m reports.Period) reading {
		if n, shown := n(m); shown {
			return p.number(n)
		}
		return gap(p.T("charts.too_few"))
	}}
}

// level is how many chose one answer; a month of which only a bound is said has
// none of them.
func (p pen) level(l *reports.Levels, k int) reading {
	switch {
	case l == nil:
		return gap(p.T("charts.too_few"))
	case len(l.Levels) != 5:
		return gap(p.T("number.none"))
	}
	return p.part(&l.Levels[k], l.N)
}

// dark levels carry white numbers, the others black ones, in any light.
const white, black = "#ffffff", "#1d2125"

// fits is the least share whose number finds room in its part of a bar.
const fits = 0.065

// bars draws one bar a month, all levels on top of each other: the best at the
// bottom, so that the share of 4 and 5 can be read off the axis.
func (p pen) bars(alt string, q question, rs []reading, names []string) map[string]any {
	c := charts.NewBar()
	c.SetGlobalOptions(p.global(alt, "8", shares())...)
	c.SetXAxis(p.months())
	some := false
	for k := 4; k >= 0; k-- {
		points := make([]point, len(rs))
		for i, m := range p.d.Periods {
			points[i] = p.stackPart(q.of(m), k, m.State)
			some = some || points[i].Value != nil
		}
		own := func(s *charts.SingleSeries) { s.Data = points }
		c.AddSeries(names[k], nil, charts.WithBarChartOpts(opts.BarChart{Stack: "levels", BarCategoryGap: "22%"}), charts.WithSeriesOpts(own))
	}
	if !some {
		return nil
	}
	p.addTips(c, rs)
	c.Validate()
	return c.JSON()
}

// stackPart is one level of one month; its number stands in it if it finds room.
func (p pen) stackPart(l *reports.Levels, k int, state string) point {
	if l == nil || len(l.Levels) != 5 || l.N == 0 {
		return point{}
	}
	share := float64(l.Levels[k]) / float64(l.N)
	pt := point{Value: &share, Tip: p.part(&l.Levels[k], l.N).text}
	pt.Item = &item{Color: "step-" + string(rune('1'+k)), BorderColor: "paper", BorderWidth: 1}
	ink := black
	if k == 0 || k == 4 {
		ink = white
	}
	if state == reports.Provisional {
		pt.Item.BorderColor, pt.Item.BorderType = "ink", "dashed"
	}
	if state == reports.SoFar {
		faint := 0.35
		pt.Item.BorderColor, pt.Item.Opacity, ink = "ink", &faint, "ink"
	}
	if share >= fits {
		pt.Label = newLabel("inside", p.points(&share), ink)
	}
	return pt
}

// addTips adds the share of 4 and 5 to what is said of each month, and the reason
// where there is no bar.
func (p pen) addTips(c *charts.Bar, rs []reading) {
	overlay := charts.NewLine()
	points := make([]point, len(rs))
	for i, r := range rs {
		points[i] = point{Value: r.value, Tip: r.tip}
	}
	hidden := []charts.SeriesOpts{
		charts.WithLineChartOpts(opts.LineChart{Symbol: "none"}), charts.WithLineStyleOpts(opts.LineStyle{Opacity: opts.Float(0)})}
	add(overlay, p.T("charts.satisfied"), points, hidden...)
	p.addGaps(overlay, p.barless(rs), shares())
	c.Overlap(overlay)
}

// barless takes the months of which only a bound is said for gaps: their words
// stand at the foot, one under the other, for a bar is narrow.
func (p pen) barless(rs []reading) []reading {
	all := make([]reading, len(rs))
	for i, r := range rs {
		switch r.bound {
		case 1:
			r.text = "≥ " + p.Percent(*r.value, 0)
		case -1:
			r.text = "≤ " + p.Percent(*r.value, 0)
		}
		if r.bound != 0 {
			r.value = nil
		}
		r.text = strings.ReplaceAll(r.text, " ", "\n")
		all[i] = r
	}
	return all
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

func (p pen) recommend() Chart {
	rs := p.by(func(m reports.Period) reading { return p.score(m.Recommend) })
	c := Chart{ID: "recommend", Format: "signed", Finding: p.T("charts.recommend"), Alt: p.alt(p.T("charts.score"), rs)}
	p.tell(&c, rs, telling{p.recommended, "charts.closed_in", func(before, after reports.Period) int {
		return reports.ChangeOfScore(before.Recommend, after.Recommend)
	}})
	c.Option = p.lines(c.Alt, scale{-100.0, 100.0, 50}, line{readings: rs, main: true})
	class := func(of func(reports.Recommend) *int) func(reports.Period) reading {
		return func(m reports.Period) reading {
			if m.Recommend == nil {
				return gap(p.T("charts.too_few"))
			}
			return p.part(of(*m.Recommend), m.Recommend.N)
		}
	}
	c.Table = p.table(p.T("charts.recommend"),
		p.answers(func(m reports.Period) (int, bool) {
			if m.Recommend == nil {
				return 0, false
			}
			return m.Recommend.N, true
		}),
		p.responseRate(),
		column{p.T("charts.promoters"), class(func(r reports.Recommend) *int { return r.Promoters })},
		column{p.T("charts.passives"), class(func(r reports.Recommend) *int { return r.Passives })},
		column{p.T("charts.detractors"), class(func(r reports.Recommend) *int { return r.Detractors })},
		column{p.T("charts.score"), func(m reports.Period) reading { return p.score(m.Recommend) }})
	return c
}
