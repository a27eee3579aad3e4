package charts

import (
	"strings"

	"github.com/entendu/entendu/reports"
)

// Withheld lists the figures that a document holds back, each with its periods. It
// has no rows where there are none.
func Withheld(d reports.Document, w Words) Table {
	p := pen{w, d}
	t := Table{Caption: p.T("charts.withheld"), Columns: []string{p.T("charts.figure"), p.T("charts.period")}}
	rows := map[string]int{}
	for _, held := range d.Withheld {
		figure, period := p.figureAt(held.Cell), p.Month(periodAt(held.Cell))
		i, known := rows[figure]
		if !known {
			i = len(t.Rows)
			rows[figure] = i
			t.Rows = append(t.Rows, []Cell{{Text: figure, Label: t.Columns[0], Head: true}, {Text: period, Label: t.Columns[1]}})
			continue
		}
		if listed := &t.Rows[i][1].Text; !strings.HasSuffix(", "+*listed, ", "+period) {
			*listed += ", " + period
		}
	}
	return t
}

// periodAt is the period in the path of a figure.
func periodAt(path string) string {
	steps := strings.Split(path, "/")
	at := 2
	if steps[0] == "periods" {
		at = 1
	}
	if len(steps) <= at {
		return ""
	}
	return steps[at]
}
