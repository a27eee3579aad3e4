package charts

import (
	"cmp"
	"math"
	"time"

	"github.com/entendu/entendu/reports"
)

// reading is one figure of one month, as it is written and as it is drawn.
type reading struct {
	period, state    string
	version          int      // of the definitions it was counted under
	value, low, high *float64 // nil: nothing to draw
	bound            int      // 1: value is a least, -1: a most
	short            string   // "75 %", or why there is no number
	text             string   // short with its interval: "75 % [72–78]"
	tip              string   // text with its n, and with asOf
	counted          string   // tip without asOf, where it has that
	written          bool     // a count that is not drawn
	asOf             string   // the earlier edition that counted it, "" for this one
}

func (r reading) drawn() bool { return r.value != nil }

// by reads one figure of every period.
func (p pen) by(read func(reports.Period) reading) []reading {
	all := make([]reading, 0, len(p.d.Periods))
	for _, m := range p.d.Periods {
		r := read(m)
		r.period, r.state, r.version = m.Period, m.State, p.version(m)
		all = append(all, r)
	}
	return all
}

// version is that of the definitions under which a period was counted.
func (p pen) version(m reports.Period) int { return cmp.Or(m.Definitions, p.d.Definitions) }

// redefined are the periods from which other definitions hold than before.
func (p pen) redefined() (at []int) {
	for i := 1; i < len(p.d.Periods); i++ {
		if p.version(p.d.Periods[i]) != p.version(p.d.Periods[i-1]) {
			at = append(at, i)
		}
	}
	return at
}

// held says which earlier edition a figure stands from, if it does.
func (p pen) held(r reading, edition string) reading {
	if edition != "" {
		r.asOf, r.counted, r.tip = edition, r.tip, p.T("charts.as_of", "Value", r.tip, "Edition", edition)
	}
	return r
}

func gap(why string) reading { return reading{short: why, text: why, tip: why} }

// share reads a share of what is counted ("charts.of_requests").
func (p pen) share(s *reports.Share, of string) reading {
	if s == nil {
		return gap(p.T("charts.too_few"))
	}
	return p.held(p.told(*s, of), s.AsOf)
}

func (p pen) told(s reports.Share, of string) reading {
	switch {
	case s.Measured != nil && !*s.Measured:
		return gap(p.T("charts.not_measured"))
	case s.AtLeast != nil:
		return p.bounded(s.AtLeast, 1, p.T("charts.at_least", "Share", p.Percent(*s.AtLeast, 0)), of, s.N)
	case s.AtMost != nil:
		return p.bounded(s.AtMost, -1, p.T("charts.at_most", "Share", p.Percent(*s.AtMost, 0)), of, s.N)
	case s.Share == nil:
		return gap(p.T("charts.none"))
	}
	short := p.Percent(*s.Share, 0)
	text := p.interval(short, p.points(s.Low), p.points(s.High))
	return reading{value: s.Share, low: s.Low, high: s.High, short: short, text: text, tip: p.of(of, text, s.N)}
}

func (p pen) bounded(value *float64, bound int, text, of string, n int) reading {
	return reading{value: value, bound: bound, short: text, text: text, tip: p.of(of, text, n)}
}

// of is a value with what it is counted of: "75 % [72–78] of 812 requests".
func (p pen) of(of, value string, n int) string { return p.T(of, "Value", value, "Count", n) }

// points writes the end of an interval beside its share: 72 for 0.7213.
func (p pen) points(share *float64) string {
	if share == nil {
		return ""
	}
	return p.Number(int(math.Round(100 * *share)))
}

func (p pen) interval(value, low, high string) string {
	if low == "" || high == "" {
		return value
	}
	return p.T("charts.interval", "Value", value, "Low", low, "High", high)
}

