package surveys

import (
	"context"
	"time"
)

// Letter is one invitation as it is to be carried: everything the words need, and
// what must be the same on every attempt.
type Letter struct {
	Invitation   Invitation
	Step         Step // the invitation itself, or its reminder
	Survey       Survey
	Language     string // the one to write in
	To           string // address
	Name         string
	Organisation Organisation
	Date         time.Time // that of the step's first attempt
	Until        time.Time // when answering ends; zero while that is not known
	AnswerToken  string
	StopToken    string
	FollowToken  string // of the ticket's page; "" where nobody is known to follow it
	MessageName  string // local part of the Message-ID; the same on each attempt
	FirstName    string // MessageName of the invitation that a reminder reminds of
	ReturnName   string // local part of the return path, where one is set; likewise
	Controller   string // [privacy] controller, "" if the organisation itself
	Keep         Span   // [privacy] answers
}

// Mailer carries letters. Carry blocks until the dialogue has ended and never
// calls back. An Outcome of Unknown means that a server may have accepted.
type Mailer interface {
	Carry(ctx context.Context, l Letter) Carried
}

// Carried is how a dialogue ended.
type Carried struct {
	Outcome Outcome
	Fault   Fault
	Reply   string // the server's words, or why there are none: at most 200 characters, no address
}

// Fault says whose fault it is that a letter did not arrive, and so who else it
// will happen to.
type Fault string

// The faults.
const (
	OfLetter  Fault = ""        // this letter's, or nobody's
	OfAddress Fault = "address" // nobody is there (5.1.x, 5.2.1): never written to again
	OfDomain  Fault = "domain"  // its server asks for a pause (421, 4.7.x)
	OfServer  Fault = "server"  // our mail server cannot be reached
	OfSender  Fault = "sender"  // signing in, or what servers think of us (535, 5.7.x)
)

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
