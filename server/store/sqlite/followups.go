package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	followUpFields = `source, ticket, team, category, product, channel, language, reasons, asked_at, due_at,
		state, owner, note, outcome, gesture, cents, closed_at, tell_at`
	followUpHoles   = ten + `, ?, ?, ?, ?, ?, ?, ?, ?`
	addFollowUp     = `INSERT INTO follow_ups (` + followUpFields + `, id, rev) VALUES (` + followUpHoles + `, ?, 1)`
	putFollowUp     = `UPDATE follow_ups SET (` + followUpFields + `) = (` + followUpHoles + `), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectFollowUps = `SELECT ` + followUpFields + `, id, rev FROM follow_ups`
)

func followUpValues(f surveys.FollowUp) []any {
	return []any{
		f.Ticket.Source, f.Ticket.ID, f.Team, f.Category, f.Product, f.Channel, f.Language, list(f.Reasons), millis(f.AskedAt), millis(f.DueAt),
		string(f.State), f.Owner, f.Note, string(f.Outcome), string(f.Gesture.Kind), f.Gesture.Cents, millis(f.ClosedAt), millis(f.TellAt),
		f.ID,
	}
}

func scanFollowUp(r row) (f surveys.FollowUp, err error) {
	err = r.Scan(
		&f.Ticket.Source, &f.Ticket.ID, &f.Team, &f.Category, &f.Product, &f.Channel, &f.Language, into{&f.Reasons}, at{&f.AskedAt}, at{&f.DueAt},
		&f.State, &f.Owner, &f.Note, &f.Outcome, &f.Gesture.Kind, &f.Gesture.Cents, at{&f.ClosedAt}, at{&f.TellAt},
		&f.ID, &f.Rev,
	)
	return f, err
}

// AddFollowUp is surveys.Store's.
func (s *Store) AddFollowUp(ctx context.Context, f surveys.FollowUp) error {
	return in(s.write(ctx, addFollowUp, followUpValues(f)...), "keeping follow-up %s", f.ID)
}

// GetFollowUp is surveys.Store's.
func (s *Store) GetFollowUp(ctx context.Context, id string) (surveys.FollowUp, error) {
	f, err := get(ctx, s, scanFollowUp, selectFollowUps+` WHERE id = ?`, id)
	return f, in(err, "reading follow-up %s", id)
}

// PutFollowUp is surveys.Store's.
func (s *Store) PutFollowUp(ctx context.Context, f surveys.FollowUp) error {
	return in(s.change(ctx, putFollowUp, append(followUpValues(f), f.Rev)...), "changing follow-up %s", f.ID)
}

// FindFollowUps is surveys.Store's.
func (s *Store) FindFollowUps(ctx context.Context, of surveys.FollowUpsOf, limit int) ([]surveys.FollowUp, error) {
	where, args := followUpsOf(of, limit)
	found, err := find(ctx, s, scanFollowUp, selectFollowUps+where, args...)
	return found, in(err, "looking for follow-ups")
}

// DueOfFollowUps is surveys.Store's. An index alone answers it.
func (s *Store) DueOfFollowUps(ctx context.Context, of surveys.FollowUpsOf, limit int) ([]time.Time, error) {
	where, args := followUpsOf(of, limit)
	scan := func(r row) (due time.Time, err error) { return due, r.Scan(at{&due}) }
	found, err := find(ctx, s, scan, `SELECT due_at FROM follow_ups`+where, args...)
	return found, in(err, "looking when follow-ups are due")
}

// followUpsOf writes one of six conditions: each is one range of an index.
func followUpsOf(of surveys.FollowUpsOf, limit int) (where string, args []any) {
	where, args = ` WHERE state = ?`, []any{string(of.State)}
	switch of.By {
	case surveys.OfTeam:
		where, args = where+` AND team = ?`, append(args, of.Name)
	case surveys.OfOwner:
		where, args = where+` AND owner = ?`, append(args, of.Name)
	}
	from := []any{millis(of.After.DueAt), of.After.ID}
	if !of.Latest {
		return where + ` AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT +?`, append(append(args, from...), limit)
	}
	if of.After == (surveys.FollowUpPlace{}) {
		from = []any{until(time.Time{}), ""}
	}
	return where + ` AND (due_at, id) < (?, ?) ORDER BY due_at DESC, id DESC LIMIT +?`, append(append(args, from...), limit)
}

// FindFollowUpsToTell is surveys.Store's.
func (s *Store) FindFollowUpsToTell(ctx context.Context, now time.Time, limit int) ([]surveys.FollowUp, error) {
	const due = selectFollowUps + ` WHERE tell_at > ? AND tell_at <= ? LIMIT +?`
	found, err := find(ctx, s, scanFollowUp, due, millis(time.Time{}), millis(now), limit)
	return found, in(err, "looking for follow-ups to tell of")
}

// FollowUpsToCount is surveys.Store's.
func (s *Store) FollowUpsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.FollowUp, error] {
	const page = `SELECT team, category, product, channel, language, asked_at, due_at, state, owner, outcome, gesture, cents, closed_at, id FROM follow_ups
		WHERE (due_at, id) > (?, ?) AND due_at < ? ORDER BY due_at, id LIMIT +?`
	return walk(ctx, surveys.FollowUp{DueAt: from}, func(last surveys.FollowUp) ([]surveys.FollowUp, error) {
		found, err := find(ctx, s, scanCountedFollowUp, page, millis(last.DueAt), last.ID, until(to), pageSize)
		return found, in(err, "walking the follow-ups")
	})
}

// scanCountedFollowUp scans what surveys.FollowUp.Counted gives.
func scanCountedFollowUp(r row) (f surveys.FollowUp, err error) {
	err = r.Scan(
		&f.Team, &f.Category, &f.Product, &f.Channel, &f.Language, at{&f.AskedAt}, at{&f.DueAt},
		&f.State, &f.Owner, &f.Outcome, &f.Gesture.Kind, &f.Gesture.Cents, at{&f.ClosedAt}, &f.ID,
	)
	return f, err
}