// satisfied is the share of 4 and 5.
func (p pen) satisfied(l *reports.Levels) reading {
	if l == nil {
		return p.share(nil, "")
	}
	s := reports.Share{N: l.N, X: l.X, Share: l.Share, Low: l.Low, High: l.High, AtLeast: l.AtLeast, AtMost: l.AtMost, AsOf: l.AsOf}
	return p.share(&s, "charts.of_answers")
}

// settled is the share of those who say that their request was settled.
func (p pen) settled(o *reports.Outcome) reading {
	if o == nil {
		return p.share(nil, "")
	}
	s := reports.Share{N: o.N, X: o.Yes, Share: o.Share, Low: o.Low, High: o.High, AtLeast: o.AtLeast, AtMost: o.AtMost, AsOf: o.AsOf}
	return p.share(&s, "charts.of_answers")
}

// rate is the response rate.
func (p pen) rate(m reports.Period) reading { return p.share(m.ResponseRate, "charts.of_invited") }

// score reads the recommendation score.
func (p pen) score(r *reports.Recommend) reading {
	if r == nil {
		return gap(p.T("charts.too_few"))
	}
	return p.held(p.scored(*r), r.AsOf)
}

func (p pen) scored(r reports.Recommend) reading {
	switch {
	case r.AtLeast != nil && r.AtMost != nil:
		text := p.T("charts.between", "Low", p.Signed(*r.AtLeast), "High", p.Signed(*r.AtMost))
		return gap(text)
	case r.AtLeast != nil:
		return p.bounded(r.AtLeast, 1, p.T("charts.at_least", "Share", p.Signed(*r.AtLeast)), "charts.over_answers", r.N)
	case r.AtMost != nil:
		return p.bounded(r.AtMost, -1, p.T("charts.at_most", "Share", p.Signed(*r.AtMost)), "charts.over_answers", r.N)
	case r.Score == nil:
		return gap(p.T("charts.none"))
	}
	short := p.Signed(*r.Score)
	text := short
	if r.Low != nil && r.High != nil {
		text = p.T("charts.range", "Value", short, "Low", p.Signed(*r.Low), "High", p.Signed(*r.High))
	}
	return reading{value: r.Score, low: r.Low, high: r.High, short: short, text: text, tip: p.of("charts.over_answers", text, r.N)}
}

// quantile reads the time within which half or nine in ten were served. Where the
// upper end of the interval is not reached, that is said; where the quantile is
// not, there is no number at all.
func (p pen) quantile(d *reports.Delay, of func(reports.Delay) *reports.Point) reading {
	if d == nil {
		return gap(p.T("charts.too_few"))
	}
	return p.held(p.waited(*d, of(*d)), d.AsOf)
}

func (p pen) waited(d reports.Delay, q *reports.Point) reading {
	switch {
	case d.Measured != nil && !*d.Measured:
		return gap(p.T("charts.not_measured"))
	case q == nil:
		return gap(p.T("charts.none"))
	case !q.Reached || q.Seconds == nil:
		return gap(p.T("charts.not_reached"))
	}
	short := p.seconds(q.Seconds)
	text := short
	switch {
	case q.Low != nil && q.High != nil:
		text = p.T("charts.range", "Value", short, "Low", p.seconds(q.Low), "High", p.seconds(q.High))
	case q.Low != nil:
		text = p.T("charts.range_open", "Value", short, "Low", p.seconds(q.Low))
	}
	return reading{value: hours(q.Seconds), low: hours(q.Low), high: hours(q.High), short: short, text: text,
		tip: p.of("charts.over_requests", text, d.N)}
}

func (p pen) seconds(s *int64) string { return p.Duration(time.Duration(*s) * time.Second) }

func hours(s *int64) *float64 {
	if s == nil {
		return nil
	}
	h := float64(*s) / 3600
	return &h
}

// when writes a month with what is to be known of it: "October 2026 (provisional)".
func (p pen) when(period, state string) string {
	month := p.Month(period)
	switch state {
	case reports.SoFar:
		return p.T("charts.so_far", "Month", month)
	case reports.Provisional:
		return p.T("charts.provisional", "Month", month)
	}
	return month
}
