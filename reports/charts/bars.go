package charts

import (
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/entendu/entendu/reports"
)

// Dark parts carry white numbers, the others black ones, in any light.
const white, black = "#ffffff", "#1d2125"

// fits is the least share whose number finds room in its part of a bar.
const fits = 0.065

// part is one answer among those that a bar is made of.
type part struct {
	name, color string
	dark        bool
	of          func(reports.Period) (count *int, n int) // nil where it is not told
}

// bars draws one bar a month, all answers on top of each other: the best at the
// bottom, so that the share of rs, which is called name, can be read off the axis.
func (p pen) bars(alt, name string, parts []part, rs []reading) map[string]any {
	c := charts.NewBar()
	c.SetGlobalOptions(p.global(alt, "8", shares())...)
	c.SetXAxis(p.months())
	some := false
	for _, answer := range parts {
		points := make([]point, len(rs))
		for i, m := range p.d.Periods {
			points[i] = p.stackPart(answer, m)
			some = some || points[i].Value != nil
		}
		own := func(s *charts.SingleSeries) { s.Data = points }
		c.AddSeries(answer.name, nil, charts.WithBarChartOpts(opts.BarChart{Stack: "levels", BarCategoryGap: "22%"}), charts.WithSeriesOpts(own))
	}
	if !some {
		return nil
	}
	p.addTips(c, name, rs)
	c.Validate()
	return c.JSON()
}

// stackPart is one answer of one month; its number stands in it if it finds room.
func (p pen) stackPart(answer part, m reports.Period) point {
	count, n := answer.of(m)
	if count == nil || n == 0 {
		return point{}
	}
	share := float64(*count) / float64(n)
	pt := point{Value: &share, Tip: p.part(count, n).text}
	pt.Item = &item{Color: answer.color, BorderColor: "paper", BorderWidth: 1}
	ink := black
	if answer.dark {
		ink = white
	}
	if m.State == reports.Provisional {
		pt.Item.BorderColor, pt.Item.BorderType = "ink", "dashed"
	}
	if m.State == reports.SoFar {
		faint := 0.35
		pt.Item.BorderColor, pt.Item.Opacity, ink = "ink", &faint, "ink"
	}
	if share >= fits {
		pt.Label = newLabel("inside", p.points(&share), ink)
	}
	return pt
}

// addTips adds the share that the finding speaks of to what is said of each month,
// and the reason where there is no bar.
func (p pen) addTips(c *charts.Bar, name string, rs []reading) {
	overlay := charts.NewLine()
	points := make([]point, len(rs))
	for i, r := range rs {
		points[i] = point{Value: r.value, Tip: r.tip}
	}
	hidden := []charts.SeriesOpts{
		charts.WithLineChartOpts(opts.LineChart{Symbol: "none"}), charts.WithLineStyleOpts(opts.LineStyle{Opacity: opts.Float(0)})}
	add(overlay, name, points, hidden...)
	p.addGaps(overlay, p.barless(rs), shares())
	c.Overlap(overlay)
}

// barless takes the months of which only a bound is said for gaps: their words
// stand at the foot, one under the other, for a bar is narrow.
func (p pen) barless(rs []reading) []reading {
	all := make([]reading, len(rs))
	for i, r := range rs {
		switch r.bound {
		case 1:
			r.text = "≥ " + p.Percent(*r.value, 0)
		case -1:
			r.text = "≤ " + p.Percent(*r.value, 0)
		}
		if r.bound != 0 {
			r.value = nil
		}
		r.text = strings.ReplaceAll(r.text, " ", "\n")
		all[i] = r
	}
	return all
}
