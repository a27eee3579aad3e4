package mongo

import (
	"context"
	"fmt"
	"iter"
	"math"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type surveyDoc struct {
	ID        string       `bson:"_id"`
	Name      string       `bson:"name"`
	Version   int          `bson:"version"`
	Questions []question   `bson:"questions,omitempty"`
	Texts     []surveyText `bson:"texts,omitempty"`
	MadeAt    time.Time    `bson:"made_at,omitempty"`
	MadeBy    string       `bson:"made_by,omitempty"`
	Rev       int64        `bson:"rev"`
}

type question struct {
	Name     string       `bson:"name"`
	Kind     surveys.Kind `bson:"kind"`
	Low      int          `bson:"low"`
	High     int          `bson:"high"`
	Choices  []string     `bson:"choices,omitempty"`
	Max      int          `bson:"max"`
	Required bool         `bson:"required,omitempty"`
	When     condition    `bson:"when"`
}

type condition struct {
	Question string   `bson:"question,omitempty"`
	Answers  []string `bson:"answers,omitempty"`
}

type surveyText struct {
	Language string `bson:"language"`
	Key      string `bson:"key"`
	Text     string `bson:"text"`
}

// surveyID orders as name and version do: see ticketID.
func surveyID(name string, version int) string {
	return ticketID(surveys.TicketKey{Source: name, ID: fmt.Sprintf("%019d", version)})
}

func surveyDocOf(v surveys.Survey, rev int64) surveyDoc {
	return surveyDoc{
		ID: surveyID(v.Name, v.Version), Name: v.Name, Version: v.Version, MadeAt: v.MadeAt, MadeBy: v.MadeBy, Rev: rev,
		Questions: each(v.Questions, func(q surveys.Question) question {
			return question{q.Name, q.Kind, q.Low, q.High, q.Choices, q.Max, q.Required, condition(q.When)}
		}),
		Texts: each(v.Texts, func(t surveys.SurveyText) surveyText { return surveyText(t) }),
	}
}

func (q question) record() surveys.Question {
	return surveys.Question{
		Name: q.Name, Kind: q.Kind, Low: q.Low, High: q.High, Choices: q.Choices, Max: q.Max, Required: q.Required, When: surveys.Condition(q.When),
	}
}

func (d surveyDoc) record() surveys.Survey {
	return surveys.Survey{
		Name: d.Name, Version: d.Version, MadeAt: d.MadeAt, MadeBy: d.MadeBy, Rev: d.Rev,
		Questions: each(d.Questions, question.record),
		Texts:     each(d.Texts, func(t surveyText) surveys.SurveyText { return surveys.SurveyText(t) }),
	}
}

func (d surveyDoc) place() string { return d.ID }

// AddSurvey is surveys.Store.
func (s *Store) AddSurvey(ctx context.Context, v surveys.Survey) error {
	return s.add(ctx, asked, surveyDocOf(v, 1))
}

// GetSurvey is surveys.Store.
func (s *Store) GetSurvey(ctx context.Context, name string, version int) (surveys.Survey, error) {
	return get[surveyDoc](ctx, s, asked, surveyID(name, version))
}

// PutSurvey is surveys.Store.
func (s *Store) PutSurvey(ctx context.Context, v surveys.Survey) error {
	return s.put(ctx, asked, surveyID(v.Name, v.Version), v.Rev, surveyDocOf(v, v.Rev+1))
}

// LatestSurvey is surveys.Store.
func (s *Store) LatestSurvey(ctx context.Context, name string) (surveys.Survey, error) {
	versions := bson.D{{Key: "$gte", Value: surveyID(name, 0)}, {Key: "$lte", Value: surveyID(name, math.MaxInt64)}}
	return first[surveyDoc](ctx, s, asked, bson.D{{Key: "_id", Value: versions}}, bson.D{{Key: "_id", Value: -1}})
}

// Surveys is surveys.Store.
func (s *Store) Surveys(ctx context.Context) iter.Seq2[surveys.Survey, error] {
	return walk[surveyDoc](ctx, s, asked, path{field: "_id"})
}
