package reports

import "github.com/entendu/entendu/surveys"

// scope is what a cell is about: the whole, one category or one team. The name is
// empty for what belongs to none; it is told under Other.
type scope struct {
	kind string // as in paths: overall, categories or teams; or places, which are not told
	name string // "" for the whole
}

// The kinds of scopes.
const (
	overall    = "periods"
	categories = "categories"
	teams      = "teams"
	places     = "places" // what is in the same cells of both tables: the name is the key of a spot
)

// whole is the scope in which everything counts.
func whole() scope { return scope{kind: overall} }

// kinds are the tables into which the whole is split.
func kinds() []string { return []string{categories, teams} }

// scopes are those that a row counts in: the whole, one of each table, and its place.
func scopes(d surveys.Dimensions) []scope {
	p := placeOf(d)
	return []scope{whole(), {categories, p.category}, {teams, p.team}, {places, p.key()}}
}

// place is where a row stands in the two tables.
type place struct{ category, team string }

// placeOf takes a helpdesk's own "other" for ours.
func placeOf(d surveys.Dimensions) place {
	p := place{d.Category, d.Team}
	if p.category == Other {
		p.category = ""
	}
	if p.team == Other {
		p.team = ""
	}
	return p
}

// key names the spot of a row that counts in the whole and in the cells of its names.
func (p place) key() string { return spot{true, []string{p.category}, []string{p.team}}.key() }

// in is the name under which a place counts in a table.
func (p place) in(kind string) string {
	if kind == teams {
		return p.team
	}
	return p.category
}
