package charts

import (
	"net/url"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
)

// Revision is a published correction in words.
type Revision struct {
	Edition     string
	PublishedAt time.Time
	Name        string   // of the period, as in addresses
	Period      string   // in words
	Figures     []string // "Satisfied with the time taken (delivery)"
}

// Revisions are all that were ever published, the newest first.
func Revisions(d reports.Document, w Words) (all []Revision) {
	p := newPen(w, d)
	for _, r := range d.Revisions {
		told := Revision{Edition: r.Edition, PublishedAt: r.PublishedAt, Name: r.Period, Period: p.Month(r.Period)}
		for _, path := range r.Figures {
			told.Figures = append(told.Figures, p.figureAt(path))
		}
		all = append(all, told)
	}
	return all
}

// figureAt says which figure stands at a path such as "periods/2026-10/delay" or
// "categories/delivery/2026-10/resolved_within/7d". An unknown one stays as it is.
func (p pen) figureAt(path string) string {
	steps := strings.Split(path, "/")
	name := ""
	if len(steps) > 3 && steps[0] != "periods" {
		name, _ = url.PathUnescape(steps[1])
		steps = steps[1:]
	}
	if len(steps) < 3 {
		return path
	}
	key, ok := titles()[strings.Join(steps[2:], "/")]
	switch {
	case !ok:
		return path
	case name == "":
		return p.T(key)
	}
	return p.T("charts.figure_of", "Figure", p.T(key), "Name", p.name(name))
}

// titles are the keys of every figure's words by the end of its path.
func titles() map[string]string {
	return map[string]string{
		"opened": "charts.opened", "resolved_within": "charts.resolved", "resolved_within/1d": "charts.within_day",
		"resolved_within/7d": "charts.within_week", "resolved_within/30d": "charts.within_thirty_days",
		"promise_kept": "charts.promise", "first_contact": "charts.first_contact", "first_reply": "charts.first_reply",
		"resolution": "charts.resolution", "chain": "charts.chain_alone", "response_rate": "charts.response_rate",
		"delay": "charts.delay", "listening": "charts.listening", "outcome": "charts.outcome", "recommend": "charts.recommend",
	}
}

// name writes the name of a category or team; what is folded together has none of
// its own.
func (p pen) name(name string) string {
	if name == reports.Other {
		return p.T("charts.other")
	}
	return name
}
