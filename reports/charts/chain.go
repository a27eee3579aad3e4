package charts

import "github.com/entendu/entendu/reports"

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

// Chain tells what became of the closings of the newest full period, from closed to
// answered, and why some were not asked. Both tables are empty where it is
// withheld, or before the first period.
func Chain(d reports.Document, w Words) (steps, skipped Table) {
	p := pen{w, d}
	i := p.full()
	if i < 0 || d.Periods[i].Chain == nil {
		return Table{}, Table{}
	}
	c, month := *d.Periods[i].Chain, p.when(d.Periods[i].Period, d.Periods[i].State)
	steps = p.counts(p.T("charts.chain", "Month", month), p.T("charts.step"))
	p.addCount(&steps, "charts.closed", c.Closed, 0)
	p.addCount(&steps, "charts.eligible", c.Eligible, c.Closed)
	p.addCount(&steps, "charts.invited", c.Invited, c.Closed)
	p.addCount(&steps, "charts.delivered", c.Delivered, c.Closed)
	p.addCount(&steps, "charts.answered", c.Answered, c.Closed)
	skipped = p.counts(p.T("charts.skipped", "Month", month), p.T("charts.reason"))
	for _, s := range skips() {
		if n := c.Skipped[s[0]]; n > 0 {
			p.addCount(&skipped, s[1], n, c.Closed)
		}
	}
	return steps, skipped
}

func (p pen) counts(caption, what string) Table {
	return Table{Caption: caption, Columns: []string{what, p.T("charts.requests")}}
}

// addCount adds a line: a count, with its part of all if there are any.
func (p pen) addCount(t *Table, key string, n, of int) {
	r := p.number(n)
	if of > 0 {
		r = p.part(&n, of)
	}
	t.Rows = append(t.Rows, []Cell{{Text: p.T(key), Label: t.Columns[0], Head: true}, {Text: r.text, Label: t.Columns[1]}})
}
