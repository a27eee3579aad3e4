package surveys

import (
	"slices"
	"time"
)

// FollowUp is a customer to call back, or to write to: one per response, made of an
// answer that asks for it or that gives 1 or 2 of 5. It holds neither who they are nor
// what they wrote; those are read from the ticket and the response when it is opened,
// so that erasure reaches them.
type FollowUp struct {
	ID     string // Response.Invitation
	Ticket TicketKey
	Dimensions
	Reasons []string // the questions whose answers ask for it, in the order of reasons
	AskedAt time.Time
	DueAt   time.Time
	State   FollowUpState
	Owner   string // the id of who took it, among those who sign in; "" for nobody
	Note    string // the team's words; cut by erasure and retention
	Outcome FollowUpOutcome
	Gesture Gesture
	// ClosedAt is when somebody said how it ended; zero while nobody has.
	ClosedAt time.Time
	// TellAt marks that the team is still to be told, from this time on: the end of the
	// quarter of an hour in which it came up.
	TellAt time.Time
	Rev    int64
}

// FollowUpState is where a follow-up stands.
type FollowUpState string

// The states. One is Withdrawn when the customer changed the answer so that nothing
// asks for it any more, or was erased.
const (
	FollowUpWaiting   FollowUpState = "waiting"
	FollowUpClosed    FollowUpState = "closed"
	FollowUpWithdrawn FollowUpState = "withdrawn"
)

// FollowUpOutcome is how a follow-up ended.
type FollowUpOutcome string

// The outcomes.
const (
	Solved       FollowUpOutcome = "solved"
	GestureMade  FollowUpOutcome = "gesture"
	NothingToDo  FollowUpOutcome = "nothing_to_do"
	CannotReach  FollowUpOutcome = "cannot_reach"
	noOutcomeYet FollowUpOutcome = ""
)

// FollowUpOutcomes lists them in the order they are offered.
func FollowUpOutcomes() []FollowUpOutcome {
	return []FollowUpOutcome{Solved, GestureMade, NothingToDo, CannotReach}
}

// Gesture is goodwill given: the goodwill register is the gestures of all follow-ups.
type Gesture struct {
	Kind  GestureKind // "" for none
	Cents int64       // hundredths of the organisation's currency; 0 where it has no price
}

// GestureKind says what was given.
type GestureKind string

// The kinds of gesture.
const (
	Refund      GestureKind = "refund"
	Voucher     GestureKind = "voucher"
	Replacement GestureKind = "replacement"
	OtherGift   GestureKind = "other"
)

// GestureKinds lists them in the order they are offered.
func GestureKinds() []GestureKind { return []GestureKind{Refund, Voucher, Replacement, OtherGift} }

const (
	// followUpDays is how many working days there are to call back, after the one on
	// which the answer came.
	followUpDays = 2
	// tellEvery is how much of what comes up a team is told in one mail.
	tellEvery = 15 * time.Minute
)

// reasons gives the questions whose answers ask for a follow-up.
func (a Answer) reasons() (all []string) {
	if a.Values["callback"] == "yes" {
		all = append(all, "callback")
	}
	for _, question := range []string{"delay", "listening"} {
		if score, ok := a.Score(question); ok && score <= 2 {
			all = append(all, question)
		}
	}
	return all
}

// FollowUpDue is when who answered at a time should have been called back: at the end
// of the second working day after the one on which that came.
func (s Settings) FollowUpDue(asked time.Time) time.Time {
	hours, err := ParseHours(s.Asking.Hours)
	if err != nil {
		return asked.Add(followUpDays * 24 * time.Hour) // Validate has made sure that it can be read
	}
	return hours.AfterDays(asked, followUpDays, s.Zone())
}

// newFollowUp is the follow-up that a response asks for.
func (s Settings) newFollowUp(r Response, now time.Time) FollowUp {
	f := FollowUp{ID: r.Invitation, Ticket: r.Ticket, Dimensions: r.Dimensions}
	return f.waits(r.Last(), s, now)
}

// waits is the follow-up as an answer makes it wait, or wait again.
func (f FollowUp) waits(a Answer, s Settings, now time.Time) FollowUp {
	f.State, f.Reasons, f.AskedAt, f.DueAt = FollowUpWaiting, a.reasons(), a.At, s.FollowUpDue(a.At)
	f.Outcome, f.ClosedAt = noOutcomeYet, time.Time{}
	f.TellAt = now.Truncate(tellEvery).Add(tellEvery)
	return f
}

// after is the follow-up after the answer that counts now. One that was closed waits
// again only for a reason that it had not.
func (f FollowUp) after(a Answer, s Settings, now time.Time) FollowUp {
	reasons := a.reasons()
	isNew := slices.ContainsFunc(reasons, func(r string) bool { return !slices.Contains(f.Reasons, r) })
	switch {
	case f.State == FollowUpWaiting && len(reasons) == 0:
		return f.withdrawn()
	case f.State == FollowUpWaiting:
		f.Reasons = reasons
	case f.State == FollowUpWithdrawn && len(reasons) > 0, f.State == FollowUpClosed && isNew:
		return f.waits(a, s, now)
	}
	return f
}

// withdrawn is the follow-up that nobody need see to any more.
func (f FollowUp) withdrawn() FollowUp {
	f.State, f.TellAt = FollowUpWithdrawn, time.Time{}
	return f
}

// wordless is the follow-up of who was erased: there is nobody to call.
func (f FollowUp) wordless() FollowUp {
	f.Note = ""
	if f.State == FollowUpWaiting {
		return f.withdrawn()
	}
	return f
}

// Counted is f with what figures are counted from, and without the rest. Owner is among
// it only so that it can be counted how many there are: no figure is of one of them.
func (f FollowUp) Counted() FollowUp {
	return FollowUp{
		ID: f.ID, Dimensions: f.Dimensions, AskedAt: f.AskedAt, DueAt: f.DueAt, State: f.State, Owner: f.Owner, Outcome: f.Outcome, Gesture: f.Gesture, ClosedAt: f.ClosedAt,
	}
}

// FollowUpsOf says which follow-ups to look for: those in a state, of everybody, of one
// team or with one owner, by DueAt and id.
type FollowUpsOf struct {
	State  FollowUpState
	By     FollowUpsBy
	Name   string        // of the team or the owner
	Latest bool          // the latest due first
	After  FollowUpPlace // what comes behind this place; from the beginning where it is zero
}

// FollowUpsBy is what follow-ups are narrowed down by.
type FollowUpsBy string

// What there is.
const (
	OfEverybody FollowUpsBy = ""
	OfTeam      FollowUpsBy = "team"
	OfOwner     FollowUpsBy = "owner"
)

// FollowUpPlace is a place in the order of follow-ups.
type FollowUpPlace struct {
	DueAt time.Time
	ID    string
}

// Place is where f stands.
func (f FollowUp) Place() FollowUpPlace { return FollowUpPlace{f.DueAt, f.ID} }
