package web

import "github.com/entendu/entendu/surveys"

// privacyPage says who reads an answer, why, how long, and what one may ask.
type privacyPage struct {
	page
	Controller string // who answers for the data
	Notice     string // the organisation's own words
	Public     bool
	Minimum    int
	Privacy    surveys.Privacy
	AnswerIn   surveys.Span
}

func (s *Server) showPrivacy(c Ctx) error {
	settings := s.Settings()
	p := privacyPage{
		page: s.page(c), Controller: controller(settings), Notice: settings.Privacy.Notice,
		Public: settings.Publishing.Public, Minimum: settings.Publishing.Minimum,
		Privacy: settings.Privacy, AnswerIn: settings.Asking.AnswerWithin,
	}
	p.Title = p.T("web.privacy")
	return s.show(c, "privacy", &p)
}

// controller is who answers for the data: the organisation, if it names nobody.
func controller(s surveys.Settings) string {
	if s.Privacy.Controller != "" {
		return s.Privacy.Controller
	}
	return s.Organisation.Name
}

// accessibilityPage states how accessible the pages are.
type accessibilityPage struct{ page }

func (s *Server) showAccessibility(c Ctx) error {
	p := accessibilityPage{s.page(c)}
	p.Title = p.T("web.accessibility")
	return s.show(c, "accessibility", &p)
}

// Span writes a length of time as people decide it: "25 months".
func (p page) Span(s surveys.Span) string {
	return p.T("mail.span."+s.Unit, "Count", s.N)
}
