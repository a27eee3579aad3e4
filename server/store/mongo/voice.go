package mongo

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// voiceDoc is a comment. Its terms are a list, so that an index on them and the place
// holds the comments of each term in their order. (A text index would cut and stem words
// in a manner of its own, has no such order, and not every compatible server has one.)
type voiceDoc struct {
	Response   string     `bson:"_id"`
	Place      int64      `bson:"place"`
	Customer   string     `bson:"customer,omitempty"`
	Agent      string     `bson:"agent,omitempty"`
	Dimensions dimensions `bson:",inline"`
	Spoken     string     `bson:"spoken,omitempty"`
	Values     []value    `bson:"values,omitempty"`
	Comment    string     `bson:"comment,omitempty"`
	Tags       []string   `bson:"tags,omitempty"`
	Read       bool       `bson:"read,omitempty"`
	Hidden     noted      `bson:"hidden,omitempty"`
	Quote      noted      `bson:"quote,omitempty"`
	Terms      []string   `bson:"terms,omitempty"`
	Rev        int64      `bson:"rev"`
}

// noted is what a person noted beside a comment.
type noted struct {
	Text string    `bson:"text"`
	By   string    `bson:"by,omitempty"`
	At   time.Time `bson:"at,omitempty"`
}

func voiceDocOf(v reports.Voice, rev int64) voiceDoc {
	d := voiceDoc{
		Response: v.Response, Place: v.Place, Customer: v.Customer, Agent: v.Agent, Dimensions: dimensions(v.Dimensions), Spoken: v.Spoken,
		Comment: v.Comment, Tags: v.Tags, Read: v.Read, Terms: v.Terms, Rev: rev,
		Hidden: noted{v.Hidden.Why, v.Hidden.By, v.Hidden.At}, Quote: noted(v.Quote),
	}
	for _, question := range slices.Sorted(maps.Keys(v.Values)) {
		d.Values = append(d.Values, value{question, v.Values[question]})
	}
	return d
}

func (d voiceDoc) record() reports.Voice {
	v := reports.Voice{
		Response: d.Response, Place: d.Place, Customer: d.Customer, Agent: d.Agent, Dimensions: surveys.Dimensions(d.Dimensions), Spoken: d.Spoken,
		Comment: d.Comment, Tags: d.Tags, Read: d.Read, Terms: d.Terms, Rev: d.Rev,
		Hidden: reports.Hiding{Why: d.Hidden.Text, By: d.Hidden.By, At: d.Hidden.At}, Quote: reports.Quote(d.Quote), Values: map[string]string{},
	}
	for _, one := range d.Values {
		v.Values[one.Question] = one.Value
	}
	return v
}

// AddVoice is reports.Store.
func (s *Store) AddVoice(ctx context.Context, v reports.Voice) error {
	return s.add(ctx, voices, voiceDocOf(v, 1))
}

// PutVoice is reports.Store.
func (s *Store) PutVoice(ctx context.Context, v reports.Voice) error {
	return s.put(ctx, voices, v.Response, v.Rev, voiceDocOf(v, v.Rev+1))
}

// GetVoice is reports.Store.
func (s *Store) GetVoice(ctx context.Context, response string) (reports.Voice, error) {
	return get[voiceDoc](ctx, s, voices, response)
}

// RemoveVoice is surveys.Store.
func (s *Store) RemoveVoice(ctx context.Context, response string) error {
	return s.remove(ctx, voices, response)
}

// FindVoices is reports.Store. The server goes along the index of one group's terms and
// looks at each comment for the others.
func (s *Store) FindVoices(ctx context.Context, q reports.VoiceQuery) ([]reports.Voice, error) {
	place := bson.E{Key: "place", Value: bson.D{{Key: "$gte", Value: q.From}, {Key: "$lt", Value: q.Below}}}
	filter := bson.D{place}
	var groups bson.A
	for _, group := range q.Terms {
		groups = append(groups, bson.D{{Key: "terms", Value: bson.D{{Key: "$in", Value: group}}}})
	}
	if groups != nil {
		filter = append(filter, bson.E{Key: "$and", Value: groups})
	}
	return find[voiceDoc](ctx, s, voices, filter, bson.D{{Key: "place", Value: -1}}, q.Limit)
}

type labelDoc struct {
	ID   string `bson:"_id"`
	Kind string `bson:"kind"`
	Name string `bson:"name"`
}

// labelID orders labels as their kind and name do.
func labelID(l reports.Label) string { return ticketID(surveys.TicketKey{Source: l.Kind, ID: l.Name}) }

func (d labelDoc) record() reports.Label { return reports.Label{Kind: d.Kind, Name: d.Name} }

func (d labelDoc) place() string { return d.ID }

// AddLabel is reports.Store.
func (s *Store) AddLabel(ctx context.Context, l reports.Label) error {
	return s.add(ctx, labels, labelDoc{labelID(l), l.Kind, l.Name})
}

// RemoveLabel is reports.Store.
func (s *Store) RemoveLabel(ctx context.Context, l reports.Label) error {
	return s.remove(ctx, labels, labelID(l))
}

// Labels is reports.Store.
func (s *Store) Labels(ctx context.Context) iter.Seq2[reports.Label, error] {
	return walk[labelDoc](ctx, s, labels, path{field: "_id"})
}
