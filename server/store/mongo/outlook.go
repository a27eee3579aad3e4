package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

type outlookDoc struct {
	Day       string    `bson:"_id"`
	MadeAt    time.Time `bson:"made_at,omitempty"`
	CountedAt time.Time `bson:"counted_at,omitempty"`
	Bytes     []byte    `bson:"bytes,omitempty"`
}

func (d outlookDoc) record() reports.Outlook {
	return reports.Outlook{Day: surveys.Day(d.Day), MadeAt: d.MadeAt, CountedAt: d.CountedAt, Bytes: d.Bytes}
}

// AddOutlook is reports.Store.
func (s *Store) AddOutlook(ctx context.Context, o reports.Outlook) error {
	return s.add(ctx, outlooks, outlookDoc{Day: string(o.Day), MadeAt: o.MadeAt, CountedAt: o.CountedAt, Bytes: o.Bytes})
}

// GetOutlook is reports.Store.
func (s *Store) GetOutlook(ctx context.Context, day surveys.Day) (reports.Outlook, error) {
	return get[outlookDoc](ctx, s, outlooks, string(day))
}

// LatestOutlook is reports.Store.
func (s *Store) LatestOutlook(ctx context.Context) (reports.Outlook, error) {
	return first[outlookDoc](ctx, s, outlooks, bson.D{}, bson.D{{Key: "_id", Value: -1}})
}
