package web

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// Actions is where the list of what was said and done is kept.
type Actions interface {
	Actions(ctx context.Context) iter.Seq2[reports.Action, error]
}

// actionsPart is "you said, we did".
type actionsPart struct {
	page
	Actions []actionItem
}

// actionItem is one action in the reader's language, or in Language where it has no
// text in that.
type actionItem struct {
	reports.ActionText
	Will      bool
	DecidedOn string
	Effects   []string
}

// cleared reads the actions that may be published.
func (h publicHandlers) cleared(ctx context.Context) ([]reports.Action, error) {
	var all []reports.Action
	for a, err := range h.Public.Store.Actions(ctx) {
		if err != nil {
			return nil, lost(err)
		}
		all = append(all, a)
	}
	return reports.Cleared(all), nil
}

// newActions writes the list beside an edition; nil where it is empty.
func newActions(begun page, all []reports.Action, d reports.Document) *actionsPart {
	if len(all) == 0 {
		return nil
	}
	part := &actionsPart{page: begun}
	for _, a := range all {
		item := actionItem{ActionText: a.In(begun.Tag()), Will: a.Will, Effects: charts.Effects(d, a, begun.Words)}
		if day := a.DecidedOn.Start(time.UTC); !day.IsZero() {
			item.DecidedOn = part.Date(day)
		}
		part.Actions = append(part.Actions, item)
	}
	return part
}
