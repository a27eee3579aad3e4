package sqlite

import (
	"context"
	"iter"
	"math"

	"github.com/entendu/entendu/reports"
)

const selectEditions = `SELECT id, published_at, cut_off, bytes, sha256 FROM editions`

// AddEdition is reports.Store's.
func (s *Store) AddEdition(ctx context.Context, e reports.Edition) error {
	err := s.write(ctx, `INSERT INTO editions (id, published_at, cut_off, bytes, sha256) VALUES (?, ?, ?, ?, ?)`,
		e.ID, millis(e.PublishedAt), millis(e.CutOff), blob(e.Bytes), e.SHA256)
	return in(err, "keeping edition %s", e.ID)
}

// GetEdition is reports.Store's.
func (s *Store) GetEdition(ctx context.Context, id string) (reports.Edition, error) {
	e, err := get(ctx, s, scanEdition, selectEditions+` WHERE id = ?`, id)
	return e, in(err, "reading edition %s", id)
}

// LatestEdition is reports.Store's.
func (s *Store) LatestEdition(ctx context.Context) (reports.Edition, error) {
	e, err := get(ctx, s, scanEdition, selectEditions+` ORDER BY published_at DESC, id DESC LIMIT 1`)
	return e, in(err, "reading the latest edition")
}

func scanEdition(r row) (e reports.Edition, err error) {
	err = r.Scan(&e.ID, at{&e.PublishedAt}, at{&e.CutOff}, &e.Bytes, &e.SHA256)
	return e, err
}

// Editions is reports.Store's.
func (s *Store) Editions(ctx context.Context) iter.Seq2[reports.Edition, error] {
	const page = `SELECT id, published_at, cut_off, NULL, sha256 FROM editions WHERE (published_at, id) < (?, ?) ORDER BY published_at DESC, id DESC LIMIT +?`
	return walk(ctx, reports.Edition{PublishedAt: moment(math.MaxInt64)}, func(last reports.Edition) ([]reports.Edition, error) {
		found, err := find(ctx, s, scanEdition, page, millis(last.PublishedAt), last.ID, pageSize)
		return found, in(err, "walking the editions")
	})
}
