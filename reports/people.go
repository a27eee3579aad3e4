package reports

import "github.com/entendu/entendu/surveys"

// people are distinct customers, and how many rows each of them has. Those of whom
// no id is known count as one, "".
type people map[string]int

// dominated says whether one customer, or one house, has more than half of the rows: a
// figure of theirs, not of many. The house that makes more than half of the whole, as
// where colleagues are helped, does not count: a figure of it is one of all.
func (p people) dominated(whole people) bool {
	if p.most(func(customer string) string { return customer }) != "" {
		return true
	}
	house := p.most(surveys.HouseOf)
	return house != "" && house != whole.most(surveys.HouseOf)
}

// most is who has more than half of the rows of several customers; "" where nobody
// known has.
func (p people) most(whose func(customer string) string) string {
	all, by := 0, map[string]int{}
	for customer, rows := range p {
		all += rows
		by[whose(customer)] += rows
	}
	for who, rows := range by {
		if who != "" && 2*rows > all && len(p) > 1 {
			return who
		}
	}
	return ""
}
