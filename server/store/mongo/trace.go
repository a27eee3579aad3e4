package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/server/auth"
)

type traceDoc struct {
	ID     string    `bson:"_id"`
	Order  string    `bson:"order"`
	At     time.Time `bson:"at,omitempty"`
	Person string    `bson:"person,omitempty"`
	Name   string    `bson:"name,omitempty"`
	Act    string    `bson:"act"`
	About  string    `bson:"about,omitempty"`
}

func (d traceDoc) record() auth.Trace {
	return auth.Trace{ID: d.ID, At: d.At, Person: d.Person, Name: d.Name, Act: d.Act, About: d.About}
}

// AddTrace is auth.Store.
func (s *Store) AddTrace(ctx context.Context, t auth.Trace) error {
	return s.add(ctx, traces, traceDoc{ID: t.ID, Order: order(t.At, t.ID), At: t.At, Person: t.Person, Name: t.Name, Act: t.Act, About: t.About})
}

// FindTraces is auth.Store.
func (s *Store) FindTraces(ctx context.Context, before auth.Trace, limit int) ([]auth.Trace, error) {
	filter := bson.D{}
	if !before.At.IsZero() {
		filter = bson.D{{Key: "order", Value: bson.D{{Key: "$lt", Value: order(before.At, before.ID)}}}}
	}
	return find[traceDoc](ctx, s, traces, filter, bson.D{{Key: "order", Value: -1}}, limit)
}
