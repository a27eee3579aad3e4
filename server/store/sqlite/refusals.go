package sqlite

import (
	"context"

	"github.com/entendu/entendu/surveys"
)

const (
	addRefusal     = `INSERT INTO refusals (id, source, at, why, note, more) VALUES (?, ?, ?, ?, ?, ?)`
	selectRefusals = `SELECT id, source, at, why, note, more FROM refusals WHERE source = ? ORDER BY at DESC, id DESC LIMIT +?`
)

// AddRefusal is surveys.Store's.
func (s *Store) AddRefusal(ctx context.Context, r surveys.Refusal) error {
	return in(s.write(ctx, addRefusal, r.ID, r.Source, millis(r.At), r.Why, r.Note, r.More), "keeping a refusal of source %s", r.Source)
}

// FindRefusals is surveys.Store's.
func (s *Store) FindRefusals(ctx context.Context, source string, limit int) ([]surveys.Refusal, error) {
	found, err := find(ctx, s, scanRefusal, selectRefusals, source, limit)
	return found, in(err, "looking for the refusals of source %s", source)
}

func scanRefusal(r row) (f surveys.Refusal, err error) {
	err = r.Scan(&f.ID, &f.Source, at{&f.At}, &f.Why, &f.Note, &f.More)
	return f, err
}

// RemoveRefusal is surveys.Store's.
func (s *Store) RemoveRefusal(ctx context.Context, id string) error {
	err := s.change(ctx, `DELETE FROM refusals WHERE id = ?`, id)
	return in(missing(err), "removing refusal %s", id)
}
