package web

import (
	"cmp"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// thanksPage shows the answer that counts.
type thanksPage struct {
	page
	Heading string
	At      time.Time
	Until   time.Time // until when it can be changed, zero if that is not bounded
	Answers []answered
	Public  bool
	Follow  string // address of the ticket's page, "" if nobody is known to follow it
	Stop    string // address of the page that stops all mail, "" if nobody is known
}

// answered is one question and its answer in words.
type answered struct{ Question, Answer string }

func (s *Server) showThanks(c Ctx, asked surveys.Asked) error {
	settings, last := s.Settings(), asked.Response.Last()
	p := thanksPage{
		page: s.page(c, asked.Invitation.Language), At: last.At.In(settings.Zone()),
		Public: settings.Publishing.Public,
	}
	p.Heading = p.about(asked.Invitation, settings.Zone())
	if !asked.Until.IsZero() {
		p.Until = asked.Until.In(settings.Zone())
	}
	survey, err := s.Answers.Version(c.Request().Context(), asked.Response.Survey, last.Version)
	if err != nil {
		return lost(err)
	}
	p.Answers = p.said(survey, last)
	if asked.Invitation.Customer != "" {
		p.Follow = "/t/" + s.Answers.Keys.ToTicket(asked.Invitation.Ticket, asked.Invitation.Customer)
	}
	if asked.Invitation.Person != "" {
		p.Stop = "/u/" + s.Answers.Keys.Sign(surveys.ToStop, asked.Invitation.Person)
	}
	p.Title = p.T("answer.thanks")
	return s.show(c, "thanks", &p)
}

// said repeats the answer in the words of the form.
func (p page) said(survey surveys.Survey, a surveys.Answer) []answered {
	var all []answered
	for _, q := range survey.Questions {
		v := a.Values[q.Name]
		if v == "" {
			continue
		}
		d := p.question(survey, q, v)
		var chosen []string
		for _, o := range d.Options {
			if o.Checked {
				chosen = append(chosen, o.Text)
			}
		}
		text := cmp.Or(strings.Join(chosen, "; "), v)
		if q.Kind == surveys.Tick {
			text = p.T("answer.ticked")
		}
		all = append(all, answered{d.Text, text})
	}
	return all
}
