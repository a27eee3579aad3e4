package web

import (
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// answerPage is the survey as a form.
type answerPage struct {
	page
	Heading   string
	Intro     string // how much is asked, and until when
	Survey    surveys.Survey
	Questions template.HTML
	Problems  []fieldProblem
	NotKept   bool     // the store failed: nothing is lost, a second press may do
	Privacy   []string // who reads the answer, why, and how long
	Preview   string   // what it says to who edits the draft, where nothing can be sent
	Narrow    bool     // as on a small telephone
}

// fieldProblem is one line of the summary, and where it leads.
type fieldProblem struct{ Field, Target, Text string }

// showForm shows the survey filled in as values say, with what is wrong, if
// anything is.
func (s *Server) showForm(c Ctx, code int, asked surveys.Asked, values map[string]string, invalid *surveys.Invalid) error {
	p, err := s.form(c, asked, values, invalid)
	if err != nil {
		return err
	}
	zone := s.Settings().Zone()
	p.Heading, p.Intro = p.about(asked.Invitation, zone), p.intro(asked, zone)
	p.Title, p.NotKept = p.Heading, code == http.StatusServiceUnavailable
	if p.NotKept || invalid != nil {
		p.Title = p.T("answer.error", "Title", p.Title)
		p.Switch = nil // changing the language would lose what was typed
	}
	return s.render(c, code, "answer", &p)
}

// form makes the page of a survey, but for what it says of one customer's request.
func (s *Server) form(c Ctx, asked surveys.Asked, values map[string]string, invalid *surveys.Invalid) (answerPage, error) {
	p := answerPage{page: s.page(c, asked.Invitation.Language), Survey: asked.Survey}
	p.Privacy, p.Problems = p.whoReads(s.Settings()), p.explain(asked.Survey, invalid)
	if slices.ContainsFunc(asked.Survey.Questions, func(q surveys.Question) bool { return q.When.Question != "" }) {
		p.Scripts = append(p.Scripts, "survey.js")
	}
	var questions strings.Builder
	for _, q := range asked.Survey.Questions {
		if err := s.draw(&questions, p, q, values[q.Name]); err != nil {
			return p, err
		}
	}
	p.Questions = template.HTML(questions.String())
	return p, nil
}

// intro says how much is asked, and until when.
func (p page) intro(asked surveys.Asked, zone *time.Location) string {
	if asked.Until.IsZero() {
		return p.T("answer.intro")
	}
	return p.T("answer.intro.until", "Date", p.Date(asked.Until.In(zone)))
}

// about is the sentence that says which request is meant.
func (p page) about(i surveys.Invitation, zone *time.Location) string {
	if i.Number == "" || i.ClosedAt.IsZero() {
		return p.T("answer.about")
	}
	return p.T("answer.about.closed", "Number", i.Number, "Date", p.Date(i.ClosedAt.In(zone)))
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
				d := p.question(survey, q, "")
				told.Target = d.First()
				told.Text = p.T("answer.problem."+problem.Key, "About", d.about(), "Most", p.Number(q.Max))
			}
		}
		all = append(all, told)
	}
	return all
}
