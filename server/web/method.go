package web

import (
	"github.com/labstack/echo/v4"

	"github.com/entendu/entendu/surveys"
)

// methodPage says in plain words how each figure is counted. Each has an anchor,
// to which the figures link.
type methodPage struct {
	page
	Minimum      int
	Timezone     string
	Promise      surveys.Promise
	AnswerWithin surveys.Span
	Rest         surveys.Span
}

func (h publicHandlers) showMethod(c Ctx) error {
	settings := h.Settings()
	p := &methodPage{
		page: h.publicPage(c), Minimum: settings.Publishing.Minimum, Timezone: settings.Organisation.Timezone,
		Promise: settings.Promise, AnswerWithin: settings.Asking.AnswerWithin, Rest: settings.Asking.Rest,
	}
	p.Title = p.T("method.title")
	html, err := h.write("method", p)
	if err != nil {
		return err
	}
	c.Response().Header().Add("Vary", "Accept-Language")
	return newFile(echo.MIMETextHTMLCharsetUTF8, html).serve(c, "no-cache")
}
