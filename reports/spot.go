package reports

import "strings"

// spot is where a row counts: in the whole or not, and in which cells of the two tables.
// Most rows count in the whole and in one cell of each. But a ticket that moved to a cell
// told anew, out of one that stands, is in both; and one that came to a cell that stands is
// in the whole and in neither.
type spot struct {
	whole      bool
	categories []string
	teams      []string
}

// in are the names under which a row counts in a table.
func (s spot) in(kind string) []string {
	if kind == teams {
		return s.teams
	}
	return s.categories
}

// within says whether a row counts in a cell; cellOf is that of the edition.
func (s spot) within(cell scope, cellOf func(kind, name string) string) bool {
	if cell.kind == overall {
		return s.whole
	}
	for _, name := range s.in(cell.kind) {
		if cellOf(cell.kind, name) == cell.name {
			return true
		}
	}
	return false
}

// parts says how often a row counts in each part into which a table cuts the whole: the
// cells that are told, and "" for what those leave of the whole. told gives the cell that
// a name is told in, "" if it is not.
func (s spot) parts(kind string, told func(name string) string) map[string]int {
	by := map[string]int{}
	if s.whole {
		by[""] = 1
	}
	for _, name := range s.in(kind) {
		if cell := told(name); cell != "" {
			by[cell]++
			by[""]--
		}
	}
	return by
}

// key names the spot, a line for each of what it is in; no name holds a line break.
func (s spot) key() string {
	key := ""
	if s.whole {
		key = "\n"
	}
	for _, name := range s.categories {
		key += "c" + name + "\n"
	}
	for _, name := range s.teams {
		key += "t" + name + "\n"
	}
	return key
}

// spotAt is the spot of a key; that of none is in nothing.
func spotAt(key string) (s spot) {
	for line := range strings.Lines(key) {
		name := strings.TrimSuffix(line, "\n")
		switch {
		case name == "":
			s.whole = true
		case name[0] == 'c':
			s.categories = append(s.categories, name[1:])
		default:
			s.teams = append(s.teams, name[1:])
		}
	}
	return s
}
