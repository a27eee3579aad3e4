package mongo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

// forwarded names what the documents of a database were last given; a database that has
// this slot needs no look.
const forwarded = "forwarded"

// forward gives documents of an older Entendu the fields by which newer reads find them:
// what steps of the schema are to SQLite. Each is one update of one document as it was
// read, and changes nothing that has them already, so it may break off, be repeated, and
// be done by two at once. It reads every ticket, invitation and response once.
func (s *Store) forward(ctx context.Context) error {
	const to = "1"
	at, err := s.GetSlot(ctx, forwarded)
	if err != nil && !errors.Is(err, fs.ErrNotExist) || at == to {
		return err
	}
	for _, step := range []func(context.Context) error{s.forwardTickets, s.forwardInvitations, s.forwardResponses} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("bringing an older database forward: %w", err)
		}
	}
	return s.PutSlot(ctx, forwarded, to)
}

// lack adds fields to a document that is still as it was read and lacks the first.
func (s *Store) lack(ctx context.Context, collection, id string, rev int64, fields bson.D) error {
	filter := append(version(id, rev), bson.E{Key: fields[0].Key, Value: bson.D{{Key: "$exists", Value: false}}})
	_, err := s.in(collection).UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: fields}})
	return err
}

// forwardTickets lets retention find them.
func (s *Store) forwardTickets(ctx context.Context) error {
	for t, err := range s.TicketsOpened(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return err
		}
		if doc := ticketDocOf(t, t.Rev); doc.Named != "" {
			if err := s.lack(ctx, tickets, doc.ID, t.Rev, bson.D{{Key: "named", Value: doc.Named}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// forwardInvitations says when a ticket was opened and who handled it.
func (s *Store) forwardInvitations(ctx context.Context) error {
	for i, err := range s.InvitationsClosed(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return err
		}
		t, err := s.GetTicket(ctx, i.Ticket)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = s.lack(ctx, invitations, i.ID, i.Rev, bson.D{{Key: "opened_at", Value: t.OpenedAt}, {Key: "agent", Value: t.Agent}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// forwardResponses puts answers on the desk of who handled the ticket last, where its
// closing is the last too.
func (s *Store) forwardResponses(ctx context.Context) error {
	for r, err := range s.ResponsesClosed(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return err
		}
		t, err := s.GetTicket(ctx, r.Ticket)
		if errors.Is(err, fs.ErrNotExist) || err == nil && (t.Agent == "" || len(t.Closings) != r.Closing) {
			continue
		}
		if err == nil {
			err = s.lack(ctx, responses, r.Invitation, r.Rev, deskOf(r, t.Agent))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// deskOf are the fields of an answer by which its adviser finds it.
func deskOf(r surveys.Response, agent string) bson.D {
	r.Agent = agent
	doc := responseDocOf(r, r.Rev)
	return bson.D{{Key: "agent", Value: doc.Agent}, {Key: "desk", Value: doc.Desk}, {Key: "desk_order", Value: doc.DeskOrder}}
}
