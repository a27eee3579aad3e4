package reports

import (
	"cmp"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// chapter is what an edition says of one period: every cell that is listed, and what
// is withheld of each.
type chapter struct {
	period   string
	cells    map[scope]Period
	withheld map[scope][]Withheld
	pending  []Pending
}

func newChapter(period string) chapter {
	return chapter{period: period, cells: map[scope]Period{}, withheld: map[scope][]Withheld{}}
}

// chapter writes a period: what is told anew, what stands as it was told, and what is
// withheld.
func (g *guard) chapter(name, state string) chapter {
	out := newChapter(name)
	for s := range g.now {
		out.cells[s] = Period{Period: name, State: state}
	}
	for b := range g.bundles {
		anew := g.anew(b)
		for s := range g.now {
			p := out.cells[s]
			if !g.tell(b, s, anew[s], &p) {
				for _, key := range g.bundles[b].keys {
					out.withheld[s] = append(out.withheld[s], Withheld{Cell: pathOf(s, name) + "/" + key, Why: Small})
				}
			}
			out.cells[s] = p
		}
		if n := g.since[b].waiting(b); n > 0 && !anew[whole()] {
			out.pending = append(out.pending, Pending{pathOf(whole(), name) + "/" + g.bundles[b].keys[0], n})
		}
	}
	return out
}

// tell puts a bundle into a period, and says whether there is anything to tell.
func (g *guard) tell(b int, s scope, anew bool, p *Period) bool {
	one := g.bundles[b]
	switch {
	case anew:
		one.take(p, g.now[s])
	case one.tells(g.told[s]):
		by := g.since[b].newest().countedBy(one, s)
		one.take(p, g.told[s])
		for _, stamp := range one.stamps(p) {
			*stamp = by
		}
	default:
		return false
	}
	return true
}

// frozen takes the final periods out of an edition, as they are told there.
func frozen(d Document) map[string]chapter {
	final := map[string]chapter{}
	for _, p := range d.Periods {
		if p.State == Final {
			final[p.Period] = newChapter(p.Period)
		}
	}
	d.walk(func(s scope, p Period) {
		if c, ok := final[p.Period]; ok {
			if p.Definitions == 0 && d.Definitions != Definitions {
				p.Definitions = d.Definitions
			}
			c.cells[s] = p
		}
	})
	for _, w := range d.Withheld {
		s, period := w.where()
		if c, ok := final[period]; ok {
			c.withheld[s] = append(c.withheld[s], w)
		}
	}
	return final
}

// corrected lists the figures that a chapter tells otherwise than the one before.
func (c chapter) corrected(before chapter) (paths []string) {
	for s, p := range c.cells {
		for _, b := range bundles() {
			var old, is Period
			b.take(&old, before.cells[s])
			b.take(&is, p)
			for _, stamp := range append(b.stamps(&old), b.stamps(&is)...) {
				*stamp = ""
			}
			if !reflect.DeepEqual(old, is) {
				for _, key := range b.keys {
					paths = append(paths, pathOf(s, c.period)+"/"+key)
				}
			}
		}
	}
	slices.Sort(paths)
	return paths
}

// compareScopes orders them: the whole, categories, teams; by name, Other last.
func compareScopes(a, b scope) int {
	rank := []string{overall, categories, teams}
	last := func(s scope) int {
		if s.name == Other {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(slices.Index(rank, a.kind), slices.Index(rank, b.kind)), cmp.Compare(last(a), last(b)), cmp.Compare(a.name, b.name))
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
