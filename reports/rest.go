package reports

// restTells says whether the cells of a table that are not told anew can be worked
// out as the whole less the others: together they have too few customers, or only one
// of them has any, or each has one row only, or all their rows are alike. Where a cell tells only a bound, its
// value is as hidden as theirs, though its number of rows is not.
func (g *guard) restTells(b int, kind string, anew map[scope]bool) bool {
	rest, hidden := remainder{}, remainder{}
	for _, s := range g.listed(kind) {
		c := g.cells[s]
		switch secret := !g.bundles[b].tells(g.told[s]); {
		case !anew[s]:
			rest.add(g.bundles[b], c, secret)
			hidden.add(g.bundles[b], c, secret)
		case g.bundles[b].bounded(c):
			hidden.add(g.bundles[b], c, true)
		}
	}
	if rest.cells > 0 && (len(rest.who) < g.minimum || rest.who.dominated(g.ofWhole(b)) || rest.secret && (rest.cells == 1 || rest.rows == rest.cells)) {
		return true
	}
	return hidden.cells > 0 && hidden.secret && g.alike(b, hidden)
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
	who    people
	sum    cell
}

func (r *remainder) add(b bundle, c *cell, secret bool) {
	who, rows := b.behind(c)
	if rows == 0 {
		return
	}
	if r.who == nil {
		r.who = people{}
	}
	for customer, n := range who {
		r.who[customer] += n
	}
	r.cells++
	r.rows += rows
	r.secret = r.secret || secret
	r.sum.count(c)
}
