package reports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Outlook is what was known of waiting on one day of the organisation: what the
// public page begins with, and what those who wait may expect. It is made once a
// day and its bytes never change: a figure that moved with each ticket would give
// each ticket away.
type Outlook struct {
	Day       surveys.Day // one each; made on it, at the publishing hour or later
	MadeAt    time.Time
	CountedAt time.Time // what was learnt later is not in it
	Bytes     []byte    // the JSON of Forecast
}

// NewestOutlook gives that of the last day, past those of days that have begun nowhere
// yet: a clock that ran ahead once made them, and they would stand for all until they
// come. fs.ErrNotExist where none is of the last week.
func NewestOutlook(ctx context.Context, st Outlooks, now time.Time) (Outlook, error) {
	last := surveys.DayOf(now, time.UTC).Add(1) // no zone is further ahead
	o, err := st.LatestOutlook(ctx)
	if err != nil || o.Day <= last {
		return o, err
	}
	for n := range 7 {
		if o, err = st.GetOutlook(ctx, last.Add(-n)); !errors.Is(err, fs.ErrNotExist) {
			return o, err
		}
	}
	return Outlook{}, fs.ErrNotExist
}

// Forecast is what an outlook says. Every number of requests in it is rounded to
// fives, every share to whole per cents, every duration to five minutes, or to an
// hour from a day on.
type Forecast struct {
	Today      Today                 `json:"today"`
	Whole      *Expectation          `json:"whole"`      // nil: too few, "we cannot say"
	Categories []CategoryExpectation `json:"categories"` // by name; those left out that are too few
}

// Today is the part of an outlook that is public, "today" in /figures.json. A
// figure behind which too few customers stand is nil.
type Today struct {
	Day         surveys.Day `json:"day"`
	MadeAt      time.Time   `json:"made_at"`
	CountedAt   time.Time   `json:"counted_at"`
	Waiting     *Waiting    `json:"waiting"`      // requests that are still open at CountedAt
	FirstReply  *Delay      `json:"first_reply"`  // of those opened in the 28 days before
	PromiseKept *Share      `json:"promise_kept"` // of those whose promise fell due in these days
	// Estimates is how many first replies came within the nine-in-ten that the
	// outlook of the day gave on which their requests were opened, 28 to 56 days ago.
	Estimates *Share `json:"estimates_held"`
}

// Waiting are the requests still open, by their age. Rounded each for itself, the
// bands need not add up to N.
type Waiting struct {
	N     int    `json:"n"`
	Bands []Band `json:"bands"`
}

// Band are the requests opened FromDays to ToDays days ago; ToDays 0 has no end.
// Neighbours that too few customers stand behind are one band.
type Band struct {
	FromDays int `json:"from_days"`
	ToDays   int `json:"to_days,omitempty"`
	N        int `json:"n"`
}

// Expectation is within which time half, and nine in ten, of some requests got a
// first reply, by those opened in the last Days days. A point that is not reached is
// an answer: fewer than that have had one.
type Expectation struct {
	Days int `json:"days"` // recent, or long where those were too few
	Delay
}

// CategoryExpectation is that of one category.
type CategoryExpectation struct {
	Category string `json:"category"`
	Expectation
}

// For gives what to expect of a request of a category: its own where it has one,
// else that of all requests; nil where nothing can be said.
func (f Forecast) For(category string) (e *Expectation, own bool) {
	i := slices.IndexFunc(f.Categories, func(c CategoryExpectation) bool { return c.Category == category })
	if i < 0 {
		return f.Whole, false
	}
	return &f.Categories[i].Expectation, true
}

// Forecast reads what the outlook says.
func (o Outlook) Forecast() (Forecast, error) {
	var f Forecast
	if err := json.Unmarshal(o.Bytes, &f); err != nil {
		return Forecast{}, fmt.Errorf("reading the outlook of %s: %w", o.Day, err)
	}
	return f, nil
}
