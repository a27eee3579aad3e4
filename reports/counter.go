package reports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/surveys"
)

// Counter is the worker that keeps the tallies: it recounts from their rows the
// days that marked rows name, then clears the marks. It may be killed anywhere and
// run several times at once: a tally is written only over the one that was read
// before its rows were, and a mark stays until the row it is on has been counted.
type Counter struct {
	Store    Store
	Settings func() surveys.Settings
	Log      *slog.Logger
	At       surveys.Failpoint
}

const (
	// markBatch is how many marks of each kind one pass takes. The days they name
	// are recounted whole, so that large batches save work after an import.
	markBatch = 5000
	// clearers clear marks side by side, so that they share the store's fsync.
	clearers = 32
	// shortestRest, between looks, and restPerWork, after each piece of work, hold
	// the counter to a twentieth of one processor: answering goes first.
	shortestRest = time.Second
	restPerWork  = 19
)

// Run keeps the tallies until ctx ends, resting after each day that it counts.
func (c *Counter) Run(ctx context.Context) error {
	return surveys.Work(ctx, c.Log, "counter", shortestRest, nil, func(ctx context.Context) (bool, error) {
		return c.pass(ctx, func(took time.Duration) { rest(ctx, restPerWork*took) })
	})
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Drain counts at once whatever is marked, without resting.
func (c *Counter) Drain(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = c.Pass(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Pass takes one batch of marks; more says that others wait. A day whose tally
// somebody else wrote meanwhile, and a row that changed meanwhile, keep their mark
// and are counted again.
func (c *Counter) Pass(ctx context.Context) (more bool, err error) {
	return c.pass(ctx, func(time.Duration) {})
}

// pass is Pass; worked is told how long each piece of work took.
func (c *Counter) pass(ctx context.Context, worked func(took time.Duration)) (more bool, err error) {
	marks, err := c.Store.FindMarks(ctx, markBatch)
	if err != nil || len(marks) == 0 {
		return false, err
	}
	lost, err := c.countDays(ctx, marks, worked)
	if err != nil {
		return false, err
	}
	if err := c.At.At("K19"); err != nil {
		return false, err
	}
	began := time.Now()
	if err := c.clear(ctx, marks, lost); err != nil {
		return false, err
	}
	worked(time.Since(began))
	return len(marks) >= markBatch || len(lost) > 0, nil
}

// countDays recounts each day that the marks name, and gives those it lost.
func (c *Counter) countDays(ctx context.Context, marks []Mark, worked func(time.Duration)) (lost map[surveys.Day]bool, err error) {
	lost = map[surveys.Day]bool{}
	for _, day := range marked(marks) {
		began := time.Now() // not when something happened, only how much work it was
		if err := c.countDay(ctx, day); errors.Is(err, fs.ErrExist) {
			lost[day] = true
		} else if err != nil {
			return nil, err
		}
		worked(time.Since(began))
	}
	return lost, nil
}

// marked lists the days that marks name, once each and in order.
func marked(marks []Mark) (days []surveys.Day) {
	for _, m := range marks {
		days = append(days, m.Days...)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// clear takes the marks off the rows whose days were all counted.
func (c *Counter) clear(ctx context.Context, marks []Mark, lost map[surveys.Day]bool) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(clearers)
	for _, m := range marks {
		if slices.ContainsFunc(m.Days, func(d surveys.Day) bool { return lost[d] }) {
			continue
		}
		group.Go(func() error {
			if err := c.Store.ClearMark(ctx, m); err != nil && !errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("clearing the mark of a counted %s: %w", m.Kind, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// countDay recounts one day from its rows and keeps the tally; fs.ErrExist if
// somebody else kept one since. The order matters: the old tally is read first,
// then the time, then the rows, so that what comes between is never lost.
func (c *Counter) countDay(ctx context.Context, day surveys.Day) error {
	old, err := c.Store.GetTally(ctx, day)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the tally of %s: %w", day, err)
	}
	asOf, err := c.Store.Now(ctx)
	if err != nil {
		return fmt.Errorf("reading the store's time: %w", err)
	}
	zone := c.Settings().Zone()
	r, err := rowsOf(ctx, c.Store, day, zone)
	if err != nil {
		return fmt.Errorf("reading the rows of %s: %w", day, err)
	}
	asOf = r.newest(surveys.Moment(asOf))
	t := r.seen(asOf).tally(day, asOf)
	t.Rev = old.Rev
	if t.Rev == 0 && len(t.Opened)+len(t.Closed) == 0 {
		return nil // nothing is what no tally says
	}
	if err := c.Store.PutTally(ctx, t); err != nil {
		return fmt.Errorf("keeping the tally of %s: %w", day, err)
	}
	return nil
}

// Recount counts every day anew, from the first row or tally to today, whatever
// is marked. progress, if not nil, is told the days done and their number.
func (c *Counter) Recount(ctx context.Context, progress func(done, days int)) error {
	days, err := c.days(ctx)
	if err != nil {
		return err
	}
	for i, day := range days {
		err := c.countDay(ctx, day)
		for errors.Is(err, fs.ErrExist) && ctx.Err() == nil {
			err = c.countDay(ctx, day)
		}
		if err != nil {
			return err
		}
		if progress != nil {
			progress(i+1, len(days))
		}
	}
	return nil
}

// days lists the days from the first row or tally to today or the last tally.
func (c *Counter) days(ctx context.Context) (days []surveys.Day, err error) {
	zone := c.Settings().Zone()
	now, err := c.Store.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the store's time: %w", err)
	}
	last := surveys.DayOf(now, zone)
	first, err := firstRow(ctx, c.Store, zone)
	if err != nil {
		return nil, fmt.Errorf("looking for the first row: %w", err)
	}
	for t, err := range c.Store.Tallies(ctx, "", "") {
		if err != nil {
			return nil, fmt.Errorf("reading the tallies: %w", err)
		}
		first, last = earlier(first, t.Day), max(last, t.Day)
	}
	if first == "" {
		return nil, nil
	}
	for day := first; day <= last; day = day.Add(1) {
		days = append(days, day)
	}
	return days, nil
}
