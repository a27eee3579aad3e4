package surveys

import (
	"context"
	"sync"
)

// lanesInUse are the invitations that a goroutine of this Sender has in hand, or in
// a dialogue.
type lanesInUse struct {
	mu    sync.Mutex
	ids   map[string]bool
	freed chan struct{} // closed and replaced when one has ended
}

// wait waits until fewer than most are in use; false if ctx ends first.
func (l *lanesInUse) wait(ctx context.Context, most int) bool {
	return l.await(ctx, func() bool { return len(l.ids) < most })
}

// take waits for a lane until fewer than most are in use; false if ctx ends first.
func (l *lanesInUse) take(ctx context.Context, id string, most int) bool {
	return l.await(ctx, func() bool {
		if len(l.ids) >= most {
			return false
		}
		if l.ids == nil {
			l.ids = map[string]bool{}
		}
		l.ids[id] = true
		return true
	})
}

// await asks again each time that one has ended.
func (l *lanesInUse) await(ctx context.Context, is func() bool) bool {
	for ctx.Err() == nil {
		l.mu.Lock()
		if is() {
			l.mu.Unlock()
			return true
		}
		if l.freed == nil {
			l.freed = make(chan struct{})
		}
		freed := l.freed
		l.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
		}
	}
	return false
}

func (l *lanesInUse) inUse() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ids)
}

func (l *lanesInUse) hold(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ids[id]
}

func (l *lanesInUse) free(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.ids, id)
	if l.freed != nil {
		close(l.freed)
		l.freed = nil
	}
}
