package sqlite

import (
	"context"
	"time"

	"github.com/entendu/entendu/server/auth"
)

const (
	sessionFields  = `person, made_at, seen_at, until, browser, vouched`
	addSession     = `INSERT INTO sessions (` + sessionFields + `, id, rev) VALUES (?, ?, ?, ?, ?, ?, ?, 1)`
	putSession     = `UPDATE sessions SET (` + sessionFields + `) = (?, ?, ?, ?, ?, ?), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectSessions = `SELECT ` + sessionFields + `, id, rev FROM sessions`
)

func sessionValues(o auth.Session) []any {
	return []any{o.Person, millis(o.MadeAt), millis(o.SeenAt), millis(o.Until), o.Browser, o.Vouched, o.ID}
}

func scanSession(r row) (o auth.Session, err error) {
	err = r.Scan(&o.Person, at{&o.MadeAt}, at{&o.SeenAt}, at{&o.Until}, &o.Browser, &o.Vouched, &o.ID, &o.Rev)
	return o, err
}

// AddSession is auth.Store's.
func (s *Store) AddSession(ctx context.Context, o auth.Session) error {
	return in(s.write(ctx, addSession, sessionValues(o)...), "keeping a session")
}

// GetSession is auth.Store's.
func (s *Store) GetSession(ctx context.Context, id string) (auth.Session, error) {
	o, err := get(ctx, s, scanSession, selectSessions+` WHERE id = ?`, id)
	return o, in(err, "reading a session")
}

// PutSession is auth.Store's.
func (s *Store) PutSession(ctx context.Context, o auth.Session) error {
	return in(s.change(ctx, putSession, append(sessionValues(o), o.Rev)...), "changing a session")
}

// RemoveSession is auth.Store's.
func (s *Store) RemoveSession(ctx context.Context, id string) error {
	return in(missing(s.change(ctx, `DELETE FROM sessions WHERE id = ?`, id)), "ending a session")
}

// FindSessions is auth.Store's.
func (s *Store) FindSessions(ctx context.Context, person string, limit int) ([]auth.Session, error) {
	const of = selectSessions + ` WHERE person = ? ORDER BY made_at DESC LIMIT +?`
	found, err := find(ctx, s, scanSession, of, person, limit)
	return found, in(err, "looking for the sessions of a person")
}

// FindOldSessions is auth.Store's.
func (s *Store) FindOldSessions(ctx context.Context, now time.Time, limit int) ([]auth.Session, error) {
	const old = selectSessions + ` WHERE until <= ? ORDER BY until LIMIT +?`
	found, err := find(ctx, s, scanSession, old, millis(now), limit)
	return found, in(err, "looking for old sessions")
}
