package main

import (
	"context"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/web"
	"github.com/entendu/entendu/surveys"
)

// decisions are the pages of settings. What is decided there is in force in this
// process at once, and in every other within a second.
func (o *options) decisions(s *service) *web.Decisions {
	decider := deciderIn(s.store, s.words)
	decider.Locked = o.locked
	raise := decider.Changed
	decider.Changed = func(ctx context.Context) error {
		if err := raise(ctx); err != nil {
			return err
		}
		return s.live.refresh(ctx)
	}
	advice := func(ctx context.Context, p surveys.Publishing) (reports.Advice, error) {
		settings := s.live.Settings()
		settings.Publishing = p
		return adviceFor(ctx, s.store, settings)
	}
	return &web.Decisions{Decider: decider, Store: s.store, Advice: advice}
}
