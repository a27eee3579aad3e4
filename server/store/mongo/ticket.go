package mongo

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type ticketDoc struct {
	ID           string        `bson:"_id"` // ticketID
	Order        string        `bson:"order"`
	Named        string        `bson:"named,omitempty"` // its place among those that surveys.Ticket.Named is true of
	Source       string        `bson:"source"`
	Ticket       string        `bson:"ticket"`
	Number       string        `bson:"number,omitempty"`
	Subject      string        `bson:"subject,omitempty"`
	Status       string        `bson:"status,omitempty"`
	Dimensions   dimensions    `bson:",inline"`
	Tags         []string      `bson:"tags,omitempty"`
	Agent        string        `bson:"agent,omitempty"`
	OpenedAt     time.Time     `bson:"opened_at,omitempty"`
	FirstReplyAt time.Time     `bson:"first_reply_at,omitempty"`
	UpdatedAt    time.Time     `bson:"updated_at,omitempty"`
	Contacts     int           `bson:"contacts,omitempty"`
	MergedInto   string        `bson:"merged_into,omitempty"`
	Customer     string        `bson:"customer,omitempty"`
	Person       string        `bson:"person,omitempty"`
	Promise      int64         `bson:"promise,omitempty"` // nanoseconds
	Transitions  []transition  `bson:"transitions,omitempty"`
	Closings     []closing     `bson:"closings,omitempty"`
	Was          []ticketWas   `bson:"was,omitempty"`
	Settle       bool          `bson:"settle,omitempty"`
	Recount      []surveys.Day `bson:"recount,omitempty"`
	Rev          int64         `bson:"rev"`
}

type dimensions struct {
	Team     string `bson:"team,omitempty"`
	Category string `bson:"category,omitempty"`
	Product  string `bson:"product,omitempty"`
	Channel  string `bson:"channel,omitempty"`
	Language string `bson:"language,omitempty"`
}

type transition struct {
	Status   surveys.Status `bson:"status"`
	At       time.Time      `bson:"at,omitempty"`
	LearntAt time.Time      `bson:"learnt_at,omitempty"`
}

type closing struct {
	N        int       `bson:"n"`
	At       time.Time `bson:"at,omitempty"`
	LearntAt time.Time `bson:"learnt_at,omitempty"`
	EndedAt  time.Time `bson:"ended_at,omitempty"`
	Quiet    bool      `bson:"quiet,omitempty"`
	Misdated bool      `bson:"misdated,omitempty"`
}

func ticketDocOf(t surveys.Ticket, rev int64) ticketDoc {
	id := ticketID(t.TicketKey)
	named := ""
	if t.Named() {
		named = order(t.UpdatedAt, id)
	}
	return ticketDoc{
		ID: id, Order: order(t.OpenedAt, id), Named: named, Source: t.Source, Ticket: t.ID,
		Number: t.Number, Subject: t.Subject, Status: string(t.Status),
		Dimensions: dimensions(t.Dimensions), Tags: t.Tags, Agent: t.Agent,
		OpenedAt: t.OpenedAt, FirstReplyAt: t.FirstReplyAt, UpdatedAt: t.UpdatedAt,
		Contacts: t.Contacts, MergedInto: t.MergedInto, Customer: t.Customer, Person: t.Person,
		Promise:     int64(t.Promise),
		Transitions: each(t.Transitions, func(x surveys.Transition) transition { return transition(x) }),
		Closings:    each(t.Closings, func(x surveys.Closing) closing { return closing(x) }),
		Was:         each(t.Was, ticketWasOf),
		Settle:      t.Settle, Recount: t.Recount, Rev: rev,
	}
}

func (d ticketDoc) record() surveys.Ticket {
	return surveys.Ticket{
		TicketKey: surveys.TicketKey{Source: d.Source, ID: d.Ticket},
		Number:    d.Number, Subject: d.Subject, Status: surveys.Status(d.Status),
		Dimensions: surveys.Dimensions(d.Dimensions), Tags: d.Tags, Agent: d.Agent,
		OpenedAt: d.OpenedAt, FirstReplyAt: d.FirstReplyAt, UpdatedAt: d.UpdatedAt,
		Contacts: d.Contacts, MergedInto: d.MergedInto, Customer: d.Customer, Person: d.Person,
		Promise:     time.Duration(d.Promise),
		Transitions: each(d.Transitions, func(x transition) surveys.Transition { return surveys.Transition(x) }),
		Closings:    each(d.Closings, func(x closing) surveys.Closing { return surveys.Closing(x) }),
		Was:         each(d.Was, ticketWas.record),
		Settle:      d.Settle, Recount: d.Recount, Rev: d.Rev,
	}
}

func (d ticketDoc) place() string { return d.Order }

// AddTicket is surveys.Store.
func (s *Store) AddTicket(ctx context.Context, t surveys.Ticket) error {
	return s.add(ctx, tickets, ticketDocOf(t, 1))
}

// GetTicket is surveys.Store.
func (s *Store) GetTicket(ctx context.Context, key surveys.TicketKey) (surveys.Ticket, error) {
	return get[ticketDoc](ctx, s, tickets, ticketID(key))
}

// PutTicket is surveys.Store.
func (s *Store) PutTicket(ctx context.Context, t surveys.Ticket) error {
	return s.put(ctx, tickets, ticketID(t.TicketKey), t.Rev, ticketDocOf(t, t.Rev+1))
}

// FindTickets is surveys.Store.
func (s *Store) FindTickets(ctx context.Context, number string, limit int) ([]surveys.Ticket, error) {
	return find[ticketDoc](ctx, s, tickets, bson.D{{Key: "number", Value: number}}, bson.D{}, limit)
}

// ticketOf and ticketNamed are tickets on other walks than that by opening.
type (
	ticketOf    ticketDoc
	ticketNamed ticketDoc
)

func (d ticketOf) record() surveys.Ticket    { return ticketDoc(d).record() }
func (d ticketOf) place() string             { return d.ID }
func (d ticketNamed) record() surveys.Ticket { return ticketDoc(d).record() }
func (d ticketNamed) place() string          { return d.Named }

// TicketsOf is surveys.Store.
func (s *Store) TicketsOf(ctx context.Context, person string) iter.Seq2[surveys.Ticket, error] {
	return walk[ticketOf](ctx, s, tickets, ofPerson(person))
}

// ofPerson is the path along the ids of what is a person's.
func ofPerson(person string) path {
	return path{field: "_id", of: bson.D{{Key: "person", Value: person}}}
}

// TicketsNamed is surveys.Store.
func (s *Store) TicketsNamed(ctx context.Context, before time.Time) iter.Seq2[surveys.Ticket, error] {
	return walk[ticketNamed](ctx, s, tickets, path{field: "named", to: bound(before)})
}

// FindTicketsToSettle is surveys.Store.
func (s *Store) FindTicketsToSettle(ctx context.Context, limit int) ([]surveys.Ticket, error) {
	return find[ticketDoc](ctx, s, tickets, bson.D{{Key: "settle", Value: true}}, bson.D{}, limit)
}

// TicketsOpened is surveys.Store.
func (s *Store) TicketsOpened(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error] {
	return walk[ticketDoc](ctx, s, tickets, between(from, to))
}

// TicketsToCount is reports.Store.
func (s *Store) TicketsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error] {
	return counted(s.TicketsOpened(ctx, from, to), surveys.Ticket.Counted)
}
