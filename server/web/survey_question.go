package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// surveyTextsPage edits one question in every language, or the words of the mail.
type surveyTextsPage struct {
	page
	Rev       int64
	Question  *surveyLine // nil for the words of the mail
	Languages []textsOf
	Answers   []offered // what can be chosen, to be taken out
	More      bool      // more can be added
	New       string
	First     string // the language that a new answer is written in
	May       bool   // be required, and be asked of some only
	Earlier   []earlier
	Done      string
	Problems  []fieldProblem
}

// textsOf are the texts of one language.
type textsOf struct {
	Tag, Name, Dir string
	Fields         []textField
}

// textField is one text, and what the language file has in its place.
type textField struct {
	ID, Label, Value, Shipped string
	Lines                     bool
}

type offered struct{ Value, Text string }

// earlier is a question that another one may depend on.
type earlier struct {
	Text    string
	Options []option
}

// Problem is what is wrong with a field, "" for nothing.
func (p *surveyTextsPage) Problem(field string) string { return problemOf(p.Problems, field) }

// textID names the field of a text: no language and no key has a colon.
func textID(language, key string) string { return "text:" + language + ":" + key }

func (h surveyHandlers) texts(c Ctx, all surveys.Edited) *surveyTextsPage {
	p := &surveyTextsPage{page: h.insidePage(c, "survey"), Rev: all.Draft.Rev, Done: ""}
	for _, tag := range h.Settings().Organisation.Languages {
		w := h.speaker(tag)
		p.Languages = append(p.Languages, textsOf{Tag: tag, Name: w.Name(), Dir: w.Dir()})
	}
	p.First = p.Languages[0].Name
	return p
}

// field adds a text to the fields of a language.
func (h surveyHandlers) field(of *textsOf, draft surveys.Survey, key, label string) *textField {
	own, _ := draft.Own(of.Tag, key)
	shipped, _ := h.speaker(of.Tag).Look(key)
	of.Fields = append(of.Fields, textField{ID: textID(of.Tag, key), Label: label, Value: own, Shipped: shipped})
	return &of.Fields[len(of.Fields)-1]
}

func (h surveyHandlers) question(c Ctx) (*surveyTextsPage, surveys.Edited, error) {
	all, err := h.Editor.Open(c.Request().Context())
	if err == nil {
		err = missing(all.Draft, c.Param("name"))
	}
	if err != nil {
		return nil, all, lost(err)
	}
	p := h.texts(c, all)
	q, _ := all.Draft.Question(c.Param("name"))
	line := p.surveyLine(all.Draft, q)
	p.Question, p.Title, p.May, p.More = &line, p.T("survey.question", "Name", q.Name), !line.Core, q.Kind == surveys.Choice || q.Kind == surveys.Several
	for i := range p.Languages {
		h.fields(&p.Languages[i], all.Draft, q, p.page)
	}
	if p.More {
		for _, o := range p.page.question(all.Draft, q, "").Options {
			p.Answers = append(p.Answers, offered{o.Value, o.Text})
		}
	}
	p.Earlier = p.earlier(all.Draft, q)
	return p, all, nil
}

// fields are the texts of a question: itself, and each answer that can be chosen.
func (h surveyHandlers) fields(of *textsOf, draft surveys.Survey, q surveys.Question, p page) {
	key := "question." + q.Name
	h.field(of, draft, key, p.T("survey.text"))
	switch {
	case q.Kind == surveys.Scale && q.High == 10:
		for end, usual := range map[string]string{"high": "answer.grid.high", "low": "answer.grid.low"} {
			f := h.field(of, draft, key+"."+end, p.T("survey.end."+end))
			if f.Shipped == "" && q.Name == "recommend" {
				f.Shipped = h.speaker(of.Tag).T(usual)
			}
		}
		slices.SortFunc(of.Fields[1:], func(a, b textField) int { return strings.Compare(b.ID, a.ID) })
	case q.Kind != surveys.Tick:
		for _, v := range q.Values() {
			f := h.field(of, draft, key+"."+v, p.T("survey.answer", "Value", v))
			if f.Shipped == "" && q.Kind == surveys.Scale {
				f.Shipped = h.speaker(of.Tag).T("level." + v)
			}
		}
	}
}

// earlier are the questions that one may depend on, with what it does depend on chosen.
func (p page) earlier(draft surveys.Survey, q surveys.Question) (all []earlier) {
	for _, before := range draft.Questions {
		if before.Name == q.Name {
			break
		}
		d := p.question(draft, before, "")
		if len(d.Options) == 0 {
			continue
		}
		e := earlier{Text: d.Text}
		for _, o := range d.Options {
			o.ID, o.Value = "when-"+o.ID, before.Name+"="+o.Value
			o.Checked = q.When.Question == before.Name && slices.Contains(q.When.Answers, strings.TrimPrefix(o.Value, before.Name+"="))
			e.Options = append(e.Options, o)
		}
		all = append(all, e)
	}
	return all
}

