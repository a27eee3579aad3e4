package charts

import (
	"fmt"
	"strings"

	"github.com/entendu/entendu/reports"
)

// Small are the charts of one figure for every category, on one scale: lines of an
// SVG, for there may be very many of them.
type Small struct {
	ID    string // of the figure
	Title string
	All   []Panel
}

// Panel is one category, as paths in the box that parts/small.html gives it: 240 wide
// and 88 high.
type Panel struct {
	Name   string
	Said   string // its newest full month
	Alt    string
	Band   string
	Whole  string  // the line as far as it is final
	Dashed string  // and from there on
	Dots   []Spot  // where a month needs a mark of its own
	Gaps   string  // marks at the foot of months without a value
	Months []Month // what is to be said of each
}

// Spot is a mark: hollow while the month runs.
type Spot struct {
	X, Y   string
	Hollow bool
}

// Month is the place of one month, and what is said of it.
type Month struct{ X, Width, Tip string }

// Between top and foot the shares run from all to none.
const (
	panelWidth = 240.0
	panelTop   = 4.0
	panelFoot  = 84.0
)

// SmallMultiples draws the categories, in alphabetical order. A figure that a category
// has in no month is no empty picture: the table says why it has none.
func SmallMultiples(d reports.Document, w Words) (all []Small) {
	p := newPen(w, d)
	groups := p.categories()
	if len(groups) == 0 || len(d.Periods) == 0 {
		return nil
	}
	ids := []string{"resolved", "promise", "delay", "listening"}
	for i, c := range p.comparable() {
		s := Small{ID: ids[i], Title: c.title}
		for _, g := range groups {
			if panel, drawn := p.panel(g, c); drawn {
				s.All = append(s.All, panel)
			}
		}
		all = append(all, s)
	}
	return all
}

// ByMonth lists the categories in every month: all that SmallMultiples draws.
func ByMonth(d reports.Document, w Words) Table {
	p := newPen(w, d)
	groups := p.categories()
	if len(groups) == 0 || len(d.Periods) == 0 {
		return Table{}
	}
	t, columns := p.begun(p.T("charts.categories_by_month"), p.T("charts.category"))
	for _, g := range groups {
		for i := len(d.Periods) - 1; i >= 0; i-- {
			if m := g.in(d.Periods[i].Period); m != nil {
				p.addGroup(&t, p.T("charts.category_month", "Category", g.name, "Month", p.when(m.Period, m.State)), *m, columns)
			}
		}
	}
	return t
}

// panel draws one figure of one group; not drawn where no month has it.
func (p pen) panel(g group, c column) (b Panel, drawn bool) {
	rs := p.by(func(m reports.Period) reading {
		if own := g.in(m.Period); own != nil {
			return c.read(*own)
		}
		if g.name == p.name(reports.Other) {
			return gap(p.T("number.none"))
		}
		return gap(p.T("charts.in_other"))
	})
	b = Panel{Name: g.name, Alt: p.alt(g.name+" · "+c.title, rs)}
	for i, r := range rs {
		drawn = drawn || r.drawn()
		tip := p.T("charts.month_says", "Month", p.when(r.period, r.state), "What", r.tip)
		b.Months = append(b.Months, Month{tenths(p.left(i)), tenths(p.left(1)), tip})
		if i == p.full() {
			b.Said = tip
		}
	}
	p.drawBand(&b, rs)
	p.drawLine(&b, rs)
	return b, drawn
}

// left is where a month begins.
func (p pen) left(i int) float64 { return float64(i) * panelWidth / float64(len(p.d.Periods)) }

func (p pen) middle(i int) float64 { return p.left(i) + p.left(1)/2 }

func height(share float64) float64 { return panelFoot - share*(panelFoot-panelTop) }

// tenths writes a length.
func tenths(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func (p pen) at(i int, share float64) string {
	return tenths(p.middle(i)) + " " + tenths(height(share))
}

// runs are the stretches of months that a line passes through: with values, and
// under the same definitions.
func runs(rs []reading) (all []stretch) {
	for i, r := range rs {
		if !r.drawn() {
			continue
		}
		if i > 0 && rs[i-1].drawn() && rs[i-1].version == r.version {
			all[len(all)-1].to = i
		} else {
			all = append(all, stretch{i, i})
		}
	}
	return all
}

// drawBand goes along the low ends and back along the high ones. A bound has none.
func (p pen) drawBand(b *Panel, rs []reading) {
	var out strings.Builder
	for _, run := range runs(rs) {
		var there, back []string
		for i := run.from; i <= run.to; i++ {
			if r := rs[i]; r.low != nil && r.high != nil {
				there, back = append(there, p.at(i, *r.low)), append([]string{p.at(i, *r.high)}, back...)
			}
		}
		if len(there) > 1 {
			out.WriteString("M" + strings.Join(append(there, back...), "L") + "z")
		}
	}
	b.Band = out.String()
}

// drawLine joins the values, dashed from the last final month on, and marks months
// that no line would show.
func (p pen) drawLine(b *Panel, rs []reading) {
	for _, run := range runs(rs) {
		for i := run.from; i <= run.to; i++ {
			r := rs[i]
			if i > run.from {
				step := "M" + p.at(i-1, *rs[i-1].value) + "L" + p.at(i, *r.value)
				if r.state == reports.Final {
					b.Whole += step
				} else {
					b.Dashed += step
				}
			}
			if i == run.to || r.state == reports.SoFar {
				b.Dots = append(b.Dots, Spot{tenths(p.middle(i)), tenths(height(*r.value)), r.state == reports.SoFar})
			}
		}
	}
	for i, r := range rs {
		if !r.drawn() {
			b.Gaps += "M" + tenths(p.middle(i)-2) + " " + tenths(panelFoot) + "h4"
		}
	}
}
