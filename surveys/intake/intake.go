// Package intake reads what helpdesks say. For each kind of helpdesk one file
// turns the body of a webhook into surveys.Notice; csv.go does the same for the
// rows of an export.
//
// It takes from a body only what Entendu needs: descriptions, messages and notes
// are never carried further. Looker asks the APIs of those helpdesks that have one,
// each in a file of its own. It keeps nothing and decides nothing: when to ask,
// whether a notice closes a ticket, or is older than what is known, is the business
// of package surveys. It serves nothing by HTTP.
//
// The webhooks of mail services, which tell what became of a mail, are read in the
// same way into surveys.Feedback: see MailService.
//
// To add a helpdesk: one file with its functions, one line in Helpdesks, one
// folder in testdata; a second file with its look, if it can be asked.
package intake

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// ErrUnsigned is for an event whose sender did not prove to know the source's
// secret, did so too long ago, or whose source has no secret.
var ErrUnsigned = errors.New("the event does not carry a valid signature or secret")

// Helpdesk is what differs from one kind of helpdesk to the next.
type Helpdesk struct {
	Kind string // as written in [[source]] kind

	// Verify checks the sender over the raw bytes; it fails with ErrUnsigned.
	Verify func(header http.Header, body []byte, source surveys.Source, now time.Time) error

	// Delivery is the helpdesk's own id of this delivery, the same on each of its
	// retries; "" where it has none, so that the body must stand for it.
	Delivery func(header http.Header, body []byte) string

	// Read gives the notices in a body, in order; none if it is not about a
	// ticket. It fails with *surveys.Unreadable. The same arguments give the same
	// notices, so a stored event can be read again.
	Read func(body []byte, received time.Time, source surveys.Source) ([]surveys.Notice, error)

	theirs   bool   // see Kind.Theirs
	template string // see Kind.Template

	// trial is an event about a ticket that there is not, closed now, as the helpdesk
	// writes it; see Try.
	trial func(now time.Time) string
	// prove sets the headers by which the sender of a trial is known.
	prove func(h http.Header, body []byte, secret string, now time.Time)

	// look is a surveys.Look; nil where no API is known. Read understands what it finds.
	look func(ctx context.Context, a api, since time.Time, cursor string) (surveys.Looked, error)
}

// Helpdesks lists every kind.
func Helpdesks() []Helpdesk {
	return []Helpdesk{generic(), zendesk(), freshdesk(), zammad(), chatwoot()}
}

// Find gives the helpdesk of a kind.
func Find(kind string) (Helpdesk, bool) {
	all := Helpdesks()
	i := slices.IndexFunc(all, func(h Helpdesk) bool { return h.Kind == kind })
	if i < 0 {
		return Helpdesk{}, false
	}
	return all[i], true
}

// Read is the surveys.Reader: it understands a stored event by the kind that its
// source had when it came.
func Read(e surveys.Event, source surveys.Source) ([]surveys.Notice, error) {
	h, ok := Find(e.Kind)
	if !ok {
		return nil, &surveys.Unreadable{What: "no helpdesk of this kind is known"}
	}
	return h.Read(e.Body, e.ReceivedAt, source)
}

// deliveredAs is the Delivery of helpdesks that name it in a header.
func deliveredAs(name string) func(http.Header, []byte) string {
	return func(h http.Header, _ []byte) string { return h.Get(name) }
}
