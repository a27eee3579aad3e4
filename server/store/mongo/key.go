package mongo

import (
	"fmt"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// ticketID joins the two halves of a ticket's key into one _id, "desk 48213". No
// two keys have the same, and these texts order as source and id do: what is not
// above "!" in a source is written "!" and its code, so that the first space is
// the one between the halves, and nothing sorts before it.
func ticketID(k surveys.TicketKey) string {
	var id strings.Builder
	for _, b := range []byte(k.Source) {
		if b <= '!' {
			fmt.Fprintf(&id, "!%02x", b)
		} else {
			id.WriteByte(b)
		}
	}
	return id.String() + " " + k.ID
}

// order is the text by which records are walked: a time and then an _id, in one
// field, so that each page of a walk is one range of one index. The zero time is
// the first of all.
func order(at time.Time, id string) string { return instant(at) + " " + id }

// instant is a time as text that sorts as the time does: milliseconds since the
// year 1.
func instant(at time.Time) string {
	return fmt.Sprintf("%015d", at.UnixMilli()-time.Time{}.UnixMilli())
}

// bound is where a walk begins or ends. It is rounded up, since kept times are
// rounded down; a zero time does not bound.
func bound(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return instant(at.Add(time.Millisecond - time.Nanosecond))
}
