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
)

const peoplePath = "/manage/people"

// People is the Part by which administrators say who signs in, and as what.
type People struct{}

func (People) routes(s *Server) []route {
	h := peopleHandlers{s}
	return []route{
		{http.MethodGet, peoplePath, h.list, asPage, auth.ManagePeople},
		{http.MethodPost, peoplePath, h.invite, asPage, auth.ManagePeople},
		{http.MethodGet, peoplePath + "/:id", h.show, asPage, auth.ManagePeople},
		{http.MethodPost, peoplePath + "/:id", h.change, asPage, auth.ManagePeople},
		{http.MethodPost, peoplePath + "/:id/again", h.again, asPage, auth.ManagePeople},
		{http.MethodPost, peoplePath + "/:id/codes", h.forgetCodes, asPage, auth.ManagePeople},
	}
}

type peopleHandlers struct{ *Server }

// peoplePage lists who signs in, and invites others.
type peoplePage struct {
	page
	People []personLine
	personForm
	Done string
}

// personLine is one person of the list.
type personLine struct {
	auth.Person
	Role, Of, State string
}

// personForm is what can be said of a person, as it was typed.
type personForm struct {
	Email, Name string
	Roles       []choice
	AllTeams    bool
	Teams       []teamChoice
	Agents      string // one on each line
	Problems    []fieldProblem
}

// teamChoice is one team to tick.
type teamChoice struct {
	Name   string
	Ticked bool
}

// Problem is what is wrong with a field, "" for nothing.
func (f personForm) Problem(field string) string { return problemOf(f.Problems, field) }

// personForm fills the form with a person.
func (h peopleHandlers) personForm(p page, person auth.Person) personForm {
	f := personForm{Email: person.Email, Name: person.Name, AllTeams: person.AllTeams, Agents: strings.Join(person.Agents, "\n")}
	for _, role := range auth.Roles() {
		f.Roles = append(f.Roles, choice{Tag: string(role), Name: p.T("people.role." + string(role)), Chosen: role == person.Role})
	}
	for _, name := range h.teams(person.Teams) {
		f.Teams = append(f.Teams, teamChoice{name, slices.Contains(person.Teams, name)})
	}
	return f
}

