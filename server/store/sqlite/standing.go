package sqlite

import (
	"context"
	"time"

	"github.com/entendu/entendu/surveys"
)

const selectStanding = `SELECT t.source, t.id, t.status, t.merged_into, t.closings,
	EXISTS (SELECT 1 FROM suppressions WHERE person = ?1),
	COALESCE(c.person, ''), COALESCE(c.id, ''), COALESCE(c.address, ''), COALESCE(c.name, ''),
	COALESCE(c.language, ''), COALESCE(c.timezone, ''), COALESCE(c.seen_at, ?4),
	COALESCE(r.person, ''), COALESCE(r.holder, ''), COALESCE(r.until, ?4), COALESCE(r.rev, 0)
	FROM tickets t LEFT JOIN customers c ON c.person = ?1 LEFT JOIN reservations r ON r.person = ?1
	WHERE t.source = ?2 AND t.id = ?3`

// GetStanding is surveys.Store's. Four look-ups by key are one query, which takes half the
// time of four.
func (s *Store) GetStanding(ctx context.Context, ticket surveys.TicketKey, person string) (surveys.Standing, error) {
	l, err := get(ctx, s, scanStanding, selectStanding, person, ticket.Source, ticket.ID, millis(time.Time{}))
	return l, in(err, "looking at ticket %s of %s", ticket.ID, ticket.Source)
}

func scanStanding(w row) (l surveys.Standing, err error) {
	t, c, r := &l.Ticket, &l.Customer, &l.Reservation
	var closings []closing
	err = w.Scan(
		&t.Source, &t.ID, &t.Status, &t.MergedInto, into{&closings}, &l.Suppressed,
		&c.Person, &c.ID, &c.Address, &c.Name, &c.Language, &c.Timezone, at{&c.SeenAt},
		&r.Person, &r.Holder, at{&r.Until}, &r.Rev,
	)
	t.Closings = each(closings, closing.domain)
	return l, err
}
