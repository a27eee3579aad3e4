package charts

import (
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// addGaps writes why months have no value, once for each run of them: at the foot of
// the chart, and for the newest months beside it, where the words at the ends of the
// lines make room.
func (p pen) addGaps(c *charts.Line, rs []reading, s scale) {
	inside, beside := make([]point, len(rs)), make([]point, len(rs))
	for _, run := range silent(rs) {
		if run.to == len(rs)-1 && s.beside {
			beside[run.to] = words(s.top, "right", rs[run.to].text)
		} else {
			inside[(run.from+run.to)/2] = words(s.foot(), "top", rs[run.to].text)
		}
	}
	addWords(c, inside, opts.LabelLayout{HideOverlap: opts.Bool(true)})
	addWords(c, beside, opts.LabelLayout{MoveOverlap: "shiftY"})
}

// silent are the runs of months without a value for the same reason.
func silent(rs []reading) (all []stretch) {
	for i, r := range rs {
		switch {
		case r.drawn():
		case i > 0 && !rs[i-1].drawn() && rs[i-1].text == r.text:
			all[len(all)-1].to = i
		default:
			all = append(all, stretch{i, i})
		}
	}
	return all
}

func words(at float64, position, text string) point {
	return point{Value: &at, Symbol: "circle", SymbolSize: 1, Label: newLabel(position, text, "quiet")}
}

// addWords adds a series of which only the labels are seen.
func addWords(c *charts.Line, points []point, layout opts.LabelLayout) {
	if !slices.ContainsFunc(points, func(pt point) bool { return pt.Value != nil }) {
		return
	}
	add(c, "", points, charts.WithLineStyleOpts(opts.LineStyle{Opacity: opts.Float(0)}),
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(true)}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "transparent"}),
		charts.WithLabelLayoutOpts(layout))
}
