package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/server/auth"
)

type sessionDoc struct {
	ID      string    `bson:"_id"`
	Person  string    `bson:"person"`
	MadeAt  time.Time `bson:"made_at"`
	SeenAt  time.Time `bson:"seen_at"`
	Until   time.Time `bson:"until"`
	Browser string    `bson:"browser"`
	Vouched bool      `bson:"vouched,omitempty"`
	Rev     int64     `bson:"rev"`
}

func sessionDocOf(o auth.Session, rev int64) sessionDoc {
	return sessionDoc{ID: o.ID, Person: o.Person, MadeAt: o.MadeAt, SeenAt: o.SeenAt, Until: o.Until, Browser: o.Browser, Vouched: o.Vouched, Rev: rev}
}

func (d sessionDoc) record() auth.Session {
	return auth.Session{ID: d.ID, Person: d.Person, MadeAt: d.MadeAt, SeenAt: d.SeenAt, Until: d.Until, Browser: d.Browser, Vouched: d.Vouched, Rev: d.Rev}
}

// AddSession is auth.Store.
func (s *Store) AddSession(ctx context.Context, o auth.Session) error {
	return s.add(ctx, sessions, sessionDocOf(o, 1))
}

// GetSession is auth.Store.
func (s *Store) GetSession(ctx context.Context, id string) (auth.Session, error) {
	return get[sessionDoc](ctx, s, sessions, id)
}

// PutSession is auth.Store.
func (s *Store) PutSession(ctx context.Context, o auth.Session) error {
	return s.put(ctx, sessions, o.ID, o.Rev, sessionDocOf(o, o.Rev+1))
}

// RemoveSession is auth.Store.
func (s *Store) RemoveSession(ctx context.Context, id string) error {
	return s.remove(ctx, sessions, id)
}

// FindSessions is auth.Store.
func (s *Store) FindSessions(ctx context.Context, person string, limit int) ([]auth.Session, error) {
	return find[sessionDoc](ctx, s, sessions, bson.D{{Key: "person", Value: person}}, bson.D{{Key: "made_at", Value: -1}}, limit)
}

// FindOldSessions is auth.Store.
func (s *Store) FindOldSessions(ctx context.Context, now time.Time, limit int) ([]auth.Session, error) {
	over := bson.D{{Key: "until", Value: bson.D{{Key: "$lte", Value: now}}}}
	return find[sessionDoc](ctx, s, sessions, over, bson.D{{Key: "until", Value: 1}}, limit)
}
