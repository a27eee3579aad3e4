package surveys

import "time"

// Feedback is what came back about one mail after a server had accepted it, in the
// one form that reports by mail and every mail service are brought to.
type Feedback struct {
	Kind FeedbackKind
	// Name is what only a mail of ours carries: the local part of its Message-ID or
	// of its return path. It is signed, so it needs no other proof.
	Name string
	// Address is whom it is about, told by a service that signed in; "" in a report
	// by mail, which anybody can forge.
	Address string
	Reply   string // the code and the words, no address in them
	At      time.Time
}

// FeedbackKind is what is to follow from it.
type FeedbackKind string

// The kinds of feedback. A hard bounce and a complaint suppress; a soft one counts.
const (
	HardBounce FeedbackKind = "hard"
	SoftBounce FeedbackKind = "soft"
	Complaint  FeedbackKind = "complaint"
	OptedOut   FeedbackKind = "opted_out" // by the service's own link
)

// FeedbackReader understands a raw report: what it says of which mails. It gives
// nothing where there is nothing to do, as for an automatic reply, and fails with
// *Unreadable on what no repetition will make readable.
type FeedbackReader func(Event, Source) ([]Feedback, error)
