package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/surveys"
)

const surveyPath = "/manage/survey"

// Survey is the Part in which the survey is edited: what is asked, in which words, in
// which order, of whom; looked at before it is published.
type Survey struct {
	Editor *surveys.Editor
	Sample func(l surveys.Letter) (mailer.Sample, error) // the mail of a letter that nobody gets
}

func (v *Survey) routes(s *Server) []route {
	h := surveyHandlers{v, s}
	return []route{
		{http.MethodGet, surveyPath, h.list, asPage, auth.Configure},
		{http.MethodPost, surveyPath, h.edit, asPage, auth.Configure},
		{http.MethodGet, surveyPath + "/mail", h.showMail, asPage, auth.Configure},
		{http.MethodPost, surveyPath + "/mail", h.takeMail, asPage, auth.Configure},
		{http.MethodGet, surveyPath + "/preview", h.preview, asPage, auth.Configure},
		{http.MethodGet, surveyPath + "/preview/mail", h.previewMail, asPage, auth.Configure},
		{http.MethodGet, surveyPath + "/question/:name", h.showQuestion, asPage, auth.Configure},
		{http.MethodPost, surveyPath + "/question/:name", h.takeQuestion, asPage, auth.Configure},
	}
}

type surveyHandlers struct {
	*Survey
	*Server
}

// surveyPage lists the questions of the draft, and what can be done with it.
type surveyPage struct {
	page
	surveys.Edited
	Lines    []surveyLine
	Gone     []surveyLine
	Sorts    []choice
	Name     string // of a new question, as it was typed
	Previews []surveyPreview
	Versions []surveyVersion
	Done     string
	Problems []fieldProblem
}

// surveyLine is one question of the list.
type surveyLine struct {
	surveys.Question
	Text, About        string
	Core, First, Final bool
}

// surveyPreview is one language in which the draft can be looked at.
type surveyPreview struct{ Tag, Name string }

// surveyVersion is one line of what was published.
type surveyVersion struct {
	Version       int
	When, By, How string
}

// Problem is what is wrong with a field, "" for nothing.
func (p *surveyPage) Problem(field string) string { return problemOf(p.Problems, field) }

func (h surveyHandlers) page(c Ctx) (*surveyPage, error) {
	all, err := h.Editor.Open(c.Request().Context())
	if err != nil {
		return nil, lost(err)
	}
	p := &surveyPage{page: h.insidePage(c, "survey"), Edited: all}
	p.Title = p.T("space.survey")
	for n, q := range all.Draft.Questions {
		l := p.surveyLine(all.Draft, q)
		l.First, l.Final = n < 2, n == 0 || n+1 == len(all.Draft.Questions)
		p.Lines = append(p.Lines, l)
	}
	for _, name := range all.Gone() {
		for _, v := range all.Past {
			if q, ok := v.Question(name); ok && !slices.ContainsFunc(p.Gone, func(l surveyLine) bool { return l.Question.Name == name }) {
				p.Gone = append(p.Gone, p.surveyLine(v, q))
			}
		}
	}
	for _, sort := range surveys.Sorts() {
		p.Sorts = append(p.Sorts, choice{Tag: string(sort), Name: p.T("survey.sort." + string(sort))})
	}
	for _, tag := range h.Settings().Organisation.Languages {
		p.Previews = append(p.Previews, surveyPreview{tag, h.speaker(tag).Name()})
	}
	p.Versions = h.versions(p.page, all)
	return p, nil
}

// surveyLine says in short what a question is.
func (p page) surveyLine(of surveys.Survey, q surveys.Question) surveyLine {
	d := p.question(of, q, "")
	kind := string(q.Kind)
	if q.Kind == surveys.Scale {
		kind = "scale-" + strconv.Itoa(q.High)
	}
	said := []string{q.Name, p.T("survey.sort." + kind)}
	if q.Required {
		said = append(said, p.T("survey.required"))
	}
	if d.Only != "" {
		said = append(said, d.Only)
	}
	return surveyLine{Question: q, Text: d.Text, About: strings.Join(said, " · "), Core: surveys.IsCore(q.Name)}
}

// versions tells what was published, the newest first, and where other words of a core
// question broke what can be compared.
func (h surveyHandlers) versions(p page, all surveys.Edited) (lines []surveyVersion) {
	for n, v := range slices.Backward(all.Past) {
		l := surveyVersion{Version: v.Version, By: v.MadeBy, How: p.T("survey.shipped")}
		if !v.MadeAt.IsZero() {
			l.When, l.How = p.Date(v.MadeAt.In(h.Settings().Zone())), ""
		}
		if n > 0 {
			if names := surveys.Reworded(all.Past[n-1], v); names != nil {
				l.How = p.T("survey.reworded", "Questions", p.JoinAnd(names))
			}
		}
		lines = append(lines, l)
	}
	return lines
}

func (h surveyHandlers) list(c Ctx) error {
	p, err := h.page(c)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "survey.done.kept", "survey.done.published", "survey.done.restored", "survey.done.discarded")
	return h.show(c, "survey", p)
}

// edit makes one change to the draft, or publishes it.
func (h surveyHandlers) edit(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	rev, _ := strconv.ParseInt(form.Get("rev"), 10, 64)
	done, err := h.do(c, form.Get("do"), form.Get("name"), form.Get("sort"), rev)
	if invalid, ok := surveys.AsInvalid(err); ok {
		return h.refuse(c, form, invalid)
	}
	if err != nil {
		return changed(err)
	}
	return back(c, surveyPath, done)
}

// do makes one change; done is the key of what to say then.
func (h surveyHandlers) do(c Ctx, what, name, sort string, rev int64) (done string, err error) {
	ctx, done := c.Request().Context(), "survey.done.kept"
	switch what {
	case "up", "down":
		return done, h.Editor.Move(ctx, rev, name, what == "up")
	case "remove":
		return done, h.Editor.Remove(ctx, rev, name)
	case "add":
		return done, h.Editor.Add(ctx, rev, name, surveys.Sort(sort))
	case "back":
		return done, h.Editor.BringBack(ctx, rev, name)
	case "restore":
		return "survey.done.restored", h.Editor.Restore(ctx, rev)
	case "discard":
		return "survey.done.discarded", h.Editor.Discard(ctx, rev)
	case "publish":
		return "survey.done.published", h.publish(c, rev)
	}
	return "", errUnreadableForm
}

func (h surveyHandlers) publish(c Ctx, rev int64) error {
	if err := h.trace(c, "survey.published", ""); err != nil {
		return err
	}
	_, err := h.Editor.Publish(c.Request().Context(), rev, visitor(c).Name, h.Settings().Organisation.Languages)
	if errors.Is(err, surveys.ErrNothing) {
		return nil
	}
	return err
}

// refuse shows the list with what stands against a change.
func (h surveyHandlers) refuse(c Ctx, form url.Values, invalid *surveys.Invalid) error {
	p, err := h.page(c)
	if err != nil {
		return err
	}
	for _, problem := range invalid.Problems {
		told := fieldProblem{Field: problem.Field, Target: problem.Field, Text: p.T("survey.problem."+problem.Key, "Name", problem.Field)}
		if form.Get("do") == "publish" {
			told.Target = "question-" + problem.Field
		}
		p.Problems = append(p.Problems, told)
	}
	p.Name = form.Get("name")
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, http.StatusUnprocessableEntity, "survey", p)
}

// missing says that a draft has no such question.
func missing(draft surveys.Survey, name string) error {
	if _, ok := draft.Question(name); !ok {
		return fs.ErrNotExist
	}
	return nil
}
