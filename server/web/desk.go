package web

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

const deskPath = "/desk"

// Desk is the Part of an adviser's own: the answers to what they handled, one at a time,
// a reply to who asked for a call back, and what they propose. There is no count on it,
// no mean, and no other way to the answers of one adviser.
type Desk struct {
	Desk   *surveys.Desk
	Hidden func(ctx context.Context, invitation string) (bool, error) // whether a manager hid the comment
}

func (d *Desk) routes(s *Server) []route {
	h := deskHandlers{d, s}
	return []route{
		{http.MethodGet, deskPath, h.find, asPage, auth.OwnDesk},
		{http.MethodPost, deskPath + "/reply", h.reply, asPage, auth.OwnDesk},
		{http.MethodPost, deskPath + "/propose", h.propose, asPage, auth.OwnDesk},
	}
}

type deskHandlers struct {
	*Desk
	*Server
}

// deskPage is one answer, and what its adviser may do with it.
type deskPage struct {
	page
	On        *surveys.OnDesk // nil where there is none
	Asking    bool            // only those who ask for a call back are leafed through
	Begins    bool            // it is the newest
	Week      string
	Answers   []answered
	Comments  []string
	Spoken    string
	Number    string // of the request of who asked for a call back
	Subject   string
	Reply     string // as it was typed
	Replied   string // when there was one, and what became of it
	Older     string
	Proposal  string // as it was typed
	Once      string // what makes one form one proposal
	Proposals []proposalLine
	Done      string
	Problems  []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *deskPage) Problem(field string) string { return problemOf(p.Problems, field) }

// owner is whose desk it is.
func owner(c Ctx) surveys.Owner {
	p := visitor(c)
	return surveys.Owner{ID: p.ID, Name: p.Name, Agents: p.Agents}
}

func (h deskHandlers) find(c Ctx) error {
	after, asking := c.QueryParam("after"), c.QueryParam("asking") != ""
	on, err := h.Desk.Desk.Find(c.Request().Context(), owner(c), after, asking)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return lost(err)
	}
	p, err := h.page(c, on, err == nil)
	if err != nil {
		return err
	}
	p.Asking, p.Begins = asking, after == ""
	if p.Done = p.done(c, "desk.done.replied", "desk.done.proposed"); p.On != nil {
		query := url.Values{"after": {p.On.Response.Invitation}}
		if asking {
			query.Set("asking", "1")
		}
		p.Older = deskPath + "?" + query.Encode()
	}
	return h.show(c, "desk", p)
}

// page makes the page of one answer; there says whether there is one.
func (h deskHandlers) page(c Ctx, on surveys.OnDesk, there bool) (*deskPage, error) {
	p := &deskPage{page: h.insidePage(c, "desk"), Once: rand.Text()}
	p.Title = p.T("space.desk")
	mine, err := h.Desk.Desk.Store.FindProposals(c.Request().Context(), visitor(c).ID, surveys.Proposal{}, proposalsShown)
	if err != nil {
		return nil, lost(err)
	}
	for _, one := range mine {
		p.Proposals = append(p.Proposals, p.proposal(one, h.Settings().Zone()))
	}
	if !there {
		return p, nil
	}
	p.On = &on
	return p, h.tell(c, p)
}

// keptFromDesks are the questions whose answers an adviser is not shown, for the sake of
// who answered.
func keptFromDesks() []string { return []string{"nudged", "private", "tell", "callback"} }

// tell writes one answer: the week, what was chosen, what was written. Which request it was
// is told of who asked to be called back, after the log has it.
func (h deskHandlers) tell(c Ctx, p *deskPage) error {
	ctx, r := c.Request().Context(), p.On.Response
	last := r.Last()
	survey, err := h.Server.Answers.Version(ctx, r.Survey, last.Version)
	if err != nil {
		return lost(err)
	}
	hidden, err := h.Hidden(ctx, r.Invitation)
	if err != nil {
		return lost(err)
	}
	shown := surveys.Survey{Name: survey.Name, Texts: survey.Texts}
	for _, q := range survey.Questions {
		switch {
		case slices.Contains(keptFromDesks(), q.Name):
		case q.Kind != surveys.Text:
			shown.Questions = append(shown.Questions, q)
		case !hidden && last.Values[q.Name] != "":
			p.Comments = append(p.Comments, last.Values[q.Name])
		}
	}
	p.Week = p.T("desk.week", "Date", p.Date(surveys.WeekOf(last.At, h.Settings().Zone()).Start(h.Settings().Zone())))
	p.Answers, p.Spoken = p.said(shown, last), last.Language
	if p.On.CallbackAsked() {
		return h.tellRequest(c, p)
	}
	return nil
}

func (h deskHandlers) tellRequest(c Ctx, p *deskPage) error {
	if err := h.trace(c, "desk.opened", p.On.Response.Invitation); err != nil {
		return err
	}
	t, err := h.Desk.Desk.Store.GetTicket(c.Request().Context(), p.On.Response.Ticket)
	if err != nil {
		return lost(err)
	}
	p.Number, p.Subject = t.Number, t.Subject
	if e := p.On.Reply; e != nil {
		p.Replied = p.T("desk.replied."+string(e.State), "Date", p.Date(e.MadeAt.In(h.Settings().Zone())))
	}
	return nil
}

// reply takes the words for who asked for a call back.
func (h deskHandlers) reply(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, id := c.Request().Context(), form.Get("answer")
	if err := h.trace(c, "desk.replied", id); err != nil {
		return err
	}
	on, err := h.Desk.Desk.Reply(ctx, owner(c), id, form.Get("reply"))
	if invalid, ok := surveys.AsInvalid(err); ok {
		p, err := h.page(c, on, true)
		if err != nil {
			return err
		}
		p.Reply = form.Get("reply")
		return h.refuse(c, p, invalid)
	}
	if errors.Is(err, surveys.ErrNotAsked) {
		return errConflict
	}
	if err != nil {
		return lost(err)
	}
	return back(c, deskPath, "desk.done.replied")
}

func (h deskHandlers) propose(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	err = h.Desk.Desk.Propose(c.Request().Context(), owner(c), form.Get("proposal"), form.Get("once"))
	if invalid, ok := surveys.AsInvalid(err); ok {
		p, err := h.page(c, surveys.OnDesk{}, false)
		if err != nil {
			return err
		}
		p.Proposal, p.Once = form.Get("proposal"), form.Get("once")
		return h.refuse(c, p, invalid)
	}
	if err != nil {
		return lost(err)
	}
	return back(c, deskPath, "desk.done.proposed")
}

func (h deskHandlers) refuse(c Ctx, p *deskPage, invalid *surveys.Invalid) error {
	for _, problem := range invalid.Problems {
		p.Problems = append(p.Problems, fieldProblem{problem.Field, problem.Field, p.T("desk.problem." + problem.Key)})
	}
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, http.StatusUnprocessableEntity, "desk", p)
}
