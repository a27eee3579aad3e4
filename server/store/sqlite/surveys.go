package sqlite

import (
	"context"
	"iter"

	"github.com/entendu/entendu/surveys"
)

// question, condition and surveyText are how surveys keep their lists.
type question struct {
	Name     string       `json:"name"`
	Kind     surveys.Kind `json:"kind"`
	Low      int          `json:"low"`
	High     int          `json:"high"`
	Choices  []string     `json:"choices"`
	Max      int          `json:"max"`
	Required bool         `json:"required"`
	When     condition    `json:"when"`
}

type condition struct {
	Question string   `json:"question"`
	Answers  []string `json:"answers"`
}

type surveyText struct {
	Language string `json:"language"`
	Key      string `json:"key"`
	Text     string `json:"text"`
}

func fromQuestion(q surveys.Question) question {
	return question{q.Name, q.Kind, q.Low, q.High, q.Choices, q.Max, q.Required, condition(q.When)}
}

func (q question) domain() surveys.Question {
	return surveys.Question{
		Name: q.Name, Kind: q.Kind, Low: q.Low, High: q.High, Choices: q.Choices, Max: q.Max, Required: q.Required, When: surveys.Condition(q.When),
	}
}

const (
	addSurvey     = `INSERT INTO surveys (questions, texts, made_at, made_by, name, version, rev) VALUES (?, ?, ?, ?, ?, ?, 1)`
	putSurvey     = `UPDATE surveys SET (questions, texts, made_at, made_by) = (?, ?, ?, ?), rev = rev + 1 WHERE name = ? AND version = ? AND rev = ?`
	selectSurveys = `SELECT questions, texts, made_at, made_by, name, version, rev FROM surveys`
)

func surveyValues(v surveys.Survey) []any {
	texts := each(v.Texts, func(t surveys.SurveyText) surveyText { return surveyText(t) })
	return []any{list(each(v.Questions, fromQuestion)), list(texts), millis(v.MadeAt), v.MadeBy, v.Name, v.Version}
}

func scanSurvey(r row) (v surveys.Survey, err error) {
	var questions []question
	var texts []surveyText
	err = r.Scan(into{&questions}, into{&texts}, at{&v.MadeAt}, &v.MadeBy, &v.Name, &v.Version, &v.Rev)
	v.Questions = each(questions, question.domain)
	v.Texts = each(texts, func(t surveyText) surveys.SurveyText { return surveys.SurveyText(t) })
	return v, err
}

// AddSurvey is surveys.Store's.
func (s *Store) AddSurvey(ctx context.Context, v surveys.Survey) error {
	return in(s.write(ctx, addSurvey, surveyValues(v)...), "keeping version %d of survey %s", v.Version, v.Name)
}

// GetSurvey is surveys.Store's.
func (s *Store) GetSurvey(ctx context.Context, name string, version int) (surveys.Survey, error) {
	v, err := get(ctx, s, scanSurvey, selectSurveys+` WHERE name = ? AND version = ?`, name, version)
	return v, in(err, "reading version %d of survey %s", version, name)
}

// PutSurvey is surveys.Store's.
func (s *Store) PutSurvey(ctx context.Context, v surveys.Survey) error {
	return in(s.change(ctx, putSurvey, append(surveyValues(v), v.Rev)...), "changing version %d of survey %s", v.Version, v.Name)
}

// LatestSurvey is surveys.Store's.
func (s *Store) LatestSurvey(ctx context.Context, name string) (surveys.Survey, error) {
	v, err := get(ctx, s, scanSurvey, selectSurveys+` WHERE name = ? ORDER BY version DESC LIMIT 1`, name)
	return v, in(err, "reading the latest version of survey %s", name)
}

// Surveys is surveys.Store's.
func (s *Store) Surveys(ctx context.Context) iter.Seq2[surveys.Survey, error] {
	const page = selectSurveys + ` WHERE (name, version) > (?, ?) ORDER BY name, version LIMIT +?`
	return walk(ctx, surveys.Survey{Version: -1}, func(last surveys.Survey) ([]surveys.Survey, error) {
		found, err := find(ctx, s, scanSurvey, page, last.Name, last.Version, pageSize)
		return found, in(err, "walking the surveys")
	})
}
