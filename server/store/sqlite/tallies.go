package sqlite

import (
	"context"
	"iter"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// dimensions, openedCell and closedCell are how tallies keep their cells.
type dimensions struct {
	Team     string `json:"team"`
	Category string `json:"category"`
	Product  string `json:"product"`
	Channel  string `json:"channel"`
	Language string `json:"language"`
}

type openedCell struct {
	dimensions
	Opened   int    `json:"opened"`
	Resolved [3]int `json:"resolved"`
	Kept     int    `json:"kept"`
	Late     int    `json:"late"`
	Waiting  int    `json:"waiting"`
	Active   int    `json:"active,omitempty"`
	Unknown  int    `json:"unknown"`
	Misdated int    `json:"misdated"`
	Settled  int    `json:"settled"`
	AtOnce   int    `json:"at_once"`
	Reply    []int  `json:"reply"`
	Closing  []int  `json:"closing"`
}

type closedCell struct {
	dimensions
	Closed   int                  `json:"closed"`
	Skipped  map[surveys.Skip]int `json:"skipped"`
	Sent     int                  `json:"sent"`
	Answered int                  `json:"answered"`
	Imported int                  `json:"imported"`
	Suspect  int                  `json:"suspect"`
	scores
	Suspects scores `json:"from_suspects"`
	Nudged   int    `json:"nudged"`
}

type scores struct {
	Delay     [5]int  `json:"delay"`
	Listening [5]int  `json:"listening"`
	Outcome   [3]int  `json:"outcome"`
	Recommend [11]int `json:"recommend"`
}

func fromOpened(c reports.OpenedCell) openedCell {
	return openedCell{dimensions(c.Dimensions), c.Opened, c.Resolved, c.Kept, c.Late, c.Waiting, c.Active, c.Unknown, c.Misdated, c.Settled, c.AtOnce, c.Reply, c.Closing}
}

func (c openedCell) domain() reports.OpenedCell {
	return reports.OpenedCell{
		Dimensions: surveys.Dimensions(c.dimensions), Opened: c.Opened, Resolved: c.Resolved,
		Kept: c.Kept, Late: c.Late, Waiting: c.Waiting, Active: c.Active, Unknown: c.Unknown, Misdated: c.Misdated,
		Settled: c.Settled, AtOnce: c.AtOnce, Reply: c.Reply, Closing: c.Closing,
	}
}

func fromClosed(c reports.ClosedCell) closedCell {
	return closedCell{
		dimensions(c.Dimensions), c.Closed, c.Skipped, c.Sent, c.Answered, c.Imported, c.Suspect,
		scores(c.Scores), scores(c.FromSuspects), c.Nudged,
	}
}

func (c closedCell) domain() reports.ClosedCell {
	return reports.ClosedCell{
		Dimensions: surveys.Dimensions(c.dimensions), Closed: c.Closed, Skipped: c.Skipped, Sent: c.Sent,
		Answered: c.Answered, Imported: c.Imported, Suspect: c.Suspect,
		Scores: reports.Scores(c.scores), FromSuspects: reports.Scores(c.Suspects), Nudged: c.Nudged,
	}
}

const (
	addTally      = `INSERT INTO tallies (as_of, counts, opened, closed, day, rev) VALUES (?, ?, ?, ?, ?, 1)`
	putTally      = `UPDATE tallies SET (as_of, counts, opened, closed) = (?, ?, ?, ?), rev = rev + 1 WHERE day = ? AND rev = ?`
	selectTallies = `SELECT as_of, counts, opened, closed, day, rev FROM tallies`
)

// PutTally is reports.Store's. One statement each: a first tally is an insert that
// a second one cannot repeat, a later one compares Rev.
func (s *Store) PutTally(ctx context.Context, t reports.Tally) error {
	values := []any{millis(t.AsOf), t.Counts, list(each(t.Opened, fromOpened)), list(each(t.Closed, fromClosed)), string(t.Day)}
	if t.Rev == 0 {
		return in(s.write(ctx, addTally, values...), "keeping the tally of %s", t.Day)
	}
	return in(s.change(ctx, putTally, append(values, t.Rev)...), "changing the tally of %s", t.Day)
}

// GetTally is reports.Store's.
func (s *Store) GetTally(ctx context.Context, day surveys.Day) (reports.Tally, error) {
	t, err := get(ctx, s, scanTally, selectTallies+` WHERE day = ?`, string(day))
	return t, in(err, "reading the tally of %s", day)
}

func scanTally(r row) (t reports.Tally, err error) {
	var opened []openedCell
	var closed []closedCell
	err = r.Scan(at{&t.AsOf}, &t.Counts, into{&opened}, into{&closed}, &t.Day, &t.Rev)
	t.Opened = each(opened, openedCell.domain)
	t.Closed = each(closed, closedCell.domain)
	return t, err
}

// dayPage is pageSize for tallies, of which one may be as long as a hundred rows.
const dayPage = 50

// Tallies is reports.Store's.
func (s *Store) Tallies(ctx context.Context, from, to surveys.Day) iter.Seq2[reports.Tally, error] {
	if to == "" {
		to = "~" // after every day
	}
	const page = selectTallies + ` WHERE day > ? AND day < ? ORDER BY day LIMIT +?`
	return walk(ctx, reports.Tally{Day: from.Add(-1)}, func(last reports.Tally) ([]reports.Tally, error) {
		found, err := find(ctx, s, scanTally, page, string(last.Day), string(to), dayPage)
		return found, in(err, "walking the tallies")
	})
}
