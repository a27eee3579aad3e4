package web

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// Outlooks is where the outlook of each day is kept, and when the newest edition was
// last seen to.
type Outlooks interface {
	reports.Outlooks
	GetSlot(ctx context.Context, name string) (string, error)
}

// present is what is known of today beside the edition.
type present struct {
	today  *reports.Today // nil before the first outlook
	seenTo time.Time      // the newest edition; zero before the first
	at     time.Time      // when this was read
}

// present reads it; published is when the newest edition was, zero before the first.
func (h publicHandlers) present(ctx context.Context, published time.Time) (p present, err error) {
	p.at = h.Now()
	if !published.IsZero() {
		if p.seenTo, err = reports.SeenTo(ctx, h.Public.Store, published); err != nil {
			return p, lost(err)
		}
	}
	o, err := reports.NewestOutlook(ctx, h.Public.Store, p.at)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, lost(err)
	}
	f, err := o.Forecast()
	p.today = &f.Today
	return p, err
}

// stopped says whether what was made at a time no longer speaks for the present.
func (p present) stopped(made time.Time) bool { return !p.at.Before(reports.FreshUntil(made)) }

// until is when the page will have to say that data have stopped, unless others come;
// zero where there are none, or it says so already.
func (p present) until() (turn time.Time) {
	made := []time.Time{p.seenTo}
	if p.today != nil {
		made = append(made, p.today.MadeAt)
	}
	for _, at := range made {
		end := reports.FreshUntil(at)
		if !at.IsZero() && end.After(p.at) && (turn.IsZero() || end.Before(turn)) {
			turn = end
		}
	}
	return turn
}

// todayPart is what the public page begins with. Without Finding there is only what
// has stopped.
type todayPart struct {
	page
	charts.Present
	Stopped []string // sentences
	Made    string   // when and how, in a sentence
}

// newToday writes the part; nil where there is nothing to say.
func newToday(begun page, p present, zone *time.Location) *todayPart {
	part := &todayPart{page: begun}
	if p.today != nil {
		made, on := p.today.MadeAt, ""
		when := part.DateTime(made, zone)
		if p.stopped(made) {
			on = part.Date(made.In(zone))
			part.Stopped = append(part.Stopped, part.T("today.stopped", "When", when))
		}
		part.Present, part.Made = charts.Today(*p.today, on, begun.Words), part.T("today.made", "When", when)
	}
	if !p.seenTo.IsZero() && p.stopped(p.seenTo) {
		part.Stopped = append(part.Stopped, part.T("today.edition_stopped", "When", part.DateTime(p.seenTo, zone)))
	}
	if part.Finding == "" && len(part.Stopped) == 0 {
		return nil
	}
	return part
}
