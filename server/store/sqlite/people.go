package sqlite

import (
	"context"
	"iter"

	"github.com/entendu/entendu/server/auth"
)

const (
	personFields = `email, name, role, all_teams, teams, agents, language, disabled, added_at, since, password, secret, step, spares, subject`
	personHoles  = ten + `, ?, ?, ?, ?, ?`
	addPerson    = `INSERT INTO people (` + personFields + `, id, rev) VALUES (` + personHoles + `, ?, 1)`
	putPerson    = `UPDATE people SET (` + personFields + `) = (` + personHoles + `), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectPeople = `SELECT ` + personFields + `, id, rev FROM people`
)

func personValues(p auth.Person) []any {
	return []any{
		p.Email, p.Name, string(p.Role), p.AllTeams, list(p.Teams), list(p.Agents), p.Language, p.Disabled, millis(p.AddedAt), millis(p.Since),
		p.Password, p.Secret, p.Step, list(p.Spares), p.Subject,
		p.ID,
	}
}

func scanPerson(r row) (p auth.Person, err error) {
	err = r.Scan(
		&p.Email, &p.Name, &p.Role, &p.AllTeams, into{&p.Teams}, into{&p.Agents}, &p.Language, &p.Disabled, at{&p.AddedAt}, at{&p.Since},
		&p.Password, &p.Secret, &p.Step, into{&p.Spares}, &p.Subject,
		&p.ID, &p.Rev,
	)
	return p, err
}

// AddPerson is auth.Store's.
func (s *Store) AddPerson(ctx context.Context, p auth.Person) error {
	return in(s.write(ctx, addPerson, personValues(p)...), "keeping person %s", p.ID)
}

// GetPerson is auth.Store's.
func (s *Store) GetPerson(ctx context.Context, id string) (auth.Person, error) {
	p, err := get(ctx, s, scanPerson, selectPeople+` WHERE id = ?`, id)
	return p, in(err, "reading person %s", id)
}

// PutPerson is auth.Store's.
func (s *Store) PutPerson(ctx context.Context, p auth.Person) error {
	return in(s.change(ctx, putPerson, append(personValues(p), p.Rev)...), "changing person %s", p.ID)
}

// People is auth.Store's.
func (s *Store) People(ctx context.Context) iter.Seq2[auth.Person, error] {
	const page = selectPeople + ` WHERE (added_at, id) > (?, ?) ORDER BY added_at, id LIMIT +?`
	return walk(ctx, auth.Person{}, func(last auth.Person) ([]auth.Person, error) {
		found, err := find(ctx, s, scanPerson, page, millis(last.AddedAt), last.ID, pageSize)
		return found, in(err, "walking the people")
	})
}
