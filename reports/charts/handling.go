package charts

import (
	"time"

	"github.com/entendu/entendu/reports"
)

const day = 24 * time.Hour

// shares: every share is drawn from none to all.
func shares() scale { return scale{0.0, 1.0, 0.25} }

// horizon is one of the times within which requests are settled. End is the key of
// its words at the end of the line, title that of its column.
type horizon struct {
	after      time.Duration
	end, title string
	share      func(reports.Resolved) *reports.Share
}

func horizons() []horizon {
	return []horizon{
		{day, "charts.day", "charts.within_day", func(r reports.Resolved) *reports.Share { return r.Day }},
		{7 * day, "charts.week", "charts.within_week", func(r reports.Resolved) *reports.Share { return r.Week }},
		{30 * day, "charts.thirty_days", "charts.within_thirty_days", func(r reports.Resolved) *reports.Share { return r.Month }},
	}
}

// within reads the share settled within a horizon. While it has not passed for
// every request of the month, those that still may be settled in time would look
// like missed ones: it is too early for a number.
func (p pen) within(h horizon) func(reports.Period) reading {
	return func(m reports.Period) reading {
		if !p.followed(m.Period, h.after) {
			return gap(p.T("charts.too_early"))
		}
		return p.share(h.share(m.ResolvedWithin), "charts.of_requests")
	}
}

// withinWeek is the horizon that headlines speak of.
func (p pen) withinWeek() func(reports.Period) reading { return p.within(horizons()[1]) }

func (p pen) resolved() Chart {
	rs := p.by(p.withinWeek())
	c := Chart{ID: "resolved", Format: "percent", Finding: p.T("charts.resolved"), Alt: p.alt(p.T("charts.resolved_week"), rs)}
	p.tell(&c, rs, telling{p.says("charts.resolved_told"), "charts.opened_in", func(before, after reports.Period) int {
		return reports.Change(before.ResolvedWithin.Week, after.ResolvedWithin.Week)
	}})
	var all []line
	columns := []column{p.opened()}
	for _, h := range horizons() {
		all = append(all, line{p.T(h.end), p.by(p.within(h)), h.after == 7*day})
		columns = append(columns, column{p.T(h.title), p.within(h)})
	}
	c.Option = p.lines(c.Alt, shares(), all...)
	c.Table = p.table(p.T("charts.resolved"), columns...)
	return c
}

// opened is the column with the number of requests.
func (p pen) opened() column {
	return column{p.T("charts.opened"), func(m reports.Period) reading {
		if m.Opened == nil {
			return gap(p.T("charts.too_few"))
		}
		return p.number(m.Opened.N)
	}}
}

func (p pen) kept(m reports.Period) reading { return p.share(m.PromiseKept, "charts.of_promises") }

func (p pen) promise() Chart {
	rs := p.by(p.kept)
	c := Chart{ID: "promise", Format: "percent", Finding: p.T("charts.promise"), Alt: p.alt(p.T("charts.promise"), rs)}
	p.tell(&c, rs, telling{p.says("charts.promise_told"), "charts.opened_in", func(before, after reports.Period) int {
		return reports.Change(before.PromiseKept, after.PromiseKept)
	}})
	c.Option = p.lines(c.Alt, shares(), line{readings: rs, main: true})
	c.Table = p.table(p.T("charts.promise"),
		column{p.T("charts.due"), func(m reports.Period) reading { return p.base(m.PromiseKept) }},
		column{p.T("charts.kept"), p.kept})
	return c
}

// base is the n of a share.
func (p pen) base(s *reports.Share) reading {
	if s == nil {
		return gap(p.T("charts.too_few"))
	}
	return p.number(s.N)
}

func (p pen) half(m reports.Period) reading {
	return p.quantile(m.FirstReply, func(d reports.Delay) *reports.Point { return d.P50 })
}

func (p pen) nineInTen(m reports.Period) reading {
	return p.quantile(m.FirstReply, func(d reports.Delay) *reports.Point { return d.P90 })
}

// firstReply is the time until half, and nine in ten, had a first reply. Nothing
// is said of a change: the edition holds no interval of a difference of times.
func (p pen) firstReply() Chart {
	rs := p.by(p.half)
	c := Chart{ID: "first-reply", Format: "hours", Finding: p.T("charts.first_reply"), Alt: p.alt(p.T("charts.median"), rs)}
	p.tell(&c, rs, telling{what: p.says("charts.first_reply_told"), note: "charts.opened_in"})
	if c.Format = unit(rs); c.Format == "days" {
		inDays(rs)
	}
	c.Option = p.lines(c.Alt, scale{min: 0.0}, line{readings: rs, main: true})
	c.Table = p.table(p.T("charts.first_reply"),
		column{p.T("charts.requests"), func(m reports.Period) reading {
			if m.FirstReply == nil {
				return gap(p.T("charts.too_few"))
			}
			return p.number(m.FirstReply.N)
		}},
		column{p.T("charts.half"), p.half}, column{p.T("charts.nine_in_ten"), p.nineInTen})
	return c
}

// unit is what the axis counts in: days once anything takes more than three.
func unit(rs []reading) string {
	for _, r := range rs {
		if r.drawn() && *r.value > 72 || r.high != nil && *r.high > 72 {
			return "days"
		}
	}
	return "hours"
}

func inDays(rs []reading) {
	for _, r := range rs {
		for _, v := range []*float64{r.value, r.low, r.high} {
			if v != nil {
				*v /= 24
			}
		}
	}
}
