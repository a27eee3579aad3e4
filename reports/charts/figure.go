package charts

import (
	"strings"

	"github.com/entendu/entendu/reports"
)

// figure is one of those that have an address of their own.
type figure struct {
	name        string // in addresses: "resolved-7d"
	id          string // of its chart, and of its formula at /method
	title, said string // keys: its title, and what it says in a sentence
	asked       bool   // made of answers
	read        func(reports.Period) reading
}

// figures are all that can be shown alone, in the order of the page.
func (p pen) figures() []figure {
	within := horizons()
	first, whole := replies(), resolutions()
	return []figure{
		{"resolved-1d", "resolved", within[0].title, "", false, p.within(within[0])},
		{"resolved-7d", "resolved", "charts.resolved_week", "charts.resolved_told", false, p.within(within[1])},
		{"resolved-30d", "resolved", within[2].title, "", false, p.within(within[2])},
		{whole.id, whole.id, whole.half, "", false, p.half(whole)},
		{"promise", "promise", "charts.on_time", "charts.promise_told", false, p.kept},
		{first.id, first.id, first.half, "", false, p.half(first)},
		{"first-contact", "first-contact", "charts.first_contact", "", false, p.atOnce},
		{"delay", "delay", "charts.delay", "", true, func(m reports.Period) reading { return p.satisfied(m.Delay) }},
		{"listening", "listening", "charts.listening", "", true, func(m reports.Period) reading { return p.satisfied(m.Listening) }},
		{"outcome", "outcome", "charts.outcome_yes", "", true, func(m reports.Period) reading { return p.settled(m.Outcome) }},
		{"recommend", "recommend", "charts.score", "", true, func(m reports.Period) reading { return p.score(m.Recommend) }},
		{"response-rate", "response-rate", "charts.response_rate", "", false, p.rate},
	}
}

// Names are the figures that can be shown alone, as addresses name them.
func Names() []string {
	var names []string
	for _, f := range (pen{}).figures() {
		names = append(names, f.name)
	}
	return names
}

// Name is that of a figure in addresses, and in words.
type Name struct{ Name, Title string }

// Alone names the figures that can be shown alone, in the order of the page.
func Alone(w Words) (all []Name) {
	for _, f := range (pen{Words: w}).figures() {
		all = append(all, Name{f.name, w.T(f.title)})
	}
	return all
}

// Headline is a figure of the newest full period by itself: the value large, and
// with it what it is worth.
type Headline struct {
	ID    string // of the chart it belongs to
	Title string
	Value string // "75 %", or why there is none
	Worth string // "[72–78] of 812 requests"; "" where there is no value
	Rate  string // the response rate, of figures made of answers
}

// One is the figure of a name, and its period in words; "" before the first, and
// false for a name that no figure has.
func One(d reports.Document, w Words, name string) (period string, h Headline, ok bool) {
	p := newPen(w, d)
	for _, f := range p.figures() {
		if f.name != name {
			continue
		}
		i := p.full()
		if i < 0 {
			return "", Headline{ID: f.id, Title: p.T(f.title)}, true
		}
		return p.when(d.Periods[i].Period, d.Periods[i].State), p.alone(f, d.Periods[i]), true
	}
	return "", Headline{}, false
}

// alone tells one figure of one period.
func (p pen) alone(f figure, m reports.Period) Headline {
	r, h := f.read(m), Headline{ID: f.id, Title: p.T(f.title)}
	h.Value = r.short
	if r.drawn() {
		h.Worth = strings.TrimSpace(strings.TrimPrefix(r.tip, r.short))
	}
	if f.asked {
		h.Rate = p.T("charts.rate", "Rate", p.rate(m).text)
	}
	return h
}
