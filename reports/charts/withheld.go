package charts

import (
	"maps"
	"slices"
	"strings"

	"github.com/entendu/entendu/reports"
)

// Withheld lists the figures that a document holds back, each with its periods. It
// has no rows where there are none.
func Withheld(d reports.Document, w Words) Table {
	p := newPen(w, d)
	t := Table{Caption: p.T("charts.withheld"), Columns: []string{p.T("charts.figure"), p.T("charts.period")}}
	var figures []string
	periods := map[string]map[string]bool{} // by figure
	for _, held := range d.Withheld {
		figure := p.figureAt(held.Cell)
		if periods[figure] == nil {
			figures, periods[figure] = append(figures, figure), map[string]bool{}
		}
		periods[figure][periodAt(held.Cell)] = true
	}
	for _, figure := range figures {
		var when []string
		for _, period := range slices.Sorted(maps.Keys(periods[figure])) {
			when = append(when, p.Month(period))
		}
		t.Rows = append(t.Rows, []Cell{{Text: figure, Label: t.Columns[0], Head: true}, {Text: strings.Join(when, ", "), Label: t.Columns[1]}})
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
	return steps[min(at, len(steps)-1)]
}
