package sqlite

import (
	"context"
	"time"

	"github.com/entendu/entendu/server/auth"
)

const (
	passFields   = `kind, person, made_at, until, due_at, mail, tries`
	addPass      = `INSERT INTO passes (` + passFields + `, id, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`
	putPass      = `UPDATE passes SET (` + passFields + `) = (?, ?, ?, ?, ?, ?, ?), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectPasses = `SELECT ` + passFields + `, id, rev FROM passes`
)

func passValues(p auth.Pass) []any {
	return []any{string(p.Kind), p.Person, millis(p.MadeAt), millis(p.Until), millis(p.DueAt), p.Mail, p.Tries, p.ID}
}

func scanPass(r row) (p auth.Pass, err error) {
	err = r.Scan(&p.Kind, &p.Person, at{&p.MadeAt}, at{&p.Until}, at{&p.DueAt}, &p.Mail, &p.Tries, &p.ID, &p.Rev)
	return p, err
}

// AddPass is auth.Store's.
func (s *Store) AddPass(ctx context.Context, p auth.Pass) error {
	return in(s.write(ctx, addPass, passValues(p)...), "keeping pass %s", p.ID)
}

// GetPass is auth.Store's.
func (s *Store) GetPass(ctx context.Context, id string) (auth.Pass, error) {
	p, err := get(ctx, s, scanPass, selectPasses+` WHERE id = ?`, id)
	return p, in(err, "reading pass %s", id)
}

// PutPass is auth.Store's.
func (s *Store) PutPass(ctx context.Context, p auth.Pass) error {
	return in(s.change(ctx, putPass, append(passValues(p), p.Rev)...), "changing pass %s", p.ID)
}

// RemovePass is auth.Store's.
func (s *Store) RemovePass(ctx context.Context, id string) error {
	return in(missing(s.change(ctx, `DELETE FROM passes WHERE id = ?`, id)), "removing pass %s", id)
}

// FindPasses is auth.Store's.
func (s *Store) FindPasses(ctx context.Context, person string, limit int) ([]auth.Pass, error) {
	const of = selectPasses + ` WHERE person = ? ORDER BY made_at DESC LIMIT +?`
	found, err := find(ctx, s, scanPass, of, person, limit)
	return found, in(err, "looking for the passes of a person")
}

// FindDuePasses is auth.Store's.
func (s *Store) FindDuePasses(ctx context.Context, now time.Time, limit int) ([]auth.Pass, error) {
	const due = selectPasses + ` WHERE due_at <= ? ORDER BY due_at LIMIT +?`
	found, err := find(ctx, s, scanPass, due, millis(now), limit)
	return found, in(err, "looking for due passes")
}
