package reports

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

// listedOfFew says which rows of a list, that say the same of themselves, are of too few
// customers or advisers: counted from the rows one by one.
func (w world) listedOfFew(told map[surveys.Dimensions]surveys.Dimensions, need Need) (broken []string) {
	customers, advisers := map[surveys.Dimensions]map[string]bool{}, map[surveys.Dimensions]map[string]bool{}
	for _, r := range w.days {
		agents := map[string]string{}
		for _, k := range r.tickets {
			agents[k.ID] = k.Agent
		}
		for _, a := range r.responses {
			d, ok := told[a.Dimensions]
			if !ok || d == (surveys.Dimensions{}) {
				continue
			}
			if customers[d] == nil {
				customers[d], advisers[d] = map[string]bool{}, map[string]bool{}
			}
			customers[d][a.Customer] = true
			if agent := agents[a.Invitation]; agent != "" {
				advisers[d][agent] = true
			}
		}
	}
	for d := range customers {
		if len(customers[d]) < need.Customers || len(advisers[d]) < need.Advisers {
			broken = append(broken, fmt.Sprintf("%+v is of %d customers and %d advisers", d, len(customers[d]), len(advisers[d])))
		}
	}
	return broken
}

// TestRowsOfFewSayLess: whatever is filtered and by whatever a list is sorted afterwards,
// rows that say the same are of enough, or say nothing of themselves.
func TestRowsOfFewSayLess(t *testing.T) {
	need, lists, refused := Need{Customers: 5, Advisers: 3}, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, time.UTC)
		c := w.cube(asIs)
		for _, f := range []Filter{{}, Filter{}.With(ByTeam, "a"), Filter{}.With(ByCategory, "x"), {Sees: func(team string) bool { return team == "b" }}} {
			told, err := c.coarse(f, need, answersOf)
			if errors.Is(err, ErrFew) {
				refused++
				continue
			}
			lists++
			for _, broken := range w.listedOfFew(told, need) {
				t.Errorf("%v: %s", f.Only, broken)
			}
		}
	})
	if lists == 0 || refused == 0 {
		t.Errorf("%d lists were made and %d refused: the worlds lie on one side", lists, refused)
	}
}

// TestRowsOfFewPlanted: a list that says all there is breaks the law.
func TestRowsOfFewPlanted(t *testing.T) {
	need, seen := Need{Customers: 5, Advisers: 3}, false
	rapid.Check(t, func(t *rapid.T) {
		w, told := drawWorld(t, time.UTC), map[surveys.Dimensions]surveys.Dimensions{}
		for _, r := range w.days {
			for _, a := range r.responses {
				told[a.Dimensions] = a.Dimensions
			}
		}
		seen = seen || len(w.listedOfFew(told, need)) > 0
	})
	if !seen {
		t.Error("no list of everything was of few")
	}
}
