package reports

import (
	"fmt"
	"testing"
)

// TestDominated: what one customer, or one house, makes more than half of is theirs.
func TestDominated(t *testing.T) {
	crowd := func(n, rows int, house string) people {
		p := people{}
		for i := range n {
			p[fmt.Sprint("c", i, house)] = rows
		}
		return p
	}
	and := func(all ...people) people {
		p := people{}
		for _, one := range all {
			for customer, rows := range one {
				p[customer] += rows
			}
		}
		return p
	}
	many := crowd(12, 1, "")
	whole := and(many, crowd(30, 1, ""), crowd(13, 1, ".aaa"))
	for _, test := range []struct {
		name  string
		who   people
		whole people
		want  bool
	}{
		{"one row each", many, whole, false},
		{"one has as many as all others", and(many, people{"x": 12}), whole, false},
		{"one has more than all others", and(many, people{"x": 13}), whole, true},
		{"nobody knows whose most are", and(many, people{"": 100}), whole, false},
		{"one house has as many as all others", and(many, crowd(12, 1, ".aaa")), whole, false},
		{"one house has more than all others", and(many, crowd(13, 1, ".aaa")), whole, true},
		{"two houses have half each", and(crowd(6, 1, ".aaa"), crowd(6, 1, ".bbb")), whole, false},
		{"the house has most of the whole too", crowd(12, 1, ".aaa"), and(many, crowd(13, 1, ".aaa")), false},
		{"one customer alone", people{"x": 5}, whole, false},
	} {
		if got := test.who.dominated(test.whole); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}
