package mongo

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/entendu/entendu/surveys"
)

type eventDoc struct {
	ID         string    `bson:"_id"`
	Source     string    `bson:"source"`
	Kind       string    `bson:"kind"`
	ReceivedAt time.Time `bson:"received_at,omitempty"`
	Body       []byte    `bson:"body,omitempty"`
	State      string    `bson:"state"`
	Note       string    `bson:"note,omitempty"`
	Rev        int64     `bson:"rev"`
}

func eventDocOf(e surveys.Event, rev int64) eventDoc {
	return eventDoc{
		ID: e.ID, Source: e.Source, Kind: e.Kind, ReceivedAt: e.ReceivedAt, Body: e.Body,
		State: string(e.State), Note: e.Note, Rev: rev,
	}
}

func (d eventDoc) record() surveys.Event {
	return surveys.Event{
		ID: d.ID, Source: d.Source, Kind: d.Kind, ReceivedAt: d.ReceivedAt, Body: d.Body,
		State: surveys.EventState(d.State), Note: d.Note, Rev: d.Rev,
	}
}

// AddEvent is surveys.Store.
func (s *Store) AddEvent(ctx context.Context, e surveys.Event) error {
	return s.add(ctx, events, eventDocOf(e, 1))
}

// GetEvent is surveys.Store.
func (s *Store) GetEvent(ctx context.Context, id string) (surveys.Event, error) {
	return get[eventDoc](ctx, s, events, id)
}

// FindEvents is surveys.Store. A missing received_at sorts first, as the zero time
// does.
func (s *Store) FindEvents(ctx context.Context, state surveys.EventState, limit int) ([]surveys.Event, error) {
	return find[eventDoc](ctx, s, events, bson.D{{Key: "state", Value: string(state)}},
		bson.D{{Key: "received_at", Value: 1}, {Key: "_id", Value: 1}}, limit)
}

// pageOfEvents is fewer than of other documents: a body may have a mebibyte.
const pageOfEvents = 50

// EventsIn is surveys.Store. It is no walk along one field, because events are found by
// state and time, and are too many to have a field more.
func (s *Store) EventsIn(ctx context.Context, state surveys.EventState) iter.Seq2[surveys.Event, error] {
	return func(yield func(surveys.Event, error) bool) {
		filter := bson.D{{Key: "state", Value: string(state)}}
		for {
			o := options.Find().SetSort(bson.D{{Key: "received_at", Value: 1}, {Key: "_id", Value: 1}})
			docs, err := read[eventDoc](ctx, s, events, filter, o, pageOfEvents)
			for _, d := range docs {
				if err = ctx.Err(); err != nil {
					break
				}
				if !yield(d.record(), nil) {
					return
				}
			}
			if err != nil {
				yield(surveys.Event{}, err)
				return
			}
			if len(docs) < pageOfEvents {
				return
			}
			filter = afterEvent(state, docs[len(docs)-1])
		}
	}
}

// afterEvent is what comes after an event; a missing received_at sorts first.
func afterEvent(state surveys.EventState, last eventDoc) bson.D {
	then, later := bson.D{{Key: "received_at", Value: last.ReceivedAt}}, bson.D{{Key: "received_at", Value: bson.D{{Key: "$gt", Value: last.ReceivedAt}}}}
	if last.ReceivedAt.IsZero() {
		then, later = bson.D{{Key: "received_at", Value: nil}}, bson.D{{Key: "received_at", Value: bson.D{{Key: "$exists", Value: true}}}}
	}
	then = append(then, bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: last.ID}}})
	return bson.D{{Key: "state", Value: string(state)}, {Key: "$or", Value: bson.A{then, later}}}
}

// FindSourceEvents is surveys.Store.
func (s *Store) FindSourceEvents(ctx context.Context, source string, limit int) ([]surveys.Event, error) {
	newest := options.Find().SetSort(bson.D{{Key: "received_at", Value: -1}, {Key: "_id", Value: -1}}).SetProjection(bson.D{{Key: "body", Value: 0}})
	docs, err := read[eventDoc](ctx, s, events, bson.D{{Key: "source", Value: source}}, newest, limit)
	return each(docs, eventDoc.record), err
}

// PutEvent is surveys.Store.
func (s *Store) PutEvent(ctx context.Context, e surveys.Event) error {
	return s.put(ctx, events, e.ID, e.Rev, eventDocOf(e, e.Rev+1))
}
