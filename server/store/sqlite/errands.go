package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	errandFields = `kind, state, cause, number, source, ticket, customer, person, language, text,
		made_at, mailed_at, due_at, attempts, about`
	errandHoles   = ten + `, ?, ?, ?, ?, ?`
	addErrand     = `INSERT INTO errands (` + errandFields + `, id, rev) VALUES (` + errandHoles + `, ?, 1)`
	putErrand     = `UPDATE errands SET (` + errandFields + `) = (` + errandHoles + `), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectErrands = `SELECT ` + errandFields + `, id, rev FROM errands`
)

func errandValues(e surveys.Errand) []any {
	return []any{
		string(e.Kind), string(e.State), e.Cause, e.Number, e.Ticket.Source, e.Ticket.ID, e.Customer, e.Person, e.Language, e.Text,
		millis(e.MadeAt), millis(e.MailedAt), millis(e.DueAt), list(each(e.Attempts, fromAttempt)), e.About,
		e.ID,
	}
}

func scanErrand(r row) (e surveys.Errand, err error) {
	var attempts []attempt
	err = r.Scan(
		&e.Kind, &e.State, &e.Cause, &e.Number, &e.Ticket.Source, &e.Ticket.ID, &e.Customer, &e.Person, &e.Language, &e.Text,
		at{&e.MadeAt}, at{&e.MailedAt}, at{&e.DueAt}, into{&attempts}, &e.About,
		&e.ID, &e.Rev,
	)
	e.Attempts = each(attempts, attempt.domain)
	return e, err
}

// AddErrand is surveys.Store's.
func (s *Store) AddErrand(ctx context.Context, e surveys.Errand) error {
	return in(s.write(ctx, addErrand, errandValues(e)...), "keeping errand %s", e.ID)
}

// GetErrand is surveys.Store's.
func (s *Store) GetErrand(ctx context.Context, id string) (surveys.Errand, error) {
	e, err := get(ctx, s, scanErrand, selectErrands+` WHERE id = ?`, id)
	return e, in(err, "reading errand %s", id)
}

// PutErrand is surveys.Store's.
func (s *Store) PutErrand(ctx context.Context, e surveys.Errand) error {
	return in(s.change(ctx, putErrand, append(errandValues(e), e.Rev)...), "changing errand %s", e.ID)
}

// RemoveErrand is surveys.Store's.
func (s *Store) RemoveErrand(ctx context.Context, id string) error {
	err := s.change(ctx, `DELETE FROM errands WHERE id = ?`, id)
	return in(missing(err), "removing errand %s", id)
}

// FindDueErrands is surveys.Store's.
func (s *Store) FindDueErrands(ctx context.Context, now time.Time, limit int) ([]surveys.Errand, error) {
	const due = selectErrands + ` WHERE due_at > ? AND due_at <= ? ORDER BY due_at LIMIT +?`
	found, err := find(ctx, s, scanErrand, due, millis(time.Time{}), millis(now), limit)
	return found, in(err, "looking for due errands")
}

// Errands is surveys.Store's.
func (s *Store) Errands(ctx context.Context) iter.Seq2[surveys.Errand, error] {
	const page = selectErrands + ` WHERE (made_at, id) > (?, ?) ORDER BY made_at, id LIMIT +?`
	return walk(ctx, surveys.Errand{}, func(last surveys.Errand) ([]surveys.Errand, error) {
		found, err := find(ctx, s, scanErrand, page, millis(last.MadeAt), last.ID, pageSize)
		return found, in(err, "walking the errands")
	})
}
