package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"iter"

	"github.com/entendu/entendu/surveys"
)

// AddCustomer is surveys.Store's.
func (s *Store) AddCustomer(ctx context.Context, c surveys.Customer) error {
	err := s.write(ctx, `INSERT INTO customers (person, id, address, name, language, timezone, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		c.Person, c.ID, c.Address, c.Name, c.Language, c.Timezone, millis(c.SeenAt))
	return in(err, "keeping customer %s", c.ID)
}

// GetCustomer is surveys.Store's.
func (s *Store) GetCustomer(ctx context.Context, person string) (surveys.Customer, error) {
	c, err := get(ctx, s, scanCustomer, `SELECT person, id, address, name, language, timezone, seen_at FROM customers WHERE person = ?`, person)
	return c, in(err, "reading the customer who is %s", person)
}

// Customers is surveys.Store's.
func (s *Store) Customers(ctx context.Context, after string) iter.Seq2[surveys.Customer, error] {
	const page = `SELECT person, id, address, name, language, timezone, seen_at FROM customers WHERE person > ? ORDER BY person LIMIT +?`
	return walk(ctx, surveys.Customer{Person: after}, func(last surveys.Customer) ([]surveys.Customer, error) {
		found, err := find(ctx, s, scanCustomer, page, last.Person, pageSize)
		return found, in(err, "walking the customers")
	})
}

func scanCustomer(r row) (c surveys.Customer, err error) {
	err = r.Scan(&c.Person, &c.ID, &c.Address, &c.Name, &c.Language, &c.Timezone, at{&c.SeenAt})
	return c, err
}

// PutCustomer is surveys.Store's.
func (s *Store) PutCustomer(ctx context.Context, c surveys.Customer) error {
	err := s.change(ctx, `UPDATE customers SET address = ?, name = ?, language = ?, timezone = ?, seen_at = ? WHERE person = ?`,
		c.Address, c.Name, c.Language, c.Timezone, millis(c.SeenAt), c.Person)
	return in(missing(err), "changing the customer who is %s", c.Person)
}

// RemoveCustomer is surveys.Store's.
func (s *Store) RemoveCustomer(ctx context.Context, person string) error {
	err := s.change(ctx, `DELETE FROM customers WHERE person = ?`, person)
	return in(missing(err), "removing the customer who is %s", person)
}

// missing is for changes that compare nothing: where they find no row, there is none.
func missing(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fs.ErrNotExist
	}
	return err
}

// AddSuppression is surveys.Store's.
func (s *Store) AddSuppression(ctx context.Context, p surveys.Suppression) error {
	err := s.write(ctx, `INSERT INTO suppressions (person, reason, at) VALUES (?, ?, ?)`, p.Person, p.Reason, millis(p.At))
	return in(err, "suppressing %s", p.Person)
}

const selectSuppressions = `SELECT person, reason, at FROM suppressions`

// GetSuppression is surveys.Store's.
func (s *Store) GetSuppression(ctx context.Context, person string) (surveys.Suppression, error) {
	p, err := get(ctx, s, scanSuppression, selectSuppressions+` WHERE person = ?`, person)
	return p, in(err, "reading the suppression of %s", person)
}

func scanSuppression(r row) (p surveys.Suppression, err error) {
	err = r.Scan(&p.Person, &p.Reason, at{&p.At})
	return p, err
}

// PutSuppression is surveys.Store's.
func (s *Store) PutSuppression(ctx context.Context, p surveys.Suppression) error {
	err := s.change(ctx, `UPDATE suppressions SET reason = ? WHERE person = ?`, p.Reason, p.Person)
	return in(missing(err), "changing the suppression of %s", p.Person)
}

// RemoveSuppression is surveys.Store's.
func (s *Store) RemoveSuppression(ctx context.Context, person string) error {
	err := s.change(ctx, `DELETE FROM suppressions WHERE person = ?`, person)
	return in(missing(err), "removing the suppression of %s", person)
}

// Suppressions is surveys.Store's.
func (s *Store) Suppressions(ctx context.Context) iter.Seq2[surveys.Suppression, error] {
	const page = selectSuppressions + ` WHERE (at, person) > (?, ?) ORDER BY at, person LIMIT +?`
	return walk(ctx, surveys.Suppression{}, func(last surveys.Suppression) ([]surveys.Suppression, error) {
		found, err := find(ctx, s, scanSuppression, page, millis(last.At), last.Person, pageSize)
		return found, in(err, "walking the suppressions")
	})
}

// AddReservation is surveys.Store's.
func (s *Store) AddReservation(ctx context.Context, r surveys.Reservation) error {
	err := s.write(ctx, `INSERT INTO reservations (person, holder, until, rev) VALUES (?, ?, ?, 1)`, r.Person, r.Holder, millis(r.Until))
	return in(err, "reserving %s", r.Person)
}

// GetReservation is surveys.Store's.
func (s *Store) GetReservation(ctx context.Context, person string) (surveys.Reservation, error) {
	r, err := get(ctx, s, scanReservation, `SELECT person, holder, until, rev FROM reservations WHERE person = ?`, person)
	return r, in(err, "reading the reservation of %s", person)
}

func scanReservation(w row) (r surveys.Reservation, err error) {
	err = w.Scan(&r.Person, &r.Holder, at{&r.Until}, &r.Rev)
	return r, err
}

// PutReservation is surveys.Store's.
func (s *Store) PutReservation(ctx context.Context, r surveys.Reservation) error {
	err := s.change(ctx, `UPDATE reservations SET holder = ?, until = ?, rev = rev + 1 WHERE person = ? AND rev = ?`,
		r.Holder, millis(r.Until), r.Person, r.Rev)
	return in(err, "changing the reservation of %s", r.Person)
}
