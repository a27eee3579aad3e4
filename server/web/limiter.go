package web

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A client may fail 30 times at once, then once every 2 seconds: enough for a
// broken copy of a link or a wrong secret, too few to guess anything.
const (
	failuresPerSecond = 0.5
	failuresAtOnce    = 30
	clientsRemembered = 4096
)

// limiter counts failed tokens and signatures by client. Whoever comes with a
// valid one never meets it. It remembers the clients that failed last.
type limiter struct {
	now     func() time.Time
	mu      sync.Mutex
	byKey   map[string]*list.Element
	clients *list.List // of *client, the last to fail in front
}

type client struct {
	key  string
	rate *rate.Limiter
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, byKey: map[string]*list.Element{}, clients: list.New()}
}

// spend counts one failure and says whether it may still be answered as such.
func (l *limiter) spend(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := network(address)
	e, ok := l.byKey[key]
	if ok {
		l.clients.MoveToFront(e)
	} else {
		e = l.clients.PushFront(&client{key, rate.NewLimiter(failuresPerSecond, failuresAtOnce)})
		l.byKey[key] = e
		l.forget()
	}
	return e.Value.(*client).rate.AllowN(l.now(), 1)
}

func (l *limiter) forget() {
	if l.clients.Len() > clientsRemembered {
		oldest := l.clients.Remove(l.clients.Back()).(*client)
		delete(l.byKey, oldest.key)
	}
}

// network is what one client can be taken for: its address, of IPv6 the /64 that
// a household is given.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}
