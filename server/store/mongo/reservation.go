package mongo

import (
	"context"
	"time"

	"github.com/entendu/entendu/surveys"
)

type reservationDoc struct {
	Person string    `bson:"_id"`
	Holder string    `bson:"holder"`
	Until  time.Time `bson:"until,omitempty"`
	Rev    int64     `bson:"rev"`
}

func reservationDocOf(r surveys.Reservation, rev int64) reservationDoc {
	d := reservationDoc(r)
	d.Rev = rev
	return d
}

func (d reservationDoc) record() surveys.Reservation { return surveys.Reservation(d) }

// AddReservation is surveys.Store.
func (s *Store) AddReservation(ctx context.Context, r surveys.Reservation) error {
	return s.add(ctx, reservations, reservationDocOf(r, 1))
}

// GetReservation is surveys.Store.
func (s *Store) GetReservation(ctx context.Context, person string) (surveys.Reservation, error) {
	return get[reservationDoc](ctx, s, reservations, person)
}

// PutReservation is surveys.Store.
func (s *Store) PutReservation(ctx context.Context, r surveys.Reservation) error {
	return s.put(ctx, reservations, r.Person, r.Rev, reservationDocOf(r, r.Rev+1))
}
