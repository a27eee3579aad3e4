package main

import (
	"context"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/web"
	"github.com/entendu/entendu/surveys"
)

// space is the pages on which managers look at figures, and what home tells beside them.
func (s *service) space() *web.Space {
	followUps := &surveys.FollowUps{Store: s.store, Settings: s.live.Settings}
	return &web.Space{
		Explorer: &reports.Explorer{Store: s.store, Settings: s.live.Settings},
		Home: web.HomeSources{
			Sending: func(ctx context.Context) (surveys.Sending, error) { return surveys.SendingNow(ctx, s.store) },
			Edition: s.store.LatestEdition, NextAt: s.publisher.NextAt, FollowUps: followUps.Waiting,
		},
	}
}
