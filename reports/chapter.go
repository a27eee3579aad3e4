package reports

import (
	"net/url"
	"strings"
)

// chapter is what an edition says of one period: every cell that had rows, and
// what is withheld of each.
type chapter struct {
	period   string
	cells    map[scope]Period
	withheld map[scope][]Withheld
}

func newChapter(period string) chapter {
	return chapter{period: period, cells: map[scope]Period{}, withheld: map[scope][]Withheld{}}
}

// cell is what the chapter says of a scope; one that had no rows is told as empty.
func (c chapter) cell(s scope) Period {
	if p, ok := c.cells[s]; ok {
		return p
	}
	empty := sheet{cell: &cell{}}
	return empty.write(c.period, c.cells[whole()].State)
}

// frozen takes the final periods out of an edition, as they are told there.
func frozen(d Document) map[string]chapter {
	final := map[string]chapter{}
	for _, p := range d.Periods {
		if p.State == Final {
			final[p.Period] = newChapter(p.Period)
			final[p.Period].cells[whole()] = p
		}
	}
	keep := func(s scope, told []Period) {
		for _, p := range told {
			if c, ok := final[p.Period]; ok && !p.empty() {
				c.cells[s] = p
			}
		}
	}
	for _, c := range d.Categories {
		keep(scope{categories, c.Category}, c.Periods)
	}
	for _, t := range d.Teams {
		keep(scope{teams, t.Team}, t.Periods)
	}
	for _, w := range d.Withheld {
		s, period := w.where()
		if c, ok := final[period]; ok {
			c.withheld[s] = append(c.withheld[s], w)
		}
	}
	return final
}

// empty says that nothing happened: no opening, no closing, no answer.
func (p Period) empty() bool {
	return p.Opened != nil && p.Opened.N == 0 && p.Chain != nil && p.Chain.Closed == 0 &&
		p.Delay != nil && p.Delay.N == 0 && p.Listening != nil && p.Listening.N == 0 &&
		p.Outcome != nil && p.Outcome.N == 0 && p.Recommend != nil && p.Recommend.N == 0
}

// pathOf is where the figures of a scope and period stand in a Document. Names are
// escaped as in a URL, so that a "/" in one does not look like a step.
func pathOf(s scope, period string) string {
	if s.kind == overall {
		return s.kind + "/" + period
	}
	return s.kind + "/" + url.PathEscape(s.name) + "/" + period
}

// where reads the scope and period back from the path of a withheld figure.
func (w Withheld) where() (s scope, period string) {
	kind, rest, _ := strings.Cut(w.Cell, "/")
	name := ""
	if kind != overall {
		name, rest, _ = strings.Cut(rest, "/")
		name, _ = url.PathUnescape(name)
	}
	period, _, _ = strings.Cut(rest, "/")
	return scope{kind, name}, period
}
