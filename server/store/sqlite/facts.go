package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/entendu/entendu/surveys"
)

// AddFact is surveys.Store's.
func (s *Store) AddFact(ctx context.Context, name, value string) error {
	return in(s.write(ctx, `INSERT INTO facts (name, value) VALUES (?, ?)`, name, value), "keeping the fact %s", name)
}

// GetFact is surveys.Store's.
func (s *Store) GetFact(ctx context.Context, name string) (string, error) {
	value, err := get(ctx, s, scanText, `SELECT value FROM facts WHERE name = ?`, name)
	return value, in(err, "reading the fact %s", name)
}

func scanText(r row) (text string, err error) {
	err = r.Scan(&text)
	return text, err
}

const putSlot = `INSERT INTO slots (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`

// GetSlot is surveys.Store's.
func (s *Store) GetSlot(ctx context.Context, name string) (string, error) {
	value, err := get(ctx, s, scanText, `SELECT value FROM slots WHERE name = ?`, "slot "+name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return value, in(err, "reading the slot %s", name)
}

// PutSlot is surveys.Store's.
func (s *Store) PutSlot(ctx context.Context, name, value string) error {
	return in(s.write(ctx, putSlot, "slot "+name, value), "changing the slot %s", name)
}

// generation is a slot that no name given to PutSlot reaches; so is "ready".
const generation = "generation"

// Generation is surveys.Store's.
func (s *Store) Generation(ctx context.Context) (string, error) {
	text, err := get(ctx, s, scanText, `SELECT value FROM slots WHERE name = ?`, generation)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return text, in(err, "reading the generation")
}

// PutGeneration is surveys.Store's.
func (s *Store) PutGeneration(ctx context.Context, text string) error {
	return in(s.write(ctx, putSlot, generation, text), "changing the generation")
}

// Now is surveys.Store's: the clock handed to Open, as times are kept.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	return surveys.Moment(s.clock()), ctx.Err()
}

// readyWithin is how long a write may take before the store is not ready. It is
// longer than a slow disk's fsync and shorter than a probe's patience.
const readyWithin = 2 * time.Second

// Ready is store.Store's: it makes a write durable, as an answer would be.
func (s *Store) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return in(s.write(ctx, putSlot, "ready", s.clock().Format(time.RFC3339)), "trying a write")
}
