package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

const (
	proposalsPath = "/manage/proposals"
	// proposalsShown is how many stand on one page.
	proposalsShown = 20
)

// Proposals is the Part in which managers read what advisers propose, and say what they
// decided.
type Proposals struct{ Store surveys.Store }

func (d *Proposals) routes(s *Server) []route {
	h := proposalHandlers{d, s}
	return []route{
		{http.MethodGet, proposalsPath, h.list, asPage, auth.Act},
		{http.MethodPost, proposalsPath, h.answer, asPage, auth.Act},
	}
}

type proposalHandlers struct {
	*Proposals
	*Server
}

// proposalsPage lists proposals, the newest first.
type proposalsPage struct {
	page
	Lines    []proposalLine
	Older    string
	Done     string
	Problems []fieldProblem
}

// proposalLine is one proposal. It bears the name of who signed it.
type proposalLine struct {
	surveys.Proposal
	When, Decided string
	Typed         string // an answer that could not be taken
}

// Problem is what is wrong with a field, "" for nothing.
func (p *proposalsPage) Problem(field string) string { return problemOf(p.Problems, field) }

func (p page) proposal(one surveys.Proposal, zone *time.Location) proposalLine {
	l := proposalLine{Proposal: one, When: p.Date(one.MadeAt.In(zone))}
	if one.Answer != "" {
		l.Decided = p.T("proposals.decided", "By", one.AnsweredBy, "Date", p.Date(one.AnsweredAt.In(zone)))
	}
	return l
}

func (h proposalHandlers) page(c Ctx) (*proposalsPage, error) {
	ctx := c.Request().Context()
	var before surveys.Proposal
	if id := c.QueryParam("before"); id != "" {
		var err error
		if before, err = h.Proposals.Store.GetProposal(ctx, id); err != nil {
			return nil, lost(err)
		}
	}
	found, err := h.Proposals.Store.FindProposals(ctx, "", before, proposalsShown+1)
	if err != nil {
		return nil, lost(err)
	}
	p := &proposalsPage{page: h.insidePage(c, "proposals")}
	p.Title = p.T("space.proposals")
	for n, one := range found {
		if n == proposalsShown {
			p.Older = proposalsPath + "?before=" + found[n-1].ID
			break
		}
		p.Lines = append(p.Lines, p.proposal(one, h.Settings().Zone()))
	}
	return p, nil
}

func (h proposalHandlers) list(c Ctx) error {
	p, err := h.page(c)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "proposals.done")
	return h.show(c, "proposals", p)
}

// answer keeps what was decided, for who proposed to read.
func (h proposalHandlers) answer(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	id := form.Get("id")
	rev, _ := strconv.ParseInt(form.Get("rev"), 10, 64)
	if err := h.trace(c, "proposal.answered", id); err != nil {
		return err
	}
	err = surveys.AnswerProposal(c.Request().Context(), h.Proposals.Store, id, rev, visitor(c).Name, form.Get("answer"))
	if invalid, ok := surveys.AsInvalid(err); ok {
		p, err := h.page(c)
		if err != nil {
			return err
		}
		for i := range p.Lines {
			if p.Lines[i].ID == id {
				p.Lines[i].Typed = form.Get("answer")
			}
		}
		for _, problem := range invalid.Problems {
			p.Problems = append(p.Problems, fieldProblem{id, "answer-" + id, p.T("desk.problem." + problem.Key)})
		}
		p.Title = p.T("answer.error", "Title", p.Title)
		return h.render(c, http.StatusUnprocessableEntity, "proposals", p)
	}
	if err != nil {
		return changed(err)
	}
	return back(c, proposalsPath, "proposals.done")
}
