package charts

import (
	"slices"
	"strings"

	"github.com/entendu/entendu/reports"
)

// headlines are the figures at the top of the page.
func (p pen) headlines() (four []figure) {
	for _, f := range p.figures() {
		switch f.name {
		case "resolved-7d", "promise", "delay", "recommend":
			four = append(four, f)
		}
	}
	return four
}

// Headlines are the four figures of the newest full period, and that period in
// words; "" before the first.
func Headlines(d reports.Document, w Words) (period string, all []Headline) {
	p := pen{w, d}
	i := p.full()
	if i < 0 {
		return "", nil
	}
	m := d.Periods[i]
	for _, f := range p.headlines() {
		all = append(all, p.alone(f, m))
	}
	return p.when(m.Period, m.State), all
}

// Sentence tells the edition in one sentence; "" before the first period.
func Sentence(d reports.Document, w Words) string {
	p := pen{w, d}
	i := p.full()
	if i < 0 {
		return ""
	}
	var said []string
	for _, h := range p.headlines() {
		if r := h.read(d.Periods[i]); r.drawn() && h.said != "" {
			said = append(said, p.T(h.said, "Value", r.short))
		}
	}
	month := p.Month(d.Periods[i].Period)
	if len(said) == 0 {
		return p.T("charts.sentence_none", "Month", month)
	}
	return p.T("charts.sentence", "Month", month, "Said", p.JoinAnd(said))
}

// Categories compares the categories in the newest full period, in alphabetical
// order: there is no best one.
func Categories(d reports.Document, w Words) Table {
	p := pen{w, d}
	i := p.full()
	if i < 0 || len(d.Categories) == 0 {
		return Table{}
	}
	period := d.Periods[i]
	columns := []column{
		{p.T("charts.within_week"), p.withinWeek()},
		{p.T("charts.kept"), p.kept},
		{p.T("charts.delay"), func(m reports.Period) reading { return p.satisfied(m.Delay) }},
		{p.T("charts.listening"), func(m reports.Period) reading { return p.satisfied(m.Listening) }},
		p.responseRate(),
	}
	t := Table{Caption: p.T("charts.categories", "Month", p.when(period.Period, period.State)), Columns: []string{p.T("charts.category")}}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.title)
	}
	all := slices.Clone(d.Categories)
	slices.SortStableFunc(all, func(a, b reports.CategoryFigures) int {
		return strings.Compare(strings.ToLower(a.Category), strings.ToLower(b.Category))
	})
	for _, c := range all {
		for _, m := range c.Periods {
			if m.Period == period.Period {
				t.Rows = append(t.Rows, p.categoryRow(t.Columns[0], c.Category, m, columns))
			}
		}
	}
	return t
}

func (p pen) categoryRow(label, category string, m reports.Period, columns []column) []Cell {
	row := []Cell{{Text: category, Label: label, Head: true}}
	for _, c := range columns {
		r := c.read(m)
		row = append(row, Cell{Text: r.tip, Label: c.title, Gap: r.gap()})
	}
	return row
}
