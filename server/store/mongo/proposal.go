package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type proposalDoc struct {
	ID         string    `bson:"_id"`
	Order      string    `bson:"order"`
	By         string    `bson:"by"`
	Name       string    `bson:"name"`
	Text       string    `bson:"text"`
	MadeAt     time.Time `bson:"made_at,omitempty"`
	Answer     string    `bson:"answer,omitempty"`
	AnsweredBy string    `bson:"answered_by,omitempty"`
	AnsweredAt time.Time `bson:"answered_at,omitempty"`
	Rev        int64     `bson:"rev"`
}

func proposalDocOf(p surveys.Proposal, rev int64) proposalDoc {
	return proposalDoc{
		ID: p.ID, Order: order(p.MadeAt, p.ID), By: p.By, Name: p.Name, Text: p.Text, MadeAt: p.MadeAt,
		Answer: p.Answer, AnsweredBy: p.AnsweredBy, AnsweredAt: p.AnsweredAt, Rev: rev,
	}
}

func (d proposalDoc) record() surveys.Proposal {
	return surveys.Proposal{
		ID: d.ID, By: d.By, Name: d.Name, Text: d.Text, MadeAt: d.MadeAt,
		Answer: d.Answer, AnsweredBy: d.AnsweredBy, AnsweredAt: d.AnsweredAt, Rev: d.Rev,
	}
}

// AddProposal is surveys.Store.
func (s *Store) AddProposal(ctx context.Context, p surveys.Proposal) error {
	return s.add(ctx, proposals, proposalDocOf(p, 1))
}

// GetProposal is surveys.Store.
func (s *Store) GetProposal(ctx context.Context, id string) (surveys.Proposal, error) {
	return get[proposalDoc](ctx, s, proposals, id)
}

// PutProposal is surveys.Store.
func (s *Store) PutProposal(ctx context.Context, p surveys.Proposal) error {
	return s.put(ctx, proposals, p.ID, p.Rev, proposalDocOf(p, p.Rev+1))
}

// FindProposals is surveys.Store.
func (s *Store) FindProposals(ctx context.Context, by string, before surveys.Proposal, limit int) ([]surveys.Proposal, error) {
	filter, newest := bson.D{}, bson.D{{Key: "order", Value: -1}}
	if by != "" {
		filter, newest = bson.D{{Key: "by", Value: by}}, bson.D{{Key: "by", Value: -1}, {Key: "order", Value: -1}}
	}
	if !before.MadeAt.IsZero() {
		filter = append(filter, bson.E{Key: "order", Value: bson.D{{Key: "$lt", Value: order(before.MadeAt, before.ID)}}})
	}
	return find[proposalDoc](ctx, s, proposals, filter, newest, limit)
}
