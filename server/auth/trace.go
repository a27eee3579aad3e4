package auth

import (
	"context"
	"time"
)

// Trace is one line of what people saw, took and changed. It names no customer: About is
// the id of a record, or what a file held.
type Trace struct {
	ID     string
	At     time.Time
	Person string // Person.ID; "" for the operator's commands
	Name   string // of the person, as it was
	Act    string // such as "voice.opened"; the words for it stand in the texts under "log.<act>"
	About  string
}

// Note keeps a trace. Whoever shows or gives something that is traced notes first.
func (g *Gate) Note(ctx context.Context, p Person, act, about string) error {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return err
	}
	return g.Store.AddTrace(ctx, Trace{ID: random(16), At: now, Person: p.ID, Name: p.Name, Act: act, About: about})
}
