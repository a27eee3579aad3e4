package charts

import (
	"github.com/entendu/entendu/reports"
)

// headlines are the figures at the top of the page.
func (p pen) headlines() (four []figure) {
	for _, f := range p.figures() {
		switch f.name {
		case "resolved-7d", "promise", "delay", "recommend":
			four = append(four, f)
		}
	}
	return four
}

// Headlines are the four figures of the newest full period, and that period in
// words; "" before the first.
func Headlines(d reports.Document, w Words) (period string, all []Headline) {
	p := newPen(w, d)
	i := p.full()
	if i < 0 {
		return "", nil
	}
	m := d.Periods[i]
	for _, f := range p.headlines() {
		all = append(all, p.alone(f, m))
	}
	return p.when(m.Period, m.State), all
}

// Sentence tells the edition in one sentence; "" before the first period.
func Sentence(d reports.Document, w Words) string {
	p := newPen(w, d)
	i := p.full()
	if i < 0 {
		return ""
	}
	var said []string
	for _, h := range p.headlines() {
		if r := h.read(d.Periods[i]); r.drawn() && h.said != "" {
			said = append(said, p.T(h.said, "Value", r.short))
		}
	}
	month := p.Month(d.Periods[i].Period)
	if len(said) == 0 {
		return p.T("charts.sentence_none", "Month", month)
	}
	return p.T("charts.sentence", "Month", month, "Said", p.JoinAnd(said))
}
