package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// showAnswer shows the survey behind a link or, once it is answered, the answer.
// It stores nothing, whoever or whatever opens the link.
func (s *Server) showAnswer(c Ctx) error {
	if err := s.At.At("K15"); err != nil {
		return lost(err)
	}
	asked, err := s.Answers.Find(c.Request().Context(), c.Param("token"))
	if errors.Is(err, surveys.ErrOver) {
		return s.showOver(c, asked, err)
	}
	if err != nil {
		return lost(err)
	}
	s.Answers.Opened(c.Request().Context(), asked, surveys.Opening{
		Method: c.Request().Method, Score: c.QueryParam("delay"), Referer: c.Request().Referer(),
	})
	if asked.Response != nil && c.QueryParam("change") == "" {
		return s.showThanks(c, asked)
	}
	if asked.Response == nil && asLinked(c.QueryParams()) {
		return s.showSheet(c, asked)
	}
	return s.showForm(c, http.StatusOK, asked, prefilled(asked, c.QueryParam("delay")), nil)
}

// prefilled is what a form begins with: the last answer, if there is one, and the
// score that was tapped in the mail. Anything else is for the person to choose.
func prefilled(asked surveys.Asked, delay string) map[string]string {
	values := map[string]string{}
	if asked.Response != nil {
		values = typed(asked.Survey, form(asked.Response.Last().Values))
	}
	if n, err := strconv.Atoi(delay); err == nil && n >= 1 && n <= 5 {
		values["delay"] = strconv.Itoa(n)
	}
	return values
}

// form is stored values as if they had been posted.
func form(values map[string]string) url.Values {
	f := url.Values{}
	for name, v := range values {
		f.Set(name, v)
	}
	return f
}

// typed is what the fields of a survey hold in a form.
func typed(survey surveys.Survey, form url.Values) map[string]string {
	values := map[string]string{}
	for _, q := range survey.Questions {
		values[q.Name] = form.Get(q.Name)
		if q.Kind == surveys.Several {
			values[q.Name] = strings.Join(form[q.Name], " ")
		}
	}
	return values
}

// takeAnswer stores what the customer confirmed and sends them to see it. What
// cannot be stored comes back as it was typed.
func (s *Server) takeAnswer(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	if err := s.At.At("K16"); err != nil {
		return lost(err)
	}
	asked, err := s.Answers.Confirm(c.Request().Context(), c.Param("token"), form, s.spoken(c, form))
	switch code := status(lost(err)); {
	case err == nil:
		return s.thank(c)
	case errors.Is(err, surveys.ErrOver):
		return s.showOver(c, asked, err)
	case code == http.StatusUnprocessableEntity, code == http.StatusServiceUnavailable:
		return s.returnForm(c, asked, form, lost(err))
	}
	return err
}

// spoken is the language of the page that was filled in, as far as it is known.
func (s *Server) spoken(c Ctx, form url.Values) string {
	if tag := form.Get("language"); slices.Contains(s.Settings().Organisation.Languages, tag) {
		return tag
	}
	return s.language(c)
}

// thank answers with 303, so that going back or reloading posts nothing.
func (s *Server) thank(c Ctx) error {
	to := "/a/" + url.PathEscape(c.Param("token"))
	if tag := c.QueryParam("lang"); tag != "" {
		to += "?lang=" + url.QueryEscape(tag)
	}
	if err := c.Redirect(http.StatusSeeOther, to); err != nil {
		return err
	}
	return s.At.At("K18")
}

// returnForm shows the form with everything typed and what is wrong with it: a
// field, or the store, so that a second press may do.
func (s *Server) returnForm(c Ctx, asked surveys.Asked, form url.Values, err error) error {
	asked.Survey = s.seen(c, asked, form)
	invalid, isInvalid := surveys.AsInvalid(err)
	if !isInvalid {
		s.note(err, c)
		c.Response().Header().Set("Retry-After", "5")
	}
	return s.showForm(c, status(err), asked, typed(asked.Survey, form), invalid)
}

// seen is the survey in the version that the customer filled in, as far as that is known
// without the store.
func (s *Server) seen(c Ctx, asked surveys.Asked, form url.Values) surveys.Survey {
	name := cmp.Or(asked.Survey.Name, surveys.AfterHandling)
	if n, err := strconv.Atoi(form.Get("version")); err == nil {
		if survey, err := s.Answers.Version(c.Request().Context(), name, n); err == nil {
			return survey
		}
	}
	if asked.Survey.Name != "" {
		return asked.Survey
	}
	survey, _ := surveys.FindSurvey(name, 1)
	return survey
}

// showOver says that the survey is closed, and since when if it has run out.
func (s *Server) showOver(c Ctx, asked surveys.Asked, err error) error {
	p := messagePage{page: s.page(c, asked.Invitation.Language)}
	p.Heading, p.Sentences = p.sayStatus(status(err))
	if asked.Invitation.Person != "" && !asked.Until.IsZero() {
		p.Sentences[0] = p.T("answer.over.since", "Date", p.Date(asked.Until.In(s.Settings().Zone())))
	}
	p.Title = p.Heading
	return s.render(c, status(err), "message", &p)
}
