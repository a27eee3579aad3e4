package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	responseFields = `survey, source, ticket, closing, closed_at, customer, team, category, product, channel,
		language, answers, imported, recount, agent, follow_up, transcribe`
	responseHoles   = ten + `, ?, ?, ?, ?, ?, ?, ?`
	addResponse     = `INSERT INTO responses (` + responseFields + `, answered_at, invitation, rev) VALUES (` + responseHoles + `, ?, ?, 1)`
	putResponse     = `UPDATE responses SET (` + responseFields + `, answered_at) = (` + responseHoles + `, ?), rev = rev + 1 WHERE invitation = ? AND rev = ?`
	selectResponses = `SELECT ` + responseFields + `, invitation, rev FROM responses`
	countResponses  = `SELECT concat_ws(` + separator + `, source, ticket, closing, closed_at, customer, team, category, product, channel, language, answers,
		imported, invitation) FROM responses`
	pageOfResponses = ` WHERE (closed_at, invitation) > (?, ?) AND closed_at < ? ORDER BY closed_at, invitation LIMIT +?`
)

// answer is how responses keep theirs. LearntAt is absent where it is zero, as it
// was in every answer kept before there was one.
type answer struct {
	At       int64             `json:"at"`
	Version  int               `json:"version"`
	Language string            `json:"language"`
	Values   map[string]string `json:"values"`
	Suspect  bool              `json:"suspect"`
	LearntAt *int64            `json:"learnt_at,omitempty"`
}

func fromAnswer(a surveys.Answer) answer {
	kept := answer{At: millis(a.At), Version: a.Version, Language: a.Language, Values: a.Values, Suspect: a.Suspect}
	if !a.LearntAt.IsZero() {
		learnt := millis(a.LearntAt)
		kept.LearntAt = &learnt
	}
	return kept
}

func (a answer) domain() surveys.Answer {
	kept := surveys.Answer{At: moment(a.At), Version: a.Version, Language: a.Language, Values: a.Values, Suspect: a.Suspect}
	if a.LearntAt != nil {
		kept.LearntAt = moment(*a.LearntAt)
	}
	return kept
}

// readAnswer is domain without package json: see listed.
func readAnswer(c *cursor) (a surveys.Answer) {
	c.must(`{"at":`)
	a.At = moment(c.number())
	c.must(`,"version":`)
	a.Version = int(c.number())
	c.must(`,"language":`)
	a.Language = c.text()
	c.must(`,"values":`)
	a.Values = c.texts()
	c.must(`,"suspect":`)
	a.Suspect = c.truth()
	if c.may(`,"learnt_at":`) {
		a.LearntAt = moment(c.number())
	}
	c.must(`}`)
	return a
}

func responseValues(r surveys.Response) []any {
	return []any{
		r.Survey, r.Ticket.Source, r.Ticket.ID, r.Closing, millis(r.ClosedAt), r.Customer, r.Team, r.Category, r.Product, r.Channel,
		r.Language, list(each(r.Answers, fromAnswer)), r.Imported, list(r.Recount), r.Agent, r.FollowUp, r.Transcribe,
		millis(r.AnsweredAt()), r.Invitation,
	}
}

func scanResponse(w row) (r surveys.Response, err error) {
	err = w.Scan(
		&r.Survey, &r.Ticket.Source, &r.Ticket.ID, &r.Closing, at{&r.ClosedAt}, &r.Customer, &r.Team, &r.Category, &r.Product, &r.Channel,
		&r.Language, listed[answer, surveys.Answer]{&r.Answers, readAnswer, answer.domain}, &r.Imported, into{&r.Recount}, &r.Agent, &r.FollowUp, &r.Transcribe,
		&r.Invitation, &r.Rev,
	)
	return r, err
}

// AddResponse is surveys.Store's.
func (s *Store) AddResponse(ctx context.Context, r surveys.Response) error {
	return in(s.write(ctx, addResponse, responseValues(r)...), "keeping the response to %s", r.Invitation)
}

// GetResponse is surveys.Store's.
func (s *Store) GetResponse(ctx context.Context, invitation string) (surveys.Response, error) {
	r, err := get(ctx, s, scanResponse, selectResponses+` WHERE invitation = ?`, invitation)
	return r, in(err, "reading the response to %s", invitation)
}

// PutResponse is surveys.Store's.
func (s *Store) PutResponse(ctx context.Context, r surveys.Response) error {
	return in(s.change(ctx, putResponse, append(responseValues(r), r.Rev)...), "changing the response to %s", r.Invitation)
}

// FindResponsesOf is surveys.Store's.
func (s *Store) FindResponsesOf(ctx context.Context, source, agent string, at time.Time, invitation string, limit int) ([]surveys.Response, error) {
	const theirs = selectResponses + ` WHERE source = ? AND agent = ? AND agent <> '' AND (answered_at, invitation) < (?, ?)
		ORDER BY answered_at DESC, invitation DESC LIMIT +?`
	found, err := find(ctx, s, scanResponse, theirs, source, agent, until(at), invitation, limit)
	return found, in(err, "looking for the answers of a desk")
}

// FindResponsesToFollowUp is surveys.Store's.
func (s *Store) FindResponsesToFollowUp(ctx context.Context, limit int) ([]surveys.Response, error) {
	found, err := find(ctx, s, scanResponse, selectResponses+` WHERE follow_up = 1 LIMIT +?`, limit)
	return found, in(err, "looking for responses to follow up")
}

// FindResponsesToTranscribe is surveys.Store's.
func (s *Store) FindResponsesToTranscribe(ctx context.Context, limit int) ([]surveys.Response, error) {
	found, err := find(ctx, s, scanResponse, selectResponses+` WHERE transcribe = 1 LIMIT +?`, limit)
	return found, in(err, "looking for responses to transcribe")
}

// countedResponse reads what surveys.Response.Counted gives.
func countedResponse(f *fields) (r surveys.Response) {
	r.Ticket.Source, r.Ticket.ID, r.Closing = f.text(), f.text(), int(f.number())
	r.ClosedAt, r.Customer, r.Dimensions = f.moment(), f.own(), f.dimensions()
	f.list(listed[answer, surveys.Answer]{&r.Answers, readAnswer, answer.domain}.read)
	r.Imported, r.Invitation = f.number() == 1, f.own()
	return r
}

// ResponsesClosed is surveys.Store's.
func (s *Store) ResponsesClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error] {
	return s.walkResponses(ctx, from, to, func(args ...any) ([]surveys.Response, error) {
		return find(ctx, s, scanResponse, selectResponses+pageOfResponses, args...)
	})
}

// ResponsesToCount is reports.Store's.
func (s *Store) ResponsesToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error] {
	return s.walkResponses(ctx, from, to, counting(ctx, s, countResponses+pageOfResponses, countedResponse, selectResponses+pageOfResponses, scanResponse, surveys.Response.Counted))
}

func (s *Store) walkResponses(ctx context.Context, from, to time.Time, page func(args ...any) ([]surveys.Response, error)) iter.Seq2[surveys.Response, error] {
	return walk(ctx, surveys.Response{ClosedAt: from}, func(last surveys.Response) ([]surveys.Response, error) {
		found, err := page(millis(last.ClosedAt), last.Invitation, until(to), pageSize)
		return found, in(err, "walking the responses")
	})
}
