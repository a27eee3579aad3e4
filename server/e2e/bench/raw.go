package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// schema is the least that an answered survey can be: one row, found by its
// invitation and by the day it is counted on.
const schema = `
CREATE TABLE answers (
	id INTEGER PRIMARY KEY, invitation TEXT NOT NULL, at INTEGER NOT NULL, day TEXT NOT NULL, team TEXT NOT NULL,
	delay INTEGER NOT NULL, listening INTEGER NOT NULL, resolved TEXT NOT NULL, recommend INTEGER NOT NULL, comment TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX answers_invitation ON answers (invitation);
CREATE INDEX answers_day ON answers (day, team);`

const insert = `INSERT INTO answers (invitation, at, day, team, delay, listening, resolved, recommend, comment)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

// openRaw makes an empty SQLite file with one connection. Its commits are as
// durable as the program's.
func openRaw(folder, name string) (*sql.DB, error) {
	path, err := filepath.Abs(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	told := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)"}}
	file := url.URL{Scheme: "file", Path: path, RawQuery: told.Encode()}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec(schema)
	return db, err
}

// newRow is an answered survey with an invitation of its own.
func newRow() []any {
	return rowOf(rand.Text(), 4, 5, comment)
}

func rowOf(invitation string, delay, listening int, words string) []any {
	now := time.Now()
	return []any{invitation, now.UnixMilli(), now.Format(time.DateOnly), "billing", delay, listening, "yes", 9, words}
}

// measureSingle commits one row at a time.
func measureSingle(folder string, writers int, d time.Duration) (result, error) {
	db, err := openRaw(folder, fmt.Sprintf("single-%d.db", writers))
	if err != nil {
		return result{}, err
	}
	defer db.Close()
	add, err := db.Prepare(insert)
	if err != nil {
		return result{}, err
	}
	defer add.Close()
	r := repeat(writers, d, func(int) error {
		_, err := add.Exec(newRow()...)
		return err
	})
	return r, r.why
}

// measureGroup lets writers share commits.
func measureGroup(folder string, writers int, d time.Duration) (result, error) {
	g, err := openGroup(folder, "group.db")
	if err != nil {
		return result{}, err
	}
	done := make([]chan error, writers)
	for n := range done {
		done[n] = make(chan error, 1)
	}
	r := repeat(writers, d, func(writer int) error {
		g.waiting <- waiter{newRow(), done[writer]}
		return <-done[writer]
	})
	r.commits = g.commits
	return r, errors.Join(r.why, g.Close())
}

// group is the plainest group commit: whoever waits is taken into the next
// transaction and told once it is durable.
type group struct {
	db                 *sql.DB
	conn               *sql.Conn
	begin, add, commit *sql.Stmt
	waiting            chan waiter
	commits            int
	ended              chan struct{}
}

// waiter is one row and where to tell that it is durable.
type waiter struct {
	row  []any
	done chan error
}

// mostTogether bounds the rows of one commit.
const mostTogether = 256

func openGroup(folder, name string) (*group, error) {
	db, err := openRaw(folder, name)
	if err != nil {
		return nil, err
	}
	g := &group{db: db, waiting: make(chan waiter, mostTogether), ended: make(chan struct{})}
	ctx := context.Background()
	if g.conn, err = db.Conn(ctx); err != nil {
		return nil, err
	}
	for query, statement := range map[string]**sql.Stmt{"BEGIN IMMEDIATE": &g.begin, insert: &g.add, "COMMIT": &g.commit} {
		if *statement, err = g.conn.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
	}
	go g.run()
	return g, nil
}

// Close ends the writing; nobody may wait any more.
func (g *group) Close() error {
	close(g.waiting)
	<-g.ended
	return errors.Join(g.conn.Close(), g.db.Close())
}

func (g *group) run() {
	defer close(g.ended)
	for first := range g.waiting {
		runtime.Gosched() // lets those just answered come in again
		together := g.gather(first)
		err := g.write(together)
		g.commits++
		for _, w := range together {
			w.done <- err
		}
	}
}

func (g *group) gather(first waiter) []waiter {
	together := []waiter{first}
	for len(together) < mostTogether {
		select {
		case w, ok := <-g.waiting:
			if !ok {
				return together
			}
			together = append(together, w)
		default:
			return together
		}
	}
	return together
}

// write commits all or, at the first error, ends the transaction for all.
func (g *group) write(together []waiter) error {
	if _, err := g.begin.Exec(); err != nil {
		return err
	}
	for _, w := range together {
		if _, err := g.add.Exec(w.row...); err != nil {
			_, undone := g.conn.ExecContext(context.Background(), "ROLLBACK")
			return errors.Join(err, undone)
		}
	}
	_, err := g.commit.Exec()
	return err
}

// measureDisk appends 4 KiB and waits until they are on the disk.
func measureDisk(folder string, d time.Duration) (result, error) {
	f, err := os.Create(filepath.Join(folder, "fsync"))
	if err != nil {
		return result{}, err
	}
	defer f.Close()
	page := make([]byte, 4<<10)
	r := repeat(1, d, func(int) error {
		_, err := f.Write(page)
		return errors.Join(err, f.Sync())
	})
	return r, r.why
}
