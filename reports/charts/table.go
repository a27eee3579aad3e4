package charts

import "github.com/entendu/entendu/reports"

// table lists the periods, the newest first. Each column reads one figure.
func (p pen) table(caption string, columns ...column) Table {
	t := Table{Caption: caption, Columns: []string{p.T("charts.month")}}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.title)
	}
	for i := len(p.d.Periods) - 1; i >= 0; i-- {
		m := p.d.Periods[i]
		row := []Cell{{Text: p.when(m.Period, m.State), Label: t.Columns[0], Head: true}}
		for _, c := range columns {
			r := c.read(m)
			row = append(row, Cell{Text: r.text, Label: c.title, Gap: r.gap(), Mark: p.mark(&t, r)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// column is a figure with its title.
type column struct {
	title string
	read  func(reports.Period) reading
}

// gap says that a text stands in place of a number.
func (r reading) gap() bool { return r.value == nil && !r.written }

// number is a count, which is only written.
func (p pen) number(n int) reading {
	text := p.Number(n)
	return reading{short: text, text: text, tip: text, written: true}
}

// part is a count with the share it makes of n: "312 (38 %)".
func (p pen) part(count *int, n int) reading {
	switch {
	case n == 0:
		return gap(p.T("charts.none"))
	case count == nil:
		return gap(p.T("charts.too_few"))
	}
	share, digits := float64(*count)/float64(n), 0
	if 0 < share && share < 0.01 { // few are not none
		digits = 1
	}
	text := p.T("charts.part", "Count", *count, "Share", p.Percent(share, digits))
	return reading{short: text, text: text, tip: text, written: true}
}

// responseRate is the column that stands beside every figure of the survey.
func (p pen) responseRate() column {
	return column{p.T("charts.response_rate"), p.rate}
}

// mark gives the mark of a number that an earlier edition counted, and sees to it
// that the table says which and why.
func (p pen) mark(t *Table, r reading) string {
	if r.asOf == "" {
		return ""
	}
	for _, n := range t.Notes {
		if n.Edition == r.asOf {
			return n.Mark
		}
	}
	mark := letter(len(t.Notes))
	t.Notes = append(t.Notes, Note{mark, r.asOf, p.T("charts.held", "Edition", r.asOf)})
	return mark
}

// letter counts a, b, ... z, aa, ab.
func letter(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letter(i/26-1) + string(rune('a'+i%26))
}

// Wide says that the table has more columns than fit beside each other on most
// screens.
func (t Table) Wide() bool { return len(t.Columns) > 5 }
