package charts

import (
	"slices"

	"github.com/entendu/entendu/reports"
)

// skips are the codes of why nobody was asked, in the order of the chain, with the
// keys of their words.
func skips() [][2]string {
	return [][2]string{
		{"no_address", "charts.skip_no_address"}, {"staff", "charts.skip_staff"}, {"suppressed", "charts.skip_suppressed"},
		{"tag", "charts.skip_tag"}, {"source_off", "charts.skip_source_off"}, {"too_old", "charts.skip_too_old"},
		{"rest", "charts.skip_rest"}, {"sample", "charts.skip_sample"}, {"reopened", "charts.skip_reopened"},
		{"expired", "charts.skip_expired"}, {"failed", "charts.skip_failed"}, {"erased", "charts.skip_erased"},
	}
}

// responses is the response rate, with the whole chain from closed to answered.
func (p pen) responses() Chart {
	rs := p.by(p.rate)
	c := Chart{ID: "response-rate", Format: "percent", Finding: p.T("charts.response_rate"), Alt: p.alt(p.T("charts.response_rate"), rs)}
	p.tell(&c, rs, telling{p.says("charts.rate_told"), "charts.asked_in", func(before, after reports.Period) int {
		return reports.Change(before.ResponseRate, after.ResponseRate)
	}})
	c.Option = p.lines(c.Alt, shares(), line{readings: rs, main: true})
	columns := []column{}
	for _, s := range stages() {
		columns = append(columns, column{p.T(s.key), func(m reports.Period) reading {
			if m.Chain == nil {
				return gap(p.T("charts.too_few"))
			}
			return p.held(p.number(s.of(*m.Chain)), m.Chain.AsOf)
		}})
	}
	c.Table = p.table(p.T("charts.response_rate"), append(columns, p.responseRate())...)
	return c
}

// stage is one of the steps from closed to answered, with the key of its words.
type stage struct {
	key string
	of  func(reports.Chain) int
}

func stages() []stage {
	return []stage{
		{"charts.closed", func(c reports.Chain) int { return c.Closed }},
		{"charts.eligible", func(c reports.Chain) int { return c.Eligible }},
		{"charts.invited", func(c reports.Chain) int { return c.Invited }},
		{"charts.delivered", func(c reports.Chain) int { return c.Delivered }},
		{"charts.answered", func(c reports.Chain) int { return c.Answered }},
	}
}

// Chain tells what became of the closings of the newest full period, from closed to
// answered, and why some were not asked. Both tables are empty where it is
// withheld, or before the first period.
func Chain(d reports.Document, w Words) (steps, skipped Table) {
	p := newPen(w, d)
	i := p.full()
	if i < 0 || d.Periods[i].Chain == nil {
		return Table{}, Table{}
	}
	c, month := *d.Periods[i].Chain, p.when(d.Periods[i].Period, d.Periods[i].State)
	steps = p.counts(p.T("charts.chain", "Month", month), p.T("charts.step"))
	for _, s := range stages() {
		p.addCount(&steps, s.key, s.of(c), c)
	}
	skipped = p.counts(p.T("charts.skipped", "Month", month), p.T("charts.reason"))
	for _, s := range skips() {
		if n := c.Skipped[s[0]]; n > 0 {
			p.addCount(&skipped, s[1], n, c)
		}
	}
	return steps, skipped
}

// Skipped lists why nobody was asked, by month: every reason that ever held.
func Skipped(d reports.Document, w Words) Table {
	p := newPen(w, d)
	var columns []column
	for _, s := range skips() {
		if !slices.ContainsFunc(d.Periods, func(m reports.Period) bool { return m.Chain != nil && m.Chain.Skipped[s[0]] > 0 }) {
			continue
		}
		columns = append(columns, column{p.T(s[1]), func(m reports.Period) reading {
			if m.Chain == nil {
				return gap(p.T("charts.too_few"))
			}
			return p.held(p.number(m.Chain.Skipped[s[0]]), m.Chain.AsOf)
		}})
	}
	if columns == nil {
		return Table{}
	}
	return p.table(p.T("charts.skipped_by_month"), columns...)
}

func (p pen) counts(caption, what string) Table {
	return Table{Caption: caption, Columns: []string{what, p.T("charts.requests")}}
}

// addCount adds a line: a count, with its part of all that were closed.
func (p pen) addCount(t *Table, key string, n int, of reports.Chain) {
	r := p.number(n)
	if of.Closed > 0 && key != "charts.closed" {
		r = p.part(&n, of.Closed)
	}
	r = p.held(r, of.AsOf)
	t.Rows = append(t.Rows, []Cell{{Text: p.T(key), Label: t.Columns[0], Head: true}, {Text: r.text, Label: t.Columns[1], Mark: p.mark(t, r)}})
}
