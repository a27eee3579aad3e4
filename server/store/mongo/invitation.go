package mongo

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type invitationDoc struct {
	ID         string          `bson:"_id"`
	Order      string          `bson:"order"`
	ReadyAt    *time.Time      `bson:"ready_at,omitempty"`
	Survey     string          `bson:"survey"`
	Version    int             `bson:"version"`
	Source     string          `bson:"source"`
	Ticket     string          `bson:"ticket"`
	Number     string          `bson:"number,omitempty"`
	Closing    int             `bson:"closing"`
	ClosedAt   time.Time       `bson:"closed_at,omitempty"`
	MadeAt     time.Time       `bson:"made_at,omitempty"`
	Customer   string          `bson:"customer,omitempty"`
	Person     string          `bson:"person,omitempty"`
	Dimensions dimensions      `bson:",inline"`
	OpenedAt   time.Time       `bson:"opened_at,omitempty"`
	Agent      string          `bson:"agent,omitempty"`
	State      string          `bson:"state"`
	Code       string          `bson:"code,omitempty"`
	SkippedAt  time.Time       `bson:"skipped_at,omitempty"`
	DueAt      time.Time       `bson:"due_at,omitempty"`
	Owner      string          `bson:"owner,omitempty"`
	LeaseUntil time.Time       `bson:"lease_until,omitempty"`
	MailedAt   time.Time       `bson:"mailed_at,omitempty"`
	AcceptedAt time.Time       `bson:"accepted_at,omitempty"`
	Attempts   []attempt       `bson:"attempts,omitempty"`
	Reminder   reminder        `bson:"reminder"`
	Bounce     bounce          `bson:"bounce"`
	Was        []invitationWas `bson:"was,omitempty"`
	LeftOut    bool            `bson:"left_out,omitempty"`
	Recount    []surveys.Day   `bson:"recount,omitempty"`
	Rev        int64           `bson:"rev"`
}

type reminder struct {
	DueAt      time.Time `bson:"due_at,omitempty"`
	MailedAt   time.Time `bson:"mailed_at,omitempty"`
	AcceptedAt time.Time `bson:"accepted_at,omitempty"`
}

type bounce struct {
	At    time.Time `bson:"at,omitempty"`
	Reply string    `bson:"reply,omitempty"`
	Soft  int       `bson:"soft,omitempty"`
}

type attempt struct {
	At      time.Time       `bson:"at,omitempty"`
	Step    surveys.Step    `bson:"step,omitempty"`
	Outcome surveys.Outcome `bson:"outcome"`
	Reply   string          `bson:"reply,omitempty"`
}

// readyAt is nil, and so no field, where an invitation may not be claimed.
func readyAt(i surveys.Invitation) *time.Time {
	if at, ok := i.ReadyAt(); ok {
		return &at
	}
	return nil
}

func invitationDocOf(i surveys.Invitation, rev int64) invitationDoc {
	return invitationDoc{
		ID: i.ID, Order: order(i.ClosedAt, i.ID), ReadyAt: readyAt(i),
		Survey: i.Survey, Version: i.Version,
		Source: i.Ticket.Source, Ticket: i.Ticket.ID, Number: i.Number, Closing: i.Closing,
		ClosedAt: i.ClosedAt, MadeAt: i.MadeAt, Customer: i.Customer, Person: i.Person,
		Dimensions: dimensions(i.Dimensions), OpenedAt: i.OpenedAt, Agent: i.Agent,
		State: string(i.State), Code: string(i.Code), SkippedAt: i.SkippedAt, DueAt: i.DueAt,
		Owner: i.Owner, LeaseUntil: i.LeaseUntil, MailedAt: i.MailedAt, AcceptedAt: i.AcceptedAt,
		Attempts: each(i.Attempts, func(x surveys.Attempt) attempt { return attempt(x) }),
		Reminder: reminder(i.Reminder), Bounce: bounce(i.Bounce),
		Was:     each(i.Was, invitationWasOf),
		LeftOut: i.LeftOut, Recount: i.Recount, Rev: rev,
	}
}

func (d invitationDoc) record() surveys.Invitation {
	return surveys.Invitation{
		ID: d.ID, Survey: d.Survey, Version: d.Version,
		Ticket: surveys.TicketKey{Source: d.Source, ID: d.Ticket}, Number: d.Number, Closing: d.Closing,
		ClosedAt: d.ClosedAt, MadeAt: d.MadeAt, Customer: d.Customer, Person: d.Person,
		Dimensions: surveys.Dimensions(d.Dimensions), OpenedAt: d.OpenedAt, Agent: d.Agent,
		State: surveys.State(d.State), Code: surveys.Skip(d.Code), SkippedAt: d.SkippedAt, DueAt: d.DueAt,
		Owner: d.Owner, LeaseUntil: d.LeaseUntil, MailedAt: d.MailedAt, AcceptedAt: d.AcceptedAt,
		Attempts: each(d.Attempts, func(x attempt) surveys.Attempt { return surveys.Attempt(x) }),
		Reminder: surveys.Reminder(d.Reminder), Bounce: surveys.Bounce(d.Bounce),
		Was:     each(d.Was, invitationWas.record),
		LeftOut: d.LeftOut, Recount: d.Recount, Rev: d.Rev,
	}
}

func (d invitationDoc) place() string { return d.Order }

// AddInvitation is surveys.Store.
func (s *Store) AddInvitation(ctx context.Context, i surveys.Invitation) error {
	return s.add(ctx, invitations, invitationDocOf(i, 1))
}

// GetInvitation is surveys.Store.
func (s *Store) GetInvitation(ctx context.Context, id string) (surveys.Invitation, error) {
	return get[invitationDoc](ctx, s, invitations, id)
}

// GetAsked is surveys.Store.
func (s *Store) GetAsked(ctx context.Context, id string) (surveys.Invitation, bool, error) {
	i, err := s.GetInvitation(ctx, id)
	if err != nil {
		return i, false, err
	}
	answered, err := s.has(ctx, responses, id)
	return i.Asked(), answered, err
}

// PutInvitation is surveys.Store.
func (s *Store) PutInvitation(ctx context.Context, i surveys.Invitation) error {
	return s.put(ctx, invitations, i.ID, i.Rev, invitationDocOf(i, i.Rev+1))
}

// FindDueInvitations is surveys.Store.
func (s *Store) FindDueInvitations(ctx context.Context, now time.Time, limit int) ([]surveys.Invitation, error) {
	due := bson.D{{Key: "ready_at", Value: bson.D{{Key: "$lte", Value: now}}}}
	return find[invitationDoc](ctx, s, invitations, due, bson.D{{Key: "ready_at", Value: 1}}, limit)
}

// invitationOf is an invitation on the walk along one person's.
type invitationOf invitationDoc

func (d invitationOf) record() surveys.Invitation { return invitationDoc(d).record() }
func (d invitationOf) place() string              { return d.ID }

// InvitationsOf is surveys.Store.
func (s *Store) InvitationsOf(ctx context.Context, person string) iter.Seq2[surveys.Invitation, error] {
	return walk[invitationOf](ctx, s, invitations, ofPerson(person))
}

// InvitationsClosed is surveys.Store.
func (s *Store) InvitationsClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error] {
	return walk[invitationDoc](ctx, s, invitations, between(from, to))
}

// InvitationsToCount is reports.Store.
func (s *Store) InvitationsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error] {
	return counted(s.InvitationsClosed(ctx, from, to), surveys.Invitation.Counted)
}