func (h surveyHandlers) showQuestion(c Ctx) error {
	p, _, err := h.question(c)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "survey.done.kept")
	return h.show(c, "surveytexts", p)
}

// takeQuestion changes one question as a whole.
func (h surveyHandlers) takeQuestion(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	rev, _ := strconv.ParseInt(form.Get("rev"), 10, 64)
	name := c.Param("name")
	change := surveys.Change{Required: form.Get("required") == "yes", When: conditionOf(form["when"]), Drop: form["drop"], Texts: textsOfForm(form)}
	if label := strings.TrimSpace(form.Get("new")); label != "" {
		change.New = surveys.Code(label)
		change.Texts = append(change.Texts, surveys.SurveyText{Language: h.Settings().Organisation.Languages[0], Key: "question." + name + "." + change.New, Text: label})
	}
	err = h.Editor.Change(c.Request().Context(), rev, name, change)
	if invalid, ok := surveys.AsInvalid(err); ok {
		p, _, err := h.question(c)
		if err != nil {
			return err
		}
		return h.refuseTexts(c, p, form, invalid)
	}
	if err != nil {
		return changed(err)
	}
	return back(c, surveyPath+"/question/"+url.PathEscape(name), "survey.done.kept")
}

// conditionOf reads what was ticked. An answer to a second question is none to the first,
// which the rule about conditions refuses.
func conditionOf(ticked []string) (c surveys.Condition) {
	for _, chosen := range ticked {
		question, answer, _ := strings.Cut(chosen, "=")
		if c.Question == "" {
			c.Question = question
		}
		if question != c.Question {
			answer = chosen
		}
		c.Answers = append(c.Answers, answer)
	}
	return c
}

// textsOfForm reads the texts that were typed.
func textsOfForm(form url.Values) (all []surveys.SurveyText) {
	for name := range form {
		if parts := strings.Split(name, ":"); len(parts) == 3 && parts[0] == "text" {
			all = append(all, surveys.SurveyText{Language: parts[1], Key: parts[2], Text: form.Get(name)})
		}
	}
	slices.SortFunc(all, func(a, b surveys.SurveyText) int { return strings.Compare(a.Language+a.Key, b.Language+b.Key) })
	return all
}

// refuseTexts shows what was typed, with what is wrong with it.
func (h surveyHandlers) refuseTexts(c Ctx, p *surveyTextsPage, form url.Values, invalid *surveys.Invalid) error {
	for i := range p.Languages {
		for n, f := range p.Languages[i].Fields {
			p.Languages[i].Fields[n].Value = form.Get(f.ID)
		}
	}
	p.New = form.Get("new")
	for _, problem := range invalid.Problems {
		target := problem.Field
		if language, key, isText := strings.Cut(target, " "); isText {
			target = textID(language, key)
		}
		p.Problems = append(p.Problems, fieldProblem{Field: target, Target: target, Text: p.T("survey.problem."+problem.Key, "Name", problem.Field)})
	}
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, http.StatusUnprocessableEntity, "surveytexts", p)
}

func (h surveyHandlers) mail(c Ctx) (*surveyTextsPage, error) {
	all, err := h.Editor.Open(c.Request().Context())
	if err != nil {
		return nil, lost(err)
	}
	p := h.texts(c, all)
	p.Title = p.T("survey.mail")
	for i := range p.Languages {
		of := &p.Languages[i]
		w := h.speaker(of.Tag)
		h.field(of, all.Draft, surveys.MailSubject, p.T("survey.mail.subject")).Shipped = w.T("mail.subject", "Number", "{number}")
		opening := h.field(of, all.Draft, surveys.MailOpening, p.T("survey.mail.opening"))
		opening.Shipped, opening.Lines = w.T("mail.opening", "Number", "{number}", "Date", "{date}"), true
	}
	return p, nil
}

func (h surveyHandlers) showMail(c Ctx) error {
	p, err := h.mail(c)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "survey.done.kept")
	return h.show(c, "surveytexts", p)
}

func (h surveyHandlers) takeMail(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	rev, _ := strconv.ParseInt(form.Get("rev"), 10, 64)
	err = h.Editor.SayMail(c.Request().Context(), rev, textsOfForm(form))
	if invalid, ok := surveys.AsInvalid(err); ok {
		p, err := h.mail(c)
		if err != nil {
			return err
		}
		return h.refuseTexts(c, p, form, invalid)
	}
	if err != nil {
		return changed(err)
	}
	return back(c, surveyPath+"/mail", "survey.done.kept")
}
