package main

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/web"
)

// outlookHolds is how long an outlook says what to expect: one is made each day, and
// an old one would be of other weeks.
const outlookHolds = 48 * time.Hour

// expected reads from the newest outlook what somebody whose request waits may expect.
// A page without it is better than no page.
func (s *service) expected(ctx context.Context, category string) (web.Expectation, bool) {
	now, clockErr := s.store.Now(ctx)
	o, err := reports.NewestOutlook(ctx, s.store, now)
	if clockErr == nil && errors.Is(err, fs.ErrNotExist) {
		return web.Expectation{}, false
	}
	forecast, readErr := o.Forecast()
	if err := errors.Join(err, clockErr, readErr); err != nil {
		s.log.Error("what to expect could not be read", "error", err)
		return web.Expectation{}, false
	}
	e, own := forecast.For(category)
	if e == nil || now.After(o.MadeAt.Add(outlookHolds)) {
		return web.Expectation{}, false
	}
	return web.Expectation{Expectation: *e, Own: own, Held: forecast.Today.Estimates}, true
}
