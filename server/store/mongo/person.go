package mongo

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/server/auth"
)

type personDoc struct {
	ID       string    `bson:"_id"`
	Order    string    `bson:"order"`
	Email    string    `bson:"email"`
	Name     string    `bson:"name"`
	Role     string    `bson:"role"`
	AllTeams bool      `bson:"all_teams,omitempty"`
	Teams    []string  `bson:"teams,omitempty"`
	Agents   []string  `bson:"agents,omitempty"`
	Language string    `bson:"language,omitempty"`
	Disabled bool      `bson:"disabled,omitempty"`
	AddedAt  time.Time `bson:"added_at,omitempty"`
	Since    time.Time `bson:"since,omitempty"`
	Password string    `bson:"password,omitempty"`
	Secret   string    `bson:"secret,omitempty"`
	Step     int64     `bson:"step,omitempty"`
	Spares   []string  `bson:"spares,omitempty"`
	Subject  string    `bson:"subject,omitempty"`
	Rev      int64     `bson:"rev"`
}

func personDocOf(p auth.Person, rev int64) personDoc {
	return personDoc{
		ID: p.ID, Order: order(p.AddedAt, p.ID), Email: p.Email, Name: p.Name, Role: string(p.Role), AllTeams: p.AllTeams,
		Teams: p.Teams, Agents: p.Agents, Language: p.Language, Disabled: p.Disabled, AddedAt: p.AddedAt, Since: p.Since,
		Password: p.Password, Secret: p.Secret, Step: p.Step, Spares: p.Spares, Subject: p.Subject, Rev: rev,
	}
}

func (d personDoc) record() auth.Person {
	return auth.Person{
		ID: d.ID, Email: d.Email, Name: d.Name, Role: auth.Role(d.Role), AllTeams: d.AllTeams,
		Teams: d.Teams, Agents: d.Agents, Language: d.Language, Disabled: d.Disabled, AddedAt: d.AddedAt, Since: d.Since,
		Password: d.Password, Secret: d.Secret, Step: d.Step, Spares: d.Spares, Subject: d.Subject, Rev: d.Rev,
	}
}

func (d personDoc) place() string { return d.Order }

// AddPerson is auth.Store.
func (s *Store) AddPerson(ctx context.Context, p auth.Person) error {
	return s.add(ctx, people, personDocOf(p, 1))
}

// GetPerson is auth.Store.
func (s *Store) GetPerson(ctx context.Context, id string) (auth.Person, error) {
	return get[personDoc](ctx, s, people, id)
}

// PutPerson is auth.Store.
func (s *Store) PutPerson(ctx context.Context, p auth.Person) error {
	return s.put(ctx, people, p.ID, p.Rev, personDocOf(p, p.Rev+1))
}

// People is auth.Store.
func (s *Store) People(ctx context.Context) iter.Seq2[auth.Person, error] {
	return walk[personDoc](ctx, s, people, path{field: "order"})
}
