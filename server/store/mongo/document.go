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

// document is a record as it is kept.
type document[R any] interface{ record() R }

// add keeps a new document. Its _id says whether it is new.
func (s *Store) add(ctx context.Context, collection string, doc any) error {
	raw, err := encode(doc)
	if err != nil {
		return fmt.Errorf("%s: %w", collection, err)
	}
	_, err = s.in(collection).InsertOne(ctx, raw)
	switch {
	case driver.IsDuplicateKeyError(err):
		return fmt.Errorf("%s %v: %w", collection, raw.Lookup("_id"), fs.ErrExist)
	case err != nil:
		return fmt.Errorf("%s: adding: %w", collection, err)
	}
	return nil
}

// put replaces the document whose id and rev are these.
func (s *Store) put(ctx context.Context, collection, id string, rev int64, doc any) error {
	raw, err := encode(doc)
	if err != nil {
		return fmt.Errorf("%s %q: %w", collection, id, err)
	}
	r, err := s.in(collection).ReplaceOne(ctx, version(id, rev), raw)
	return matched(r, err, fs.ErrExist, collection, id)
}

// matched says how an update of one document went; none is the error where there
// was no such document.
func matched(r *driver.UpdateResult, err, none error, collection, id string) error {
	if err == nil && r.MatchedCount == 0 {
		err = none
	}
	if err != nil {
		return fmt.Errorf("%s %q: writing: %w", collection, id, err)
	}
	return nil
}

// version is the filter of a compare-and-set.
func version(id string, rev int64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "rev", Value: rev}}
}

// get reads a document by its id.
func get[D document[R], R any](ctx context.Context, s *Store, collection, id string) (R, error) {
	r, err := first[D](ctx, s, collection, bson.D{{Key: "_id", Value: id}}, bson.D{})
	if err != nil {
		return r, fmt.Errorf("reading %q: %w", id, err)
	}
	return r, nil
}

// has says whether there is a document of that id.
func (s *Store) has(ctx context.Context, collection, id string) (bool, error) {
	found, err := read[bson.Raw](ctx, s, collection, bson.D{{Key: "_id", Value: id}}, options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}), 1)
	return len(found) > 0, err
}

// first reads the first document in an order; fs.ErrNotExist if there is none.
func first[D document[R], R any](ctx context.Context, s *Store, collection string, filter, sort bson.D) (R, error) {
	var doc D
	err := s.in(collection).FindOne(ctx, filter, options.FindOne().SetSort(sort)).Decode(&doc)
	if errors.Is(err, driver.ErrNoDocuments) {
		err = fs.ErrNotExist
	}
	if err != nil {
		var none R
		return none, fmt.Errorf("%s: %w", collection, err)
	}
	return doc.record(), nil
}

// find reads the documents of one range of an index.
func find[D document[R], R any](ctx context.Context, s *Store, collection string, filter, sort bson.D, limit int) ([]R, error) {
	docs, err := read[D](ctx, s, collection, filter, options.Find().SetSort(sort), limit)
	return each(docs, D.record), err
}

// read gives at most limit documents. At least one is asked for, since none would
// mean all to MongoDB.
func read[D any](ctx context.Context, s *Store, collection string, filter bson.D, o *options.FindOptionsBuilder, limit int) ([]D, error) {
	cursor, err := s.in(collection).Find(ctx, filter, o.SetLimit(int64(max(limit, 1))))
	if err != nil {
		return nil, fmt.Errorf("%s: searching: %w", collection, err)
	}
	var docs []D
	if err := cursor.All(ctx, &docs); err != nil {
		return nil, fmt.Errorf("%s: reading: %w", collection, err)
	}
	return docs[:min(max(limit, 0), len(docs))], nil
}

// each turns every element of a list into what stands for it on the other side.
func each[A, B any](list []A, turn func(A) B) []B {
	var turned []B
	for _, a := range list {
		turned = append(turned, turn(a))
	}
	return turned
}
