package web

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// answerPage is the survey as a form.
type answerPage struct {
	page
	Heading   string
	Intro     string // how much is asked, and until when
	Version   int
	Questions template.HTML
	Problems  []fieldProblem
	NotKept   bool     // the store failed: nothing is lost, a second press may do
	Privacy   []string // who reads the answer, why, and how long
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
type fieldProblem struct{ Field, Target, Text string }

func (s *Server) showForm(c Ctx, code int, asked surveys.Asked, values map[string]string, invalid *surveys.Invalid) error {
	settings := s.Settings()
	p := answerPage{
		page: s.page(c, asked.Invitation.Language), Version: asked.Survey.Version,
		NotKept: code == http.StatusServiceUnavailable,
	}
	zone := settings.Zone()
	p.Heading, p.Intro = p.about(asked.Invitation, zone), p.T("answer.intro")
	p.Title, p.Privacy = p.Heading, p.whoReads(settings)
	if !asked.Until.IsZero() {
		p.Intro = p.T("answer.intro.until", "Date", p.Date(asked.Until.In(zone)))
	}
	p.Problems = p.explain(asked.Survey, invalid)
	var questions strings.Builder
	for _, q := range asked.Survey.Questions {
		html, err := s.draw(p.page, asked.Survey, q, values[q.Name], p.Problems)
		if err != nil {
			return err
		}
		questions.WriteString(string(html))
	}
	p.Questions = template.HTML(questions.String())
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

// question makes a question of the survey one of the page, with value chosen.
func (p page) question(q surveys.Question, value string) question {
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

// whoReads says who reads the answer, why, and how long it is kept.
func (p page) whoReads(s surveys.Settings) []string {
	said := []string{p.T("answer.who", "Organisation", p.Organisation)}
	if s.Privacy.Answers.Off() {
		said = append(said, p.T("answer.kept_on"))
	} else {
		said = append(said, p.T("answer.kept", "Span", p.Span(s.Privacy.Answers)))
	}
	if who := controller(s); who != p.Organisation {
		said = append(said, p.T("answer.controller", "Controller", who))
	}
	return said
}

// explain says what is wrong, in words that the page shows twice: on top and
// beside the field.
func (p page) explain(survey surveys.Survey, invalid *surveys.Invalid) []fieldProblem {
	if invalid == nil {
		return nil
	}
	var all []fieldProblem
	for _, problem := range invalid.Problems {
		told := fieldProblem{Field: problem.Field, Target: "form", Text: p.T("answer.problem." + problem.Key)}
		for _, q := range survey.Questions {
			if q.Name == problem.Field {
				told.Target = p.question(q, "").First()
				told.Text = p.T("answer.problem."+problem.Key, "About", p.T("answer.field."+q.Name), "Most", p.Number(q.Max))
			}
		}
		all = append(all, told)
	}
	return all
}

// drawing is a question as most people see it: nothing wrong, nothing typed.
type drawing struct {
	language, survey string
	version          int
	question, value  string
}

// draw gives the HTML of a question. There are few drawings, so each is made once.
func (s *Server) draw(p page, survey surveys.Survey, q surveys.Question, value string, problems []fieldProblem) (template.HTML, error) {
	key := drawing{p.Tag(), survey.Name, survey.Version, q.Name, value}
	if html, ok := s.drawn.Load(key); ok && problems == nil {
		return html.(template.HTML), nil
	}
	d := p.question(q, value)
	for _, problem := range problems {
		if problem.Field == q.Name {
			d.Problem = problem.Text
		}
	}
	var out strings.Builder
	if err := s.pages[p.Tag()]["answer"].ExecuteTemplate(&out, d.template(), d); err != nil {
		return "", fmt.Errorf("drawing question %s: %w", q.Name, err)
	}
	html := template.HTML(out.String())
	if problems == nil && (value == "" || d.chosen()) {
		s.drawn.Store(key, html)
	}
	return html, nil
}

// template is the name of the one that draws it.
func (q question) template() string {
	switch q.Kind {
	case surveys.Text:
		return "text"
	case surveys.Tick:
		return "tick"
	}
	return "choices"
}

func (q question) chosen() bool {
	return slices.ContainsFunc(q.Options, func(o option) bool { return o.Checked })
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
		d := p.question(q, v)
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
