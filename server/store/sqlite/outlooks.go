package sqlite

import (
	"context"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

const selectOutlooks = `SELECT day, made_at, counted_at, bytes FROM outlooks`

// AddOutlook is reports.Store's.
func (s *Store) AddOutlook(ctx context.Context, o reports.Outlook) error {
	err := s.write(ctx, `INSERT INTO outlooks (day, made_at, counted_at, bytes) VALUES (?, ?, ?, ?)`,
		string(o.Day), millis(o.MadeAt), millis(o.CountedAt), blob(o.Bytes))
	return in(err, "keeping the outlook of %s", o.Day)
}

// GetOutlook is reports.Store's.
func (s *Store) GetOutlook(ctx context.Context, day surveys.Day) (reports.Outlook, error) {
	o, err := get(ctx, s, scanOutlook, selectOutlooks+` WHERE day = ?`, string(day))
	return o, in(err, "reading the outlook of %s", day)
}

// LatestOutlook is reports.Store's.
func (s *Store) LatestOutlook(ctx context.Context) (reports.Outlook, error) {
	o, err := get(ctx, s, scanOutlook, selectOutlooks+` ORDER BY day DESC LIMIT 1`)
	return o, in(err, "reading the latest outlook")
}

func scanOutlook(r row) (o reports.Outlook, err error) {
	err = r.Scan(&o.Day, at{&o.MadeAt}, at{&o.CountedAt}, &o.Bytes)
	return o, err
}
