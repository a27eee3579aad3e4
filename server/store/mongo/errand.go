package mongo

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type errandDoc struct {
	ID       string    `bson:"_id"`
	Order    string    `bson:"order"`
	Kind     string    `bson:"kind"`
	State    string    `bson:"state"`
	Cause    string    `bson:"cause,omitempty"`
	About    string    `bson:"about,omitempty"`
	Number   string    `bson:"number,omitempty"`
	Source   string    `bson:"source,omitempty"`
	Ticket   string    `bson:"ticket,omitempty"`
	Customer string    `bson:"customer,omitempty"`
	Person   string    `bson:"person,omitempty"`
	Language string    `bson:"language,omitempty"`
	Text     string    `bson:"text,omitempty"`
	MadeAt   time.Time `bson:"made_at,omitempty"`
	MailedAt time.Time `bson:"mailed_at,omitempty"`
	DueAt    time.Time `bson:"due_at,omitempty"` // no field where it is not set, so that no range holds it
	Attempts []attempt `bson:"attempts,omitempty"`
	Rev      int64     `bson:"rev"`
}

func errandDocOf(e surveys.Errand, rev int64) errandDoc {
	return errandDoc{
		ID: e.ID, Order: order(e.MadeAt, e.ID), Kind: string(e.Kind), State: string(e.State), Cause: e.Cause, About: e.About, Number: e.Number,
		Source: e.Ticket.Source, Ticket: e.Ticket.ID, Customer: e.Customer, Person: e.Person, Language: e.Language, Text: e.Text,
		MadeAt: e.MadeAt, MailedAt: e.MailedAt, DueAt: e.DueAt,
		Attempts: each(e.Attempts, func(x surveys.Attempt) attempt { return attempt(x) }), Rev: rev,
	}
}

func (d errandDoc) record() surveys.Errand {
	return surveys.Errand{
		ID: d.ID, Kind: surveys.ErrandKind(d.Kind), State: surveys.ErrandState(d.State), Cause: d.Cause, About: d.About, Number: d.Number,
		Ticket: surveys.TicketKey{Source: d.Source, ID: d.Ticket}, Customer: d.Customer, Person: d.Person, Language: d.Language, Text: d.Text,
		MadeAt: d.MadeAt, MailedAt: d.MailedAt, DueAt: d.DueAt,
		Attempts: each(d.Attempts, func(x attempt) surveys.Attempt { return surveys.Attempt(x) }), Rev: d.Rev,
	}
}

func (d errandDoc) place() string { return d.Order }

// AddErrand is surveys.Store.
func (s *Store) AddErrand(ctx context.Context, e surveys.Errand) error {
	return s.add(ctx, errands, errandDocOf(e, 1))
}

// GetErrand is surveys.Store.
func (s *Store) GetErrand(ctx context.Context, id string) (surveys.Errand, error) {
	return get[errandDoc](ctx, s, errands, id)
}

// PutErrand is surveys.Store.
func (s *Store) PutErrand(ctx context.Context, e surveys.Errand) error {
	return s.put(ctx, errands, e.ID, e.Rev, errandDocOf(e, e.Rev+1))
}

// RemoveErrand is surveys.Store.
func (s *Store) RemoveErrand(ctx context.Context, id string) error {
	return s.remove(ctx, errands, id)
}

// FindDueErrands is surveys.Store.
func (s *Store) FindDueErrands(ctx context.Context, now time.Time, limit int) ([]surveys.Errand, error) {
	due := bson.D{{Key: "due_at", Value: bson.D{{Key: "$lte", Value: now}}}}
	return find[errandDoc](ctx, s, errands, due, bson.D{{Key: "due_at", Value: 1}}, limit)
}

// Errands is surveys.Store.
func (s *Store) Errands(ctx context.Context) iter.Seq2[surveys.Errand, error] {
	return walk[errandDoc](ctx, s, errands, between(time.Time{}, time.Time{}))
}
