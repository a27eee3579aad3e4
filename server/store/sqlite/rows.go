package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"time"
)

// pageSize is how many rows one query of a walk reads.
const pageSize = 500

// ten holes for values in a statement.
const ten = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

// row is what a scan function reads from: one row, or the current one of many.
type row interface{ Scan(into ...any) error }

// get reads the one row that query finds; fs.ErrNotExist if there is none. A look-up
// by key is over sooner than it could be stopped, and a context that can end costs
// a goroutine in database/sql and one in the driver, half of the whole look-up: so
// it is asked once, before.
func get[R any](ctx context.Context, s *Store, scan func(row) (R, error), query string, args ...any) (R, error) {
	var none R
	if err := ctx.Err(); err != nil {
		return none, err
	}
	ctx = context.Background()
	statement, err := s.prepared(ctx, query)
	if err != nil {
		return none, err
	}
	r, err := scan(statement.QueryRowContext(ctx, args...))
	if errors.Is(err, sql.ErrNoRows) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return none, err
	}
	return r, nil
}

// find reads every row that query finds. Its LIMIT is written "+?": SQLite reads a
// plain "?" there as a hint for its plan, and so would plan anew each time.
func find[R any](ctx context.Context, s *Store, scan func(row) (R, error), query string, args ...any) ([]R, error) {
	return findInto(ctx, s, nil, scan, query, args...)
}

// findInto is find, into room that is there.
func findInto[R any](ctx context.Context, s *Store, found []R, scan func(row) (R, error), query string, args ...any) ([]R, error) {
	statement, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

// walk reads page after page, each one query from the last row of the one before,
// so that no read transaction outlives a page: a long one would keep SQLite from
// emptying its log. before stands for the place in front of the first row.
func walk[R any](ctx context.Context, before R, page func(last R) ([]R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var none R
		for last := before; ; {
			rows, err := page(last)
			for _, r := range rows {
				if err = ctx.Err(); err != nil {
					break
				}
				if !yield(r, nil) {
					return
				}
			}
			if err != nil {
				yield(none, err)
				return
			}
			if len(rows) == 0 {
				return
			}
			last = rows[len(rows)-1]
		}
	}
}

// in says what was being done when err happened.
func in(err error, doing string, about ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(doing+": %w", append(about, err)...)
}

// millis is t as it is kept; moment reads it back.
func millis(t time.Time) int64 { return t.UnixMilli() }

// until is where a walk ends that is bounded by to; a zero to does not bound.
func until(to time.Time) int64 {
	if to.IsZero() {
		return math.MaxInt64
	}
	return millis(to)
}

// moment makes of kept milliseconds the time that they were.
func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// at scans a kept time.
type at struct{ t *time.Time }

// Scan is sql.Scanner.
func (a at) Scan(v any) error {
	ms, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a time is kept as %T", v)
	}
	*a.t = moment(ms)
	return nil
}

// blob is b as it is kept: never NULL, which a nil would be, and a copy, because
// the writer may still hold it after its caller has gone.
func blob(b []byte) []byte { return append([]byte{}, b...) }

// list is v as the JSON that is kept, the empty text for an empty one. Nothing that
// comes here can fail to marshal.
func list[V any](v []V) string {
	if len(v) == 0 {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// into scans kept JSON; an empty text leaves what it points to as it is.
type into struct{ v any }

// Scan is sql.Scanner.
func (i into) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a list is kept as %T", v)
	}
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), i.v)
}

// each turns every element of a list into what stands for it elsewhere.
func each[A, B any](list []A, turn func(A) B) []B {
	var turned []B
	for _, a := range list {
		turned = append(turned, turn(a))
	}
	return turned
}
