package mongo

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type customerDoc struct {
	Person string `bson:"_id"`
	ID     string `bson:"id"`
	Said   said   `bson:"said"`
}

// said is what may change about a customer, as one field, so that one update
// replaces all of it and leaves the id.
type said struct {
	Address  string    `bson:"address,omitempty"`
	Name     string    `bson:"name,omitempty"`
	Language string    `bson:"language,omitempty"`
	Timezone string    `bson:"timezone,omitempty"`
	SeenAt   time.Time `bson:"seen_at,omitempty"`
}

func saidOf(c surveys.Customer) said {
	return said{Address: c.Address, Name: c.Name, Language: c.Language, Timezone: c.Timezone, SeenAt: c.SeenAt}
}

func (d customerDoc) record() surveys.Customer {
	return surveys.Customer{
		Person: d.Person, ID: d.ID,
		Address: d.Said.Address, Name: d.Said.Name, Language: d.Said.Language, Timezone: d.Said.Timezone, SeenAt: d.Said.SeenAt,
	}
}

// AddCustomer is surveys.Store.
func (s *Store) AddCustomer(ctx context.Context, c surveys.Customer) error {
	return s.add(ctx, customers, customerDoc{Person: c.Person, ID: c.ID, Said: saidOf(c)})
}

// GetCustomer is surveys.Store.
func (s *Store) GetCustomer(ctx context.Context, person string) (surveys.Customer, error) {
	return get[customerDoc](ctx, s, customers, person)
}

func (d customerDoc) place() string { return d.Person }

// Customers is surveys.Store.
func (s *Store) Customers(ctx context.Context, after string) iter.Seq2[surveys.Customer, error] {
	return walk[customerDoc](ctx, s, customers, path{field: "_id", after: after})
}

// PutCustomer is surveys.Store.
func (s *Store) PutCustomer(ctx context.Context, c surveys.Customer) error {
	raw, err := encode(saidOf(c))
	if err != nil {
		return fmt.Errorf("%s %q: %w", customers, c.Person, err)
	}
	r, err := s.in(customers).UpdateByID(ctx, c.Person, bson.D{{Key: "$set", Value: bson.D{{Key: "said", Value: raw}}}})
	return matched(r, err, fs.ErrNotExist, customers, c.Person)
}

// RemoveCustomer is surveys.Store.
func (s *Store) RemoveCustomer(ctx context.Context, person string) error {
	return s.remove(ctx, customers, person)
}
