package sqlite

import (
	"context"
	"fmt"

	"github.com/entendu/entendu/reports"
)

// The ways to find and clear each kind of mark. A marked row stands in a partial
// index that holds no others, so finding costs what there is to find.
const (
	markedTickets     = `SELECT source, id, rev, recount FROM tickets WHERE recount <> '' LIMIT +?`
	markedInvitations = `SELECT '', id, rev, recount FROM invitations WHERE recount <> '' LIMIT +?`
	markedResponses   = `SELECT '', invitation, rev, recount FROM responses WHERE recount <> '' LIMIT +?`

	clearTicket     = `UPDATE tickets SET recount = '' WHERE source = ? AND id = ? AND rev = ?`
	clearInvitation = `UPDATE invitations SET recount = '' WHERE id = ? AND rev = ?`
	clearResponse   = `UPDATE responses SET recount = '' WHERE invitation = ? AND rev = ?`
)

// FindMarks is reports.Store's.
func (s *Store) FindMarks(ctx context.Context, limit int) ([]reports.Mark, error) {
	var marks []reports.Mark
	for _, marked := range []struct {
		kind  reports.MarkKind
		query string
	}{{reports.MarkedTicket, markedTickets}, {reports.MarkedInvitation, markedInvitations}, {reports.MarkedResponse, markedResponses}} {
		found, err := find(ctx, s, scanMark(marked.kind), marked.query, limit)
		if err != nil {
			return nil, fmt.Errorf("looking for marks on a %s: %w", marked.kind, err)
		}
		marks = append(marks, found...)
	}
	return marks, nil
}

func scanMark(kind reports.MarkKind) func(row) (reports.Mark, error) {
	return func(r row) (reports.Mark, error) {
		m := reports.Mark{Kind: kind}
		id := &m.ID
		if kind == reports.MarkedTicket {
			id = &m.Key.ID
		}
		err := r.Scan(&m.Key.Source, id, &m.Rev, into{&m.Days})
		return m, err
	}
}

// ClearMark is reports.Store's.
func (s *Store) ClearMark(ctx context.Context, m reports.Mark) error {
	query, args := clearTicket, []any{m.Key.Source, m.Key.ID, m.Rev}
	switch m.Kind {
	case reports.MarkedInvitation:
		query, args = clearInvitation, []any{m.ID, m.Rev}
	case reports.MarkedResponse:
		query, args = clearResponse, []any{m.ID, m.Rev}
	}
	return in(s.change(ctx, query, args...), "clearing the mark on a %s", m.Kind)
}
