package charts

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// scale is the axis of the values; nil ends are found from them.
type scale struct {
	min, max any
	step     float64 // between the lines of the axis; 0 is found too
	beside   bool    // there is room for words at the right
	top      float64 // where words beside the newest months stand: away from the lines
}

func (s scale) foot() float64 {
	foot, _ := s.min.(float64)
	return foot
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
	s.beside, s.top = true, s.foot()
	if s.max == nil {
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
