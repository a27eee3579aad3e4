package mongo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// textDoc is a text under a name: a fact, or the generation.
type textDoc struct {
	Name  string `bson:"_id"`
	Value string `bson:"value"`
}

func (d textDoc) record() string { return d.Value }

// GetFact is surveys.Store.
func (s *Store) GetFact(ctx context.Context, name string) (string, error) {
	return get[textDoc](ctx, s, facts, name)
}

// AddFact is surveys.Store.
func (s *Store) AddFact(ctx context.Context, name, value string) error {
	return s.add(ctx, facts, textDoc{Name: name, Value: value})
}

const generation = "generation"

// Generation is surveys.Store.
func (s *Store) Generation(ctx context.Context) (string, error) {
	text, err := get[textDoc](ctx, s, slots, generation)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return text, err
}

// PutGeneration is surveys.Store. Of two that make the slot at once the server
// refuses one, which then finds it made.
func (s *Store) PutGeneration(ctx context.Context, text string) error {
	raw, err := encode(textDoc{Name: generation, Value: text})
	if err != nil {
		return fmt.Errorf("the generation: %w", err)
	}
	slot := bson.D{{Key: "_id", Value: generation}}
	_, err = s.in(slots).ReplaceOne(ctx, slot, raw, options.Replace().SetUpsert(true))
	if driver.IsDuplicateKeyError(err) {
		_, err = s.in(slots).ReplaceOne(ctx, slot, raw)
	}
	if err != nil {
		return fmt.Errorf("the generation: writing: %w", err)
	}
	return nil
}
