package sqlite

import (
	"context"

	"github.com/entendu/entendu/surveys"
)

const (
	addProposal     = `INSERT INTO proposals (by, name, text, made_at, answer, answered_by, answered_at, id, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`
	putProposal     = `UPDATE proposals SET (by, name, text, made_at, answer, answered_by, answered_at) = (?, ?, ?, ?, ?, ?, ?), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectProposals = `SELECT by, name, text, made_at, answer, answered_by, answered_at, id, rev FROM proposals`
)

func proposalValues(p surveys.Proposal) []any {
	return []any{p.By, p.Name, p.Text, millis(p.MadeAt), p.Answer, p.AnsweredBy, millis(p.AnsweredAt), p.ID}
}

func scanProposal(r row) (p surveys.Proposal, err error) {
	err = r.Scan(&p.By, &p.Name, &p.Text, at{&p.MadeAt}, &p.Answer, &p.AnsweredBy, at{&p.AnsweredAt}, &p.ID, &p.Rev)
	return p, err
}

// AddProposal is surveys.Store's.
func (s *Store) AddProposal(ctx context.Context, p surveys.Proposal) error {
	return in(s.write(ctx, addProposal, proposalValues(p)...), "keeping proposal %s", p.ID)
}

// GetProposal is surveys.Store's.
func (s *Store) GetProposal(ctx context.Context, id string) (surveys.Proposal, error) {
	p, err := get(ctx, s, scanProposal, selectProposals+` WHERE id = ?`, id)
	return p, in(err, "reading proposal %s", id)
}

// PutProposal is surveys.Store's.
func (s *Store) PutProposal(ctx context.Context, p surveys.Proposal) error {
	return in(s.change(ctx, putProposal, append(proposalValues(p), p.Rev)...), "changing proposal %s", p.ID)
}

// FindProposals is surveys.Store's.
func (s *Store) FindProposals(ctx context.Context, by string, before surveys.Proposal, limit int) ([]surveys.Proposal, error) {
	const newest = ` (made_at, id) < (?, ?) ORDER BY made_at DESC, id DESC LIMIT +?`
	where, args := ` WHERE`, []any{until(before.MadeAt), before.ID, limit}
	if by != "" {
		where, args = ` WHERE by = ? AND`, append([]any{by}, args...)
	}
	found, err := find(ctx, s, scanProposal, selectProposals+where+newest, args...)
	return found, in(err, "looking for proposals")
}
