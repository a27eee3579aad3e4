package surveys

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"
)

const (
	// doubtAfter is the wait before the one retry of an attempt of unknown outcome:
	// the time a server may take to answer the final dot (RFC 5321 4.5.3.2.6).
	doubtAfter = 10 * time.Minute
	// giveUpAfter is how long after the first attempt mail is given up: a later
	// question would measure memory.
	giveUpAfter = 48 * time.Hour
	// jitter spreads what was refused at one time, so that it does not come back
	// at one time.
	jitter = 0.1
)

// waits are those before the second attempt, the third, and so on; the last stands
// for all that follow. A grey list lets in after 5 to 15 minutes.
func waits() []time.Duration {
	return []time.Duration{
		5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour,
	}
}

// retryAfter is the wait after the n-th attempt, from 1, that was put off. The
// jitter is drawn from the invitation, so that it needs no memory.
func retryAfter(invitation string, n int) time.Duration {
	all := waits()
	wait := all[min(n, len(all))-1]
	return wait + time.Duration((2*draw("retry", invitation, strconv.Itoa(n))-1)*jitter*float64(wait))
}

// draw gives a number from 0 to 1, the same each time for the same words.
func draw(words ...string) float64 {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return float64(binary.BigEndian.Uint64(h.Sum(nil)[:8])>>11) / (1 << 53)
}

// deferrals counts the attempts at a step that were put off.
func (i Invitation) deferrals(step Step) int {
	n := 0
	for _, a := range i.Attempts {
		if a.Step == step && a.Outcome == Deferred {
			n++
		}
	}
	return n
}
