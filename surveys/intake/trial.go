package intake

import (
	"net/http"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// What a trial tells of: nothing that could be taken for a ticket of anybody.
const (
	trialTicket  = "entendu-test"
	trialAddress = "test@example.com" // nobody's (RFC 2606 section 3)
)

// Try makes the event by which a source is tried: as its helpdesk would send it now,
// about a ticket that there is not, proved by the newest secret of the source.
func (h Helpdesk) Try(source surveys.Source, now time.Time) (header http.Header, body []byte) {
	header, body = http.Header{}, []byte(h.trial(now))
	header.Set("Content-Type", "application/json")
	if all := secrets(source.Secret); len(all) > 0 {
		h.prove(header, body, all[0], now)
	}
	return header, body
}

// state is the prove of a helpdesk that cannot sign.
func state(h http.Header, _ []byte, secret string, _ time.Time) {
	h.Set("X-Entendu-Secret", secret)
}

// trialOf fills in a trial: $ID, $ADDRESS, and the times $OPENED, $REPLIED and $NOW.
func trialOf(text string, write func(time.Time) string) func(now time.Time) string {
	return func(now time.Time) string {
		return strings.NewReplacer(
			"$ID", trialTicket, "$ADDRESS", trialAddress, "$OPENED", write(now.Add(-26*time.Hour)), "$REPLIED", write(now.Add(-25*time.Hour)), "$NOW", write(now),
		).Replace(text)
	}
}
