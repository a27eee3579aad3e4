package sqlite

import (
	"context"
	"iter"

	"github.com/entendu/entendu/surveys"
)

// pageOfEvents is fewer than of other rows: a body may have a mebibyte.
const pageOfEvents = 50

const (
	addEvent     = `INSERT INTO events (source, kind, received_at, state, note, body, id, rev) VALUES (?, ?, ?, ?, ?, ?, ?, 1)`
	putEvent     = `UPDATE events SET (source, kind, received_at, state, note, body) = (?, ?, ?, ?, ?, ?), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectEvents = `SELECT source, kind, received_at, state, note, body, id, rev FROM events`
)

func eventValues(e surveys.Event) []any {
	return []any{e.Source, e.Kind, millis(e.ReceivedAt), string(e.State), e.Note, blob(e.Body), e.ID}
}

func scanEvent(r row) (e surveys.Event, err error) {
	err = r.Scan(&e.Source, &e.Kind, at{&e.ReceivedAt}, &e.State, &e.Note, &e.Body, &e.ID, &e.Rev)
	return e, err
}

// AddEvent is surveys.Store's.
func (s *Store) AddEvent(ctx context.Context, e surveys.Event) error {
	return in(s.write(ctx, addEvent, eventValues(e)...), "keeping event %s", e.ID)
}

// GetEvent is surveys.Store's.
func (s *Store) GetEvent(ctx context.Context, id string) (surveys.Event, error) {
	e, err := get(ctx, s, scanEvent, selectEvents+` WHERE id = ?`, id)
	return e, in(err, "reading event %s", id)
}

// FindEvents is surveys.Store's.
func (s *Store) FindEvents(ctx context.Context, state surveys.EventState, limit int) ([]surveys.Event, error) {
	found, err := find(ctx, s, scanEvent, selectEvents+` WHERE state = ? ORDER BY received_at, id LIMIT +?`, string(state), limit)
	return found, in(err, "looking for events %s", state)
}

// EventsIn is surveys.Store's.
func (s *Store) EventsIn(ctx context.Context, state surveys.EventState) iter.Seq2[surveys.Event, error] {
	const page = selectEvents + ` WHERE state = ? AND (received_at, id) > (?, ?) ORDER BY received_at, id LIMIT +?`
	return walk(ctx, surveys.Event{}, func(last surveys.Event) ([]surveys.Event, error) {
		found, err := find(ctx, s, scanEvent, page, string(state), millis(last.ReceivedAt), last.ID, pageOfEvents)
		return found, in(err, "walking the events %s", state)
	})
}

// FindSourceEvents is surveys.Store's.
func (s *Store) FindSourceEvents(ctx context.Context, source string, limit int) ([]surveys.Event, error) {
	const newest = `SELECT source, kind, received_at, state, note, x'', id, rev FROM events WHERE source = ? ORDER BY received_at DESC, id DESC LIMIT +?`
	found, err := find(ctx, s, scanEvent, newest, source, limit)
	return found, in(err, "looking for the events of source %s", source)
}

// PutEvent is surveys.Store's.
func (s *Store) PutEvent(ctx context.Context, e surveys.Event) error {
	return in(s.change(ctx, putEvent, append(eventValues(e), e.Rev)...), "changing event %s", e.ID)
}
