package surveys

import (
	"context"
	"time"
)

// restPerWork and longestRest hold a worker that yields to a fifth of its time,
// and never keep what waits for longer than an idle worker's pause.
const (
	restPerWork = 4
	longestRest = time.Second
)

// yielding makes of a pass one that lets whoever wakes the worker go first: when
// woken again during a pass, it rests in proportion to the work before it goes on.
// So helpdesks and customers are answered at once while many events arrive, and a
// backlog that nobody adds to is worked off without resting.
func yielding(wake <-chan struct{}, pass func(context.Context) (more bool, err error)) func(context.Context) (bool, error) {
	return func(ctx context.Context) (more bool, err error) {
		began := time.Now() // not when something happened, only how much work it was
		more, err = pass(ctx)
		select {
		case <-wake:
			pause(ctx, min(restPerWork*time.Since(began), longestRest))
			return true, err
		default:
			return more, err
		}
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
