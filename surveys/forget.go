package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
)

// Forgetter empties raw events when [privacy] raw_events is over: what the helpdesk
// wrote goes, the id stays for ever, so that a late repetition is still known. An
// event that still waits to be applied is not touched.
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

// Pass empties one batch of each state, oldest first; more says that others wait.
func (f *Forgetter) Pass(ctx context.Context) (more bool, err error) {
	keep := f.Settings().Privacy.RawEvents
	if keep.Off() {
		return false, nil
	}
	now, err := f.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	for _, state := range []EventState{Applied, NotUnderstood} {
		full, err := f.empty(ctx, state, keep.Before(now))
		if err != nil {
			return false, fmt.Errorf("emptying events that are %s: %w", state, err)
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
