package surveys

import (
	"context"
	"log/slog"
	"time"
)

// Work is the one pattern of a worker: it repeats pass until ctx ends, at once
// while pass says that there is more, else after pause or a wake-up. A failing
// pass is logged and tried again after pause: the rows it left are still marked.
// wake may be nil.
func Work(ctx context.Context, log *slog.Logger, name string, pause time.Duration, wake <-chan struct{}, pass func(context.Context) (more bool, err error)) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-timer.C:
		}
		more, err := pass(ctx)
		if err != nil && ctx.Err() == nil {
			log.Error("a worker could not finish and will try again", "worker", name, "error", err)
		}
		if more && err == nil {
			timer.Reset(0)
		} else {
			timer.Reset(pause)
		}
	}
}
