package web

import (
	"errors"
	"net/http"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// problem is an error as a machine reads it.
type problem struct {
	Error     string `json:"error"`
	Where     string `json:"where,omitempty"`
	What      string `json:"what,omitempty"`
	Reference string `json:"reference,omitempty"`
}

func (s *Server) tellMachine(c Ctx, code int, err error, reference string) error {
	p := problem{Error: http.StatusText(code), Reference: reference}
	var unreadable *surveys.Unreadable
	if errors.As(err, &unreadable) {
		p.Where, p.What = unreadable.Where, unreadable.What
	}
	if c.Request().Method == http.MethodHead {
		return c.NoContent(code)
	}
	return c.JSON(code, p)
}

// messagePage is a page that says one thing.
type messagePage struct {
	page
	Heading   string
	Sentences []string
	Reference string
}

// tellPerson says what happened and what to do, without blame.
func (s *Server) tellPerson(c Ctx, code int, err error, reference string) error {
	p := messagePage{page: s.page(c), Reference: reference}
	p.Heading, p.Sentences = p.sayStatus(code)
	if key, known := nameOf(err); known { // only who signs in, or tries to, meets these
		p.page = s.publicPage(c)
		p.Heading, p.Sentences = p.T(key), []string{p.T(key + ".why"), p.T(key + ".do")}
	}
	p.Title = p.Heading
	return s.render(c, code, "message", &p)
}

// nameOf gives the words of errors whose status alone would say too little.
func nameOf(err error) (key string, known bool) {
	switch {
	case errors.Is(err, errNotYours):
		return "space.forbidden", true
	case errors.Is(err, errConflict):
		return "space.conflict", true
	case errors.Is(err, auth.ErrLastAdministrator):
		return "space.last", true
	case errors.Is(err, auth.ErrSpent):
		return "login.spent", true
	}
	return "", false
}

func (p messagePage) sayStatus(code int) (heading string, sentences []string) {
	switch code {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return p.T("web.missing"), []string{p.T("web.missing.why"), p.T("web.missing.do")}
	case http.StatusGone:
		return p.T("web.over"), []string{p.T("web.over.why"), p.T("web.over.do")}
	case http.StatusRequestEntityTooLarge:
		return p.T("web.large"), []string{p.T("web.large.why"), p.T("web.large.do")}
	case http.StatusTooManyRequests:
		return p.T("web.toomany"), []string{p.T("web.toomany.why"), p.T("web.toomany.do")}
	case http.StatusServiceUnavailable:
		return p.T("web.unavailable"), []string{p.T("web.unavailable.why"), p.T("web.unavailable.do")}
	case http.StatusInternalServerError:
		return p.T("web.broken"), []string{p.T("web.broken.why"), p.T("web.broken.do")}
	}
	return p.T("web.refused"), []string{p.T("web.refused.why"), p.T("web.refused.do")}
}
