// Package charts makes the figures of an edition ready to be read: each chart as
// ECharts options, the same numbers as a table, and the finding as a sentence.
//
// It computes no figure: what package reports did not publish cannot be drawn. It
// writes no HTML and never lets go-echarts write any (its renderer puts names into
// scripts unescaped); the options are plain data, for html/template or c.JSON to
// escape. Colours in them are names such as "accent", which charts.js replaces by
// what the page's style sheet says in the present light.
package charts

import (
	"time"

	"github.com/entendu/entendu/reports"
)

// Words writes texts, numbers and months in one language.
type Words interface {
	T(key string, args ...any) string
	JoinAnd(items []string) string
	Number(n int) string
	Percent(share float64, digits int) string
	Signed(score float64) string
	Month(period string) string
	ShortMonth(period string) string
	Duration(d time.Duration) string
}

// Chart is one figure by month.
type Chart struct {
	ID      string         // the anchor on the page, and that of the formula at /method
	Finding string         // what the newest full month says: the title
	Note    string         // the number behind the finding, with interval and n
	Alt     string         // the picture in one sentence: period, lowest, highest, last
	Format  string         // how the axis is written: percent, signed, hours, days
	Key     []string       // what the parts of a bar are, from the bottom up
	Option  map[string]any // for ECharts; nil where there is nothing to draw
	Table   Table          // every number of Option, and more
	Notes   []string       // what else must be known to read it
}

// Table is the same numbers to be read.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]Cell // the newest month first
	Notes   []Note   // what the marks beside numbers mean
}

// Note says from which earlier edition the numbers with a mark stand.
type Note struct{ Mark, Edition, Text string }

// Cell is one entry of a table. Label is its column, for screens on which a row is
// a list of pairs.
type Cell struct {
	Text, Label string
	Head        bool   // names the row
	Gap         bool   // says why there is no number
	Mark        string // of the note that belongs to the number, "" for none
}

// All gives every chart of an edition in the order of the page. promised is the
// announced time to a first reply.
func All(d reports.Document, w Words, promised Promise) []Chart {
	p := newPen(w, d)
	all := []Chart{p.resolved(), p.waiting(resolutions(), Promise{}), p.promise(), p.waiting(replies(), promised), p.firstContact()}
	for _, q := range questions() {
		all = append(all, p.satisfaction(q))
	}
	all = append(all, p.outcome(), p.recommend(), p.responses())
	for i := range all {
		all[i].Notes = append(all[i].Notes, p.breaks()...)
	}
	return all
}

// breaks says where the definitions changed.
func (p pen) breaks() (said []string) {
	for _, i := range p.redefined() {
		m := p.d.Periods[i]
		said = append(said, p.T("charts.redefined", "Month", p.Month(m.Period), "Version", p.version(m)))
	}
	return said
}

// pen writes one document in one language.
type pen struct {
	Words
	d    reports.Document
	zone *time.Location // the document's
}

func newPen(w Words, d reports.Document) pen {
	zone, err := time.LoadLocation(d.Timezone)
	if err != nil {
		zone = time.UTC
	}
	return pen{w, d, zone}
}

// full is the newest period about which something can be said: the last that is
// over and has been followed for a week since; else simply the last; -1 if there
// is none.
func (p pen) full() int {
	for i := len(p.d.Periods) - 1; i >= 0; i-- {
		if m := p.d.Periods[i]; m.State != reports.SoFar && p.followed(m.Period, 7*day) {
			return i
		}
	}
	return len(p.d.Periods) - 1
}

// followed says whether every request opened in the period was followed for that
// long when the edition was cut off. A document without a cut-off has seen all.
func (p pen) followed(period string, long time.Duration) bool {
	_, to, err := reports.PeriodDays(period)
	if p.d.Edition == nil || err != nil {
		return true
	}
	return !to.Start(p.zone).Add(long).After(p.d.Edition.CutOff)
}
