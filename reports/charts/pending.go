package charts

import "github.com/entendu/entendu/reports"

// Pending lists the figures that a document does not count anew yet, with how many
// customers have changed each of them. It has no rows where there are none.
func Pending(d reports.Document, w Words) Table {
	p := newPen(w, d)
	t := Table{Caption: p.T("charts.waiting"), Columns: []string{p.T("charts.figure"), p.T("charts.period"), p.T("charts.changed_by")}}
	for _, one := range d.Pending {
		t.Rows = append(t.Rows, []Cell{
			{Text: p.figureAt(one.Cell), Label: t.Columns[0], Head: true},
			{Text: p.Month(periodAt(one.Cell)), Label: t.Columns[1]},
			{Text: p.Number(one.Customers), Label: t.Columns[2]},
		})
	}
	return t
}
