package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Editor keeps the draft of the next version of a survey, and publishes it. There is one
// draft: who changes it says by its Rev which one they saw, and is told fs.ErrExist where
// somebody else was faster.
type Editor struct {
	Store Store
	Look  func(language, key string) bool // whether a language file has a text
}

// Edited is a draft beside what is in force.
type Edited struct {
	Draft   Survey
	InForce Survey
	Past    []Survey // every version there was, the one that comes with the program first
}

// Differs says whether there is anything to publish.
func (e Edited) Differs() bool {
	asked := func(s Survey) string { return fmt.Sprint(s.Questions, sorted(s.Texts)) }
	return asked(e.Draft) != asked(e.InForce)
}

// Gone are the questions of earlier versions that the draft does not have, each once.
func (e Edited) Gone() (names []string) {
	for _, v := range e.Past {
		for _, q := range v.Questions {
			if _, there := e.Draft.Question(q.Name); !there && !slices.Contains(names, q.Name) {
				names = append(names, q.Name)
			}
		}
	}
	return names
}

// Open gives the draft; where nobody has begun one, it is what is in force.
func (e *Editor) Open(ctx context.Context) (Edited, error) {
	shipped, err := FindSurvey(AfterHandling, 1)
	if err != nil {
		return Edited{}, err
	}
	all := Edited{Past: []Survey{shipped}}
	var draft *Survey
	for v, err := range e.Store.Surveys(ctx) {
		switch {
		case err != nil:
			return all, fmt.Errorf("reading the versions of the survey: %w", err)
		case v.Name != AfterHandling:
		case v.Version < 1:
			draft = &v
		default:
			all.Past = append(all.Past, v)
		}
	}
	all.InForce = all.Past[len(all.Past)-1]
	if draft == nil {
		draft = &Survey{Name: AfterHandling, Questions: all.InForce.Questions, Texts: all.InForce.Texts}
	}
	all.Draft = *draft
	return all, nil
}

// edit changes the draft that has this Rev.
func (e *Editor) edit(ctx context.Context, rev int64, change func(Edited) (Survey, error)) error {
	all, err := e.Open(ctx)
	if err != nil {
		return err
	}
	if all.Draft.Rev != rev {
		return fmt.Errorf("the draft was changed meanwhile: %w", fs.ErrExist)
	}
	draft, err := change(all)
	if err != nil {
		return err
	}
	if rev == 0 {
		return e.Store.AddSurvey(ctx, draft)
	}
	return e.Store.PutSurvey(ctx, draft)
}

// Add puts a new question at the end of the draft.
func (e *Editor) Add(ctx context.Context, rev int64, name string, sort Sort) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) { return all.Draft.add(all.Past, name, sort) })
}

// BringBack puts a question of an earlier version at the end, as it was there.
func (e *Editor) BringBack(ctx context.Context, rev int64, name string) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) { return all.Draft.bringBack(all.Past, name) })
}

// Remove takes a question out of the draft.
func (e *Editor) Remove(ctx context.Context, rev int64, name string) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) { return all.Draft.remove(name) })
}

// Move takes a question one place up or down.
func (e *Editor) Move(ctx context.Context, rev int64, name string, up bool) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) { return all.Draft.move(name, up) })
}

// Change changes one question.
func (e *Editor) Change(ctx context.Context, rev int64, name string, c Change) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) { return all.Draft.change(name, c) })
}

// SayMail sets the texts of the mail; those that are empty are the language file's.
func (e *Editor) SayMail(ctx context.Context, rev int64, texts []SurveyText) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) {
		return all.Draft.reword(texts, func(t SurveyText) bool { return t.Key == MailSubject || t.Key == MailOpening })
	})
}

// Restore makes the draft the survey that comes with the program.
func (e *Editor) Restore(ctx context.Context, rev int64) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) { return all.Draft.as(all.Past[0]), nil })
}

// Discard makes the draft what is in force.
func (e *Editor) Discard(ctx context.Context, rev int64) error {
	return e.edit(ctx, rev, func(all Edited) (Survey, error) { return all.Draft.as(all.InForce), nil })
}

// as is the draft with what another version asks and says.
func (s Survey) as(v Survey) Survey {
	s.Questions, s.Texts = v.Questions, v.Texts
	return s
}

// ErrNothing is for a draft that is what is in force.
var ErrNothing = errors.New("the draft differs in nothing from what is in force")

// Publish makes the draft the version by which closings are asked about from now on;
// who was asked before keeps the version they were asked by. *Invalid names the
// questions that are not complete in these languages.
func (e *Editor) Publish(ctx context.Context, rev int64, by string, languages []string) (version int, err error) {
	all, err := e.Open(ctx)
	switch {
	case err != nil:
		return 0, err
	case all.Draft.Rev != rev:
		return 0, fmt.Errorf("the draft was changed meanwhile: %w", fs.ErrExist)
	case !all.Differs():
		return 0, ErrNothing
	}
	if problems := all.Draft.Lacking(languages, e.Look); problems != nil {
		return 0, &Invalid{Problems: problems}
	}
	next := all.Draft
	next.Version = all.InForce.Version + 1
	next.MadeBy = by
	if next.MadeAt, err = e.Store.Now(ctx); err != nil {
		return 0, err
	}
	return next.Version, e.Store.AddSurvey(ctx, next)
}
