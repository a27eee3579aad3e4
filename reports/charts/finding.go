package charts

import "github.com/entendu/entendu/reports"

// telling is what is said of the newest full month: the figure in words, and where
// its number comes from.
type telling struct {
	what   func(value string, m reports.Period) string
	note   string // key of the sentence below it, with Value, Month and Rate
	change func(before, after reports.Period) int
}

// tell puts the newest full month into a chart's title and note. Where that month
// has no number, the title stays as it is.
func (p pen) tell(c *Chart, rs []reading, t telling) {
	i := p.full()
	if i < 0 {
		return
	}
	m, r := p.d.Periods[i], rs[i]
	when := p.when(m.Period, m.State)
	if !r.drawn() {
		c.Note = p.T("charts.no_number", "Month", when, "Why", r.text)
		return
	}
	c.Note = p.T(t.note, "Value", r.tip, "Month", when, "Rate", p.rate(m).text)
	c.Finding = t.what(r.short, m)
	if i > 0 && rs[i-1].drawn() && rs[i-1].version == r.version && t.change != nil {
		c.Finding = p.compared(c.Finding, i, t.change)
	}
}

// says is a finding that needs the value only.
func (p pen) says(key string) func(string, reports.Period) string {
	return func(value string, _ reports.Period) string { return p.T(key, "Value", value) }
}

// compared adds to a finding how the month stands to the one before: higher or
// lower if that is sure, else that no change is clear.
func (p pen) compared(finding string, i int, change func(before, after reports.Period) int) string {
	before, after := p.d.Periods[i-1], p.d.Periods[i]
	key := "charts.unclear"
	switch change(before, after) {
	case 1:
		key = "charts.higher"
	case -1:
		key = "charts.lower"
	}
	return p.T(key, "What", finding, "Before", p.Month(before.Period))
}

// alt tells the picture of one line in a sentence.
func (p pen) alt(title string, rs []reading) string {
	var seen []reading
	for _, r := range rs {
		if r.drawn() {
			seen = append(seen, r)
		}
	}
	if len(seen) == 0 {
		return p.T("charts.alt_none", "Title", title)
	}
	least, most, last := seen[0], seen[0], seen[len(seen)-1]
	for _, r := range seen {
		if *r.value < *least.value {
			least = r
		}
		if *r.value > *most.value {
			most = r
		}
	}
	return p.T("charts.alt", "Title", title, "From", p.Month(rs[0].period), "To", p.Month(rs[len(rs)-1].period),
		"Least", least.short, "LeastMonth", p.Month(least.period), "Most", most.short, "MostMonth", p.Month(most.period),
		"Last", last.short, "LastMonth", p.Month(last.period))
}
