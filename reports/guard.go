package reports

import (
	"maps"
	"math"
	"reflect"
	"slices"

	"github.com/entendu/entendu/surveys"
)

// guard decides which figures of a period are told anew, which stand as they were
// told, and which are withheld. Nothing published, now or before, may tell what
// fewer than minimum customers say, be it a cell, the difference of two cells, or the
// difference of one cell between two editions.
//
// What an edition tells of a table is its parts: each cell that it counted, and all
// the others together, which is the whole less those. Whoever knows two editions
// knows of every set of cells that is made of parts of both how it has changed. So a
// cell is told anew only as long as each part of now, and each smallest set known
// both now and before, is made or changed by enough customers or by none; if it is
// not, further cells are left as they are, the smallest first, until it is. Enough are
// never those of whom most are of one house. That all who changed a cell say the same is
// no reason to leave it: whoever sees that enough have answered, and that the cell stands
// nevertheless, would know it from that.
type guard struct {
	minimum int
	cells   [numberOfBundles]map[scope]*cell // the whole, every name and spot that there is, and Other for the folded
	told    map[scope]Period
	now     map[scope]Period // every cell that is listed, as counted now
	since   [numberOfBundles]*changes
	bundles [numberOfBundles]bundle
	shown   [numberOfBundles]map[scope]bool // what is told anew, as far as it is decided
	still   [numberOfBundles]map[scope]bool // what nobody has changed, as far as it was asked
	without rule
}

// rule is one that a guard can be made to forget, for tests to show that whoever
// attacks what it lets through does find something.
type rule int

const (
	siblings    rule = iota + 1 // what is withheld is not the difference of what is told
	reissue                     // what is told again was changed by enough, or by none
	populations                 // what is told of tickets is counted over those that opened tells of
	bounds                      // of rows that changed alike no more customers are kept than are enough
)

// newGuard lists the cells of a period: names behind which enough customers stand in
// anything, those that were listed before, and Other for the rest.
func newGuard(cells map[scope]*cell, since *changes, minimum int) *guard {
	g := &guard{minimum: minimum, told: since.newest().told, now: map[scope]Period{}, bundles: bundles()}
	for b := range g.bundles {
		g.cells[b], g.since[b] = cells, since
	}
	at(cells, whole())
	g.now[whole()] = Period{}
	for s := range g.told {
		at(cells, s)
		g.now[s] = Period{}
	}
	for s, c := range cells {
		if slices.Contains(kinds(), s.kind) && s.name != "" && s.name != Other && g.many(c) {
			g.now[s] = Period{}
		}
	}
	for _, kind := range kinds() {
		g.fold(kind, cells)
	}
	for s := range g.now {
		g.now[s] = cells[s].write()
	}
	return g
}

// hold lets the figures of tickets be those of other tickets than opened counts now.
func (g *guard) hold(cells map[scope]*cell, since *changes) {
	for s := range g.now {
		held, now := at(cells, s).write(), g.now[s]
		for b := ofDay; b <= ofFirstReply; b++ {
			g.bundles[b].take(&now, held)
		}
		g.now[s] = now
	}
	for b := ofDay; b <= ofFirstReply; b++ {
		g.cells[b], g.since[b] = cells, since
	}
	g.still = [numberOfBundles]map[scope]bool{}
}

// many says whether enough customers stand behind anything in a cell.
func (g *guard) many(c *cell) bool {
	return slices.ContainsFunc(g.bundles[:], func(b bundle) bool {
		who, _ := b.behind(c)
		return len(who) >= g.minimum
	})
}

// fold adds up the cells of a table that are not listed, in an order that is always
// the same.
func (g *guard) fold(kind string, cells map[scope]*cell) {
	other := scope{kind, Other}
	var folded []string
	for s := range cells {
		if s.kind == kind && s != other && g.cellOf(kind, s.name) == Other {
			folded = append(folded, s.name)
		}
	}
	if len(folded) == 0 {
		return
	}
	slices.Sort(folded)
	cells[other] = &cell{}
	for _, name := range folded {
		cells[other].merge(cells[scope{kind, name}])
	}
	g.now[other] = Period{}
}

// cellOf is the cell in which a name is told now.
func (g *guard) cellOf(kind, name string) string { return issue{told: g.now}.cellOf(kind, name) }

