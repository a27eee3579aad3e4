package reports

import (
	"context"
	"time"
)

// seenSlot is where it is written which hour the Publisher saw to last, whether or
// not there was anything new to say: an edition that stays the newest for long is not
// yet a sign that nobody makes them any more.
const seenSlot = "edition seen to"

// patience is after how long without news the public page says that its data have
// stopped.
const patience = 2 * 24 * time.Hour

// FreshUntil is until when something made, or looked after, at a time speaks for the
// present.
func FreshUntil(at time.Time) time.Time { return at.Add(patience) }

// note keeps the hour that was seen to.
func (p *Publisher) note(ctx context.Context, seen time.Time) error {
	return p.Store.PutSlot(ctx, seenSlot, seen.UTC().Format(time.RFC3339))
}

// SeenTo is when the Publisher last saw to the newest edition: when it made it, or
// found that it need not make another.
func SeenTo(ctx context.Context, s interface {
	GetSlot(ctx context.Context, name string) (string, error)
}, published time.Time) (time.Time, error) {
	text, err := s.GetSlot(ctx, seenSlot)
	if err != nil {
		return published, err
	}
	seen, err := time.Parse(time.RFC3339, text)
	if err != nil || seen.Before(published) { // none was written yet
		return published, nil
	}
	return seen, nil
}
