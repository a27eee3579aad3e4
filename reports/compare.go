package reports

import "maps"

// compare looks for a set of places of which somebody who knows issue i and this
// edition would know how a few customers changed it. It says of which cells one
// should be taken back: where all the cells that are not told anew belong to the set,
// only a cell outside makes it larger.
func (g *guard) compare(b int, kind string, anew map[scope]bool, i int, then string) (from map[scope]bool, leaks bool) {
	since := g.since[b]
	now := func(name string) string {
		if cell := g.cellOf(kind, name); anew[scope{kind, cell}] {
			return cell
		}
		return ""
	}
	before := func(name string) string { return since.earlier[i].block(g.bundles[b], then, name) }
	known := smallestKnown(since.places, func(p place) string { return now(p.in(kind)) }, func(p place) string { return before(p.in(then)) })
	was, is := map[string]int{}, map[string]int{}
	for k, p := range since.places {
		was[before(p.in(then))], is[now(p.in(kind))] = known[k], known[k]
	}
	_, left := was[""]
	if _, leaves := is[""]; !left && !leaves {
		was[""], is[""] = ofNoPlace, ofNoPlace
	}
	had, has := since.inSets(then, before, was), since.inSets(kind, now, is)
	for _, mark := range append([]int{b}, g.bundles[b].also...) {
		if set, leaks := g.changedByFew(b, mark, since.since[i], had, has); leaks {
			return takenFrom(set, kind, is), true
		}
	}
	return nil, false
}

// ofNoPlace numbers the set of what all cells together leave of the whole: who came to
// cells that stand, less who left them.
const ofNoPlace = -1

// inSets says of each spot how often a row there counts in each set, given the set that
// each part of a table is in.
func (c *changes) inSets(kind string, told func(name string) string, setOf map[string]int) (all []map[int]int) {
	for _, at := range c.spots {
		in := map[int]int{}
		for part, times := range at.parts(kind, told) {
			if set, met := setOf[part]; met {
				in[set] += times
			}
		}
		all = append(all, in)
	}
	return all
}

// changedByFew gives a set whose rows were changed in a mark by some customers, but
// too few, or most of them by one house.
func (g *guard) changedByFew(b, mark int, since map[change]*sides, then, now []map[int]int) (set int, found bool) {
	made := map[int]*makers{}
	for ch, by := range since {
		was, is := then[ch.was], now[ch.is]
		sets := maps.Clone(was)
		maps.Copy(sets, is)
		for set := range sets {
			had, has := ch.in(mark, was[set], is[set])
			if made[set] == nil {
				made[set] = &makers{}
			}
			if had {
				made[set].add(by.was, g.minimum)
			}
			if has {
				made[set].add(by.is, g.minimum)
			}
		}
	}
	for one, by := range made {
		if g.theirs(b, *by) && (!found || one < set) {
			set, found = one, true
		}
	}
	return set, found
}

// takenFrom gives the cells of which one should be taken back for a set that tells: of its
// own, or, where all the cells that are not told anew belong to it, of the others.
func takenFrom(leaking int, kind string, setOf map[string]int) map[scope]bool {
	within, without := map[scope]bool{}, map[scope]bool{}
	for part, set := range setOf {
		switch {
		case part == "":
		case set == leaking:
			within[scope{kind, part}] = true
		default:
			without[scope{kind, part}] = true
		}
	}
	if rest, met := setOf[""]; met && rest == leaking && len(without) > 0 {
		return without
	}
	return within
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
