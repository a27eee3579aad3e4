package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// sheet is a survey as nearly everybody opens it, nothing typed and at most a score
// tapped in the mail. Its page is made once and cut where something differs from one
// customer to the next: in the title, in the heading, which is the same, and in the
// intro.
type sheet struct {
	organisation surveys.Organisation // as the settings were when it was made
	privacy      surveys.Privacy
	parts        []string // before, between and after the three
}

// sheetName is all else that a sheet depends on.
type sheetName struct {
	language, survey string
	version          int
	tapped           string // the score, "" for none
}

// asLinked says whether a query is one of those that mails and pages link to, on
// which nothing but a sheet depends.
func asLinked(query url.Values) bool {
	for name, values := range query {
		tapped := len(values) == 1 && slices.Contains([]string{"1", "2", "3", "4", "5"}, values[0])
		if name != "lang" && !(name == "delay" && tapped) {
			return false
		}
	}
	return true
}

// showSheet shows a survey that is not answered yet; see asLinked.
func (s *Server) showSheet(c Ctx, asked surveys.Asked) error {
	settings := s.Settings()
	words := page{Words: s.speaker(s.language(c, asked.Invitation.Language))}
	name := sheetName{words.Tag(), asked.Survey.Name, asked.Survey.Version, c.QueryParam("delay")}
	h, err := s.sheet(c, name, asked, settings)
	if err != nil {
		return err
	}
	zone := settings.Zone()
	html := s.buffers.Get().(*bytes.Buffer)
	defer s.buffers.Put(html) // it was sent by then
	html.Reset()
	h.fill(html, words.about(asked.Invitation, zone), words.intro(asked, zone))
	return s.answer(c, http.StatusOK, html.Bytes())
}

// sheet gives the one of that name, and makes it where there is none that is up to
// date. Its name and the settings bound what c can make of it.
func (s *Server) sheet(c Ctx, name sheetName, asked surveys.Asked, settings surveys.Settings) (*sheet, error) {
	if kept, ok := s.sheets.Load(name); ok && kept.(*sheet).follows(settings) {
		return kept.(*sheet), nil
	}
	p, err := s.form(c, asked, map[string]string{"delay": name.tapped}, nil)
	if err != nil {
		return nil, err
	}
	cut := rand.Text() // nobody who writes a name or a notice can guess it
	p.Title, p.Heading, p.Intro = cut, cut, cut
	html, err := s.write("answer", &p)
	if err != nil {
		return nil, err
	}
	made := &sheet{settings.Organisation, settings.Privacy, strings.Split(string(html), cut)}
	if len(made.parts) != 4 {
		return nil, fmt.Errorf("the page of the survey has %d places for title, heading and intro", len(made.parts)-1)
	}
	s.sheets.Store(name, made)
	return made, nil
}

// fill writes the page with what it says of one customer's request. All three
// places are text between tags, where this is the escaping that they need.
func (h *sheet) fill(out *bytes.Buffer, heading, intro string) {
	heading, intro = template.HTMLEscapeString(heading), template.HTMLEscapeString(intro)
	for i, said := range []string{heading, heading, intro} {
		out.WriteString(h.parts[i])
		out.WriteString(said)
	}
	out.WriteString(h.parts[3])
}

// follows says whether the sheet still is what the settings make of it.
func (h *sheet) follows(now surveys.Settings) bool {
	was, is := h.organisation, now.Organisation
	return was.Name == is.Name && was.HelpdeskAddress == is.HelpdeskAddress &&
		slices.Equal(was.Languages, is.Languages) && h.privacy == now.Privacy
}
