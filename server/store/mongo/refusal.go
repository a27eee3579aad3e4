package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type refusalDoc struct {
	ID     string    `bson:"_id"`
	Source string    `bson:"source"`
	At     time.Time `bson:"at,omitempty"`
	Why    string    `bson:"why"`
	Note   string    `bson:"note,omitempty"`
	More   int       `bson:"more,omitempty"`
}

func (d refusalDoc) record() surveys.Refusal { return surveys.Refusal(d) }

// AddRefusal is surveys.Store.
func (s *Store) AddRefusal(ctx context.Context, r surveys.Refusal) error {
	return s.add(ctx, refusals, refusalDoc(r))
}

// FindRefusals is surveys.Store.
func (s *Store) FindRefusals(ctx context.Context, source string, limit int) ([]surveys.Refusal, error) {
	newest := bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}}
	return find[refusalDoc](ctx, s, refusals, bson.D{{Key: "source", Value: source}}, newest, limit)
}

// RemoveRefusal is surveys.Store.
func (s *Store) RemoveRefusal(ctx context.Context, id string) error {
	return s.remove(ctx, refusals, id)
}
