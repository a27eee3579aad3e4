package surveys

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"
)

// State is where an invitation stands.
type State string

// The states of an invitation:
//
//	Waiting ──claim──▶ Claimed ──accepted──▶ Sent
//	   ▲                  │
//	   └──── deferred ────┘   any but Sent ──▶ Skipped
//
// An expired lease makes a Claimed one claimable again. A Sent one stays Sent while
// its reminder is claimed: Owner and LeaseUntil hold it, and Reminder.DueAt says
// that there is one. Every arrow is a compare-and-set on Rev.
const (
	Waiting State = "waiting"
	Claimed State = "claimed"
	Sent    State = "sent"
	Skipped State = "skipped"
)

// Skip is the reason why an invitation was not made or not sent.
type Skip string

// The skip codes, in the order of Skips; Inviter and Sender say which comes first
// where several are true.
const (
	NoAddress   Skip = "no_address"
	Staff       Skip = "staff"
	Suppressed  Skip = "suppressed"
	Rest        Skip = "rest"
	Sample      Skip = "sample"
	Tag         Skip = "tag"
	SourceOff   Skip = "source_off"
	TooOld      Skip = "too_old"
	WasReopened Skip = "reopened"
	Expired     Skip = "expired"
	Failed      Skip = "failed"
	Erased      Skip = "erased"
)

// Skips lists every code.
func Skips() []Skip {
	return []Skip{NoAddress, Staff, Suppressed, Rest, Sample, Tag, SourceOff, TooOld, WasReopened, Expired, Failed, Erased}
}

// Invitation is one survey asked of one customer for one closing. Every closing
// has exactly one, be it skipped, so that invitations also count the closings.
type Invitation struct {
	ID      string // InvitationID
	Survey  string
	Version int

	Ticket     TicketKey
	Number     string
	Closing    int
	ClosedAt   time.Time
	MadeAt     time.Time // when Entendu made it
	Customer   string
	Person     string
	Dimensions           // as they stood when the invitation was made, like the next two
	OpenedAt   time.Time // of the ticket
	Agent      string    // of the ticket: how many stand behind figures is counted, and nothing else

	State     State
	Code      Skip      // why, when Skipped
	SkippedAt time.Time // when, when Skipped
	DueAt     time.Time // not before; moves on with each deferral

	Owner      string    // who holds the claim
	LeaseUntil time.Time // store time until which the claim holds

	MailedAt   time.Time // the Date header, fixed by the first attempt
	AcceptedAt time.Time // first acceptance by a server; the answer window begins
	Attempts   []Attempt
	Reminder   Reminder
	Bounce     Bounce

	LeftOut bool            // the ticket turned out to be spam, deleted or merged
	Was     []InvitationWas // what stood before, oldest first: see KnownAt
	Recount []Day           // as in Ticket
	Rev     int64
}

// Outcome is how an attempt to hand a mail to a server ended.
type Outcome string

// The outcomes. Unknown is what stands in the store while a dialogue runs, and
// what remains if nobody lived to say more: a server may have accepted.
const (
	Unknown  Outcome = "unknown"
	Accepted Outcome = "accepted"
	Deferred Outcome = "deferred"
	Refused  Outcome = "refused"
)

// Step is which of its mails an attempt is about.
type Step string

// The steps of an invitation: each is a mail of its own, with its own Message-ID.
const (
	FirstMail    Step = "" // the invitation itself
	ReminderMail Step = "reminder"
)

// Attempt is one dialogue with a mail server, recorded before it begins.
type Attempt struct {
	At      time.Time
	Step    Step
	Outcome Outcome
	Reply   string // the server's words, cut to 200 characters, no address in it
}

// Reminder is the one mail that may follow an invitation nobody answered.
type Reminder struct {
	DueAt      time.Time // not before; zero where none is to be sent, or no more
	MailedAt   time.Time // its Date header, fixed by its first attempt
	AcceptedAt time.Time // first acceptance by a server
}

// Bounce is what came back after a server had accepted the mail.
type Bounce struct {
	At    time.Time // when Entendu learnt that it will not be delivered; zero if it did not
	Reply string    // every report, a line each: when, its kind, the code and the words, no address in them
	Soft  int       // of them: a trouble that may pass
}

// InvitationID is the id of the one invitation of (survey, ticket, closing). Two
// processes that make it at once make the same one, and the store keeps one.
func InvitationID(survey string, t TicketKey, closing int) string {
	return closingID("invitation", survey, t, closing)
}

// BroughtID is the id of the one response of (survey, ticket, closing) that another
// tool took. It is not that of the invitation, so that the link in our own mail stays
// free for an answer of its own.
func BroughtID(survey string, t TicketKey, closing int) string {
	return closingID("brought", survey, t, closing)
}

func closingID(what, survey string, t TicketKey, closing int) string {
	h := sha256.New()
	for _, part := range []string{what, survey, t.Source, t.ID, strconv.Itoa(closing)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// Window is when answering ends: span after the first accepted mail. Where no
// acceptance is known it is span after the first attempt, for a sender that was
// killed may have sent it; zero before that.
func (i Invitation) Window(span Span) time.Time {
	begin := i.AcceptedAt
	if begin.IsZero() {
		begin = i.MailedAt
	}
	if begin.IsZero() || span.Off() {
		return time.Time{}
	}
	return span.After(begin)
}

// Asked is i with what its page says and its response takes over, and without what
// only asking needs. Its Rev is gone too, so it cannot be put.
func (i Invitation) Asked() Invitation {
	return Invitation{
		ID: i.ID, Survey: i.Survey, Version: i.Version,
		Ticket: i.Ticket, Number: i.Number, Closing: i.Closing, ClosedAt: i.ClosedAt,
		Customer: i.Customer, Person: i.Person, Dimensions: i.Dimensions,
		Code: i.Code, MailedAt: i.MailedAt, AcceptedAt: i.AcceptedAt, LeftOut: i.LeftOut,
	}
}

// UnknownAttempts counts the attempts at a step that a server may have accepted
// without our knowing.
func (i Invitation) UnknownAttempts(step Step) int {
	n := 0
	for _, a := range i.Attempts {
		if a.Step == step && a.Outcome == Unknown {
			n++
		}
	}
	return n
}

// ReadyAt is when an invitation may be claimed: one time for each way, so that what
// is due is one range of one index; ok is false where it never may.
func (i Invitation) ReadyAt() (at time.Time, ok bool) {
	switch {
	case i.State == Waiting:
		return i.DueAt, true
	case i.State == Claimed:
		return i.LeaseUntil, true
	case i.State == Sent && !i.Reminder.DueAt.IsZero() && i.LeaseUntil.After(i.Reminder.DueAt):
		return i.LeaseUntil, true
	case i.State == Sent && !i.Reminder.DueAt.IsZero():
		return i.Reminder.DueAt, true
	}
	return time.Time{}, false
}
