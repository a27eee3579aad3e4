package charts

import (
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/entendu/entendu/reports"
)

// Funnel draws groups around all of them together: further to the right stand those of
// more answers, for which the limits of chance are closer. Whoever stands outside is
// named beside its point; the table lists all, by the alphabet.
func Funnel(v reports.FunnelView, w Words) Chart {
	p := pen{Words: w}
	title := Title(v.Figure, w)
	c := Chart{ID: "funnel", Format: "percent", Finding: p.funnelFinding(v, title)}
	c.Note = p.T("explore.funnel.around", "Share", p.Percent(v.Target, 0))
	c.Alt = p.T("explore.funnel.alt", "What", title, "Share", p.Percent(v.Target, 0), "Count", len(v.Groups))
	c.Table = p.funnelTable(v)
	c.Option = p.funnelOption(v, c.Alt)
	if v.Overdispersed() {
		c.Notes = append(c.Notes, p.T("explore.funnel.overdispersed"))
	} else if v.Tau2 > 0 {
		c.Notes = append(c.Notes, p.T("explore.funnel.spread"))
	}
	c.Notes = append(c.Notes, p.T("explore.funnel.chance", "Count", len(v.Groups)))
	return c
}

func (p pen) funnelFinding(v reports.FunnelView, title string) string {
	var outside []string
	for _, g := range v.Groups {
		if g.Believed {
			outside = append(outside, g.Name)
		}
	}
	if len(outside) == 0 {
		return p.T("explore.funnel.none", "What", title)
	}
	return p.T("explore.funnel.some", "What", title, "Names", p.JoinAnd(outside))
}

func (p pen) funnelTable(v reports.FunnelView) Table {
	t := Table{Caption: p.T("explore.funnel.caption"), Columns: []string{p.T("explore.by." + string(v.By)), Title(v.Figure, p.Words), p.T("explore.funnel.limits"), p.T("explore.funnel.stands")}}
	for _, g := range v.Groups {
		alert, _ := v.Limits(g.Share.N)
		t.Rows = append(t.Rows, []Cell{
			{Text: g.Name, Label: t.Columns[0], Head: true}, {Text: p.told(*g.Share, "charts.of_requests").text, Label: t.Columns[1]},
			{Text: p.T("explore.funnel.from_to", "Low", p.Percent(alert.Low, 0), "High", p.Percent(alert.High, 0)), Label: t.Columns[2]},
			{Text: p.T(standsKey(g)), Label: t.Columns[3]},
		})
	}
	for _, name := range v.Withheld {
		t.Rows = append(t.Rows, []Cell{{Text: name, Label: t.Columns[0], Head: true}, {Text: p.T("charts.too_few"), Label: t.Columns[1], Gap: true},
			{Text: "–", Label: t.Columns[2]}, {Text: "–", Label: t.Columns[3]}})
	}
	slices.SortStableFunc(t.Rows, func(a, b []Cell) int { return compareNames(a[0].Text, b[0].Text) })
	return t
}

// standsKey says where a group stands, on neither side better.
func standsKey(g reports.Placed) string {
	low := g.Flag == reports.LowAlert || g.Flag == reports.LowAlarm
	switch {
	case g.Flag == reports.WithinLimits:
		return "explore.funnel.within"
	case !g.Believed:
		return "explore.funnel.perhaps"
	case low:
		return "explore.funnel.below"
	default:
		return "explore.funnel.above"
	}
}

// place is one point of the funnel: how many, and their share.
type funnelPoint struct {
	Value [2]float64 `json:"value"`
	Tip   string     `json:"tip,omitempty"`
	Label *label     `json:"label,omitempty"`
}

func (p pen) funnelOption(v reports.FunnelView, alt string) map[string]any {
	most := 0
	for _, g := range v.Groups {
		most = max(most, g.Share.N)
	}
	right := 1.1 * float64(most)
	c := charts.NewLine()
	c.SetGlobalOptions(p.global(alt, "24", scale{min: 0.0, max: 1.0, step: 0.25})...)
	c.SetGlobalOptions(
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: 0, Max: math.Ceil(right), AxisLabel: &opts.AxisLabel{Color: "quiet", Margin: 12},
			SplitLine: &opts.SplitLine{Show: opts.Bool(false)}, AxisLine: &opts.AxisLine{OnZero: opts.Bool(false), LineStyle: &opts.LineStyle{Color: "line"}}}),
	)
	for _, l := range funnelLines(v, most) {
		own := func(s *charts.SingleSeries) { s.Data = l.points }
		c.AddSeries("", nil, charts.WithLineChartOpts(opts.LineChart{Symbol: "none"}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: "quiet", Width: 1, Type: l.style}), charts.WithSeriesOpts(own))
	}
	dots := func(s *charts.SingleSeries) { s.Data = p.funnelDots(v) }
	c.AddSeries(p.T("explore.by."+string(v.By)), nil, charts.WithLineChartOpts(opts.LineChart{Symbol: "circle", SymbolSize: 9}),
		charts.WithLineStyleOpts(opts.LineStyle{Opacity: opts.Float(0)}), charts.WithItemStyleOpts(opts.ItemStyle{Color: "accent"}), charts.WithSeriesOpts(dots))
	c.Validate()
	return c.JSON()
}

func (p pen) funnelDots(v reports.FunnelView) (dots []funnelPoint) {
	for _, g := range v.Groups {
		d := funnelPoint{Value: [2]float64{float64(g.Share.N), *g.Share.Share}, Tip: p.T("explore.funnel.tip", "Name", g.Name, "Value", p.told(*g.Share, "charts.of_requests").tip)}
		if g.Believed {
			d.Label = newLabel("right", g.Name, "ink")
		}
		dots = append(dots, d)
	}
	return dots
}

type funnelLine struct {
	style  string
	points []funnelPoint
}

// funnelLines are the target, and the limits at sizes close enough to look smooth.
func funnelLines(v reports.FunnelView, most int) []funnelLine {
	lines := []funnelLine{{style: "solid"}, {style: "dashed"}, {style: "dashed"}, {style: "dotted"}, {style: "dotted"}}
	const steps = 40
	for i := range steps + 1 {
		n := max(1, int(1.1*float64(most)*float64(i*i)/(steps*steps)))
		alert, alarm := v.Limits(n)
		for k, share := range []float64{v.Target, alert.Low, alert.High, alarm.Low, alarm.High} {
			lines[k].points = append(lines[k].points, funnelPoint{Value: [2]float64{float64(n), share}})
		}
	}
	return lines
}
