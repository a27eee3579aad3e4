package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// enterPage lets who has a link choose a password.
type enterPage struct {
	page
	First    bool // the first administrator tells who they are
	Codes    bool // the person has set up codes
	Person   auth.Person
	Email    string
	Name     string
	Least    int
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *enterPage) Problem(field string) string { return problemOf(p.Problems, field) }

func (h doorHandlers) enter(c Ctx) (*enterPage, error) {
	if h.Gate == nil {
		return nil, surveys.ErrForged
	}
	pass, person, err := h.Gate.Holder(c.Request().Context(), c.Param("token"))
	if err != nil {
		return nil, lost(err)
	}
	p := &enterPage{page: h.publicPage(c), First: pass.Kind == auth.First, Codes: person.Secret != "", Person: person, Least: auth.MinPassword}
	p.Title, p.Linked = p.T("login.enter."+string(pass.Kind)), true
	return p, nil
}

func (h doorHandlers) showEnter(c Ctx) error {
	p, err := h.enter(c)
	if err != nil {
		return err
	}
	return h.show(c, "enter", p)
}

func (h doorHandlers) takeEnter(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	p, err := h.enter(c)
	if err != nil {
		return err
	}
	p.Email, p.Name = strings.TrimSpace(form.Get("email")), strings.TrimSpace(form.Get("name"))
	if p.Problems = p.wrong(form.Get("password")); p.Problems != nil {
		return h.enterAgain(c, p, http.StatusUnprocessableEntity)
	}
	person, secret, err := h.Gate.Enter(c.Request().Context(), c.Param("token"), auth.Chosen{
		Password: form.Get("password"), Code: form.Get("code"), Browser: c.Request().UserAgent(),
		Person: auth.Person{Email: p.Email, Name: p.Name, Language: p.Tag()},
	})
	switch {
	case errors.Is(err, auth.ErrNoMatch), errors.Is(err, auth.ErrTooOften):
		p.Problems = []fieldProblem{{"code", "code", p.T("login.code.wrong")}}
		return h.enterAgain(c, p, status(err))
	case err != nil:
		return lost(err)
	}
	h.welcome(c, person, secret)
	return c.Redirect(http.StatusSeeOther, h.home(person))
}

func (h doorHandlers) enterAgain(c Ctx, p *enterPage, code int) error {
	p.Title, p.Switch = p.T("answer.error", "Title", p.Title), nil
	return h.render(c, code, "enter", p)
}

// wrong says what cannot be taken.
func (p *enterPage) wrong(password string) (all []fieldProblem) {
	if p.First && !isAddress(p.Email) {
		all = append(all, fieldProblem{"email", "email", p.T("people.problem.email")})
	}
	if p.First && !isName(p.Name) {
		all = append(all, fieldProblem{"name", "name", p.T("people.problem.name")})
	}
	if !auth.Fits(password) {
		all = append(all, fieldProblem{"password", "password", p.T("login.password.wrong", "Least", auth.MinPassword, "Most", auth.MaxPassword)})
	}
	return all
}
