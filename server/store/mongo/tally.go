package mongo

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

type tallyDoc struct {
	Day    string       `bson:"_id"`
	AsOf   time.Time    `bson:"as_of,omitempty"`
	Counts int          `bson:"counts,omitempty"`
	Opened []openedCell `bson:"opened,omitempty"`
	Closed []closedCell `bson:"closed,omitempty"`
	Rev    int64        `bson:"rev"`
}

type openedCell struct {
	Dimensions dimensions  `bson:",inline"`
	Opened     int         `bson:"opened"`
	Resolved   [3]int      `bson:"resolved"`
	Kept       int         `bson:"kept"`
	Late       int         `bson:"late"`
	Waiting    int         `bson:"waiting"`
	Active     int         `bson:"active,omitempty"`
	Unknown    int         `bson:"unknown"`
	Misdated   int         `bson:"misdated"`
	Settled    int         `bson:"settled"`
	AtOnce     int         `bson:"at_once"`
	Reply      []int       `bson:"reply,omitempty"`
	Closing    []int       `bson:"closing,omitempty"`
	Behind     behind      `bson:"behind"`
	OnPromise  behind      `bson:"on_promise"`
	OnReply    behind      `bson:"on_reply"`
	OnContact  behind      `bson:"on_contact"`
	Unsure     int         `bson:"unsure,omitempty"`
	Due        []time.Time `bson:"due,omitempty"`
}

type closedCell struct {
	Dimensions dimensions `bson:",inline"`
	Closed     int        `bson:"closed"`
	Skipped    []skipped  `bson:"skipped,omitempty"`
	Sent       int        `bson:"sent"`
	Answered   int        `bson:"answered"`
	Imported   int        `bson:"imported"`
	Suspect    int        `bson:"suspect"`
	Scores     scores     `bson:",inline"`
	Suspects   scores     `bson:"from_suspects"`
	Nudged     int        `bson:"nudged"`

	Replied     side   `bson:"replied"`
	Silent      side   `bson:"silent"`
	OnDelay     behind `bson:"on_delay"`
	OnListening behind `bson:"on_listening"`
	OnOutcome   behind `bson:"on_outcome"`
	OnScore     behind `bson:"on_score"`
}

type behind struct {
	Customers reports.Crowd `bson:"customers,omitempty"`
	Advisers  reports.Crowd `bson:"advisers,omitempty"`
}

type side struct {
	N      int    `bson:"n,omitempty"`
	Took   []int  `bson:"took,omitempty"`
	Again  int    `bson:"again,omitempty"`
	Behind behind `bson:"behind"`
}

func sideOf(s reports.Side) side { return side{s.N, s.Took, s.Again, behind(s.Behind)} }

func (s side) record() reports.Side {
	return reports.Side{N: s.N, Took: s.Took, Again: s.Again, Behind: reports.Behind(s.Behind)}
}

type scores struct {
	Delay     [5]int  `bson:"delay"`
	Listening [5]int  `bson:"listening"`
	Outcome   [3]int  `bson:"outcome"`
	Recommend [11]int `bson:"recommend"`
}

type skipped struct {
	Code surveys.Skip `bson:"code"`
	N    int          `bson:"n"`
}

func openedCellOf(c reports.OpenedCell) openedCell {
	return openedCell{
		Dimensions: dimensions(c.Dimensions), Opened: c.Opened, Resolved: c.Resolved,
		Kept: c.Kept, Late: c.Late, Waiting: c.Waiting, Active: c.Active, Unknown: c.Unknown, Misdated: c.Misdated,
		Settled: c.Settled, AtOnce: c.AtOnce, Reply: c.Reply, Closing: c.Closing, Behind: behind(c.Behind),
		OnPromise: behind(c.OnPromise), OnReply: behind(c.OnReply), OnContact: behind(c.OnContact),
		Unsure: c.Unsure, Due: c.Due,
	}
}

