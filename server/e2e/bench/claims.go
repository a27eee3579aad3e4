package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

const (
	// fewClaimed is how many invitations the smaller store has.
	fewClaimed = 10_000
	// claimable of them, in either store, are due; the others were sent.
	claimable = 8_000
	// batch is how many are looked for at once, as the Sender does.
	batch = 32
)

// claims is what it costs to claim an invitation in a store of a size.
type claims struct {
	sizes []int
	costs []claiming
}

// claiming is the time of each turn, by invitation, of one store.
type claiming struct {
	took []float64 // µs
	cpu  time.Duration
	done int
}

// measureClaims claims mails in both stores by turns, so that whatever else happens on
// the machine happens to both.
func measureClaims(ctx context.Context, folder string, many int, each time.Duration) (c claims, err error) {
	few, great := filepath.Join(folder, "claims-few"), filepath.Join(folder, "claims-many")
	defer os.RemoveAll(few)
	defer os.RemoveAll(great)
	if err := seedClaims(ctx, few, great, many); err != nil {
		return c, err
	}
	c = claims{sizes: []int{fewClaimed, many}, costs: make([]claiming, 2)}
	var stores []*sqlite.Store
	for _, data := range []string{few, great} {
		store, err := sqlite.Open(ctx, filepath.Join(data, storeFile), time.Now)
		if err != nil {
			return c, err
		}
		defer store.Close()
		stores = append(stores, store)
	}
	for end := time.Now().Add(4 * each); time.Now().Before(end); {
		for n, store := range stores {
			if more, err := c.costs[n].turn(ctx, store); err != nil || !more {
				return c, err
			}
		}
	}
	return c, nil
}

// turn claims one batch; more says that there was one.
func (c *claiming) turn(ctx context.Context, store *sqlite.Store) (more bool, err error) {
	began, cpu := time.Now(), ownCPU()
	due, err := store.FindDueInvitations(ctx, began, batch)
	if err != nil || len(due) < batch {
		return false, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(connections)
	for _, i := range due {
		g.Go(func() error {
			if _, err := store.GetCustomer(ctx, i.Person); err != nil {
				return err
			}
			i.State, i.Owner, i.LeaseUntil = surveys.Claimed, "bench", began.Add(surveys.Lease)
			return store.PutInvitation(ctx, i)
		})
	}
	err = g.Wait()
	c.took = append(c.took, float64(time.Since(began).Nanoseconds())/1e3/batch)
	c.cpu += ownCPU() - cpu
	c.done += batch
	return true, err
}

// ownCPU is the processor time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// seedClaims makes the smaller store, and of it the greater.
func seedClaims(ctx context.Context, few, great string, many int) error {
	store, err := sqlite.Open(ctx, filepath.Join(few, storeFile), time.Now)
	if err != nil {
		return err
	}
	err = storeDue(ctx, store, fewClaimed)
	if closed := store.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	began := time.Now()
	if err := rewrite(ctx, few, asSent(fmt.Sprintf("rowid %% %d >= %d", fewClaimed/100, claimable/100))); err != nil {
		return err
	}
	if err := copyStore(few, great); err != nil {
		return err
	}
	err = enlarge(ctx, great, fewClaimed, many/fewClaimed)
	fmt.Printf("%d invitations made of %d in %.0f s\n", many, fewClaimed, time.Since(began).Seconds())
	return err
}

// enlarge makes a store of so many invitations so many times as great.
func enlarge(ctx context.Context, data string, count, times int) error {
	return rewrite(ctx, data, func(ctx context.Context, conn *sql.Conn) error {
		if err := multiply(ctx, conn, "customers", times, "person"); err != nil {
			return err
		}
		if err := multiply(ctx, conn, "invitations", times, "id", "person"); err != nil {
			return err
		}
		return asSent(fmt.Sprintf("rowid > %d", count))(ctx, conn)
	})
}

// rewrite changes a store that nobody has open.
func rewrite(ctx context.Context, data string, change func(context.Context, *sql.Conn) error) error {
	path, err := filepath.Abs(filepath.Join(data, storeFile))
	if err != nil {
		return err
	}
	file := url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=cache_size(-400000)&_pragma=synchronous(OFF)"}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := change(ctx, conn); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// asSent says of some invitations that their mail was accepted.
func asSent(where string) func(context.Context, *sql.Conn) error {
	return func(ctx context.Context, conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, "UPDATE invitations SET state = 'sent', mailed_at = due_at, accepted_at = due_at, ready_at = NULL WHERE "+where)
		return err
	}
}

// multiply adds to each row of a table so many more that the sum is times as many;
// the columns that are renamed, of which the first is the key, are those of another
// customer and ticket. Their keys stand all among those that were there, so that these
// lie apart.
func multiply(ctx context.Context, conn *sql.Conn, table string, times int, renamed ...string) error {
	var columns string
	if err := conn.QueryRowContext(ctx, "SELECT group_concat(name) FROM pragma_table_info(?)", table).Scan(&columns); err != nil {
		return err
	}
	values := "," + columns + ","
	for _, column := range renamed {
		values = strings.Replace(values, ","+column+",", ","+column+" || '-' || n,", 1)
	}
	values = strings.Trim(strings.Replace(values, ",ready_at,", ",NULL,", 1), ",")
	_, err := conn.ExecContext(ctx, fmt.Sprintf(
		`WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < %d)
		INSERT INTO %s (%s) SELECT %s FROM more, %s ORDER BY %s, n`, times-1, table, columns, values, table, renamed[0]))
	return err
}

// claimsWanted is how much more a claim may cost in the greater store.
const claimsWanted = 1.3

// ratio compares the medians, which no single slow fsync moves.
func (c claims) ratio() float64 { return median(c.costs[1].took) / median(c.costs[0].took) }

func (c claims) print(out io.Writer) {
	if c.sizes == nil {
		return
	}
	fmt.Fprintf(out, "claim  FindDueInvitations of %d, then GetCustomer and PutInvitation of each, %d at once; %d due in either store; µs a claim", batch, connections, claimable)
	for n, size := range c.sizes {
		one := c.costs[n]
		fmt.Fprintf(out, "\n       of %7d invitations: median %.0f over %d turns, processor %.0f", size, median(one.took), len(one.took), float64(one.cpu.Nanoseconds())/1e3/float64(one.done))
	}
	fmt.Fprintf(out, "\n       great : small %.2f  wanted ≤ %g %s\n", c.ratio(), claimsWanted, judged(c.ratio() <= claimsWanted))
}
