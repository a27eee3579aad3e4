package surveys

import (
	"context"
	"iter"
	"time"
)

// Store is what asking needs kept. The promises that both adapters keep stand in
// package server/store; in short: every method is one atomic statement on one
// record, a missing record is fs.ErrNotExist, a taken id or a lost
// compare-and-set is fs.ErrExist, and a read gives back exactly what was written.
//
// A record with a Rev is written by Add with Rev 1, whatever it says, and by Put
// only if the stored Rev is the one given; Put stores Rev+1.
type Store interface {
	// Now is the store's time, by which leases and windows are judged.
	Now(ctx context.Context) (time.Time, error)

	// AddEvent keeps an event; fs.ErrExist if its id was ever kept.
	AddEvent(ctx context.Context, e Event) error
	GetEvent(ctx context.Context, id string) (Event, error)
	// FindEvents gives the oldest events in a state, by ReceivedAt and id.
	FindEvents(ctx context.Context, state EventState, limit int) ([]Event, error)
	PutEvent(ctx context.Context, e Event) error
	// EventsIn walks those in a state, by ReceivedAt and id.
	EventsIn(ctx context.Context, state EventState) iter.Seq2[Event, error]
	// FindSourceEvents gives the newest events of a source without their bodies, by
	// ReceivedAt and id, the newest first.
	FindSourceEvents(ctx context.Context, source string, limit int) ([]Event, error)

	AddRefusal(ctx context.Context, r Refusal) error
	// FindRefusals gives the newest of a source, by At and id, the newest first.
	FindRefusals(ctx context.Context, source string, limit int) ([]Refusal, error)
	// RemoveRefusal is for one that is too old; fs.ErrNotExist if there was none.
	RemoveRefusal(ctx context.Context, id string) error

	AddTicket(ctx context.Context, t Ticket) error
	GetTicket(ctx context.Context, key TicketKey) (Ticket, error)
	PutTicket(ctx context.Context, t Ticket) error
	// FindTicketsToSettle gives tickets whose Settle mark is set, in no order.
	FindTicketsToSettle(ctx context.Context, limit int) ([]Ticket, error)
	// TicketsOpened walks the tickets with from <= OpenedAt < to, by OpenedAt,
	// source and id. A zero from or to does not bound; a ticket whose OpenedAt is
	// unknown comes first where from does not bound. It stops at the first error.
	TicketsOpened(ctx context.Context, from, to time.Time) iter.Seq2[Ticket, error]

	// FindTickets gives those of a number, of any source, in no order.
	FindTickets(ctx context.Context, number string, limit int) ([]Ticket, error)
	// TicketsOf walks those of a person, who is not "", by source and id.
	TicketsOf(ctx context.Context, person string) iter.Seq2[Ticket, error]
	// TicketsNamed walks those that Ticket.Named says have something of a person in
	// them, with UpdatedAt < before, by UpdatedAt, source and id; a zero before does
	// not bound.
	TicketsNamed(ctx context.Context, before time.Time) iter.Seq2[Ticket, error]

	// GetStanding gives what a Sender looks at before a dialogue: the outline of a ticket,
	// which must exist, and what is known of a person, in one look.
	GetStanding(ctx context.Context, ticket TicketKey, person string) (Standing, error)

	AddInvitation(ctx context.Context, i Invitation) error
	GetInvitation(ctx context.Context, id string) (Invitation, error)
	// GetAsked gives of an invitation what Invitation.Asked gives, and whether there
	// is a response to it, in one look: it stands behind every link that is opened.
	GetAsked(ctx context.Context, id string) (i Invitation, answered bool, err error)
	PutInvitation(ctx context.Context, i Invitation) error
	// FindDueInvitations gives those with ReadyAt <= now, the longest due first.
	FindDueInvitations(ctx context.Context, now time.Time, limit int) ([]Invitation, error)
	// InvitationsOf walks those of a person, who is not "", by id.
	InvitationsOf(ctx context.Context, person string) iter.Seq2[Invitation, error]
	// InvitationsClosed walks by ClosedAt and id, bounded as TicketsOpened.
	InvitationsClosed(ctx context.Context, from, to time.Time) iter.Seq2[Invitation, error]

	AddResponse(ctx context.Context, r Response) error
	GetResponse(ctx context.Context, invitation string) (Response, error)
	PutResponse(ctx context.Context, r Response) error
	// ResponsesClosed walks by ClosedAt and invitation, bounded as TicketsOpened.
	ResponsesClosed(ctx context.Context, from, to time.Time) iter.Seq2[Response, error]
	// FindResponsesToTranscribe gives those whose Transcribe mark is set, in no order.
	FindResponsesToTranscribe(ctx context.Context, limit int) ([]Response, error)
	// RemoveVoice takes away the comment of a response, as managers read it, with all
	// that was noted beside it; fs.ErrNotExist if there was none.
	RemoveVoice(ctx context.Context, response string) error

	// FindResponsesOf gives those to tickets of a source that an agent handled, the last
	// answered first, from what was answered before at, or at it under a lower id than
	// invitation; a zero at begins with the newest. It is for the desk of that agent and
	// for nothing else: nobody may list, count or export answers by who handled them.
	FindResponsesOf(ctx context.Context, source, agent string, at time.Time, invitation string, limit int) ([]Response, error)
	// FindResponsesToFollowUp gives those whose FollowUp mark is set, in no order.
	FindResponsesToFollowUp(ctx context.Context, limit int) ([]Response, error)

	AddFollowUp(ctx context.Context, f FollowUp) error
	GetFollowUp(ctx context.Context, id string) (FollowUp, error)
	PutFollowUp(ctx context.Context, f FollowUp) error
	FindFollowUps(ctx context.Context, of FollowUpsOf, limit int) ([]FollowUp, error)
	// DueOfFollowUps gives of each that FindFollowUps would find its DueAt alone.
	DueOfFollowUps(ctx context.Context, of FollowUpsOf, limit int) ([]time.Time, error)
	// FindFollowUpsToTell gives those whose TellAt is set and <= now, in no order.
	FindFollowUpsToTell(ctx context.Context, now time.Time, limit int) ([]FollowUp, error)
	// FollowUpsToCount walks by DueAt and id, bounded as TicketsOpened, and gives of
	// each what its Counted gives.
	FollowUpsToCount(ctx context.Context, from, to time.Time) iter.Seq2[FollowUp, error]

	AddCustomer(ctx context.Context, c Customer) error
	GetCustomer(ctx context.Context, person string) (Customer, error)
	// PutCustomer replaces the record of c.Person, which must exist; its ID stays.
	PutCustomer(ctx context.Context, c Customer) error
	// RemoveCustomer cuts the id from the address for good; fs.ErrNotExist if
	// there was none.
	RemoveCustomer(ctx context.Context, person string) error
	// Customers walks by Person those that come after one; all after "".
	Customers(ctx context.Context, after string) iter.Seq2[Customer, error]

	// AddSuppression keeps the first; fs.ErrExist if the person is suppressed.
	AddSuppression(ctx context.Context, s Suppression) error
	GetSuppression(ctx context.Context, person string) (Suppression, error)
	// PutSuppression replaces the reason of s.Person's, which must exist; its At stays.
	PutSuppression(ctx context.Context, s Suppression) error
	// RemoveSuppression is for the person who changed their mind, or by hand;
	// fs.ErrNotExist if there was none.
	RemoveSuppression(ctx context.Context, person string) error
	// Suppressions walks all, by At and person.
	Suppressions(ctx context.Context) iter.Seq2[Suppression, error]

	AddReservation(ctx context.Context, r Reservation) error
	GetReservation(ctx context.Context, person string) (Reservation, error)
	PutReservation(ctx context.Context, r Reservation) error

	AddErrand(ctx context.Context, e Errand) error
	GetErrand(ctx context.Context, id string) (Errand, error)
	PutErrand(ctx context.Context, e Errand) error
	// RemoveErrand is for one that is over; fs.ErrNotExist if there was none.
	RemoveErrand(ctx context.Context, id string) error
	// FindDueErrands gives those whose DueAt is set and <= now, the longest due first.
	FindDueErrands(ctx context.Context, now time.Time, limit int) ([]Errand, error)
	// Errands walks all, by MadeAt and id.
	Errands(ctx context.Context) iter.Seq2[Errand, error]

	// AddSurvey keeps a version of a survey, 0 being the draft of the next one.
	AddSurvey(ctx context.Context, s Survey) error
	GetSurvey(ctx context.Context, name string, version int) (Survey, error)
	// PutSurvey is for the draft: what was published never changes.
	PutSurvey(ctx context.Context, s Survey) error
	// LatestSurvey gives the one of the highest version; fs.ErrNotExist if there is none.
	LatestSurvey(ctx context.Context, name string) (Survey, error)
	// Surveys walks all, by name and version.
	Surveys(ctx context.Context) iter.Seq2[Survey, error]

	AddProposal(ctx context.Context, p Proposal) error
	GetProposal(ctx context.Context, id string) (Proposal, error)
	PutProposal(ctx context.Context, p Proposal) error
	// FindProposals gives the newest by MadeAt and id, from before on (a zero MadeAt begins
	// with the newest); those of one person only, where by is not "".
	FindProposals(ctx context.Context, by string, before Proposal, limit int) ([]Proposal, error)

	// AddSettings keeps change N; fs.ErrExist if somebody else made N first.
	AddSettings(ctx context.Context, c SettingsChange) error
	// LatestSettings gives the newest change; fs.ErrNotExist before the first.
	LatestSettings(ctx context.Context) (SettingsChange, error)
	// FindSettings gives the changes with N < before, the newest first; 0 does not bound.
	FindSettings(ctx context.Context, before int64, limit int) ([]SettingsChange, error)

	// GetFact and AddFact keep the few texts that a store has once: its salt, the
	// fingerprint of its secret, what kind of store it is. fs.ErrExist as ever.
	GetFact(ctx context.Context, name string) (string, error)
	AddFact(ctx context.Context, name, value string) error

	// GetSlot and PutSlot keep small texts that are replaced: where the look at a
	// helpdesk got to, why sending was halted. "" before the first.
	GetSlot(ctx context.Context, name string) (string, error)
	PutSlot(ctx context.Context, name, value string) error

	// Generation is a text that changes whenever a command changed what running
	// instances hold in memory; "" before the first. PutGeneration replaces it.
	Generation(ctx context.Context) (string, error)
	PutGeneration(ctx context.Context, generation string) error
}

// The facts of a store.
const (
	SaltFact   = "salt"   // for PersonOf, base64
	SecretFact = "secret" // Keys.Fingerprint
	KindFact   = "kind"   // "serve" or "demo": neither opens the other's
)
