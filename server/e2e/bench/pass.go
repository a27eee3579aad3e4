package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"time"
)

// pass is one way through many rows.
type pass struct {
	rows      int
	took, cpu time.Duration
}

func (p pass) rate() float64 { return float64(p.rows) / p.took.Seconds() }

// and is two passes as one.
func (p pass) and(o pass) pass { return pass{p.rows + o.rows, p.took + o.took, p.cpu + o.cpu} }

func (p pass) String() string {
	return fmt.Sprintf("%d rows in %.1f s, %.0f a second, processor %.1f s", p.rows, p.took.Seconds(), p.rate(), p.cpu.Seconds())
}

// passing measures a way through rows in this process; do says how many there were.
func passing(do func() (rows int, err error)) (p pass, err error) {
	began, cpu := time.Now(), ownCPU()
	p.rows, err = do()
	p.took, p.cpu = time.Since(began), ownCPU()-cpu
	return p, err
}

// scanned reads every column of every row of some tables, as they lie in the file, into
// bytes that nobody looks at: the least that a program can do that has seen them all.
func scanned(ctx context.Context, folder string, tables ...string) (pass, error) {
	path, err := filepath.Abs(filepath.Join(folder, storeFile))
	if err != nil {
		return pass{}, err
	}
	file := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro"}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return pass{}, err
	}
	defer db.Close()
	return passing(func() (rows int, err error) {
		for _, table := range tables {
			n, err := scanTable(ctx, db, table)
			if rows += n; err != nil {
				return rows, fmt.Errorf("scanning %s: %w", table, err)
			}
		}
		return rows, nil
	})
}

func scanTable(ctx context.Context, db *sql.DB, table string) (n int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	values, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}
