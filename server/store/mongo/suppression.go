package mongo

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type suppressionDoc struct {
	Person string    `bson:"_id"`
	Order  string    `bson:"order"`
	Reason string    `bson:"reason"`
	At     time.Time `bson:"at,omitempty"`
}

func (d suppressionDoc) record() surveys.Suppression {
	return surveys.Suppression{Person: d.Person, Reason: d.Reason, At: d.At}
}

func (d suppressionDoc) place() string { return d.Order }

// AddSuppression is surveys.Store.
func (s *Store) AddSuppression(ctx context.Context, x surveys.Suppression) error {
	return s.add(ctx, suppressions, suppressionDoc{Person: x.Person, Order: order(x.At, x.Person), Reason: x.Reason, At: x.At})
}

// GetSuppression is surveys.Store.
func (s *Store) GetSuppression(ctx context.Context, person string) (surveys.Suppression, error) {
	return get[suppressionDoc](ctx, s, suppressions, person)
}

// PutSuppression is surveys.Store.
func (s *Store) PutSuppression(ctx context.Context, x surveys.Suppression) error {
	r, err := s.in(suppressions).UpdateByID(ctx, x.Person, bson.D{{Key: "$set", Value: bson.D{{Key: "reason", Value: x.Reason}}}})
	return matched(r, err, fs.ErrNotExist, suppressions, x.Person)
}

// RemoveSuppression is surveys.Store.
func (s *Store) RemoveSuppression(ctx context.Context, person string) error {
	return s.remove(ctx, suppressions, person)
}

// remove deletes the document of an id; fs.ErrNotExist if there was none.
func (s *Store) remove(ctx context.Context, collection, id string) error {
	r, err := s.in(collection).DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
	if err == nil && r.DeletedCount == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return fmt.Errorf("%s %q: removing: %w", collection, id, err)
	}
	return nil
}

// Suppressions is surveys.Store.
func (s *Store) Suppressions(ctx context.Context) iter.Seq2[surveys.Suppression, error] {
	return walk[suppressionDoc](ctx, s, suppressions, between(time.Time{}, time.Time{}))
}