// teams are those that the settings name, and others that a person already has.
func (h peopleHandlers) teams(more []string) (names []string) {
	for _, t := range h.Settings().Teams {
		names = append(names, t.Name)
	}
	for _, name := range more {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (h peopleHandlers) page(c Ctx, person auth.Person) (*peoplePage, error) {
	p := &peoplePage{page: h.insidePage(c, "people")}
	p.Title, p.personForm = p.T("space.people"), h.personForm(p.page, person)
	for who, err := range h.Gate.Store.People(c.Request().Context()) {
		if err != nil {
			return nil, lost(err)
		}
		p.People = append(p.People, p.line(who))
	}
	slices.SortStableFunc(p.People, func(a, b personLine) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return p, nil
}

func (p page) line(who auth.Person) personLine {
	l := personLine{Person: who, Role: p.T("people.role." + string(who.Role)), State: p.T("people.state.active")}
	switch {
	case who.Disabled:
		l.State = p.T("people.state.disabled")
	case who.Password == "" && who.Subject == "":
		l.State = p.T("people.state.invited")
	}
	switch {
	case who.Role == auth.Manager && who.AllTeams:
		l.Of = p.T("people.all")
	default:
		l.Of = p.JoinAnd(append(slices.Clone(who.Teams), who.Agents...))
	}
	return l
}

func (h peopleHandlers) list(c Ctx) error {
	p, err := h.page(c, auth.Person{Role: auth.Manager, AllTeams: true})
	if err != nil {
		return err
	}
	p.Done = p.done(c, "people.invited", "people.saved", "people.again.done", "people.codes.done")
	return h.Server.show(c, "people", p)
}

// read takes what was typed of a person.
func readPerson(form url.Values, into auth.Person) auth.Person {
	into.Name, into.Role = strings.TrimSpace(form.Get("name")), auth.Role(form.Get("role"))
	into.Teams, into.Agents, into.AllTeams = nil, nil, false
	switch into.Role {
	case auth.Manager:
		into.AllTeams = form.Get("all_teams") == "yes"
		if !into.AllTeams {
			into.Teams = form["team"]
		}
	case auth.Adviser:
		for line := range strings.Lines(form.Get("agents")) {
			if line = strings.TrimSpace(line); line != "" {
				into.Agents = append(into.Agents, line)
			}
		}
	}
	return into
}

// wrongPerson says what cannot be taken of a person.
func (p page) wrongPerson(who auth.Person) (all []fieldProblem) {
	if !isAddress(who.Email) {
		all = append(all, fieldProblem{"email", "email", p.T("people.problem.email")})
	}
	if !isName(who.Name) {
		all = append(all, fieldProblem{"name", "name", p.T("people.problem.name")})
	}
	if !slices.Contains(auth.Roles(), who.Role) {
		all = append(all, fieldProblem{"role", "role", p.T("people.problem.role")})
	}
	if who.Role == auth.Manager && !who.AllTeams && len(who.Teams) == 0 {
		all = append(all, fieldProblem{"all_teams", "all_teams", p.T("people.problem.teams")})
	}
	if slices.ContainsFunc(who.Agents, func(a string) bool { _, _, ok := auth.Agent(a); return !ok }) {
		all = append(all, fieldProblem{"agents", "agents", p.T("people.problem.agents")})
	}
	return all
}

// invite makes a person and mails them their link.
func (h peopleHandlers) invite(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	who := readPerson(form, auth.Person{Email: auth.Normal(form.Get("email"))})
	p, err := h.page(c, who)
	if err != nil {
		return err
	}
	if p.Problems = p.wrongPerson(who); p.Problems == nil {
		if err := h.trace(c, "person.invited", auth.PersonID(who.Email)); err != nil {
			return err
		}
		_, _, err = h.Gate.Invite(c.Request().Context(), who, true)
		if !errors.Is(err, fs.ErrExist) {
			if err != nil {
				return lost(err)
			}
			return back(c, peoplePath, "people.invited")
		}
		p.Problems = []fieldProblem{{"email", "email", p.T("people.problem.exists")}}
	}
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, http.StatusUnprocessableEntity, "people", p)
}

// personPage shows one person and changes them.
type personPage struct {
	page
	Person auth.Person
	personForm
	Line  personLine
	Rev   string // of the person as shown
	Self  bool
	Codes bool
}

func (h peopleHandlers) person(c Ctx) (*personPage, error) {
	who, err := h.Gate.Store.GetPerson(c.Request().Context(), c.Param("id"))
	if err != nil {
		return nil, lost(err)
	}
	p := &personPage{page: h.insidePage(c, "people"), Person: who, Rev: strconv.FormatInt(who.Rev, 10), Self: who.ID == visitor(c).ID, Codes: who.Secret != ""}
	p.Title, p.personForm, p.Line = who.Name, h.personForm(p.page, who), p.line(who)
	return p, nil
}

func (h peopleHandlers) show(c Ctx) error {
	p, err := h.person(c)
	if err != nil {
		return err
	}
	return h.Server.show(c, "person", p)
}

// change replaces role, teams and agents of a person, or lets them in no more.
func (h peopleHandlers) change(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	p, err := h.person(c)
	if err != nil {
		return err
	}
	if form.Get("rev") != p.Rev {
		return errConflict // what was read is not what stands now
	}
	after := readPerson(form, p.Person)
	after.Disabled = form.Get("disabled") == "yes"
	if p.Problems = p.wrongPerson(after); p.Problems != nil {
		problems := p.Problems
		p.personForm = h.personForm(p.page, after)
		p.Problems, p.Title = problems, p.T("answer.error", "Title", p.Title)
		return h.render(c, http.StatusUnprocessableEntity, "person", p)
	}
	if err := h.trace(c, "person.changed", after.ID); err != nil {
		return err
	}
	if err := h.Gate.Change(c.Request().Context(), p.Person, after); err != nil {
		return changed(err)
	}
	return back(c, peoplePath, "people.saved")
}

// again mails another invitation.
func (h peopleHandlers) again(c Ctx) error {
	p, err := h.person(c)
	if err != nil {
		return err
	}
	if err := h.trace(c, "person.invited", p.Person.ID); err != nil {
		return err
	}
	if _, err := h.Gate.InviteAgain(c.Request().Context(), p.Person, true); err != nil {
		return lost(err)
	}
	return back(c, peoplePath, "people.again.done")
}

// forgetCodes is for who has lost device and spare codes: they set up new ones when they
// next come in.
func (h peopleHandlers) forgetCodes(c Ctx) error {
	p, err := h.person(c)
	if err != nil {
		return err
	}
	if err := h.trace(c, "person.codes", p.Person.ID); err != nil {
		return err
	}
	if err := h.Gate.ForgetCodes(c.Request().Context(), p.Person); err != nil {
		return changed(err)
	}
	return back(c, peoplePath, "people.codes.done")
}
