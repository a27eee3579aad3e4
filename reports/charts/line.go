package charts

import (
	"fmt"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/entendu/entendu/reports"
)

// line is one figure over the months, with the words at its end.
type line struct {
	name      string
	readings  []reading
	main      bool // the one the finding speaks of
	announced bool // no figure, but what was promised: thin, and with no more words than those at its end
}

// highest is the greatest value that is drawn: times are mostly far below it, as
// shares are mostly far above none.
func highest(all []line) (top float64) {
	for _, l := range all {
		for _, r := range l.readings {
			for _, v := range []*float64{r.value, r.high} {
				if v != nil {
					top = max(top, *v)
				}
			}
		}
	}
	return top
}

// stretch are the months from one change of the definitions to the next, the last
// included: a line does not run on from one to another.
type stretch struct{ from, to int }

func stretches(rs []reading) (all []stretch) {
	for i, r := range rs {
		if i > 0 && r.version == rs[i-1].version {
			all[len(all)-1].to = i
		} else {
			all = append(all, stretch{i, i})
		}
	}
	return all
}

// addBand draws the interval: an unseen line at the low ends and, stacked on it, a
// filled one of the widths. (charts.js lets stacks cross zero.)
func (p pen) addBand(c *charts.Line, l line, s stretch) {
	lows, widths := make([]point, len(l.readings)), make([]point, len(l.readings))
	for i := s.from; i <= s.to; i++ {
		if r := l.readings[i]; r.drawn() && r.low != nil && r.high != nil {
			width := *r.high - *r.low
			lows[i].Value, widths[i].Value = r.low, &width
		}
	}
	style := []charts.SeriesOpts{
		charts.WithLineChartOpts(opts.LineChart{Stack: fmt.Sprint("band ", s.from, l.name), Symbol: "none"}),
		charts.WithLineStyleOpts(opts.LineStyle{Opacity: opts.Float(0)}),
	}
	add(c, "", lows, style...)
	add(c, "", widths, append(style, charts.WithAreaStyleOpts(opts.AreaStyle{Color: l.color(), Opacity: opts.Float(0.18)}))...)
}

func (l line) color() string {
	if l.main {
		return "accent"
	}
	return "quiet"
}

// addLine draws the values: whole as far as they are final, dashed from there on.
// It says whether there was any.
func (p pen) addLine(c *charts.Line, l line, s stretch) bool {
	last, final := l.last(), -1
	for i, r := range l.readings {
		if r.state == reports.Final {
			final = i
		}
	}
	whole, dashed, some := make([]point, len(l.readings)), make([]point, len(l.readings)), false
	for i := s.from; i <= s.to; i++ {
		r := l.readings[i]
		pt := l.point(r)
		some = some || r.drawn()
		if i == last {
			pt.Label = newLabel("right", l.end(r), l.color())
		}
		if i <= final {
			whole[i] = pt
		} else {
			dashed[i] = pt
		}
		if i == final && i < min(last, s.to) {
			dashed[i] = point{Value: r.value, Symbol: "none"} // where the dashes begin
		}
	}
	p.addStroke(c, l, whole, "solid")
	p.addStroke(c, l, dashed, "dashed")
	return some
}

// last is the last month with a value, -1 if there is none.
func (l line) last() int {
	for i := len(l.readings) - 1; i >= 0; i-- {
		if l.readings[i].drawn() {
			return i
		}
	}
	return -1
}

// addAnnounced draws a promise.
func (p pen) addAnnounced(c *charts.Line, l line) {
	points, last := make([]point, len(l.readings)), l.last()
	if last < 0 {
		return
	}
	for i, r := range l.readings {
		points[i] = point{Value: r.value, Symbol: "none"}
	}
	points[last].Symbol, points[last].SymbolSize = "circle", 1 // a label needs one
	points[last].Label = newLabel("right", l.end(l.readings[last]), "ink")
	add(c, "", points,
		charts.WithLineStyleOpts(opts.LineStyle{Color: "ink", Width: 1}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "ink"}),
		charts.WithLabelLayoutOpts(opts.LabelLayout{MoveOverlap: "shiftY"}))
}

// addBreaks stands a thin line with its words where the definitions changed.
func (p pen) addBreaks(c *charts.Line) {
	for _, i := range p.redefined() {
		c.MultiSeries[0].ConfigureSeriesOpts(
			charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: p.T("charts.redefined_short", "Version", p.version(p.d.Periods[i])), XAxis: i}),
			charts.WithMarkLineStyleOpts(opts.MarkLineStyle{Symbol: []string{"none", "none"},
				Label:     &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Color: "quiet"},
				LineStyle: &opts.LineStyle{Color: "quiet", Width: 1, Type: "solid"}}))
	}
}

func (p pen) addStroke(c *charts.Line, l line, points []point, kind string) {
	if !slices.ContainsFunc(points, func(pt point) bool { return pt.Value != nil }) {
		return
	}
	width := float32(1.5)
	if l.main {
		width = 2.5
	}
	add(c, l.name, points,
		charts.WithLineChartOpts(opts.LineChart{Symbol: "circle", SymbolSize: 5, ShowSymbol: opts.Bool(true)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: l.color(), Width: width, Type: kind}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: l.color()}),
		charts.WithLabelLayoutOpts(opts.LabelLayout{MoveOverlap: "shiftY"}))
}

// point marks what is more or less than it shows: hollow while the month runs, a
// triangle for a bound, pointing to where the value lies.
func (l line) point(r reading) point {
	pt := point{Value: r.value, Tip: r.tip}
	if !r.drawn() {
		return pt
	}
	if r.bound != 0 {
		pt.Symbol, pt.SymbolSize = "triangle", 9
	}
	if r.bound < 0 {
		pt.Rotate = 180
	}
	if r.state == reports.SoFar {
		pt.SymbolSize = 9
		pt.Item = &item{Color: "paper", BorderColor: l.color(), BorderWidth: 2}
	}
	return pt
}

// end is what stands at the end of the line: its name if there are several, and
// its last value without the interval.
func (l line) end(r reading) string {
	if l.name == "" {
		return r.short
	}
	return l.name + "\n" + r.short
}
