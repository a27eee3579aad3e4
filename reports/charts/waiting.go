package charts

import (
	"time"

	"github.com/entendu/entendu/reports"
)

// wait is the time until something happened, with the keys of its words.
type wait struct {
	id                 string
	title, drawn, told string // of the chart, of its line in a sentence, of the finding
	half, nineInTen    string // columns
	of                 func(reports.Period) *reports.Delay
}

func replies() wait {
	return wait{"first-reply", "charts.first_reply", "charts.median", "charts.first_reply_told", "charts.half", "charts.nine_in_ten",
		func(m reports.Period) *reports.Delay { return m.FirstReply }}
}

func resolutions() wait {
	return wait{"resolution", "charts.resolution", "charts.resolution_median", "charts.resolution_told", "charts.resolution_half", "charts.resolution_nine_in_ten",
		func(m reports.Period) *reports.Delay { return m.Resolution }}
}

func (p pen) half(w wait) func(reports.Period) reading {
	return func(m reports.Period) reading {
		return p.quantile(w.of(m), func(d reports.Delay) *reports.Point { return d.P50 })
	}
}

func (p pen) nineInTen(w wait) func(reports.Period) reading {
	return func(m reports.Period) reading {
		return p.quantile(w.of(m), func(d reports.Delay) *reports.Point { return d.P90 })
	}
}

// waiting is the time until half, and nine in ten, had what they waited for; promised
// is the time announced for it, zero for none. Nothing is said of a change: the
// edition holds no interval of a difference of times.
func (p pen) waiting(w wait, promised Promise) Chart {
	half, nine := p.by(p.half(w)), p.by(p.nineInTen(w))
	c := Chart{ID: w.id, Finding: p.T(w.title), Alt: p.alt(p.T(w.drawn), half)}
	p.tell(&c, half, telling{what: p.says(w.told), note: "charts.opened_in"})
	announced := p.announced(promised)
	c.Format = unit(half, nine, announced)
	if c.Format == "days" {
		inDays(half, nine, announced)
	}
	c.Option = p.lines(c.Alt, scale{min: 0.0}, line{name: p.T("charts.end_half"), readings: half, main: true},
		line{name: p.T("charts.end_nine_in_ten"), readings: nine}, line{name: p.T("charts.end_promise"), readings: announced, announced: true})
	if promised.Within > 0 {
		c.Notes = append(c.Notes, p.T("charts.promise_note", "Span", p.Duration(promised.Within)))
	}
	c.Table = p.table(p.T(w.title),
		column{p.T("charts.requests"), func(m reports.Period) reading {
			if d := w.of(m); d != nil {
				return p.held(p.number(d.N), d.AsOf)
			}
			return gap(p.T("charts.too_few"))
		}},
		column{p.T(w.half), p.half(w)}, column{p.T(w.nineInTen), p.nineInTen(w)})
	return c
}

// Promise is the time to a first reply that is announced today, and the day from
// which promises were made.
type Promise struct {
	Within time.Duration // zero for none
	Since  string        // "2025-01-01"
}

// announced reads the promise of every period in which it held.
func (p pen) announced(promised Promise) []reading {
	return p.by(func(m reports.Period) reading {
		_, to, err := reports.PeriodDays(m.Period)
		if promised.Within == 0 || err == nil && string(to) <= promised.Since {
			return reading{}
		}
		value := promised.Within.Hours()
		return reading{value: &value, short: p.Duration(promised.Within)}
	})
}

// unit is what the axis counts in: days once anything takes more than three.
func unit(lines ...[]reading) string {
	for _, rs := range lines {
		for _, r := range rs {
			if r.drawn() && *r.value > 72 || r.high != nil && *r.high > 72 {
				return "days"
			}
		}
	}
	return "hours"
}

func inDays(lines ...[]reading) {
	for _, rs := range lines {
		for _, r := range rs {
			for _, v := range []*float64{r.value, r.low, r.high} {
				if v != nil {
					*v /= 24
				}
			}
		}
	}
}
