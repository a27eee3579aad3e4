package surveys

import "time"

// Status is where a ticket stands, in our words; intake translates each
// helpdesk's own.
type Status string

// The statuses in the order that decides between two events of the same
// updated_at: the later one here is applied last.
const (
	Open      Status = "open"
	Pending   Status = "pending"
	Reopened  Status = "reopened"
	Resolved  Status = "resolved"
	Closed    Status = "closed"
	Withdrawn Status = "withdrawn"
	Spam      Status = "spam"
	Deleted   Status = "deleted"
)

// Statuses lists every status in that order.
func Statuses() []Status {
	return []Status{Open, Pending, Reopened, Resolved, Closed, Withdrawn, Spam, Deleted}
}

// Handled says whether the helpdesk considers the ticket done: resolved or closed.
func (s Status) Handled() bool { return s == Resolved || s == Closed }

// Active says whether somebody still works, or waits, on the ticket.
func (s Status) Active() bool { return s == Open || s == Pending || s == Reopened }

// Dimensions are the only ways in which figures are ever split. There is none
// for a person, on purpose.
type Dimensions struct {
	Team     string
	Category string
	Product  string
	Channel  string
	Language string // BCP 47, lower case, "" if the helpdesk does not say
}

// TicketKey identifies a ticket: the same id in two sources is two tickets.
type TicketKey struct {
	Source string
	ID     string
}

// Ticket is one request in one helpdesk as far as we know it. Times are UTC, cut
// to milliseconds; a zero time, a zero count and an empty text mean unknown.
type Ticket struct {
	TicketKey
	Number  string // what the customer was told; the id where there is no other
	Subject string // cut by erasure and retention
	Status  Status // "" while the helpdesk's word is not understood
	Dimensions
	Tags         []string
	Agent        string // the helpdesk's id of the adviser, never shown beside a figure
	OpenedAt     time.Time
	FirstReplyAt time.Time
	UpdatedAt    time.Time // the helpdesk's; an older event is not applied
	Contacts     int       // messages the customer had to send; 0 is unknown
	MergedInto   string
	Customer     string // Customer.ID, "" if the helpdesk did not say who asked
	Person       string // Customer.Person, "" likewise and after erasure

	// Promise is the time to a first reply as announced when the ticket opened;
	// 0 where none was in force.
	Promise time.Duration

	Transitions []Transition // every change of status, oldest first
	Closings    []Closing    // oldest first; Closings[i].N == i+1
	Was         []TicketWas  // what was known before, oldest first: see KnownAt

	// Settle marks that the closings must be looked at by the Inviter.
	Settle bool
	// Recount lists the days whose tallies this row has changed since it was
	// last counted: written with the row, cleared by reports.Store.ClearMark.
	Recount []Day
	// Rev counts the writes of this row; PutTicket compares and sets it.
	Rev int64
}

// Transition is one change of status.
type Transition struct {
	Status   Status
	At       time.Time // when, by the helpdesk
	LearntAt time.Time // when Entendu stored it: editions are counted as of this
}

// Closing is one time that the ticket came to be handled. It stands until the
// ticket is active again.
type Closing struct {
	N        int // from 1
	At       time.Time
	LearntAt time.Time
	EndedAt  time.Time // zero while it stands
	Quiet    bool      // brought along by an import: nobody is asked about it
	Misdated bool      // the helpdesk told a time that cannot be: At is the event's
}

const (
	// cutOff is what some helpdesks cut off a time: the seconds. What happened before
	// the opening by no more than that took no time; by more, one of the two is wrong.
	cutOff = time.Minute
	// aheadOfUs is by how much a helpdesk's clock may be ahead of ours.
	aheadOfUs = 5 * time.Minute
)

// Misdated says whether something cannot have happened when the helpdesk says: before
// its ticket was opened, or after we had learnt of it.
func Misdated(at, opened, learnt time.Time) bool {
	return at.Before(opened.Add(-cutOff)) || at.After(learnt.Add(aheadOfUs))
}

// Named says whether something of a person is in the ticket: whose it is, or what they
// called it. Retention takes both, which no figure is counted from.
func (t Ticket) Named() bool { return t.Person != "" || t.Subject != "" }

// LeftOut says whether the ticket belongs in no figure at all: spam, deleted, or
// merged into another one.
func (t Ticket) LeftOut() bool {
	return t.Status == Spam || t.Status == Deleted || t.MergedInto != ""
}

// handled says whose handling a closing was; "" where that cannot be told, because
// somebody else may have handled the ticket since.
func (t Ticket) handled(closing int) string {
	if closing != len(t.Closings) {
		return ""
	}
	return t.Agent
}
