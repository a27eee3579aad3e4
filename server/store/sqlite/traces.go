package sqlite

import (
	"context"
	"math"

	"github.com/entendu/entendu/server/auth"
)

const selectTraces = `SELECT id, at, person, name, act, about FROM traces`

func scanTrace(r row) (t auth.Trace, err error) {
	err = r.Scan(&t.ID, at{&t.At}, &t.Person, &t.Name, &t.Act, &t.About)
	return t, err
}

// AddTrace is auth.Store's.
func (s *Store) AddTrace(ctx context.Context, t auth.Trace) error {
	const add = `INSERT INTO traces (id, at, person, name, act, about) VALUES (?, ?, ?, ?, ?, ?)`
	return in(s.write(ctx, add, t.ID, millis(t.At), t.Person, t.Name, t.Act, t.About), "keeping a trace")
}

// FindTraces is auth.Store's.
func (s *Store) FindTraces(ctx context.Context, before auth.Trace, limit int) ([]auth.Trace, error) {
	const page = selectTraces + ` WHERE (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT +?`
	newest := int64(math.MaxInt64)
	if !before.At.IsZero() {
		newest = millis(before.At)
	}
	found, err := find(ctx, s, scanTrace, page, newest, before.ID, limit)
	return found, in(err, "looking for traces")
}
