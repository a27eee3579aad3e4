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

// scale is the axis of the values; nil ends are found from them.
type scale struct {
	min, max any
	step     float64 // between the lines of the axis; 0 is found too
	beside   bool    // there is room for words at the right
	top      float64 // where words beside the newest months stand: away from the lines
}

// point is one month of a series. It has what opts.LineData lacks: our own words
// for the tooltip, and the label at the end of a line.
type point struct {
	Value      *float64 `json:"value"` // nil is a gap
	Tip        string   `json:"tip,omitempty"`
	Symbol     string   `json:"symbol,omitempty"`
	SymbolSize int      `json:"symbolSize,omitempty"`
	Rotate     int      `json:"symbolRotate,omitempty"`
	Item       *item    `json:"itemStyle,omitempty"`
	Label      *label   `json:"label,omitempty"`
}

// label is text at a point. ECharts would take its opacity from the point.
type label struct {
	Show       bool    `json:"show"`
	Position   string  `json:"position"`
	Text       string  `json:"formatter"`
	Color      string  `json:"color"`
	FontSize   int     `json:"fontSize"`
	LineHeight int     `json:"lineHeight"`
	Opacity    float64 `json:"opacity"`
}

func newLabel(position, text, colour string) *label {
	return &label{Show: true, Position: position, Text: text, Color: colour, FontSize: 12, LineHeight: 16, Opacity: 1}
}

// item is how a point or a part of a bar is painted.
type item struct {
	Color       string   `json:"color,omitempty"`
	BorderColor string   `json:"borderColor,omitempty"`
	BorderWidth float64  `json:"borderWidth,omitempty"`
	BorderType  string   `json:"borderType,omitempty"`
	Opacity     *float64 `json:"opacity,omitempty"`
}

// lines draws figures as lines with their bands; nil if no month has a value.
func (p pen) lines(alt string, s scale, all ...line) map[string]any {
	if low, ok := s.min.(float64); ok {
		s.top = low
	}
	if s.beside = true; s.max == nil {
		s.top = highest(all)
	}
	c := charts.NewLine()
	c.SetGlobalOptions(p.global(alt, "76", s)...)
	c.SetXAxis(p.months())
	some := false
	for _, l := range all {
		if l.announced {
			p.addAnnounced(c, l)
			continue
		}
		for _, s := range stretches(l.readings) {
			p.addBand(c, l, s)
			some = p.addLine(c, l, s) || some
		}
	}
	if !some {
		return nil
	}
	p.addBreaks(c)
	p.addGaps(c, all[0].readings, s)
	c.Validate()
	return c.JSON()
}

func (p pen) months() []string {
	var names []string
	for _, m := range p.d.Periods {
		names = append(names, p.ShortMonth(m.Period))
	}
	return names
}

// global are the options that all charts share: no title, legend or animation.
// right is the room for words at the end of lines, in pixels.
func (p pen) global(alt, right string, s scale) []charts.GlobalOpts {
	quiet := &opts.AxisLabel{Color: "quiet", HideOverlap: opts.Bool(true), Margin: 12}
	return []charts.GlobalOpts{
		charts.WithAnimation(false),
		charts.WithColorsOpts(opts.Colors{"accent"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis"}),
		charts.WithGridOpts(opts.Grid{Left: "4", Top: "16", Right: right, Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: quiet,
			AxisTick: &opts.AxisTick{Show: opts.Bool(false)},
			AxisLine: &opts.AxisLine{OnZero: opts.Bool(false), LineStyle: &opts.LineStyle{Color: "line"}}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: s.min, Max: s.max, AxisLabel: quiet, MinInterval: s.step, MaxInterval: s.step,
			SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: "line", Opacity: opts.Float(0.35)}}}),
		charts.WithAriaOpts(&opts.Aria{Enabled: opts.Bool(true),
			Label: &opts.AriaLabel{Enabled: opts.Bool(true), Description: alt}}),
	}
}

// add puts a series of our own points into a chart.
func add(c *charts.Line, name string, points []point, options ...charts.SeriesOpts) {
	own := func(s *charts.SingleSeries) { s.Data = points }
	c.AddSeries(name, nil, append(options, charts.WithSeriesOpts(own))...)
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

// addGaps writes why months have no value, once for each run of them: at the foot of
// the chart, and for the newest months beside it, where the words at the ends of the
// lines make room.
func (p pen) addGaps(c *charts.Line, rs []reading, s scale) {
	foot, _ := s.min.(float64)
	inside, beside := make([]point, len(rs)), make([]point, len(rs))
	for _, run := range silent(rs) {
		if run.to == len(rs)-1 && s.beside {
			beside[run.to] = words(s.top, "right", rs[run.to].text)
		} else {
			inside[(run.from+run.to)/2] = words(foot, "top", rs[run.to].text)
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
