package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// newAnswer is the recount that one more answer causes on a day with so many.
type newAnswer struct {
	onDay  int
	took   []float64 // ms, of each turn
	cpu    []float64 // ms of this process, likewise
	counts int       // days counted in all turns
}

// newAnswerTurns is how often one more answer comes.
const newAnswerTurns = 3

// measureNewAnswers looks at an ordinary day, a great one, and the greatest.
func (s *stage) measureNewAnswers(ctx context.Context) (all []newAnswer, err error) {
	for _, onDay := range []int{1_000, 10_000, 100_000} {
		one := newAnswer{onDay: onDay}
		if err := one.measure(ctx, filepath.Join(s.folder, fmt.Sprint("day-", onDay))); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (a *newAnswer) measure(ctx context.Context, folder string) error {
	defer os.RemoveAll(folder)
	opened := time.Now().AddDate(0, 0, -10).UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	if err := makeDay(ctx, folder, opened, a.onDay); err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, filepath.Join(folder, storeFile), time.Now)
	if err != nil {
		return err
	}
	defer store.Close()
	settings := surveys.DefaultSettings().Prepared()
	counter := &reports.Counter{Store: store, Settings: func() surveys.Settings { return settings }, Log: slog.Default()}
	if err := counter.Recount(ctx, nil); err != nil {
		return err
	}
	before, err := counted(ctx, store)
	if err != nil {
		return err
	}
	for n := range newAnswerTurns {
		if err := a.turn(ctx, store, counter, a.onDay+n, opened); err != nil {
			return err
		}
	}
	after, err := counted(ctx, store)
	a.counts = after - before
	return err
}

// turn stores one more closed ticket and its answer, marked as answering marks it, and
// measures how long it takes until it is counted.
func (a *newAnswer) turn(ctx context.Context, store *sqlite.Store, counter *reports.Counter, n int, opened time.Time) error {
	if err := keepPast(ctx, store, n, pastTicket(n, opened, time.Hour), true); err != nil {
		return err
	}
	r, err := store.GetResponse(ctx, surveys.InvitationID(surveys.AfterHandling, pastKey(n), 1))
	if err != nil {
		return err
	}
	r.Recount = []surveys.Day{surveys.DayOf(r.ClosedAt, counter.Settings().Zone())}
	if err := store.PutResponse(ctx, r); err != nil {
		return err
	}
	p, err := passing(func() (int, error) { _, err := counter.Pass(ctx); return 1, err })
	a.took, a.cpu = append(a.took, milliseconds(p.took)), append(a.cpu, milliseconds(p.cpu))
	return err
}

// counted is how often any day was counted.
func counted(ctx context.Context, store *sqlite.Store) (times int, err error) {
	for t, err := range store.Tallies(ctx, "", "") {
		if err != nil {
			return 0, err
		}
		times += int(t.Rev)
	}
	return times, nil
}

// makeDay stores a day on which so many tickets were opened, closed and judged, beside
// others before it.
func makeDay(ctx context.Context, folder string, opened time.Time, answers int) error {
	store, err := sqlite.Open(ctx, filepath.Join(folder, storeFile), time.Now)
	if err != nil {
		return err
	}
	const base = 1_000
	err = inParallel(ctx, base, func(ctx context.Context, n int) error {
		return keepPast(ctx, store, n, pastTicket(n, opened.Add(time.Duration(n)*time.Second), time.Hour), true)
	})
	if err == nil {
		err = inParallel(ctx, base, func(ctx context.Context, n int) error { // what must not be counted again
			return keepPast(ctx, store, 1e6+n, pastTicket(1e6+n, opened.AddDate(0, 0, -1-n%100), time.Hour), true)
		})
	}
	if err = errors.Join(err, store.Close()); err != nil || answers == base {
		return err
	}
	return rewrite(ctx, folder, func(ctx context.Context, conn *sql.Conn) error { return multiplyPast(ctx, conn, answers/base) })
}

func (a newAnswer) print(out io.Writer) {
	fmt.Fprintf(out, "new    one more answer on a day with %6d: counted in %.1f ms, processor %.1f ms (medians); %d days counted in %d turns\n",
		a.onDay, median(a.took), median(a.cpu), a.counts, newAnswerTurns)
}
