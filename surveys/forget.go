package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
)

// Forgetter takes away what [privacy] says is not kept any longer. Of a raw event goes
// what the helpdesk wrote, and the id stays for ever, so that a late repetition is
// still known; one that still waits to be applied is not touched. Of a ticket whose
// surveys are over goes whose it was and what they called it, of a customer without
// such tickets the address and the name, of an answer what was written by hand: see
// retain.go.
type Forgetter struct {
	Store    Store
	Settings func() Settings
	Log      *slog.Logger
}

const (
	forgetBatch = 256
	// forgetPause is how often the Forgetter looks: a limit in days needs no more.
	forgetPause = 10 * time.Minute
)

// Run forgets until ctx ends.
func (f *Forgetter) Run(ctx context.Context) error {
	return Work(ctx, f.Log, "forgetter", forgetPause, nil, f.Pass)
}

// Pass takes one batch of each kind; more says that others wait.
func (f *Forgetter) Pass(ctx context.Context) (more bool, err error) {
	now, err := f.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	var errs []error
	for _, step := range []struct {
		doing string
		take  func(context.Context, time.Time) (bool, error)
	}{
		{"emptying events", f.emptyEvents}, {"taking names from tickets", f.cutPersons}, {"taking words from answers", f.cutWords},
	} {
		left, err := step.take(ctx, now)
		if more = more || left; err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", step.doing, err))
		}
	}
	return more, errors.Join(errs...)
}

// emptyEvents takes the bodies of a batch of each state, oldest first.
func (f *Forgetter) emptyEvents(ctx context.Context, now time.Time) (more bool, err error) {
	keep := f.Settings().Privacy.RawEvents
	if keep.Off() {
		return false, nil
	}
	for _, state := range []EventState{Applied, NotUnderstood} {
		full, err := f.empty(ctx, state, keep.Before(now))
		if err != nil {
			return false, fmt.Errorf("those that are %s: %w", state, err)
		}
		more = more || full
	}
	return more, nil
}

// empty takes the bodies of events received before a time, and says whether it
// took a whole batch.
func (f *Forgetter) empty(ctx context.Context, state EventState, before time.Time) (full bool, err error) {
	events, err := f.Store.FindEvents(ctx, state, forgetBatch)
	if err != nil {
		return false, err
	}
	var old []Event
	for _, e := range events {
		if e.ReceivedAt.Before(before) {
			old = append(old, e)
		}
	}
	return len(old) == forgetBatch, inParallel(ctx, each(old), func(ctx context.Context, e Event) error {
		e.State, e.Body, e.Note = Emptied, nil, ""
		if err := f.Store.PutEvent(ctx, e); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
}
