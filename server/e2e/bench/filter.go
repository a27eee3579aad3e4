package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
)

// filter is a question that no tally answers, asked of all rows once: how satisfied
// those were with the delay who wrote by mail and would recommend. No page asks it yet:
// what is measured is the walk that such a page would take.
type filter struct {
	walk, scan pass
	found      int
}

// filterTurns is how often either side passes.
const filterTurns = 3

func measureFilter(ctx context.Context, folder string) (f filter, err error) {
	store, err := sqlite.Open(ctx, filepath.Join(folder, storeFile), time.Now)
	if err != nil {
		return f, err
	}
	defer store.Close()
	for range filterTurns {
		bare, err := scanned(ctx, folder, "responses")
		if err != nil {
			return f, err
		}
		walked, err := passing(func() (int, error) { return f.pass(ctx, store) })
		if err != nil {
			return f, err
		}
		f.scan, f.walk = f.scan.and(bare), f.walk.and(walked)
	}
	return f, nil
}

// pass walks the answers of the whole time.
func (f *filter) pass(ctx context.Context, store *sqlite.Store) (rows int, err error) {
	f.found = 0
	for r, err := range store.ResponsesToCount(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return rows, err
		}
		rows++
		recommend, _ := r.Last().Score("recommend")
		if delay, _ := r.Last().Score("delay"); r.Channel == channels()[0] && recommend >= 9 && delay >= 4 {
			f.found++
		}
	}
	return rows, nil
}

func (f filter) print(out io.Writer) {
	ratio := f.scan.rate() / f.walk.rate()
	fmt.Fprintf(out, "P16    a free filter over all answers: %s (%d found)\n", f.walk, f.found)
	fmt.Fprintf(out, "       bare scans of the same table: %s\n", f.scan)
	fmt.Fprintf(out, "       time, filter : bare scan %.2f  wanted ≤ %g %s\n", ratio, filterWanted, judged(ratio <= filterWanted))
}
