package web

import (
	"net/netip"
	"time"

	"github.com/entendu/entendu/server/auth"
)

// A client may fail 30 times at once, then once every 2 seconds: enough for a
// broken copy of a link or a wrong secret, too few to guess anything.
const (
	failuresAtOnce = 30
	failureEvery   = 2 * time.Second
)

// limiter counts failed tokens and signatures by client. Whoever comes with a
// valid one never meets it. It remembers the clients that failed last.
type limiter struct {
	now    func() time.Time
	failed *auth.Throttle
}

func newLimiter(now func() time.Time) *limiter { return &limiter{now, auth.NewThrottle()} }

// spend counts one failure and says whether it may still be answered as such.
func (l *limiter) spend(address string) bool {
	_, ok := l.failed.Take(l.now(), auth.Bound{Key: network(address), AtOnce: failuresAtOnce, Every: failureEvery})
	return ok
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
