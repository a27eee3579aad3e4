package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/server/auth"
)

type passDoc struct {
	ID     string    `bson:"_id"`
	Kind   string    `bson:"kind"`
	Person string    `bson:"person"`
	MadeAt time.Time `bson:"made_at"`
	Until  time.Time `bson:"until"`
	DueAt  time.Time `bson:"due_at"`
	Mail   bool      `bson:"mail,omitempty"`
	Tries  int       `bson:"tries,omitempty"`
	Rev    int64     `bson:"rev"`
}

func passDocOf(p auth.Pass, rev int64) passDoc {
	return passDoc{ID: p.ID, Kind: string(p.Kind), Person: p.Person, MadeAt: p.MadeAt, Until: p.Until, DueAt: p.DueAt, Mail: p.Mail, Tries: p.Tries, Rev: rev}
}

func (d passDoc) record() auth.Pass {
	return auth.Pass{ID: d.ID, Kind: auth.PassKind(d.Kind), Person: d.Person, MadeAt: d.MadeAt, Until: d.Until, DueAt: d.DueAt, Mail: d.Mail, Tries: d.Tries, Rev: d.Rev}
}

// AddPass is auth.Store.
func (s *Store) AddPass(ctx context.Context, p auth.Pass) error {
	return s.add(ctx, passes, passDocOf(p, 1))
}

// GetPass is auth.Store.
func (s *Store) GetPass(ctx context.Context, id string) (auth.Pass, error) {
	return get[passDoc](ctx, s, passes, id)
}

// PutPass is auth.Store.
func (s *Store) PutPass(ctx context.Context, p auth.Pass) error {
	return s.put(ctx, passes, p.ID, p.Rev, passDocOf(p, p.Rev+1))
}

// RemovePass is auth.Store.
func (s *Store) RemovePass(ctx context.Context, id string) error {
	return s.remove(ctx, passes, id)
}

// FindPasses is auth.Store.
func (s *Store) FindPasses(ctx context.Context, person string, limit int) ([]auth.Pass, error) {
	return find[passDoc](ctx, s, passes, bson.D{{Key: "person", Value: person}}, bson.D{{Key: "made_at", Value: -1}}, limit)
}

// FindDuePasses is auth.Store.
func (s *Store) FindDuePasses(ctx context.Context, now time.Time, limit int) ([]auth.Pass, error) {
	due := bson.D{{Key: "due_at", Value: bson.D{{Key: "$lte", Value: now}}}}
	return find[passDoc](ctx, s, passes, due, bson.D{{Key: "due_at", Value: 1}}, limit)
}
