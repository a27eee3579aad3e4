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

// generation is a slot that no name given to PutSlot reaches.
const generation = "generation"

// Generation is surveys.Store.
func (s *Store) Generation(ctx context.Context) (string, error) { return s.slot(ctx, generation) }

// PutGeneration is surveys.Store.
func (s *Store) PutGeneration(ctx context.Context, text string) error {
	return s.putSlot(ctx, generation, text)
}

// GetSlot is surveys.Store.
func (s *Store) GetSlot(ctx context.Context, name string) (string, error) {
	return s.slot(ctx, "slot "+name)
}

// PutSlot is surveys.Store.
func (s *Store) PutSlot(ctx context.Context, name, value string) error {
	return s.putSlot(ctx, "slot "+name, value)
}

func (s *Store) slot(ctx context.Context, id string) (string, error) {
	text, err := get[textDoc](ctx, s, slots, id)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return text, err
}

// putSlot replaces a text. Of two that make the slot at once the server refuses
// one, which then finds it made.
func (s *Store) putSlot(ctx context.Context, id, text string) error {
	raw, err := encode(textDoc{Name: id, Value: text})
	if err != nil {
		return fmt.Errorf("%s %q: %w", slots, id, err)
	}
	slot := bson.D{{Key: "_id", Value: id}}
	_, err = s.in(slots).ReplaceOne(ctx, slot, raw, options.Replace().SetUpsert(true))
	if driver.IsDuplicateKeyError(err) {
		_, err = s.in(slots).ReplaceOne(ctx, slot, raw)
	}
	if err != nil {
		return fmt.Errorf("%s %q: writing: %w", slots, id, err)
	}
	return nil
}
