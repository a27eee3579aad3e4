package charts

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/entendu/entendu/reports"
)

// group is a category or a team.
type group struct {
	name    string // as it is written; "" is the one of those folded together
	periods []reports.Period
}

// in gives what is told of a period; nil where the group is folded into others.
func (g group) in(period string) *reports.Period {
	for i := range g.periods {
		if g.periods[i].Period == period {
			return &g.periods[i]
		}
	}
	return nil
}

func (p pen) categories() []group {
	var all []group
	for _, c := range p.d.Categories {
		all = append(all, group{c.Category, c.Periods})
	}
	return p.inOrder(all)
}

func (p pen) teams() []group {
	var all []group
	for _, t := range p.d.Teams {
		all = append(all, group{t.Team, t.Periods})
	}
	return p.inOrder(all)
}

// inOrder puts groups in alphabetical order, for there is no best one, and those
// folded together last.
func (p pen) inOrder(all []group) []group {
	slices.SortStableFunc(all, func(a, b group) int {
		if (a.name == reports.Other) != (b.name == reports.Other) {
			if a.name == reports.Other {
				return 1
			}
			return -1
		}
		return compareNames(a.name, b.name)
	})
	for i := range all {
		all[i].name = p.name(all[i].name)
	}
	return all
}

// compareNames is the order of the alphabet.
func compareNames(a, b string) int { return strings.Compare(plain(a), plain(b)) }

// plain is a name without what does not count in the alphabet: size and accents.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}

// comparable are the figures by which groups stand beside each other, in the order of
// the page.
func (p pen) comparable() []column {
	return []column{
		{p.T("charts.within_week"), p.withinWeek()},
		{p.T("charts.kept"), p.kept},
		{p.T("charts.delay"), func(m reports.Period) reading { return p.satisfied(m.Delay) }},
		{p.T("charts.listening"), func(m reports.Period) reading { return p.satisfied(m.Listening) }},
	}
}

// Categories compares the categories in the newest full period.
func Categories(d reports.Document, w Words) Table {
	p := newPen(w, d)
	return p.newest(p.categories(), "charts.categories", "charts.category")
}

// Teams compares the teams in the newest full period.
func Teams(d reports.Document, w Words) Table {
	p := newPen(w, d)
	return p.newest(p.teams(), "charts.teams", "charts.team")
}

// newest lists groups in the newest full period, with the keys of the caption and of
// what a row is.
func (p pen) newest(groups []group, caption, what string) Table {
	i := p.full()
	if i < 0 || len(groups) == 0 {
		return Table{}
	}
	of := p.d.Periods[i]
	t, columns := p.begun(p.T(caption, "Month", p.when(of.Period, of.State)), p.T(what))
	for _, g := range groups {
		if m := g.in(of.Period); m != nil {
			p.addGroup(&t, g.name, *m, columns)
		}
	}
	return t
}

// begun is a table of groups without rows, and its columns but the first.
func (p pen) begun(caption, first string) (Table, []column) {
	t, columns := Table{Caption: caption, Columns: []string{first}}, append(p.comparable(), p.responseRate())
	for _, c := range columns {
		t.Columns = append(t.Columns, c.title)
	}
	return t, columns
}

func (p pen) addGroup(t *Table, name string, m reports.Period, columns []column) {
	row := []Cell{{Text: name, Label: t.Columns[0], Head: true}}
	for _, c := range columns {
		r := c.read(m)
		row = append(row, Cell{Text: cmp.Or(r.counted, r.tip), Label: c.title, Gap: r.gap(), Mark: p.mark(t, r)})
	}
	t.Rows = append(t.Rows, row)
}
