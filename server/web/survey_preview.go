package web

import (
	"net/http"

	"github.com/entendu/entendu/surveys"
)

// sample is an invitation that nobody got.
func (s *Server) sample() surveys.Invitation {
	return surveys.Invitation{Survey: surveys.AfterHandling, Number: "48213", ClosedAt: s.Now().AddDate(0, 0, -1)}
}

// preview shows the page of the draft as a customer would have it; with width=320, as
// wide as on a small telephone.
func (h surveyHandlers) preview(c Ctx) error {
	all, err := h.Editor.Open(c.Request().Context())
	if err != nil {
		return lost(err)
	}
	asked := surveys.Asked{Invitation: h.sample(), Survey: all.Draft}
	p, err := h.form(c, asked, map[string]string{}, nil)
	if err != nil {
		return err
	}
	zone := h.Settings().Zone()
	p.Heading, p.Intro = p.about(asked.Invitation, zone), p.intro(asked, zone)
	p.Title, p.Narrow, p.Linked = p.Heading, c.QueryParam("width") == "320", true
	p.Preview = h.insidePage(c, "survey").T("survey.preview.banner")
	return h.show(c, "answer", &p)
}

// previewMail shows the mail of the draft: its HTML part alone, or its text with as=text.
func (h surveyHandlers) previewMail(c Ctx) error {
	all, err := h.Editor.Open(c.Request().Context())
	if err != nil {
		return lost(err)
	}
	settings := h.Settings()
	m, err := h.Sample(surveys.Letter{
		Invitation: h.sample(), Survey: all.Draft, Language: h.language(c), Organisation: settings.Organisation,
		Date: h.Now(), AnswerToken: "preview", StopToken: "preview", MessageName: "preview",
		Controller: settings.Privacy.Controller, Keep: settings.Privacy.Answers,
	})
	if err != nil {
		return err
	}
	if c.QueryParam("as") == "text" {
		return c.String(http.StatusOK, m.Subject+"\n\n"+m.Text)
	}
	c.Response().Header().Set("Content-Security-Policy", mailPolicy)
	return c.HTML(http.StatusOK, m.HTML)
}
