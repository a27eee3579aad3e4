package reports

// restTells says whether the cells of a table that are not told anew can be worked
// out as the whole less the others: together they have too few customers, or only one
// of them has any, or each has one row only, or all their rows are alike. Where a cell
// tells only a bound, or that too much is unknown, its value is as hidden as theirs,
// though its number of rows is not.
func (g *guard) restTells(b int, kind string, anew map[scope]bool) bool {
	one := g.bundles[b]
	rest, hidden, drift := newRemainder(), newRemainder(), newRemainder()
	for _, s := range g.listed(kind) {
		c := g.cells[b][s]
		secret := !one.tells(g.told[s]) || anew[s]
		switch hides := one.hides(c); {
		case g.unmoved(b, s) && !hides: // what was told of it holds
		case !anew[s] && !g.unmoved(b, s), hides && one.unmeasured != nil && !one.unmeasured(g.cells[b][whole()]):
			rest.add(one, s, c, secret)
			hidden.add(one, s, c, secret || hides)
		case hides:
			hidden.add(one, s, c, true)
		}
	}
	for _, r := range []*remainder{rest, hidden, drift} {
		g.sumUp(b, kind, r)
	}
	if _, rows := one.behind(&drift.sum); rows > 0 { // who is in no cell, or in two, is hidden beside those left out
		rest.cells, hidden.cells = rest.cells+1, hidden.cells+1
		rest.rows, hidden.rows = rest.rows+rows, hidden.rows+rows
	}
	if who := one.sure(&rest.sum); rest.cells > 0 && (len(who) < g.minimum || who.dominated(g.ofWhole(b)) || rest.secret && (rest.cells == 1 || rest.rows == rest.cells)) {
		return true
	}
	return hidden.cells > 0 && hidden.secret && g.alike(b, hidden)
}

// sumUp adds the rows that the whole holds beside the cells that are known; or that two
// of these hold.
func (g *guard) sumUp(b int, kind string, r *remainder) {
	known := func(name string) string {
		if cell := g.cellOf(kind, name); !r.hidden[scope{kind, cell}] {
			return cell
		}
		return ""
	}
	for s, c := range g.cells[b] {
		if s.kind == places && spotAt(s.name).parts(kind, known)[""] != 0 {
			r.sum.count(c)
		}
	}
}

// unmoved says that nobody has changed a cell since it was told, so that it is known
// now as it was.
func (g *guard) unmoved(b int, s scope) bool {
	still, known := g.still[b][s]
	if !known {
		i := g.lastIssue(b, s)
		still = i >= 0 && g.means(b, s, i) && len(g.changed(b, b, i, s).customers) == 0
		if g.still[b] == nil {
			g.still[b] = map[scope]bool{}
		}
		g.still[b][s] = still
	}
	return still
}

// alike says whether the rows of a remainder are alike in something in which those of
// the whole are not.
func (g *guard) alike(b int, r *remainder) bool {
	all := g.bundles[b].alike(g.cells[b][whole()])
	for k, same := range g.bundles[b].alike(&r.sum) {
		if same && !all[k] {
			return true
		}
	}
	return false
}

// remainder is what the whole holds beside the cells of which enough is known.
type remainder struct {
	hidden map[scope]bool // the cells of which it is not
	cells  int            // of those, how many have rows
	rows   int
	secret bool // one of them has never been told
	sum    cell
}

func newRemainder() *remainder { return &remainder{hidden: map[scope]bool{}} }

func (r *remainder) add(b bundle, s scope, c *cell, secret bool) {
	r.hidden[s] = true
	_, rows := b.behind(c)
	if rows == 0 {
		return
	}
	r.cells++
	r.rows += rows
	r.secret = r.secret || secret
}
