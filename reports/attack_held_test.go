package reports_test

import (
	"fmt"
	"slices"

	"github.com/entendu/entendu/reports"
)

// heldCell is how many of the tickets of a cell are resolved, as one edition tells anew:
// of those that it tells were opened, which an older one may have counted.
type heldCell struct {
	name string // "" for the whole
	of   []bool // by atom
}

// held lists what an edition tells anew of who is resolved.
func (o organisation) held(editions []reports.Document, e int) (all []heldCell) {
	add := func(name string, p reports.Period) {
		if p.Period != "2026-03" || !tellsAnew(p, "resolved") {
			return
		}
		by := slices.IndexFunc(editions, func(d reports.Document) bool { return p.Opened != nil && d.Edition.ID == p.Opened.AsOf })
		if by < 0 {
			by = e
		}
		cell := heldCell{name: name}
		for _, a := range o.rows {
			cell.of = append(cell.of, a.day <= by && (name == "" || told(editions[by], a.name, p.Period) == name))
		}
		all = append(all, cell)
	}
	for _, p := range editions[e].Periods {
		add("", p)
	}
	for _, c := range editions[e].Categories {
		for _, p := range c.Periods {
			add(c.Category, p)
		}
	}
	return all
}

// sign is how often a cell is added: 1, 0 or -1, of the combination of a number.
func sign(combination, cell int) int {
	for range cell {
		combination /= 3
	}
	return combination%3 - 1
}

// combine adds and takes away what each edition tells of who is resolved, and looks at
// who is left, and at who differs from the same combination of an earlier one.
func (o organisation) combine(editions []reports.Document) (leaks []string) {
	var known []map[string][]int // by edition, the times that each atom counts, by combination
	for e := range editions {
		cells := o.held(editions, e)
		known = append(known, map[string][]int{})
		combinations := 1
		for range cells {
			combinations *= 3
		}
		for k := range combinations {
			name, times := "", make([]int, len(o.rows))
			for c, cell := range cells {
				if s := sign(k, c); s != 0 {
					name += fmt.Sprintf(" %+d*%q", s, cell.name)
					for i, in := range cell.of {
						if in {
							times[i] += s
						}
					}
				}
			}
			known[e][name] = times
			leaks = append(leaks, o.combined(name, e, known)...)
		}
	}
	return leaks
}

// combined says what is known of a combination that must not be.
func (o organisation) combined(name string, e int, known []map[string][]int) (leaks []string) {
	times := known[e][name]
	if n := o.customers(func(i int) bool { return times[i] != 0 }); 0 < n && n < o.minimum {
		leaks = append(leaks, fmt.Sprintf("resolved of%s in edition %d follows: %d customers of %d", name, e, n, o.minimum))
	}
	for then := range e {
		before, told := known[then][name]
		if !told {
			continue
		}
		n := o.customers(func(i int) bool {
			return times[i] != before[i] || times[i] != 0 && (o.rows[i].resolved <= then) != (o.rows[i].resolved <= e)
		})
		if 0 < n && n < o.minimum {
			leaks = append(leaks, fmt.Sprintf("resolved of%s changed from edition %d to %d by %d customers of %d", name, then, e, n, o.minimum))
		}
	}
	return leaks
}

// customers counts those of some atoms.
func (o organisation) customers(of func(i int) bool) int {
	who := map[int]bool{}
	for i, a := range o.rows {
		if of(i) {
			who[a.customer] = true
		}
	}
	return len(who)
}
