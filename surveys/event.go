package surveys

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// Event is what a helpdesk posted, byte for byte. It is durable before the
// helpdesk is answered; its id is kept for ever, its body as long as
// [privacy] raw_events says.
type Event struct {
	ID         string // EventID: the same delivery is the same event
	Source     string
	Kind       string // the source's kind at receipt, so that it can be read again
	ReceivedAt time.Time
	Body       []byte
	State      EventState
	Note       string // for people: why it was not understood, never with personal data
	Rev        int64
}

// EventState says whether an event still has work in it.
type EventState string

// The states of an event. ToApply is the mark that the Applier clears.
const (
	ToApply       EventState = "to_apply"
	ToHear        EventState = "to_hear" // a report about a mail: the mark that the Listener clears
	Applied       EventState = "applied"
	NotUnderstood EventState = "not_understood"
	Emptied       EventState = "emptied" // by the Forgetter: only the id is left of use
)

// EventID makes the id under which one delivery is kept once, whatever the number
// of times it arrives. delivery is the helpdesk's own id of it. Where there is none
// the body stands for it, within the hour of receipt: two closings of one ticket
// may be told in the same words, and applying one of them twice does no harm.
func EventID(source, delivery string, body []byte, received time.Time) string {
	h := sha256.New()
	for _, part := range []string{"event", source, delivery} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	if delivery == "" {
		h.Write([]byte(received.UTC().Format("2006-01-02T15")))
		h.Write(body)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}
