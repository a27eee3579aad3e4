package web

import (
	"fmt"
	"io"
	"strconv"

	"github.com/entendu/entendu/surveys"
)

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
		o.Anchor = q.T("answer.grid.low")
	case q.High:
		o.Anchor = q.T("answer.grid.high")
	}
	return o
}

// level is a score in words; those of delay are the ones of its links in the mail.
func (q question) level(v string) string {
	if q.Name == "delay" {
		return q.T("level." + v)
	}
	return q.T("question." + q.Name + "." + v)
}

// draw writes the HTML of a question of a page, with value chosen.
func (s *Server) draw(out io.Writer, p answerPage, asked surveys.Question, value string) error {
	q := p.question(asked, value)
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
