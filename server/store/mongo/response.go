package mongo

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type responseDoc struct {
	Invitation string        `bson:"_id"`
	Order      string        `bson:"order"`
	Survey     string        `bson:"survey"`
	Source     string        `bson:"source"`
	Ticket     string        `bson:"ticket"`
	Closing    int           `bson:"closing"`
	ClosedAt   time.Time     `bson:"closed_at,omitempty"`
	Customer   string        `bson:"customer,omitempty"`
	Dimensions dimensions    `bson:",inline"`
	Answers    []answer      `bson:"answers,omitempty"`
	Imported   bool          `bson:"imported,omitempty"`
	FollowUp   bool          `bson:"follow_up,omitempty"` // no field where it is not set
	Recount    []surveys.Day `bson:"recount,omitempty"`
	Agent      string        `bson:"agent,omitempty"`
	Desk       string        `bson:"desk,omitempty"`       // whose it is; no field where that is not known
	DeskOrder  string        `bson:"desk_order,omitempty"` // and its place on it
	Transcribe bool          `bson:"transcribe,omitempty"`
	Rev        int64         `bson:"rev"`
}

type answer struct {
	At       time.Time `bson:"at,omitempty"`
	Version  int       `bson:"version"`
	Language string    `bson:"language,omitempty"`
	Values   []value   `bson:"values,omitempty"`
	Suspect  bool      `bson:"suspect,omitempty"`
	LearntAt time.Time `bson:"learnt_at,omitempty"`
}

type value struct {
	Question string `bson:"question"`
	Value    string `bson:"value"`
}

func answerOf(a surveys.Answer) answer {
	d := answer{At: a.At, Version: a.Version, Language: a.Language, Suspect: a.Suspect, LearntAt: a.LearntAt}
	for _, question := range slices.Sorted(maps.Keys(a.Values)) {
		d.Values = append(d.Values, value{question, a.Values[question]})
	}
	return d
}

func (d answer) record() surveys.Answer {
	a := surveys.Answer{At: d.At, Version: d.Version, Language: d.Language, Suspect: d.Suspect, LearntAt: d.LearntAt, Values: map[string]string{}}
	for _, v := range d.Values {
		a.Values[v.Question] = v.Value
	}
	return a
}

func responseDocOf(r surveys.Response, rev int64) responseDoc {
	d := responseDoc{
		Invitation: r.Invitation, Order: order(r.ClosedAt, r.Invitation), Survey: r.Survey,
		Source: r.Ticket.Source, Ticket: r.Ticket.ID, Closing: r.Closing, ClosedAt: r.ClosedAt,
		Customer: r.Customer, Dimensions: dimensions(r.Dimensions),
		Answers:  each(r.Answers, answerOf),
		Imported: r.Imported, Transcribe: r.Transcribe, FollowUp: r.FollowUp, Recount: r.Recount, Agent: r.Agent, Rev: rev,
	}
	if r.Agent != "" {
		d.Desk, d.DeskOrder = deskID(r.Ticket.Source, r.Agent), order(r.AnsweredAt(), r.Invitation)
	}
	return d
}

// deskID names an agent of a source as ticketID does a ticket.
func deskID(source, agent string) string {
	return ticketID(surveys.TicketKey{Source: source, ID: agent})
}

func (d responseDoc) record() surveys.Response {
	return surveys.Response{
		Invitation: d.Invitation, Survey: d.Survey,
		Ticket: surveys.TicketKey{Source: d.Source, ID: d.Ticket}, Closing: d.Closing, ClosedAt: d.ClosedAt,
		Customer: d.Customer, Dimensions: surveys.Dimensions(d.Dimensions),
		Answers:  each(d.Answers, answer.record),
		Imported: d.Imported, Transcribe: d.Transcribe, FollowUp: d.FollowUp, Recount: d.Recount, Agent: d.Agent, Rev: d.Rev,
	}
}

func (d responseDoc) place() string { return d.Order }

// AddResponse is surveys.Store.
func (s *Store) AddResponse(ctx context.Context, r surveys.Response) error {
	return s.add(ctx, responses, responseDocOf(r, 1))
}

// GetResponse is surveys.Store.
func (s *Store) GetResponse(ctx context.Context, invitation string) (surveys.Response, error) {
	return get[responseDoc](ctx, s, responses, invitation)
}

// PutResponse is surveys.Store.
func (s *Store) PutResponse(ctx context.Context, r surveys.Response) error {
	return s.put(ctx, responses, r.Invitation, r.Rev, responseDocOf(r, r.Rev+1))
}

// FindResponsesOf is surveys.Store.
func (s *Store) FindResponsesOf(ctx context.Context, source, agent string, at time.Time, invitation string, limit int) ([]surveys.Response, error) {
	theirs := bson.D{{Key: "desk", Value: deskID(source, agent)}}
	if !at.IsZero() {
		theirs = append(theirs, bson.E{Key: "desk_order", Value: bson.D{{Key: "$lt", Value: order(at, invitation)}}})
	}
	newest := bson.D{{Key: "desk", Value: -1}, {Key: "desk_order", Value: -1}}
	return find[responseDoc](ctx, s, responses, theirs, newest, limit)
}

// FindResponsesToFollowUp is surveys.Store.
func (s *Store) FindResponsesToFollowUp(ctx context.Context, limit int) ([]surveys.Response, error) {
	return find[responseDoc](ctx, s, responses, bson.D{{Key: "follow_up", Value: true}}, bson.D{}, limit)
}

// ResponsesClosed is surveys.Store.
func (s *Store) ResponsesClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error] {
	return walk[responseDoc](ctx, s, responses, between(from, to))
}

// FindResponsesToTranscribe is surveys.Store.
func (s *Store) FindResponsesToTranscribe(ctx context.Context, limit int) ([]surveys.Response, error) {
	return find[responseDoc](ctx, s, responses, bson.D{{Key: "transcribe", Value: true}}, bson.D{}, limit)
}

// ResponsesToCount is reports.Store.
func (s *Store) ResponsesToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error] {
	return counted(s.ResponsesClosed(ctx, from, to), surveys.Response.Counted)
}
