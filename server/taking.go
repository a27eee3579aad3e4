package main

import (
	"context"
	"math"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/web"
	"github.com/entendu/entendu/surveys"
)

// taking is the page by which managers take the data.
func (s *service) taking() *web.Data {
	explorer := &reports.Explorer{Store: s.store, Settings: s.live.Settings}
	return &web.Data{Taker: &reports.Taker{Store: s.store, Settings: s.live.Settings, Explorer: explorer, Hidden: s.hiddenVoices}}
}

// persons is the page on which somebody is given their data, or erased.
func (s *service) persons() *web.Persons {
	return &web.Persons{Eraser: &surveys.Eraser{Store: s.store, Settings: s.live.Settings}, Salt: s.store.salt}
}

// hiddenVoices gives the responses whose comment was hidden.
func (s *service) hiddenVoices(ctx context.Context) (map[string]bool, error) {
	const part = 500
	voices, hidden := reports.Voices{Store: s.store, Lexicon: s.lexicon}, map[string]bool{}
	for before, more := int64(math.MaxInt64), true; more; {
		found, left, err := voices.Find(ctx, reports.Hearing{State: reports.HiddenState, Before: before}, part)
		if err != nil {
			return nil, err
		}
		for _, v := range found {
			hidden[v.Response], before = true, v.Place
		}
		more = left
	}
	return hidden, nil
}
