package e2e

import (
	"sync"
	"testing"
)

// The places in a dialogue at which a server can keep its answer back.
const (
	atRecipient = "RCPT" // no byte of the message has left
	atDot       = "DATA" // the message was accepted, and nobody was told
)

// hold keeps dialogues waiting at a place: the first that come there, until they
// are released. Those that come later pass.
type hold struct {
	at       string
	seats    chan struct{} // one for each that is to wait
	released chan struct{}
	release  func()
}

// holds lets the first dialogues that come to a place wait there.
func (b *postbox) holds(t testing.TB, at string, dialogues int) *hold {
	h := &hold{at: at, seats: make(chan struct{}, dialogues), released: make(chan struct{})}
	h.release = sync.OnceFunc(func() { close(h.released) })
	t.Cleanup(h.release)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hold = h
	return h
}

// isFull says whether all that are to wait do.
func (h *hold) isFull() bool { return len(h.seats) == cap(h.seats) }

// keepWaiting is where a dialogue may be held.
func (b *postbox) keepWaiting(at string) {
	b.mu.Lock()
	h := b.hold
	b.mu.Unlock()
	if h == nil || h.at != at {
		return
	}
	select {
	case h.seats <- struct{}{}:
		<-h.released
	default:
	}
}
