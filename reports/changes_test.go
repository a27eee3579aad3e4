package reports

import (
	"fmt"
	"testing"
	"time"
)

// TestChangesAreBounded: what is kept of changed rows depends on how many ways there are
// to change and how many customers are enough, and not on how many rows did.
func TestChangesAreBounded(t *testing.T) {
	kept := func(rows int) (n int) {
		c := newChanges(span{}, time.Time{}, make([]issue, 60), 11)
		for row := range rows {
			p := place{category: fmt.Sprint("c", row%7), team: fmt.Sprint("t", row%3)}
			was, is := standing{place: p, customer: fmt.Sprint(row)}, standing{place: p, customer: fmt.Sprint(row)}
			was.says[ofOpened], is.says[ofOpened] = 1, 1
			is.says[ofResolution] = int64(row) + 1
			for i := range c.earlier {
				c.note(i, was, is)
			}
		}
		for _, one := range c.since {
			for _, by := range one {
				n += 1 + len(by.was.customers) + len(by.was.houses) + len(by.is.customers) + len(by.is.houses)
			}
		}
		return n
	}
	few, many := kept(1000), kept(20000)
	if few != many || many > 60*21*(1+2*(11+1)) {
		t.Errorf("of 1000 changed rows %d are kept, of 20000 %d", few, many)
	}
}