// listed are the cells of a table.
func (g *guard) listed(kind string) (all []scope) {
	for s := range g.now {
		if s.kind == kind {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, compareScopes)
	return all
}

// secret says whether a cell may not be told by itself.
func (g *guard) secret(b int, c *cell) bool {
	who, rows := g.bundles[b].behind(c)
	return rows > 0 && (len(who) < g.minimum || who.dominated(g.ofWhole(b)))
}

// ofWhole are the people behind a bundle of the whole.
func (g *guard) ofWhole(b int) people {
	who, _ := g.bundles[b].behind(g.cells[b][whole()])
	return who
}

// anew gives the cells in which a bundle is told anew.
func (g *guard) anew(b int) map[scope]bool {
	if !g.wholeAnew(b) {
		return nil
	}
	back := map[scope]bool{} // taken back, because two tables together would tell
	for {
		all := map[scope]bool{whole(): true}
		for _, kind := range kinds() {
			maps.Copy(all, g.tableAnew(b, kind, back))
		}
		s, tells := g.tablesTell(b, all)
		if !tells {
			g.shown[b] = all
			return all
		}
		back[s] = true
	}
}

func (g *guard) wholeAnew(b int) bool {
	if g.secret(b, g.cells[b][whole()]) || g.stands(b, whole()) {
		return false
	}
	for i, one := range g.since[b].earlier {
		if !g.bundles[b].fresh(one.told[whole()]) || g.without == reissue {
			continue
		}
		for _, mark := range append([]int{b}, g.bundles[b].also...) {
			if g.theirs(b, g.changed(b, mark, i, whole())) {
				return false
			}
		}
	}
	return true
}

func (g *guard) few(customers int) bool { return 0 < customers && customers < g.minimum }

// theirs says whether a difference is that of few, or of one house, which makes more than
// half of it; but not where that makes more than half of the whole anyway.
func (g *guard) theirs(b int, by makers) bool {
	if g.few(len(by.customers)) {
		return true
	}
	house := by.house()
	return house != "" && house != g.ofWhole(b).most(surveys.HouseOf)
}

// stands says whether a cell is left as it was told last: too few customers have
// changed it since, or none have and it moved with time alone.
func (g *guard) stands(b int, s scope) bool {
	if !g.bundles[b].tells(g.told[s]) || g.without == reissue {
		return false
	}
	i := g.lastIssue(b, s)
	if i < 0 {
		return true
	}
	if !g.means(b, s, i) {
		return true // how many left it with the name that was taken out, nobody counted
	}
	for _, mark := range g.bundles[b].also {
		if g.theirs(b, g.changed(b, mark, i, s)) {
			return true
		}
	}
	by := g.changed(b, b, i, s)
	return g.theirs(b, by) || len(by.customers) == 0 && !g.same(b, s)
}

// means says whether a cell means now what it meant at issue i: Other does not once a
// name is told apart that was folded into it.
func (g *guard) means(b int, s scope, i int) bool {
	if s.name != Other {
		return true
	}
	now := issue{told: g.now}.names(s.kind)
	then := g.since[b].earlier[i].names(s.kind)
	slices.Sort(now)
	slices.Sort(then)
	return slices.Equal(now, then)
}

// changed gives who makes a cell differ in a mark from issue i.
func (g *guard) changed(b, mark, i int, s scope) makers {
	in := func(cellOf func(kind, name string) string) func(spot) bool {
		return func(at spot) bool { return at.within(s, cellOf) }
	}
	return g.since[b].different(mark, i, in(g.since[b].earlier[i].cellOf), in(g.cellOf))
}

// lastIssue is the index of the issue that counted what was told last of a cell; -1
// where nothing was.
func (g *guard) lastIssue(b int, s scope) int { return lastTold(g.since[b].earlier, g.bundles[b], s) }

// same says whether a cell says now what was told last.
func (g *guard) same(b int, s scope) bool {
	var old, is Period
	g.bundles[b].take(&old, g.told[s])
	g.bundles[b].take(&is, g.now[s])
	for _, stamp := range g.bundles[b].stamps(&old) {
		*stamp = ""
	}
	return reflect.DeepEqual(old, is)
}

// tableAnew begins with every cell that may be told by itself, and takes back those
// that would tell what may not be.
func (g *guard) tableAnew(b int, kind string, back map[scope]bool) map[scope]bool {
	anew := map[scope]bool{}
	for _, s := range g.listed(kind) {
		if !back[s] && !g.secret(b, g.cells[b][s]) && !g.stands(b, s) && g.counted(b, s) {
			anew[s] = true
		}
	}
	for len(anew) > 0 {
		from, leaks := g.leak(b, kind, anew)
		if !leaks {
			break
		}
		delete(anew, g.smallest(b, kind, anew, from))
	}
	return anew
}

// counted says whether the number of rows of a cell is told where another bundle tells
// it: a cell withheld there would be worked out from this one.
func (g *guard) counted(b int, s scope) bool {
	within := g.bundles[b].within
	return within == b || g.shown[within][s] || g.bundles[within].tells(g.told[s])
}

// smallest is the cell told anew that has the fewest customers, but some: of those
// given, or of all if none is. One without rows hides nothing.
func (g *guard) smallest(b int, kind string, anew, of map[scope]bool) scope {
	least, fewest := scope{}, -1
	for _, s := range g.listed(kind) {
		who, _ := g.bundles[b].behind(g.cells[b][s])
		n := len(who)
		if n == 0 {
			n = math.MaxInt
		}
		if anew[s] && (len(of) == 0 || of[s]) && (fewest < 0 || n < fewest) {
			least, fewest = s, n
		}
	}
	return least
}

// leak says whether a table would tell what it must not if only these cells were told
// anew, and from which of them one should be taken back.
func (g *guard) leak(b int, kind string, anew map[scope]bool) (from map[scope]bool, leaks bool) {
	if g.without != siblings && g.restTells(b, kind, anew) {
		return nil, true
	}
	if g.without == reissue {
		return nil, false
	}
	for i, one := range g.since[b].earlier {
		if !g.bundles[b].fresh(one.told[whole()]) {
			continue
		}
		for _, other := range kinds() {
			if from, leaks := g.compare(b, kind, anew, i, other); leaks {
				return from, true
			}
		}
	}
	return nil, false
}
