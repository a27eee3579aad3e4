package web

import (
	"html/template"
	"net/http"
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
