package surveys

import (
	"context"
	"sync"
)

// lanesInUse are the invitations that a goroutine of this Sender has in hand.
type lanesInUse struct {
	mu    sync.Mutex
	ids   map[string]bool
	freed chan struct{} // closed and replaced when one has ended
}

// wait waits until fewer than most are in use; false if ctx ends first.
func (l *lanesInUse) wait(ctx context.Context, most int) bool {
	for {
		l.mu.Lock()
		if l.freed == nil {
			l.freed = make(chan struct{})
		}
		free, freed := len(l.ids) < most, l.freed
		l.mu.Unlock()
		if free || ctx.Err() != nil {
			return ctx.Err() == nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
		}
	}
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

func (l *lanesInUse) take(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids == nil {
		l.ids = map[string]bool{}
	}
	l.ids[id] = true
}

func (l *lanesInUse) free(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.ids, id)
	if l.freed != nil {
		close(l.freed)
	}
	l.freed = make(chan struct{})
}
