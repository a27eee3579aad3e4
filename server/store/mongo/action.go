package mongo

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

type actionDoc struct {
	ID        string       `bson:"_id"`
	Order     string       `bson:"order"`
	Texts     []actionText `bson:"texts,omitempty"`
	Will      bool         `bson:"will,omitempty"`
	DecidedOn string       `bson:"decided_on"`
	Figures   []figureOf   `bson:"figures,omitempty"`
	Cleared   bool         `bson:"cleared,omitempty"`
	AddedAt   time.Time    `bson:"added_at,omitempty"`
	Category  string       `bson:"raised_category,omitempty"`
	From      string       `bson:"raised_from,omitempty"`
	To        string       `bson:"raised_to,omitempty"`
	ToldAt    time.Time    `bson:"told_at,omitempty"`
	Telling   bool         `bson:"telling,omitempty"`
	Rev       int64        `bson:"rev"`
}

type actionText struct {
	Language string `bson:"language"`
	Theme    string `bson:"theme"`
	Decision string `bson:"decision"`
}

type figureOf struct {
	Figure   string `bson:"figure"`
	Category string `bson:"category,omitempty"`
}

func actionDocOf(a reports.Action, rev int64) actionDoc {
	return actionDoc{
		ID: a.ID, Order: order(a.AddedAt, a.ID), Will: a.Will, DecidedOn: string(a.DecidedOn), Cleared: a.Cleared, AddedAt: a.AddedAt, Rev: rev,
		Category: a.Raised.Category, From: string(a.Raised.From), To: string(a.Raised.To), ToldAt: a.ToldAt, Telling: a.Telling,
		Texts:   each(a.Texts, func(t reports.ActionText) actionText { return actionText(t) }),
		Figures: each(a.Figures, func(f reports.FigureOf) figureOf { return figureOf(f) }),
	}
}

func (d actionDoc) record() reports.Action {
	return reports.Action{
		ID: d.ID, Will: d.Will, DecidedOn: surveys.Day(d.DecidedOn), Cleared: d.Cleared, AddedAt: d.AddedAt, Rev: d.Rev,
		Raised: reports.Raised{Category: d.Category, From: surveys.Day(d.From), To: surveys.Day(d.To)}, ToldAt: d.ToldAt, Telling: d.Telling,
		Texts:   each(d.Texts, func(t actionText) reports.ActionText { return reports.ActionText(t) }),
		Figures: each(d.Figures, func(f figureOf) reports.FigureOf { return reports.FigureOf(f) }),
	}
}

func (d actionDoc) place() string { return d.Order }

// AddAction is reports.Store.
func (s *Store) AddAction(ctx context.Context, a reports.Action) error {
	return s.add(ctx, actions, actionDocOf(a, 1))
}

// PutAction is reports.Store.
func (s *Store) PutAction(ctx context.Context, a reports.Action) error {
	return s.put(ctx, actions, a.ID, a.Rev, actionDocOf(a, a.Rev+1))
}

// GetAction is reports.Store.
func (s *Store) GetAction(ctx context.Context, id string) (reports.Action, error) {
	return get[actionDoc](ctx, s, actions, id)
}

// Actions is reports.Store.
func (s *Store) Actions(ctx context.Context) iter.Seq2[reports.Action, error] {
	return walk[actionDoc](ctx, s, actions, path{field: "order"})
}
