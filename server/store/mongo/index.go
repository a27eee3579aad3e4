package mongo

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// indexTime bounds the making of all indexes: at once in a new database, minutes
// where a new version needs one more over millions of rows.
const indexTime = 15 * time.Minute

// An index exists for each read that is not by _id. A sparse one holds only the
// documents that have its field, which is how marks are kept: a row that waits has
// the field, any other has not. (Partial indexes would say the same, but not every
// compatible server has them.)
func indexes() []struct {
	collection string
	keys       bson.D
	sparse     bool
} {
	return []struct {
		collection string
		keys       bson.D
		sparse     bool
	}{
		{events, bson.D{{Key: "state", Value: 1}, {Key: "received_at", Value: 1}, {Key: "_id", Value: 1}}, false},
		{events, bson.D{{Key: "source", Value: 1}, {Key: "received_at", Value: 1}, {Key: "_id", Value: 1}}, false},
		{refusals, bson.D{{Key: "source", Value: 1}, {Key: "at", Value: 1}, {Key: "_id", Value: 1}}, false},
		{tickets, bson.D{{Key: "order", Value: 1}}, false},
		{tickets, bson.D{{Key: "number", Value: 1}}, true},
		{tickets, bson.D{{Key: "person", Value: 1}}, true},
		{tickets, bson.D{{Key: "named", Value: 1}}, true},
		{tickets, bson.D{{Key: "settle", Value: 1}}, true},
		{tickets, bson.D{{Key: "recount", Value: 1}}, true},
		{invitations, bson.D{{Key: "order", Value: 1}}, false},
		{invitations, bson.D{{Key: "person", Value: 1}}, true},
		{invitations, bson.D{{Key: "ready_at", Value: 1}}, true},
		{invitations, bson.D{{Key: "recount", Value: 1}}, true},
		{responses, bson.D{{Key: "order", Value: 1}}, false},
		{responses, bson.D{{Key: "recount", Value: 1}}, true},
		{responses, bson.D{{Key: "desk", Value: 1}, {Key: "desk_order", Value: 1}}, true},
		{proposals, bson.D{{Key: "order", Value: 1}}, false},
		{proposals, bson.D{{Key: "by", Value: 1}, {Key: "order", Value: 1}}, false},
		{responses, bson.D{{Key: "follow_up", Value: 1}}, true},
		{followUps, bson.D{{Key: "state", Value: 1}, {Key: "order", Value: 1}}, false},
		{followUps, bson.D{{Key: "state", Value: 1}, {Key: "team", Value: 1}, {Key: "order", Value: 1}}, false},
		{followUps, bson.D{{Key: "state", Value: 1}, {Key: "owner", Value: 1}, {Key: "order", Value: 1}}, false},
		{followUps, bson.D{{Key: "order", Value: 1}}, false},
		{followUps, bson.D{{Key: "tell_at", Value: 1}}, true},
		{responses, bson.D{{Key: "transcribe", Value: 1}}, true},
		{voices, bson.D{{Key: "place", Value: -1}}, false},
		{voices, bson.D{{Key: "terms", Value: 1}, {Key: "place", Value: -1}}, false},
		{suppressions, bson.D{{Key: "order", Value: 1}}, false},
		{errands, bson.D{{Key: "order", Value: 1}}, false},
		{errands, bson.D{{Key: "due_at", Value: 1}}, true},
		{editions, bson.D{{Key: "order", Value: 1}}, false},
		{actions, bson.D{{Key: "order", Value: 1}}, false},
		{people, bson.D{{Key: "order", Value: 1}}, false},
		{sessions, bson.D{{Key: "person", Value: 1}, {Key: "made_at", Value: 1}}, false},
		{sessions, bson.D{{Key: "until", Value: 1}}, false},
		{passes, bson.D{{Key: "person", Value: 1}, {Key: "made_at", Value: 1}}, false},
		{passes, bson.D{{Key: "due_at", Value: 1}}, false},
		{traces, bson.D{{Key: "order", Value: 1}}, false},
	}
}

// index makes the indexes that do not exist yet.
func (s *Store) index(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, indexTime)
	defer cancel()
	for _, i := range indexes() {
		o := options.Index()
		if i.sparse {
			o.SetSparse(true)
		}
		_, err := s.in(i.collection).Indexes().CreateOne(ctx, driver.IndexModel{Keys: i.keys, Options: o})
		if err != nil {
			return fmt.Errorf("making the index of %s on %s: %w", i.collection, i.keys[0].Key, err)
		}
	}
	return nil
}
