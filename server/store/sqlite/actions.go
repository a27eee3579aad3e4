package sqlite

import (
	"context"
	"iter"

	"github.com/entendu/entendu/reports"
)

// actionText and figureOf are how actions keep their lists.
type actionText struct {
	Language string `json:"language"`
	Theme    string `json:"theme"`
	Decision string `json:"decision"`
}

type figureOf struct {
	Figure   string `json:"figure"`
	Category string `json:"category"`
}

const (
	actionFields  = `texts, will, decided_on, figures, cleared, added_at, raised_category, raised_from, raised_to, told_at, telling`
	addAction     = `INSERT INTO actions (` + actionFields + `, id, rev) VALUES (` + ten + `, ?, ?, 1)`
	putAction     = `UPDATE actions SET (` + actionFields + `) = (` + ten + `, ?), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectActions = `SELECT ` + actionFields + `, id, rev FROM actions`
)

func actionValues(a reports.Action) []any {
	texts := each(a.Texts, func(t reports.ActionText) actionText { return actionText(t) })
	figures := each(a.Figures, func(f reports.FigureOf) figureOf { return figureOf(f) })
	return []any{
		list(texts), a.Will, string(a.DecidedOn), list(figures), a.Cleared, millis(a.AddedAt),
		a.Raised.Category, string(a.Raised.From), string(a.Raised.To), millis(a.ToldAt), a.Telling, a.ID,
	}
}

// AddAction is reports.Store's.
func (s *Store) AddAction(ctx context.Context, a reports.Action) error {
	return in(s.write(ctx, addAction, actionValues(a)...), "keeping action %s", a.ID)
}

// PutAction is reports.Store's.
func (s *Store) PutAction(ctx context.Context, a reports.Action) error {
	return in(s.change(ctx, putAction, append(actionValues(a), a.Rev)...), "changing action %s", a.ID)
}

// GetAction is reports.Store's.
func (s *Store) GetAction(ctx context.Context, id string) (reports.Action, error) {
	a, err := get(ctx, s, scanAction, selectActions+` WHERE id = ?`, id)
	return a, in(err, "reading action %s", id)
}

func scanAction(r row) (a reports.Action, err error) {
	var texts []actionText
	var figures []figureOf
	err = r.Scan(
		into{&texts}, &a.Will, &a.DecidedOn, into{&figures}, &a.Cleared, at{&a.AddedAt},
		&a.Raised.Category, &a.Raised.From, &a.Raised.To, at{&a.ToldAt}, &a.Telling, &a.ID, &a.Rev,
	)
	a.Texts = each(texts, func(t actionText) reports.ActionText { return reports.ActionText(t) })
	a.Figures = each(figures, func(f figureOf) reports.FigureOf { return reports.FigureOf(f) })
	return a, err
}

// Actions is reports.Store's.
func (s *Store) Actions(ctx context.Context) iter.Seq2[reports.Action, error] {
	const page = selectActions + ` WHERE (added_at, id) > (?, ?) ORDER BY added_at, id LIMIT +?`
	return walk(ctx, reports.Action{}, func(last reports.Action) ([]reports.Action, error) {
		found, err := find(ctx, s, scanAction, page, millis(last.AddedAt), last.ID, pageSize)
		return found, in(err, "walking the actions")
	})
}
