// Package mongo keeps everything in a MongoDB database: a replica set, a sharded
// cluster, a single server, or a server that speaks the same protocol. It fetches,
// keeps order and keeps unique; it has no rule and no arithmetic, and it uses no
// transaction, no change stream and no script on the server.
//
// Each noun is a collection and has its file here, with the document it is kept
// as. A document's _id is the full id of its record, so a sharded cluster shards
// every collection by _id, hashed or by range.
//
// # Why two clients are safe
//
// No write looks first and writes then. Each is one command on one document that
// it names by _id, and MongoDB applies such commands one after the other:
//
//   - Add is one insert. The index on _id lets one of two inserts through; the
//     other is fs.ErrExist.
//   - Put of a record with a Rev is one replacement whose filter is _id and rev
//     and which raises rev, so it matches once. Whoever comes second matches
//     nothing: fs.ErrExist.
//   - PutTally is the first of these for Rev 0 and the second for any other.
//   - ClearMark is one update whose filter is _id and rev. It takes away the mark
//     of exactly the row that was counted; the row's next Put sets its own.
//   - PutCustomer sets one field, which holds all that may change about a person:
//     of two at once one is the last, whole.
//   - RemoveSuppression, RemoveErrand, RemoveRefusal, RemoveVoice, RemoveLabel, RemoveSession
//     and RemovePass are one
//     deletion; who finds nothing to delete is told so.
//   - forward adds fields to a document by _id and rev, where it lacks them.
//   - PutGeneration and Ready replace and raise one value, in any order.
//
// A write that is repeated, by the driver after a lost connection or by a worker
// after a crash, finds its id taken or its rev passed and changes nothing.
//
// # Durability
//
// Writes return when a majority of the servers holds them in its journal. Reads
// are the primary's and see only what a majority holds, so nothing that was read
// can be rolled back. fs.ErrExist speaks of such a state too: the server waits for
// the majority also where a write changed nothing, so a Get after a lost Add finds
// what won.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/entendu/entendu/server/store"
)

var _ store.Store = (*Store)(nil)

// Options is what the operator's address does not say.
type Options struct {
	// ClockOffset is added to the server's time, so that a test can see tomorrow.
	ClockOffset time.Duration
}

// Store keeps what Entendu knows in one MongoDB database.
type Store struct {
	db    *driver.Database
	clock clock
}

// Open connects to the database that uri names, such as
// mongodb://localhost/entendu, and makes its indexes. The options in uri are
// followed, except those that would let a confirmed answer be lost: they are
// refused.
func Open(ctx context.Context, uri string, opt Options) (*Store, error) {
	o, name, err := settle(uri)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, name, opt)
}

func open(ctx context.Context, o *options.ClientOptions, name string, opt Options) (*Store, error) {
	client, err := driver.Connect(o)
	if err != nil {
		return nil, fmt.Errorf("preparing to reach MongoDB: %w", err)
	}
	s := &Store{db: client.Database(name)}
	s.clock = clock{ask: s.askTime, offset: opt.ClockOffset}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// prepare makes the indexes and finds out that the server answers, keeps and reads
// as the store promises, all before the first request.
func (s *Store) prepare(ctx context.Context) error {
	if _, err := s.clock.now(ctx); err != nil {
		return fmt.Errorf("reaching MongoDB: %w", err)
	}
	if err := s.index(ctx); err != nil {
		return err
	}
	if err := s.Ready(ctx); err != nil {
		return err
	}
	if err := s.forward(ctx); err != nil {
		return err
	}
	_, err := s.Generation(ctx)
	return err
}

// Ready makes a write that a majority must confirm: a server that answers but has
// no majority, no room or no right to write is not ready.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.in(slots).UpdateByID(ctx, "ready", bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}},
		options.UpdateOne().SetUpsert(true))
	if err != nil && !driver.IsDuplicateKeyError(err) { // another instance made the slot at once
		return fmt.Errorf("writing to MongoDB: %w", err)
	}
	return nil
}

// Close ends every connection.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.db.Client().Disconnect(ctx)
}

// The collections.
const (
	events       = "events"
	tickets      = "tickets"
	invitations  = "invitations"
	responses    = "responses"
	followUps    = "follow_ups"
	customers    = "customers"
	suppressions = "suppressions"
	reservations = "reservations"
	errands      = "errands"
	refusals     = "refusals"
	asked        = "surveys"
	proposals    = "proposals"
	settings     = "settings"
	facts        = "facts"
	slots        = "slots" // single values that are replaced
	tallies      = "tallies"
	editions     = "editions"
	outlooks     = "outlooks"
	actions      = "actions"
	voices       = "voices"
	labels       = "labels"
	people       = "people"
	sessions     = "sessions"
	passes       = "passes"
	traces       = "traces"
)

func (s *Store) in(collection string) *driver.Collection { return s.db.Collection(collection) }
