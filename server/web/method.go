package web

import "github.com/entendu/entendu/surveys"

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
	return h.show(c, "method", p)
}
