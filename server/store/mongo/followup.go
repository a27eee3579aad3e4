package mongo

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/entendu/entendu/surveys"
)

type followUpDoc struct {
	ID         string     `bson:"_id"`
	Order      string     `bson:"order"` // by DueAt
	Source     string     `bson:"source"`
	Ticket     string     `bson:"ticket"`
	Dimensions dimensions `bson:",inline"` // no field for what is not known
	Reasons    []string   `bson:"reasons,omitempty"`
	AskedAt    time.Time  `bson:"asked_at,omitempty"`
	DueAt      time.Time  `bson:"due_at,omitempty"`
	State      string     `bson:"state"`
	Owner      string     `bson:"owner,omitempty"`
	Note       string     `bson:"note,omitempty"`
	Outcome    string     `bson:"outcome,omitempty"`
	Gesture    string     `bson:"gesture,omitempty"`
	Cents      int64      `bson:"cents,omitempty"`
	ClosedAt   time.Time  `bson:"closed_at,omitempty"`
	TellAt     time.Time  `bson:"tell_at,omitempty"` // no field where it is not set
	Rev        int64      `bson:"rev"`
}

func followUpDocOf(f surveys.FollowUp, rev int64) followUpDoc {
	return followUpDoc{
		ID: f.ID, Order: order(f.DueAt, f.ID), Source: f.Ticket.Source, Ticket: f.Ticket.ID, Dimensions: dimensions(f.Dimensions),
		Reasons: f.Reasons, AskedAt: f.AskedAt, DueAt: f.DueAt, State: string(f.State), Owner: f.Owner, Note: f.Note,
		Outcome: string(f.Outcome), Gesture: string(f.Gesture.Kind), Cents: f.Gesture.Cents, ClosedAt: f.ClosedAt, TellAt: f.TellAt, Rev: rev,
	}
}

func (d followUpDoc) record() surveys.FollowUp {
	return surveys.FollowUp{
		ID: d.ID, Ticket: surveys.TicketKey{Source: d.Source, ID: d.Ticket}, Dimensions: surveys.Dimensions(d.Dimensions),
		Reasons: d.Reasons, AskedAt: d.AskedAt, DueAt: d.DueAt, State: surveys.FollowUpState(d.State), Owner: d.Owner, Note: d.Note,
		Outcome: surveys.FollowUpOutcome(d.Outcome), Gesture: surveys.Gesture{Kind: surveys.GestureKind(d.Gesture), Cents: d.Cents},
		ClosedAt: d.ClosedAt, TellAt: d.TellAt, Rev: d.Rev,
	}
}

func (d followUpDoc) place() string { return d.Order }

// AddFollowUp is surveys.Store.
func (s *Store) AddFollowUp(ctx context.Context, f surveys.FollowUp) error {
	return s.add(ctx, followUps, followUpDocOf(f, 1))
}

// GetFollowUp is surveys.Store.
func (s *Store) GetFollowUp(ctx context.Context, id string) (surveys.FollowUp, error) {
	return get[followUpDoc](ctx, s, followUps, id)
}

// PutFollowUp is surveys.Store.
func (s *Store) PutFollowUp(ctx context.Context, f surveys.FollowUp) error {
	return s.put(ctx, followUps, f.ID, f.Rev, followUpDocOf(f, f.Rev+1))
}

// FindFollowUps is surveys.Store.
func (s *Store) FindFollowUps(ctx context.Context, of surveys.FollowUpsOf, limit int) ([]surveys.FollowUp, error) {
	filter, sort := followUpsOf(of)
	return find[followUpDoc](ctx, s, followUps, filter, sort, limit)
}

// DueOfFollowUps is surveys.Store.
func (s *Store) DueOfFollowUps(ctx context.Context, of surveys.FollowUpsOf, limit int) ([]time.Time, error) {
	filter, sort := followUpsOf(of)
	docs, err := read[struct {
		DueAt time.Time `bson:"due_at"`
	}](ctx, s, followUps, filter, options.Find().SetSort(sort).SetProjection(bson.D{{Key: "due_at", Value: 1}}), limit)
	var due []time.Time
	for _, d := range docs {
		due = append(due, d.DueAt.UTC())
	}
	return due, err
}

// followUpsOf is one range of one index.
func followUpsOf(of surveys.FollowUpsOf) (filter, sort bson.D) {
	filter = bson.D{{Key: "state", Value: string(of.State)}}
	if of.By != surveys.OfEverybody {
		filter = append(filter, bson.E{Key: string(of.By), Value: named(of.Name)})
	}
	p := path{field: "order", down: of.Latest}
	last := ""
	if of.After != (surveys.FollowUpPlace{}) {
		last = order(of.After.DueAt, of.After.ID)
	}
	direction := 1
	if of.Latest {
		direction = -1
	}
	return append(filter, p.filter(last)...), bson.D{{Key: "order", Value: direction}}
}

// named is what finds a field with this text: one that has none is not kept.
func named(name string) any {
	if name == "" {
		return nil
	}
	return name
}

// FindFollowUpsToTell is surveys.Store.
func (s *Store) FindFollowUpsToTell(ctx context.Context, now time.Time, limit int) ([]surveys.FollowUp, error) {
	due := bson.D{{Key: "tell_at", Value: bson.D{{Key: "$lte", Value: now}}}}
	return find[followUpDoc](ctx, s, followUps, due, bson.D{}, limit)
}

// FollowUpsToCount is surveys.Store.
func (s *Store) FollowUpsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.FollowUp, error] {
	return counted(walk[followUpDoc](ctx, s, followUps, between(from, to)), surveys.FollowUp.Counted)
}
