package web

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// question is one field as it is drawn.
type question struct {
	surveys.Question
	page
	survey  surveys.Survey
	Text    string
	Value   string   // of a text
	Options []option // of a scale, a choice or a tick
	Only    string   // of whom it is asked, "" for all
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

// question makes a question of a survey one of the page, with value chosen.
func (p page) question(of surveys.Survey, q surveys.Question, value string) question {
	d := question{Question: q, page: p, survey: of, Value: value}
	d.Text = d.say("question." + q.Name)
	switch q.Kind {
	case surveys.Scale:
		d.Grid = q.High-q.Low > 6
		for n := q.Low; n <= q.High; n++ {
			d.Options = append(d.Options, d.step(n))
		}
	case surveys.Choice, surveys.Several:
		for _, v := range q.Choices {
			d.Options = append(d.Options, d.option(v, cmp.Or(d.say("question."+q.Name+"."+v), v)))
		}
	case surveys.Tick:
		d.Options = append(d.Options, d.option("yes", d.Text))
	}
	d.Only = d.only()
	return d
}

// say gives a text of the survey in the language of the page.
func (q question) say(key string) string { return q.survey.Say(q.Tag(), key, q.Look) }

// only says of whom a question with a condition is asked.
func (q question) only() string {
	before, ok := q.survey.Question(q.When.Question)
	if !ok {
		return ""
	}
	asked, any := q.page.question(q.survey, before, ""), ""
	for _, o := range asked.Options {
		switch said := q.T("answer.quoted", "Text", o.Text); {
		case !slices.Contains(q.When.Answers, o.Value):
		case any == "":
			any = said
		default:
			any = q.T("answer.or", "Before", any, "Last", said)
		}
	}
	return q.T("answer.only", "Question", q.T("answer.quoted", "Text", asked.Text), "Answers", any)
}

// Several says whether more than one answer may be chosen.
func (q question) Several() bool { return q.Kind == surveys.Several }

// Hints are the ids of what a screen reader says beside the question.
func (q question) Hints() string {
	var ids []string
	if q.Problem != "" {
		ids = append(ids, q.Name+"-problem")
	}
	if q.Only != "" {
		ids = append(ids, q.Name+"-only")
	}
	if q.Grid || q.Kind == surveys.Text || q.Several() {
		ids = append(ids, q.Name+"-hint")
	}
	return strings.Join(ids, " ")
}

func (q question) option(value, text string) option {
	return option{ID: q.Name + "-" + value, Value: value, Text: text, Checked: value == q.Value || q.Several() && slices.Contains(strings.Fields(q.Value), value)}
}

// step is one score: a bare number in the grid, else words with the digit behind
// them.
func (q question) step(n int) option {
	v := strconv.Itoa(n)
	if !q.Grid {
		o := q.option(v, q.level(v))
		o.Digit = true
		return o
	}
	o := q.option(v, v)
	switch n {
	case q.Low:
		o.Anchor = q.Least()
	case q.High:
		o.Anchor = q.Most()
	}
	return o
}

// Least is what the low end of the grid means, Most its high end.
func (q question) Least() string {
	return cmp.Or(q.say("question."+q.Name+".low"), q.T("answer.grid.low"))
}

// Most is Least for the high end.
func (q question) Most() string {
	return cmp.Or(q.say("question."+q.Name+".high"), q.T("answer.grid.high"))
}

// level is a score in words; those of delay are the ones of its links in the mail, and
// of a question that has none of its own.
func (q question) level(v string) string {
	if text := q.say("question." + q.Name + "." + v); text != "" {
		return text
	}
	return q.say("level." + v)
}

// draw writes the HTML of a question of a page, with value chosen.
func (s *Server) draw(out io.Writer, p answerPage, asked surveys.Question, value string) error {
	q := p.question(p.Survey, asked, value)
	for _, problem := range p.Problems {
		if problem.Field == q.Name {
			q.Problem = problem.Text
		}
	}
	t, err := s.pages.named(p.Tag(), "answer")
	if err == nil {
		err = t.ExecuteTemplate(out, q.template(), q)
	}
	if err != nil {
		return fmt.Errorf("drawing question %s: %w", q.Name, err)
	}
	return nil
}

// about names the question within a sentence: in words of ours for a question in words
// of ours, else by the question.
func (q question) about() string {
	_, reworded := q.survey.Own(q.Tag(), "question."+q.Name)
	if text, ok := q.Look("answer.field." + q.Name); ok && !reworded {
		return text
	}
	return q.T("answer.quoted", "Text", q.Text)
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

// First is the id of the control that a problem leads to.
func (q question) First() string {
	if len(q.Options) > 0 {
		return q.Options[0].ID
	}
	return q.Name
}