func (c openedCell) record() reports.OpenedCell {
	return reports.OpenedCell{
		Dimensions: surveys.Dimensions(c.Dimensions), Opened: c.Opened, Resolved: c.Resolved,
		Kept: c.Kept, Late: c.Late, Waiting: c.Waiting, Active: c.Active, Unknown: c.Unknown, Misdated: c.Misdated,
		Settled: c.Settled, AtOnce: c.AtOnce, Reply: c.Reply, Closing: c.Closing, Behind: reports.Behind(c.Behind),
		OnPromise: reports.Behind(c.OnPromise), OnReply: reports.Behind(c.OnReply), OnContact: reports.Behind(c.OnContact),
		Unsure: c.Unsure, Due: c.Due,
	}
}

func closedCellOf(c reports.ClosedCell) closedCell {
	d := closedCell{
		Dimensions: dimensions(c.Dimensions), Closed: c.Closed,
		Sent: c.Sent, Answered: c.Answered, Imported: c.Imported, Suspect: c.Suspect,
		Scores: scores(c.Scores), Suspects: scores(c.FromSuspects), Nudged: c.Nudged,
		Replied: sideOf(c.Replied), Silent: sideOf(c.Silent),
		OnDelay: behind(c.OnDelay), OnListening: behind(c.OnListening), OnOutcome: behind(c.OnOutcome), OnScore: behind(c.OnScore),
	}
	for _, code := range slices.Sorted(maps.Keys(c.Skipped)) {
		d.Skipped = append(d.Skipped, skipped{code, c.Skipped[code]})
	}
	return d
}

func (d closedCell) record() reports.ClosedCell {
	c := reports.ClosedCell{
		Dimensions: surveys.Dimensions(d.Dimensions), Closed: d.Closed, Skipped: map[surveys.Skip]int{},
		Sent: d.Sent, Answered: d.Answered, Imported: d.Imported, Suspect: d.Suspect,
		Scores: reports.Scores(d.Scores), FromSuspects: reports.Scores(d.Suspects), Nudged: d.Nudged,
		Replied: d.Replied.record(), Silent: d.Silent.record(),
		OnDelay: reports.Behind(d.OnDelay), OnListening: reports.Behind(d.OnListening), OnOutcome: reports.Behind(d.OnOutcome), OnScore: reports.Behind(d.OnScore),
	}
	for _, s := range d.Skipped {
		c.Skipped[s.Code] = s.N
	}
	return c
}

func (d tallyDoc) record() reports.Tally {
	return reports.Tally{
		Day: surveys.Day(d.Day), AsOf: d.AsOf, Counts: d.Counts, Rev: d.Rev,
		Opened: each(d.Opened, openedCell.record), Closed: each(d.Closed, closedCell.record),
	}
}

func (d tallyDoc) place() string { return d.Day }

// PutTally is reports.Store.
func (s *Store) PutTally(ctx context.Context, t reports.Tally) error {
	doc := tallyDoc{
		Day: string(t.Day), AsOf: t.AsOf, Counts: t.Counts, Rev: t.Rev + 1,
		Opened: each(t.Opened, openedCellOf), Closed: each(t.Closed, closedCellOf),
	}
	if t.Rev == 0 {
		return s.add(ctx, tallies, doc)
	}
	return s.put(ctx, tallies, doc.Day, t.Rev, doc)
}

// GetTally is reports.Store.
func (s *Store) GetTally(ctx context.Context, day surveys.Day) (reports.Tally, error) {
	return get[tallyDoc](ctx, s, tallies, string(day))
}

// Tallies is reports.Store.
func (s *Store) Tallies(ctx context.Context, from, to surveys.Day) iter.Seq2[reports.Tally, error] {
	return walk[tallyDoc](ctx, s, tallies, path{field: "_id", from: string(from), to: string(to)})
}

// TallyRevs is reports.Store.
func (s *Store) TallyRevs(ctx context.Context, from, to surveys.Day) iter.Seq2[reports.Tally, error] {
	return walk[tallyDoc](ctx, s, tallies, path{field: "_id", from: string(from), to: string(to), only: "rev"})
}
