package reports

import "slices"

// tablesTell says whether the two tables together would tell what neither does, to
// whoever knows which team handles what: where all of a part of the one table lies
// within a part of the other, the difference is known too. Parts are the cells told,
// and what they leave of the whole. It gives the cell that should be taken back.
func (g *guard) tablesTell(b int, anew map[scope]bool) (back scope, tells bool) {
	if g.without == siblings {
		return scope{}, false
	}
	crossings := g.crossings(b, anew)
	for _, c := range g.parts(b, categories, anew) {
		for _, t := range g.parts(b, teams, anew) {
			if g.few(apart(crossings, c, t)) {
				return g.takenBack(b, anew, c, t)
			}
		}
	}
	return scope{}, false
}

// crossing is who stands behind the rows of one spot, and in which parts of the two
// tables those count.
type crossing struct {
	who        people
	categories map[string]int
	teams      map[string]int
}

func (g *guard) crossings(b int, anew map[scope]bool) (all []crossing) {
	part := func(kind string) func(string) string {
		return func(name string) string { return g.partOf(b, scope{kind, g.cellOf(kind, name)}, anew).name }
	}
	for s, c := range g.cells[b] {
		if s.kind != places {
			continue
		}
		if who, rows := g.bundles[b].behind(c); rows > 0 {
			at := spotAt(s.name)
			all = append(all, crossing{who, at.parts(categories, part(categories)), at.parts(teams, part(teams))})
		}
	}
	return all
}

// parts are the cells of a table that the edition tells as they are now, and one
// without a name for the others.
func (g *guard) parts(b int, kind string, anew map[scope]bool) []scope {
	all := []scope{{kind: kind}}
	for _, s := range g.listed(kind) {
		if g.partOf(b, s, anew) == s {
			all = append(all, s)
		}
	}
	return all
}

// partOf is the part that a cell is in.
func (g *guard) partOf(b int, s scope, anew map[scope]bool) scope {
	if anew[s] || g.unmoved(b, s) {
		return s
	}
	return scope{kind: s.kind}
}

// apart counts who stands behind a part of the categories outside one of the teams that
// is all within it, or the other way round; 0 where neither is within the other.
func apart(all []crossing, category, team scope) int {
	var onlyC, onlyT []people
	for _, one := range all {
		inC, inT := one.categories[category.name], one.teams[team.name]
		switch {
		case inC == inT:
		case inC > inT:
			onlyC = append(onlyC, one.who)
		default:
			onlyT = append(onlyT, one.who)
		}
	}
	if len(onlyC) > 0 && len(onlyT) > 0 {
		return 0
	}
	outside := people{}
	for _, who := range append(onlyC, onlyT...) {
		for customer, rows := range who {
			outside[customer] += rows
		}
	}
	return len(outside)
}

// takenBack is the smaller of two parts that is told anew; where neither is, the
// smallest cell that is.
func (g *guard) takenBack(b int, anew map[scope]bool, parts ...scope) (back scope, found bool) {
	all := map[scope]bool{}
	for _, s := range parts {
		if anew[s] {
			all[s] = true
		}
	}
	for _, kind := range slices.Backward(kinds()) {
		if s := g.smallest(b, kind, anew, all); s != (scope{}) && (!found || g.size(b, s) < g.size(b, back)) {
			back, found = s, true
		}
	}
	return back, found
}

func (g *guard) size(b int, s scope) int {
	who, _ := g.bundles[b].behind(g.cells[b][s])
	return len(who)
}
