package mongo

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/reports"
)

type editionDoc struct {
	ID          string    `bson:"_id"`
	Order       string    `bson:"order"`
	PublishedAt time.Time `bson:"published_at,omitempty"`
	CutOff      time.Time `bson:"cut_off,omitempty"`
	Bytes       []byte    `bson:"bytes,omitempty"`
	SHA256      string    `bson:"sha256,omitempty"`
}

func (d editionDoc) record() reports.Edition {
	return reports.Edition{ID: d.ID, PublishedAt: d.PublishedAt, CutOff: d.CutOff, Bytes: d.Bytes, SHA256: d.SHA256}
}

func (d editionDoc) place() string { return d.Order }

// AddEdition is reports.Store. MongoDB takes documents of up to 16 MiB; an edition
// has a hundredth of that for each year of figures.
func (s *Store) AddEdition(ctx context.Context, e reports.Edition) error {
	return s.add(ctx, editions, editionDoc{
		ID: e.ID, Order: order(e.PublishedAt, e.ID), PublishedAt: e.PublishedAt, CutOff: e.CutOff, Bytes: e.Bytes, SHA256: e.SHA256,
	})
}

// GetEdition is reports.Store.
func (s *Store) GetEdition(ctx context.Context, id string) (reports.Edition, error) {
	return get[editionDoc](ctx, s, editions, id)
}

// LatestEdition is reports.Store.
func (s *Store) LatestEdition(ctx context.Context) (reports.Edition, error) {
	return first[editionDoc](ctx, s, editions, bson.D{}, bson.D{{Key: "order", Value: -1}})
}

// Editions is reports.Store.
func (s *Store) Editions(ctx context.Context) iter.Seq2[reports.Edition, error] {
	return walk[editionDoc](ctx, s, editions, path{field: "order", down: true, without: "bytes"})
}
