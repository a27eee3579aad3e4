package mongo

import (
	"context"
	"fmt"
	"io/fs"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// markDoc is what a mark needs of a row of any kind.
type markDoc struct {
	ID      string        `bson:"_id"`
	Source  string        `bson:"source"`
	Ticket  string        `bson:"ticket"`
	Recount []surveys.Day `bson:"recount"`
	Rev     int64         `bson:"rev"`
}

func (d markDoc) mark(kind reports.MarkKind) reports.Mark {
	m := reports.Mark{Kind: kind, Rev: d.Rev, Days: d.Recount}
	if kind == reports.MarkedTicket {
		m.Key = surveys.TicketKey{Source: d.Source, ID: d.Ticket}
	} else {
		m.ID = d.ID
	}
	return m
}

// FindMarks is reports.Store.
func (s *Store) FindMarks(ctx context.Context, limit int) ([]reports.Mark, error) {
	fields := bson.D{{Key: "source", Value: 1}, {Key: "ticket", Value: 1}, {Key: "recount", Value: 1}, {Key: "rev", Value: 1}}
	var marks []reports.Mark
	for _, kind := range []reports.MarkKind{reports.MarkedTicket, reports.MarkedInvitation, reports.MarkedResponse} {
		docs, err := read[markDoc](ctx, s, markedRows(kind), bson.D{{Key: "recount", Value: bson.D{{Key: "$exists", Value: true}}}},
			options.Find().SetProjection(fields), limit)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			marks = append(marks, d.mark(kind))
		}
	}
	return marks, nil
}

// ClearMark is reports.Store.
func (s *Store) ClearMark(ctx context.Context, m reports.Mark) error {
	id := m.ID
	if m.Kind == reports.MarkedTicket {
		id = ticketID(m.Key)
	}
	rows := markedRows(m.Kind)
	if rows == "" {
		return fmt.Errorf("no rows are marked as %q", m.Kind)
	}
	r, err := s.in(rows).UpdateOne(ctx, version(id, m.Rev), bson.D{{Key: "$unset", Value: bson.D{{Key: "recount", Value: ""}}}})
	return matched(r, err, fs.ErrExist, rows, id)
}

// markedRows is the collection of a kind of mark.
func markedRows(kind reports.MarkKind) string {
	return map[reports.MarkKind]string{
		reports.MarkedTicket:     tickets,
		reports.MarkedInvitation: invitations,
		reports.MarkedResponse:   responses,
	}[kind]
}
