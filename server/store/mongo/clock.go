package mongo

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

// clockAge is how long the server's time is carried on by the local clock: two
// clocks that run apart by 100 ppm differ by a millisecond then.
const clockAge = 10 * time.Second

// clock tells the server's time without asking for it each time. Only the local
// monotonic clock is used, so it does not matter what time it is here.
type clock struct {
	ask    func(context.Context) (time.Time, error)
	offset time.Duration
	last   atomic.Pointer[reading]
}

// reading is what the server's clock showed at a local moment.
type reading struct{ server, local time.Time }

func (c *clock) now(ctx context.Context) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}
	r := c.last.Load()
	if r == nil || time.Since(r.local) >= clockAge {
		fresh, err := c.read(ctx)
		if err != nil {
			return time.Time{}, err
		}
		r = fresh
		c.last.Store(r)
	}
	return surveys.Moment(r.server.Add(time.Since(r.local) + c.offset)), nil
}

// read takes it that the server looked at its clock halfway between question and
// answer, which is wrong by at most half of the time between them.
func (c *clock) read(ctx context.Context) (*reading, error) {
	asked := time.Now()
	server, err := c.ask(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking for the store's time: %w", err)
	}
	return &reading{server: server, local: asked.Add(time.Since(asked) / 2)}, nil
}

// Now is the server's time.
func (s *Store) Now(ctx context.Context) (time.Time, error) { return s.clock.now(ctx) }

func (s *Store) askTime(ctx context.Context) (time.Time, error) {
	var hello struct {
		LocalTime time.Time `bson:"localTime"`
	}
	err := s.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
	if err == nil && hello.LocalTime.IsZero() {
		err = fmt.Errorf("the server does not tell its time")
	}
	return hello.LocalTime, err
}
