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
	Opened    int     `json:"opened"`
	Resolved  [3]int  `json:"resolved"`
	Kept      int     `json:"kept"`
	Late      int     `json:"late"`
	Waiting   int     `json:"waiting"`
	Active    int     `json:"active,omitempty"`
	Unknown   int     `json:"unknown"`
	Misdated  int     `json:"misdated"`
	Settled   int     `json:"settled"`
	AtOnce    int     `json:"at_once"`
	Reply     []int   `json:"reply"`
	Closing   []int   `json:"closing"`
	Behind    behind  `json:"behind,omitzero"`
	OnPromise behind  `json:"on_promise,omitzero"`
	OnReply   behind  `json:"on_reply,omitzero"`
	OnContact behind  `json:"on_contact,omitzero"`
	Unsure    int     `json:"unsure,omitempty"`
	Due       []int64 `json:"due,omitempty"`
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

	Replied     side   `json:"replied,omitzero"`
	Silent      side   `json:"silent,omitzero"`
	OnDelay     behind `json:"on_delay,omitzero"`
	OnListening behind `json:"on_listening,omitzero"`
	OnOutcome   behind `json:"on_outcome,omitzero"`
	OnScore     behind `json:"on_score,omitzero"`
}

type behind struct {
	Customers reports.Crowd `json:"c,omitempty"`
	Advisers  reports.Crowd `json:"a,omitempty"`
}

type side struct {
	N      int    `json:"n,omitempty"`
	Took   []int  `json:"took,omitempty"`
	Again  int    `json:"again,omitempty"`
	Behind behind `json:"behind,omitzero"`
}

func fromSide(s reports.Side) side { return side{s.N, s.Took, s.Again, behind(s.Behind)} }

func (s side) domain() reports.Side {
	return reports.Side{N: s.N, Took: s.Took, Again: s.Again, Behind: reports.Behind(s.Behind)}
}

type scores struct {
	Delay     [5]int  `json:"delay"`
	Listening [5]int  `json:"listening"`
	Outcome   [3]int  `json:"outcome"`
	Recommend [11]int `json:"recommend"`
}

func fromOpened(c reports.OpenedCell) openedCell {
	return openedCell{dimensions(c.Dimensions), c.Opened, c.Resolved, c.Kept, c.Late, c.Waiting, c.Active, c.Unknown, c.Misdated, c.Settled, c.AtOnce, c.Reply, c.Closing, behind(c.Behind), behind(c.OnPromise), behind(c.OnReply), behind(c.OnContact), c.Unsure, each(c.Due, millis)}
}

func (c openedCell) domain() reports.OpenedCell {
	return reports.OpenedCell{
		Dimensions: surveys.Dimensions(c.dimensions), Opened: c.Opened, Resolved: c.Resolved,
		Kept: c.Kept, Late: c.Late, Waiting: c.Waiting, Active: c.Active, Unknown: c.Unknown, Misdated: c.Misdated,
		Settled: c.Settled, AtOnce: c.AtOnce, Reply: c.Reply, Closing: c.Closing, Behind: reports.Behind(c.Behind),
		OnPromise: reports.Behind(c.OnPromise), OnReply: reports.Behind(c.OnReply), OnContact: reports.Behind(c.OnContact),
		Unsure: c.Unsure, Due: each(c.Due, moment),
	}
}

func fromClosed(c reports.ClosedCell) closedCell {
	return closedCell{
		dimensions(c.Dimensions), c.Closed, c.Skipped, c.Sent, c.Answered, c.Imported, c.Suspect,
		scores(c.Scores), scores(c.FromSuspects), c.Nudged,
		fromSide(c.Replied), fromSide(c.Silent), behind(c.OnDelay), behind(c.OnListening), behind(c.OnOutcome), behind(c.OnScore),
	}
}

func (c closedCell) domain() reports.ClosedCell {
	return reports.ClosedCell{
		Dimensions: surveys.Dimensions(c.dimensions), Closed: c.Closed, Skipped: c.Skipped, Sent: c.Sent,
		Answered: c.Answered, Imported: c.Imported, Suspect: c.Suspect,
		Scores: reports.Scores(c.scores), FromSuspects: reports.Scores(c.Suspects), Nudged: c.Nudged,
		Replied: c.Replied.domain(), Silent: c.Silent.domain(),
		OnDelay: reports.Behind(c.OnDelay), OnListening: reports.Behind(c.OnListening), OnOutcome: reports.Behind(c.OnOutcome), OnScore: reports.Behind(c.OnScore),
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

// TallyRevs is reports.Store's. It reads the index alone.
func (s *Store) TallyRevs(ctx context.Context, from, to surveys.Day) iter.Seq2[reports.Tally, error] {
	return walkTallies(ctx, s, from, to, scanTallyRev, `SELECT day, rev FROM tallies`, pageSize)
}

func scanTallyRev(r row) (t reports.Tally, err error) { return t, r.Scan(&t.Day, &t.Rev) }

// Tallies is reports.Store's.
func (s *Store) Tallies(ctx context.Context, from, to surveys.Day) iter.Seq2[reports.Tally, error] {
	return walkTallies(ctx, s, from, to, scanTally, selectTallies, dayPage)
}

func walkTallies(ctx context.Context, s *Store, from, to surveys.Day, scan func(row) (reports.Tally, error), all string, size int) iter.Seq2[reports.Tally, error] {
	if to == "" {
		to = "~" // after every day
	}
	page := all + ` WHERE day > ? AND day < ? ORDER BY day LIMIT +?`
	return walk(ctx, reports.Tally{Day: from.Add(-1)}, func(last reports.Tally) ([]reports.Tally, error) {
		found, err := find(ctx, s, scan, page, string(last.Day), string(to), size)
		return found, in(err, "walking the tallies")
	})
}
