package mongo

import (
	"context"
	"errors"
	"io/fs"

	"github.com/entendu/entendu/surveys"
)

// GetStanding is surveys.Store.
func (s *Store) GetStanding(ctx context.Context, ticket surveys.TicketKey, person string) (l surveys.Standing, err error) {
	t, err := s.GetTicket(ctx, ticket)
	if err != nil {
		return l, err
	}
	l.Ticket = t.Outline()
	if l.Suppressed, err = s.has(ctx, suppressions, person); err != nil {
		return l, err
	}
	if l.Customer, err = s.GetCustomer(ctx, person); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return l, err
	}
	if l.Reservation, err = s.GetReservation(ctx, person); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return l, err
	}
	return l, nil
}
