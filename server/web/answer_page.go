package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/entendu/entendu/surveys"
)

// answerPage is the survey as a form.
type answerPage struct {
	page
	Heading    string
	Version    int
	Questions  []question
	Problems   []fieldProblem
	NotKept    bool // the store failed: nothing is lost, a second press may do
	Controller string
	Keep       surveys.Span // how long the answer is kept
	Until      time.Time    // when answering ends, zero if unknown
}

// question is one field as it is drawn.
type question struct {
	surveys.Question
	page
	Text    string
	Value   string   // of a text
	Options []option // of a scale, a choice or a tick
	Problem string
	Grid    bool // 0 to 10: eleven cells, not eleven rows
}

// option is one radio or check box.
type option struct {
	ID, Value, Text string
	Anchor          string // what an end of the grid means
	Digit           bool   // the value is a score that stands behind its words
	Checked         bool
}

// fieldProblem is one line of the summary, and where it leads.
type fieldProblem struct{ Target, Text string }

func (s *Server) showForm(c Ctx, code int, asked surveys.Asked, values map[string]string, invalid *surveys.Invalid) error {
	settings := s.Settings()
	p := answerPage{
		page: s.page(c, asked.Invitation.Language), Version: asked.Survey.Version,
		Controller: controller(settings), Keep: settings.Privacy.Answers,
		NotKept: code == http.StatusServiceUnavailable,
	}
	if !asked.Until.IsZero() {
		p.Until = asked.Until.In(settings.Zone())
	}
	p.Heading = p.about(asked.Invitation, settings.Zone())
	p.Title = p.Heading
	for _, q := range asked.Survey.Questions {
		p.Questions = append(p.Questions, p.draw(q, values[q.Name]))
	}
	if invalid != nil {
		p.mark(invalid)
	}
	if p.NotKept || invalid != nil {
		p.Title = p.T("answer.error", "Title", p.Title)
		p.Switch = nil // changing the language would lose what was typed
	}
	return s.render(c, code, "answer", &p)
}

// about is the sentence that says which request is meant.
func (p page) about(i surveys.Invitation, zone *time.Location) string {
	if i.Number == "" || i.ClosedAt.IsZero() {
		return p.T("answer.about")
	}
	return p.T("answer.about.closed", "Number", i.Number, "Date", p.Date(i.ClosedAt.In(zone)))
}

// draw makes a question of the survey one of the page, with value chosen.
func (p page) draw(q surveys.Question, value string) question {
	d := question{Question: q, page: p, Text: p.T("question." + q.Name), Value: value}
	switch q.Kind {
	case surveys.Scale:
		d.Grid = q.High-q.Low > 6
		for n := q.Low; n <= q.High; n++ {
			d.Options = append(d.Options, d.step(n))
		}
	case surveys.Choice:
		for _, v := range q.Choices {
			d.Options = append(d.Options, d.option(v, p.T("question."+q.Name+"."+v)))
		}
	case surveys.Tick:
		d.Options = append(d.Options, d.option("yes", d.Text))
	}
	return d
}

func (q question) option(value, text string) option {
	return option{ID: q.Name + "-" + value, Value: value, Text: text, Checked: value == q.Value}
}

// step is one score: a bare number in the grid, else words with the digit behind
// them. The words of delay are those of its links in the mail.
func (q question) step(n int) option {
	v := strconv.Itoa(n)
	switch {
	case q.Grid:
		o := q.option(v, v)
		if n == q.Low {
			o.Anchor = q.T("answer.grid.low")
		} else if n == q.High {
			o.Anchor = q.T("answer.grid.high")
		}
		return o
	case q.Name == "delay":
		o := q.option(v, q.T("level."+v))
		o.Digit = true
		return o
	}
	o := q.option(v, q.T("question."+q.Name+"."+v))
	o.Digit = true
	return o
}

// mark puts what is wrong beside its field and into the summary, in the same words.
func (p *answerPage) mark(invalid *surveys.Invalid) {
	for _, problem := range invalid.Problems {
		target := "form"
		text := p.T("answer.problem." + problem.Key)
		for i := range p.Questions {
			q := &p.Questions[i]
			if q.Name != problem.Field {
				continue
			}
			text = p.T("answer.problem."+problem.Key, "About", p.T("answer.field."+q.Name), "Most", p.Number(q.Max))
			q.Problem, target = text, q.First()
		}
		p.Problems = append(p.Problems, fieldProblem{target, text})
	}
}

// First is the id of the control that a problem leads to.
func (q question) First() string {
	if len(q.Options) > 0 {
		return q.Options[0].ID
	}
	return q.Name
}

// thanksPage shows the answer that counts.
type thanksPage struct {
	page
	Heading string
	At      time.Time
	Until   time.Time // until when it can be changed, zero if that is not bounded
	Answers []answered
	Public  bool
	Stop    string // address of the page that stops all mail, "" if nobody is known
}

// answered is one question and its answer in words.
type answered struct{ Question, Answer string }

func (s *Server) showThanks(c Ctx, asked surveys.Asked) error {
	settings, last := s.Settings(), asked.Response.Last()
	p := thanksPage{
		page: s.page(c, asked.Invitation.Language), At: last.At.In(settings.Zone()),
		Public: settings.Publishing.Public,
	}
	p.Heading = p.about(asked.Invitation, settings.Zone())
	if !asked.Until.IsZero() {
		p.Until = asked.Until.In(settings.Zone())
	}
	if survey, err := surveys.FindSurvey(asked.Response.Survey, last.Version); err == nil {
		p.Answers = p.said(survey, last)
	}
	if asked.Invitation.Person != "" {
		p.Stop = "/u/" + s.Answers.Keys.Sign(surveys.ToStop, asked.Invitation.Person)
	}
	p.Title = p.T("answer.thanks")
	return s.show(c, "thanks", &p)
}

// said repeats the answer in the words of the form.
func (p page) said(survey surveys.Survey, a surveys.Answer) []answered {
	var all []answered
	for _, q := range survey.Questions {
		v := a.Values[q.Name]
		if v == "" {
			continue
		}
		d := p.draw(q, v)
		text := v
		for _, o := range d.Options {
			if o.Checked {
				text = o.Text
			}
		}
		if q.Kind == surveys.Tick {
			text = p.T("answer.ticked")
		}
		all = append(all, answered{d.Text, text})
	}
	return all
}
