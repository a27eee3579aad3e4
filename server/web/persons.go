package web

import (
	"net/http"
	"strings"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Persons is the Part by which somebody who asks for their data is given all of it, or
// erased. An address comes by a form only, so that it is in no address bar and no log;
// what is noted of it is the hash by which the person is kept.
type Persons struct {
	Eraser *surveys.Eraser
	Salt   []byte
}

const personsPath = "/manage/privacy"

func (p *Persons) routes(s *Server) []route {
	h := personHandlers{Persons: p, Server: s}
	return []route{
		{http.MethodGet, personsPath, h.show, asPage, auth.Erase},
		{http.MethodPost, personsPath, h.find, asPage, auth.Erase},
		{http.MethodPost, personsPath + "/file", h.give, asPage, auth.Erase},
		{http.MethodPost, personsPath + "/erase", h.erase, asPage, auth.Erase},
	}
}

type personHandlers struct {
	*Persons
	*Server
}

// personsPage looks for a person and shows what is held of them.
type personsPage struct {
	page
	Email    string // as typed
	Person   string // who was looked for, "" before
	Found    bool
	Facts    [][2]string // what is held, and how much
	Stopped  string      // why they get no mail, "" if they do
	Erase    string      // what the button would do, "" where nothing is left to do
	InHand   int         // mails and events that still have to end before all is erased
	Done     string
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *personsPage) Problem(field string) string { return problemOf(p.Problems, field) }

func (h personHandlers) page(c Ctx) *personsPage {
	p := &personsPage{page: h.insidePage(c, "privacy")}
	p.Title = p.T("space.privacy")
	return p
}

func (h personHandlers) show(c Ctx) error {
	p := h.page(c)
	p.Done = p.done(c, "privacy.erased")
	return h.Server.show(c, "persons", p)
}

// find shows what is held of the person behind an address.
func (h personHandlers) find(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	p := h.page(c)
	p.Email = strings.TrimSpace(form.Get("email"))
	normal, err := surveys.Normalise(p.Email)
	if err != nil {
		p.Problems = []fieldProblem{{"email", "email", p.T("privacy.problem.email")}}
		p.Title = p.T("answer.error", "Title", p.Title)
		return h.render(c, http.StatusUnprocessableEntity, "persons", p)
	}
	return h.look(c, p, surveys.PersonOf(h.Salt, normal))
}

// look fills the page with what is held of a person.
func (h personHandlers) look(c Ctx, p *personsPage, person string) error {
	if err := h.trace(c, "person.found", person); err != nil {
		return err
	}
	held, err := h.Eraser.Hold(c.Request().Context(), person)
	if err != nil {
		return lost(err)
	}
	p.Person, p.Found = person, !held.Nothing()
	p.tell(held)
	return h.Server.show(c, "persons", p)
}

// tell says how much is held, and what erasing would do.
func (p *personsPage) tell(held surveys.Held) {
	if held.Customer.Name != "" {
		p.Facts = append(p.Facts, [2]string{p.T("privacy.name"), held.Customer.Name})
	}
	written := 0
	for _, r := range held.Responses {
		if r.Last().Values["comment"] != "" {
			written++
		}
	}
	for _, fact := range []struct {
		key string
		n   int
	}{
		{"privacy.tickets", len(held.Tickets)}, {"privacy.invitations", len(held.Invitations)}, {"privacy.answers", len(held.Responses)},
		{"privacy.comments", written}, {"privacy.followups", len(held.FollowUps)}, {"privacy.errands", len(held.Errands)},
	} {
		if fact.n > 0 {
			p.Facts = append(p.Facts, [2]string{p.T(fact.key), p.Number(fact.n)})
		}
	}
	if held.Suppression.Person != "" {
		p.Stopped = p.T("privacy.stopped." + held.Suppression.Reason)
	}
	if !held.Erasable() {
		return
	}
	if p.Erase = p.T("privacy.erase"); len(held.Responses) > 0 {
		p.Erase = p.T("privacy.erase.answers", "Count", len(held.Responses))
	}
}

// person reads who a button is about: the hash that look put on the page.
func (h personHandlers) person(c Ctx) (string, error) {
	form, err := readForm(c)
	return form.Get("person"), err
}

// erase takes away all that leads to the person, and says what still has to end.
func (h personHandlers) erase(c Ctx) error {
	person, err := h.person(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	held, err := h.Eraser.Hold(ctx, person)
	if err != nil {
		return lost(err)
	}
	if held.Nothing() {
		return back(c, personsPath, "")
	}
	if err := h.trace(c, "person.erased", person); err != nil {
		return err
	}
	inHand, err := h.Eraser.Erase(ctx, person)
	if err != nil {
		return lost(err)
	}
	if inHand == 0 {
		return back(c, personsPath, "privacy.erased")
	}
	p := h.page(c)
	p.Person, p.Found, p.InHand, p.Erase = person, true, inHand, p.T("privacy.erase.again")
	return h.Server.show(c, "persons", p)
}
