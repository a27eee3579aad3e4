package surveys

import (
	"context"
	"time"
)

// Letter is one invitation as it is to be carried: everything the words need, and
// what must be the same on every attempt.
type Letter struct {
	Invitation   Invitation
	Survey       Survey
	Language     string // the one to write in
	To           string // address
	Name         string
	Organisation Organisation
	Date         time.Time // Invitation.MailedAt
	AnswerToken  string
	StopToken    string
	MessageName  string // local part of the Message-ID; the same on each attempt
	Controller   string // [privacy] controller, "" if the organisation itself
	Keep         Span   // [privacy] answers
}

// Mailer carries letters. Carry blocks until the dialogue has ended and never
// calls back. An Outcome of Unknown means that a server may have accepted.
type Mailer interface {
	Carry(ctx context.Context, l Letter) (Outcome, string)
}

// Failpoint is called at the named steps K1 to K19 of a ticket's life. It is nil
// but in builds that test what happens when the process dies at a step.
type Failpoint func(step string) error

// At reaches a step.
func (f Failpoint) At(step string) error {
	if f == nil {
		return nil
	}
	return f(step)
}

// Reader understands a raw event: the notices in it, in order. It fails with
// *Unreadable on what no repetition will make readable.
type Reader func(Event, Source) ([]Notice, error)
