package main

import (
	"context"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// decided is what the made-up shop did after what its customers had said.
type decided struct {
	name    string // of its texts
	months  int    // ago
	will    bool
	figures []reports.FigureOf
}

func decisions() []decided {
	return []decided{
		{"carrier", 6, true, []reports.FigureOf{{Figure: "resolved-7d", Category: "delivery"}, {Figure: "promise", Category: "delivery"}}},
		{"mondays", 4, true, []reports.FigureOf{{Figure: "promise"}, {Figure: "first-reply"}}},
		{"sundays", 3, false, nil},
		{"invoices", 2, true, []reports.FigureOf{{Figure: "first-contact", Category: "invoice"}, {Figure: "listening"}}},
	}
}

// decideAll keeps the decisions, cleared for everybody, in every language of the shop.
func (y *story) decideAll(ctx context.Context, end time.Time) error {
	for _, d := range decisions() {
		at := end.AddDate(0, -d.months, 0)
		a := reports.Action{
			ID: "demo-" + d.name, Will: d.will, Figures: d.figures, Cleared: true,
			DecidedOn: surveys.DayOf(at, y.zone), AddedAt: surveys.Moment(at),
		}
		for _, language := range y.service.live.Settings().Organisation.Languages {
			w := y.service.words.For(language)
			a.Texts = append(a.Texts, reports.ActionText{
				Language: language, Theme: w.T("demo.theme." + d.name), Decision: w.T("demo.decision." + d.name),
			})
		}
		if err := y.service.store.AddAction(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
