package mongo

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Copies says whether the server keeps more than one copy: it belongs to a replica
// set, or speaks for a sharded cluster, whose parts do. A single one confirms what
// only its own disk holds.
func (s *Store) Copies(ctx context.Context) (bool, error) {
	var hello struct {
		SetName string `bson:"setName"`
		Msg     string `bson:"msg"` // "isdbgrid" from a router
	}
	if err := s.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		return false, fmt.Errorf("asking MongoDB what it is: %w", err)
	}
	return hello.SetName != "" || hello.Msg == "isdbgrid", nil
}
