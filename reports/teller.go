package reports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Teller has those told of a published action who asked for that, among the answers
// that it goes back to. The mark on the action goes once everybody has an errand; those
// are named after action and person, so that doing it again doubles none.
type Teller struct {
	Store    Store
	Settings func() surveys.Settings
	Tell     func(ctx context.Context, action string, r surveys.Response) error
	Log      *slog.Logger
	Wake     <-chan struct{}
}

// Run tells until ctx ends.
func (t *Teller) Run(ctx context.Context) error {
	return surveys.Work(ctx, t.Log, "teller", 10*time.Second, t.Wake, t.Pass)
}

// Pass takes every marked action; there are few actions. One that was withdrawn
// meanwhile waits until it is public again.
func (t *Teller) Pass(ctx context.Context) (more bool, err error) {
	var marked []Action
	for a, err := range t.Store.Actions(ctx) {
		if err != nil {
			return false, err
		}
		if a.Telling && a.Cleared {
			marked = append(marked, a)
		}
	}
	var errs []error
	for _, a := range marked {
		err := t.tellOf(ctx, a)
		if err == nil {
			a.Telling = false
			err = t.Store.PutAction(ctx, a)
		}
		if err != nil && !errors.Is(err, fs.ErrExist) { // else the mark stands
			errs = append(errs, fmt.Errorf("telling of action %s: %w", a.ID, err))
		}
	}
	return false, errors.Join(errs...)
}

func (t *Teller) tellOf(ctx context.Context, a Action) error {
	zone := t.Settings().Zone()
	for r, err := range t.Store.ResponsesClosed(ctx, a.Raised.From.Start(zone), a.Raised.To.Start(zone)) {
		if err == nil && a.Raised.holds(r) {
			err = t.Tell(ctx, a.ID, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r Raised) holds(one surveys.Response) bool {
	return r.Category == "" || r.Category == one.Category
}
