package reports

// restTells says whether the cells of a table that are not told anew can be worked
// out as the whole less the others: together they have too few customers, or only one
// of them has any, or each has one row only, or all their rows are alike. Where a cell
// tells only a bound, or that too much is unknown, its value is as hidden as theirs,
// though its number of rows is not.
func (g *guard) restTells(b int, kind string, anew map[scope]bool) bool {
	one := g.bundles[b]
	rest, hidden := remainder{}, remainder{}
	for _, s := range g.listed(kind) {
		c := g.cells[s]
		secret := !one.tells(g.told[s])
		switch {
		case g.unmoved(b, s): // what was told of it holds
		case !anew[s], one.hides(c) && one.unmeasured != nil && !one.unmeasured(g.cells[whole()]):
			rest.add(one, c, secret || anew[s])
			hidden.add(one, c, secret || anew[s])
		case one.hides(c):
			hidden.add(one, c, true)
		}
	}
	if who := one.sure(&rest.sum); rest.cells > 0 && (len(who) < g.minimum || who.dominated(g.ofWhole(b)) || rest.secret && (rest.cells == 1 || rest.rows == rest.cells)) {
		return true
	}
	return hidden.cells > 0 && hidden.secret && g.alike(b, hidden)
}

// unmoved says that nobody has changed a cell since it was told, so that it is known
// now as it was.
func (g *guard) unmoved(b int, s scope) bool {
	still, known := g.still[b][s]
	if !known {
		i := g.lastIssue(b, s)
		still = i >= 0 && g.means(s, i) && g.changed(b, i, s) == 0
		if g.still[b] == nil {
			g.still[b] = map[scope]bool{}
		}
		g.still[b][s] = still
	}
	return still
}

// alike says whether the rows of a remainder are alike in something in which those of
// the whole are not.
func (g *guard) alike(b int, r remainder) bool {
	all := g.bundles[b].alike(g.cells[whole()])
	for k, same := range g.bundles[b].alike(&r.sum) {
		if same && !all[k] {
			return true
		}
	}
	return false
}

// remainder is what some cells with rows add up to.
type remainder struct {
	cells  int
	rows   int
	secret bool // one of them has never been told
	sum    cell
}

func (r *remainder) add(b bundle, c *cell, secret bool) {
	_, rows := b.behind(c)
	if rows == 0 {
		return
	}
	r.cells++
	r.rows += rows
	r.secret = r.secret || secret
	r.sum.count(c)
}
