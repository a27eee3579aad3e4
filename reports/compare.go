package reports

import "slices"

// compare looks for a set of places of which somebody who knows issue i and this
// edition would know how a few customers changed it. It says of which cells one
// should be taken back: where all the cells that are not told anew belong to the set,
// only a cell outside makes it larger.
func (g *guard) compare(b int, kind string, anew map[scope]bool, i int, then string) (from map[scope]bool, leaks bool) {
	now := func(p place) string {
		if cell := g.cellOf(kind, p.in(kind)); anew[scope{kind, cell}] {
			return cell
		}
		return ""
	}
	before := func(p place) string { return g.since.earlier[i].block(g.bundles[b], then, p.in(then)) }
	known := smallestKnown(g.since.places, now, before)
	leaking, leaks := g.changedByFew(b, i, known)
	for _, mark := range g.bundles[b].also {
		if !leaks {
			leaking, leaks = g.changedByFew(mark, i, known)
		}
	}
	if !leaks {
		return nil, false
	}
	within, without, rest := map[scope]bool{}, map[scope]bool{}, false
	for k, p := range g.since.places {
		switch cell := now(p); {
		case known[k] == leaking && cell == "":
			rest = true
		case known[k] == leaking:
			within[scope{kind, cell}] = true
		case cell != "":
			without[scope{kind, cell}] = true
		}
	}
	if rest && len(without) > 0 {
		return without, true
	}
	return within, true
}

// changedByFew gives a set whose rows were changed in a mark by some customers, but
// too few.
func (g *guard) changedByFew(mark, i int, known []int) (set int, found bool) {
	made := map[int][]int{}
	for ch, by := range g.since.since[i] {
		for _, set := range slices.Compact([]int{known[ch.was], known[ch.is]}) {
			had, has := ch.in(mark, known[ch.was] == set, known[ch.is] == set)
			if had {
				made[set] = add(made[set], g.minimum, by.whom...)
			}
			if has {
				made[set] = add(made[set], g.minimum, by.who...)
			}
		}
	}
	set, found = -1, false
	for one, customers := range made {
		if g.few(len(customers)) && (!found || one < set) {
			set, found = one, true
		}
	}
	return set, found
}

// smallestKnown joins two ways of cutting up the places: it numbers the smallest sets
// that are made of whole parts of the one and also of whole parts of the other.
func smallestKnown(places []place, one, other func(place) string) []int {
	set := make([]int, len(places))
	for k := range set {
		set[k] = k
	}
	root := func(k int) int {
		for set[k] != k {
			k = set[k]
		}
		return k
	}
	for _, part := range []func(place) string{one, other} {
		first := map[string]int{}
		for k, p := range places {
			name := part(p)
			if _, met := first[name]; !met {
				first[name] = k
			}
			a, b := root(first[name]), root(k)
			set[max(a, b)] = min(a, b)
		}
	}
	for k := range set {
		set[k] = root(k)
	}
	return set
}
