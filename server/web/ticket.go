package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Tickets is the Part by which customers follow their request: /t mails them a link,
// /t/{token} is the page behind it, and the help says how a helpdesk points to /t.
type Tickets struct {
	Follow   *surveys.Follow
	Expected Expected

	askers *limiter // who asks for links; nobody with a link ever meets it
}

// Expected says what somebody whose request of a category waits may expect, by the
// newest outlook; false where it cannot be said.
type Expected func(ctx context.Context, category string) (Expectation, bool)

// Expectation is the wait for a first reply of requests like one.
type Expectation struct {
	reports.Expectation
	Own  bool           // those of its category, not all
	Held *reports.Share // how many past waits ended within the nine-in-ten then given; nil if that cannot be said
}

func (t *Tickets) routes(s *Server) []route {
	t.askers = newLimiter(s.Now)
	h := ticketHandlers{Tickets: t, Server: s}
	return []route{
		{http.MethodGet, "/t", h.showAsk, asPage, auth.Everyone},
		{http.MethodPost, "/t", h.takeAsk, asPage, auth.Everyone},
		{http.MethodGet, "/t/:token", h.showTicket, asLink, auth.Everyone},
		{http.MethodPost, "/t/:token", h.takeMessage, asLink, auth.Everyone},
		{http.MethodGet, "/help/acknowledgement", h.showAcknowledgement, asPage, auth.Everyone},
	}
}

type ticketHandlers struct {
	*Tickets
	*Server
}

// askPage asks for a number and an address, or says that they were taken.
type askPage struct {
	page
	Asked    bool
	Number   string
	Email    string
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *askPage) Problem(field string) string { return problemOf(p.Problems, field) }

func problemOf(all []fieldProblem, field string) string {
	for _, problem := range all {
		if problem.Field == field {
			return problem.Text
		}
	}
	return ""
}

func (h ticketHandlers) showAsk(c Ctx) error {
	p := &askPage{page: h.page(c), Asked: c.QueryParam("asked") != "", Number: c.QueryParam("number")}
	p.Title = p.T("ticket.ask")
	if p.Asked {
		p.Title = p.T("ticket.asked")
	}
	return h.show(c, "ask", p)
}

// takeAsk stores what was asked and says the same to everybody: whether number and
// address belong together is found out later, and elsewhere.
func (h ticketHandlers) takeAsk(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store") // what comes back may hold an address
	if !h.askers.spend(c.RealIP()) {
		return h.returnAsk(c, form, errTooMany)
	}
	if err := h.Follow.Ask(c.Request().Context(), form, h.language(c)); err != nil {
		return h.returnAsk(c, form, lost(err))
	}
	to := url.Values{"asked": {"1"}, "lang": {h.language(c)}}
	return c.Redirect(http.StatusSeeOther, "/t?"+to.Encode())
}

// returnAsk shows the form with what was typed and what is wrong.
func (h ticketHandlers) returnAsk(c Ctx, form url.Values, err error) error {
	p := &askPage{page: h.page(c), Number: form.Get("number"), Email: form.Get("email")}
	p.Problems = p.tell(h.Server, c, err)
	if p.Problems == nil {
		return err
	}
	p.Title, p.Switch = p.T("answer.error", "Title", p.T("ticket.ask")), nil
	return h.render(c, status(err), "ask", p)
}

// tell says what is wrong with a form, or with us; nil if the form can do nothing
// about it.
func (p page) tell(s *Server, c Ctx, err error) []fieldProblem {
	invalid, _ := surveys.AsInvalid(err)
	switch {
	case invalid != nil:
		var all []fieldProblem
		for _, problem := range invalid.Problems {
			all = append(all, fieldProblem{problem.Field, problem.Field, p.aboutTicket(problem)})
		}
		return all
	case errors.Is(err, errTooMany):
		c.Response().Header().Set("Retry-After", "60")
		return []fieldProblem{{Target: "form", Text: p.T("ticket.problem.slow")}}
	case errors.Is(err, surveys.ErrEnough):
		return []fieldProblem{{Field: "message", Target: "message", Text: p.T("ticket.problem.enough")}}
	case status(err) == http.StatusServiceUnavailable:
		s.note(err, c)
		c.Response().Header().Set("Retry-After", "5")
		return []fieldProblem{{Target: "form", Text: p.T("ticket.problem.not_kept")}}
	}
	return nil
}

// aboutTicket says what is wrong with one field.
func (p page) aboutTicket(problem surveys.Problem) string {
	switch {
	case problem.Key == "unreadable", problem.Key == "repeated":
		return p.T("ticket.problem.unreadable")
	case problem.Field == "message" && problem.Key == "long":
		return p.T("ticket.problem.long", "Most", p.Number(surveys.MaxMessage))
	case problem.Field == "message" && problem.Key == "nowhere":
		return p.T("ticket.problem.nowhere")
	}
	return p.T("ticket.problem." + problem.Field)
}

// showTicket shows a ticket to its customer. It stores nothing, whoever opens the link.
func (h ticketHandlers) showTicket(c Ctx) error {
	followed, err := h.Follow.Find(c.Request().Context(), c.Param("token"))
	if errors.Is(err, surveys.ErrOver) {
		return h.showTicketOver(c)
	}
	if err != nil {
		return lost(err)
	}
	p := h.ticket(c, followed)
	p.Sent = c.QueryParam("sent") != ""
	return h.show(c, "ticket", p)
}

// takeMessage stores what the customer wrote and sends them to see that it is kept.
// What cannot be stored comes back as it was typed.
func (h ticketHandlers) takeMessage(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	followed, err := h.Follow.Write(c.Request().Context(), c.Param("token"), form, h.language(c))
	switch err := lost(err); {
	case err == nil:
		to := url.Values{"sent": {"1"}, "lang": {h.language(c)}}
		return c.Redirect(http.StatusSeeOther, "/t/"+url.PathEscape(c.Param("token"))+"?"+to.Encode())
	case errors.Is(err, surveys.ErrOver):
		return h.showTicketOver(c)
	default:
		return h.returnMessage(c, followed, form, err)
	}
}

func (h ticketHandlers) returnMessage(c Ctx, followed surveys.Followed, form url.Values, err error) error {
	p := h.ticket(c, followed)
	if p.Problems = p.tell(h.Server, c, err); p.Problems == nil {
		return err
	}
	p.Form, p.Message, p.Switch = true, form.Get("message"), nil
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, status(err), "ticket", p)
}

// showTicketOver says that there is nothing to follow any more.
func (h ticketHandlers) showTicketOver(c Ctx) error {
	p := messagePage{page: h.page(c)}
	p.Heading, p.Sentences = p.T("ticket.over"), []string{p.T("ticket.over.why"), p.T("web.over.do")}
	p.Title = p.Heading
	return h.render(c, http.StatusGone, "message", &p)
}
