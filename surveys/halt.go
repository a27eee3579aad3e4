package surveys

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Halt is why no mail leaves: our mail server cannot be reached, or servers refuse
// the sender. It is not the recipients' fault, so none of them is tried meanwhile
// but one at a time. It lies in the store, for every instance and for people who
// ask what is wrong.
type Halt struct {
	Since time.Time
	Until time.Time // when the next mail is tried
	Tries int
	Fault Fault
	Reply string // the server's words
}

const haltSlot = "sending halted"

// GetHalt tells why sending has stopped; the zero Halt where it has not.
func GetHalt(ctx context.Context, st Store) (h Halt, err error) {
	text, err := st.GetSlot(ctx, haltSlot)
	if err != nil || text == "" {
		return h, err
	}
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		return h, fmt.Errorf("reading why sending was halted: %w", err)
	}
	return h, nil
}

func putHalt(ctx context.Context, st Store, h Halt) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return st.PutSlot(ctx, haltSlot, string(text))
}

// holds says whether sending is still halted. One that lasts longer than any does was
// made by a clock that ran ahead.
func (h Halt) holds(now time.Time) bool {
	return h.Until.After(now) && !h.Until.After(now.Add(longestHalt))
}

// longestHalt is how long sending stands still at most before the next trial.
const longestHalt = time.Hour

// again is the halt after one more mail met it. A server that is down is asked soon;
// a password does not mend itself.
func (h Halt) again(now time.Time, c Carried) Halt {
	first, longest := 30*time.Second, 15*time.Minute
	if c.Fault == OfSender {
		first, longest = 5*time.Minute, longestHalt
	}
	if h.Tries == 0 {
		h.Since = now
	}
	h.Until = now.Add(min(first<<min(h.Tries, 10), longest))
	h.Tries++
	h.Fault, h.Reply = c.Fault, c.Reply
	return h
}
