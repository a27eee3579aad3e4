package web

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/entendu/entendu/server/auth"
)

// accountPage is a person's own account.
type accountPage struct {
	page
	Person   auth.Person
	Role     string
	Offered  []choice
	Sessions []sessionLine
	Done     string
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *accountPage) Problem(field string) string { return problemOf(p.Problems, field) }

// sessionLine is one browser that is signed in.
type sessionLine struct {
	auth.Session
	Since, Seen string
	This        bool
}

func (h doorHandlers) account(c Ctx) (*accountPage, error) {
	v := visited(c)
	p := &accountPage{page: h.insidePage(c, "account"), Person: v.Person}
	p.Title, p.Role = p.T("space.account"), p.T("people.role."+string(v.Role))
	for _, tag := range h.publicLanguages() {
		p.Offered = append(p.Offered, choice{Tag: tag, Name: h.speaker(tag).Name(), Chosen: tag == p.Tag()})
	}
	open, err := h.Gate.Sessions(c.Request().Context(), v.Person)
	if err != nil {
		return nil, lost(err)
	}
	zone := h.Settings().Zone()
	for _, s := range open {
		p.Sessions = append(p.Sessions, sessionLine{s, p.DateTime(s.MadeAt, zone), p.DateTime(s.SeenAt, zone), s.ID == v.session.ID})
	}
	return p, nil
}

func (h doorHandlers) showAccount(c Ctx) error {
	p, err := h.account(c)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "account.saved", "account.ended")
	return h.show(c, "account", p)
}

// done is what to say after a form was taken; only keys that a page knows are said.
func (p page) done(c Ctx, known ...string) string {
	if key := c.QueryParam("done"); slices.Contains(known, key) {
		return p.T(key)
	}
	return ""
}

// takeAccount changes what a person says of themselves: name and language.
func (h doorHandlers) takeAccount(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	p := visitor(c)
	p.Name, p.Language = strings.TrimSpace(form.Get("name")), form.Get("language")
	if !isName(p.Name) || !slices.Contains(h.publicLanguages(), p.Language) {
		again, err := h.account(c)
		if err != nil {
			return err
		}
		again.Person.Name = p.Name
		again.Problems = []fieldProblem{{"name", "name", again.T("people.problem.name")}}
		again.Title = again.T("answer.error", "Title", again.Title)
		return h.render(c, http.StatusUnprocessableEntity, "account", again)
	}
	if err := h.Gate.Store.PutPerson(c.Request().Context(), p); err != nil {
		return changed(err)
	}
	return back(c, accountPath, "account.saved")
}

// endSession ends one session of the visitor's, or all but this one.
func (h doorHandlers) endSession(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, v := c.Request().Context(), visited(c)
	if id := form.Get("session"); id != "" {
		err = h.Gate.End(ctx, v.Person, id)
	} else {
		err = h.Gate.EndOthers(ctx, v.Person, v.session)
	}
	if err != nil {
		return lost(err)
	}
	return back(c, accountPath, "account.ended")
}

// codesPage sets up the codes of a person, or shows the spare ones once.
type codesPage struct {
	page
	Secret   string
	Groups   string       // the secret as it is typed
	Address  template.URL // otpauth://, for a device that opens links
	Squares  code
	Spares   []string
	Onwards  string
	Again    bool // the person has codes, and makes new ones
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *codesPage) Problem(field string) string { return problemOf(p.Problems, field) }

func (h doorHandlers) showCodes(c Ctx) error {
	secret, err := auth.NewSecret()
	if err != nil {
		return err
	}
	p, err := h.codes(c, secret)
	if err != nil {
		return err
	}
	return h.show(c, "codes", p)
}

// codes makes the page for a secret that is not kept yet.
func (h doorHandlers) codes(c Ctx, secret string) (*codesPage, error) {
	v := visitor(c)
	address := auth.SecretAddress(h.Settings().Organisation.Name, v.Email, secret)
	squares, err := newCode(address)
	if err != nil {
		return nil, err
	}
	p := &codesPage{page: h.insidePage(c, "account"), Secret: secret, Groups: grouped(secret), Address: template.URL(address), Squares: squares, Again: v.Secret != ""}
	p.Title = p.T("codes.title")
	return p, nil
}

// grouped parts a text into groups of four, as it is read aloud and typed.
func grouped(text string) string {
	var groups []string
	for part := range slices.Chunk([]rune(text), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

// takeCodes keeps the secret once the device has shown that it has it. Who has codes
// already must also give a present one of these.
func (h doorHandlers) takeCodes(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	secret := form.Get("secret")
	spares, err := h.Gate.Confirm(c.Request().Context(), visitor(c), secret, form.Get("code"), form.Get("present"))
	if errors.Is(err, auth.ErrNoMatch) || errors.Is(err, auth.ErrTooOften) {
		p, made := h.codes(c, secret)
		if made != nil {
			return errUnreadableForm
		}
		p.Problems = []fieldProblem{{"code", "code", p.T("login.code.wrong")}}
		p.Title = p.T("answer.error", "Title", p.Title)
		return h.render(c, status(err), "codes", p)
	}
	if err != nil {
		return changed(err)
	}
	p := &codesPage{page: h.insidePage(c, "account"), Spares: spares, Onwards: h.home(visitor(c))}
	p.Title = p.T("codes.spares")
	return h.show(c, "codes", p)
}
