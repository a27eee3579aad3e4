package surveys

import (
	"log/slog"
	"sync"
	"time"
)

// Clock is an instance's own, which decides nothing: leases, windows and expiry go by
// the store's. Where the two are far apart one of them is wrong, and nobody can say
// which, so that what cannot be taken back waits. With an SQLite store they are one.
type Clock struct {
	Own func() time.Time
	Log *slog.Logger

	mu   sync.Mutex
	last discord
}

const (
	// clocksWarn is how far apart clocks are that do follow some time server.
	clocksWarn = 30 * time.Second
	// clocksStop is beyond what leases and the freshness of a signature bear.
	clocksStop = 5 * time.Minute
)

// discord is how well two clocks agree.
type discord int

const (
	inStep discord = iota
	outOfStep
	farApart
)

// Apart says whether what goes by a clock must wait, given the store's time. It warns
// in the log when that begins, or may soon, and says when the clocks agree again. A
// nil Clock is never apart.
func (c *Clock) Apart(store time.Time) bool {
	if c == nil {
		return false
	}
	off := c.Own().Sub(store)
	now := inStep
	switch {
	case off.Abs() > clocksStop:
		now = farApart
	case off.Abs() > clocksWarn:
		now = outOfStep
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if now != c.last {
		c.last = now
		c.tell(now, off.Round(time.Second))
	}
	return now == farApart
}

func (c *Clock) tell(now discord, off time.Duration) {
	const advice = "let both machines follow a time server"
	switch now {
	case farApart:
		c.Log.Error("this machine's clock and the store's are too far apart: no mail is sent and no event with a signed time is taken; "+advice, "ahead of the store by", off)
	case outOfStep:
		c.Log.Warn("this machine's clock and the store's are apart; "+advice, "ahead of the store by", off)
	default:
		c.Log.Info("this machine's clock and the store's agree again", "ahead of the store by", off)
	}
}
