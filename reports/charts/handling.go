package charts

import (
	"time"

	"github.com/entendu/entendu/reports"
)

const day = 24 * time.Hour

// shares: every share is drawn from none to all.
func shares() scale { return scale{min: 0.0, max: 1.0, step: 0.25} }

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
		all = append(all, line{name: p.T(h.end), readings: p.by(p.within(h)), main: h.after == 7*day})
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
		return p.held(p.number(m.Opened.N), m.Opened.AsOf)
	}}
}

func (p pen) kept(m reports.Period) reading { return p.share(m.PromiseKept, "charts.of_promises") }

func (p pen) promise() Chart {
	return p.oneShare(Chart{ID: "promise", Finding: p.T("charts.promise")}, "charts.promise_told", "charts.due", "charts.kept",
		func(m reports.Period) *reports.Share { return m.PromiseKept }, p.kept)
}

// atOnce is the share of settled requests that took one contact.
func (p pen) atOnce(m reports.Period) reading { return p.share(m.FirstContact, "charts.of_settled") }

func (p pen) firstContact() Chart {
	return p.oneShare(Chart{ID: "first-contact", Finding: p.T("charts.first_contact")}, "charts.first_contact_told", "charts.settled", "charts.first_contact",
		func(m reports.Period) *reports.Share { return m.FirstContact }, p.atOnce)
}

// oneShare draws one share by month of opening. told, base and title are the keys
// of its finding and of the two columns of its table.
func (p pen) oneShare(c Chart, told, base, title string, of func(reports.Period) *reports.Share, read func(reports.Period) reading) Chart {
	name, rs := c.Finding, p.by(read)
	c.Format, c.Alt = "percent", p.alt(name, rs)
	p.tell(&c, rs, telling{p.says(told), "charts.opened_in", func(before, after reports.Period) int {
		return reports.Change(of(before), of(after))
	}})
	c.Option = p.lines(c.Alt, shares(), line{readings: rs, main: true})
	c.Table = p.table(name,
		column{p.T(base), func(m reports.Period) reading { return p.base(of(m)) }},
		column{p.T(title), read})
	return c
}

// base is the n of a share.
func (p pen) base(s *reports.Share) reading {
	if s == nil {
		return gap(p.T("charts.too_few"))
	}
	return p.held(p.number(s.N), s.AsOf)
}
