package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"reflect"
	"slices"

	"github.com/entendu/entendu/surveys"
)

// sheet is a survey as nearly everybody opens it, nothing typed and at most a score
// tapped in the mail. Its page is made once and is then a template itself, in which
// only what differs from one customer to the next is still to be written.
type sheet struct {
	organisation surveys.Organisation // as the settings were when it was made
	privacy      surveys.Privacy
	page         *template.Template
}

// sheetName is all else that a sheet depends on.
type sheetName struct {
	language, survey string
	version          int
	tapped           string // the score, "" for none
}

// request is what the page says of one customer's request.
type request struct{ Heading, Intro string }

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
	if err := h.page.Execute(html, request{words.about(asked.Invitation, zone), words.intro(asked, zone)}); err != nil {
		return fmt.Errorf("filling in the survey: %w", err)
	}
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
	// Nobody who writes a name or a notice can guess what begins an action here.
	left, right := rand.Text(), rand.Text()
	p.Heading, p.Intro = left+" .Heading "+right, left+" .Intro "+right
	p.Title = p.Heading
	source, err := s.write("answer", &p)
	if err != nil {
		return nil, err
	}
	made := &sheet{organisation: settings.Organisation, privacy: settings.Privacy}
	if made.page, err = template.New("sheet").Delims(left, right).Parse(string(source)); err != nil {
		return nil, fmt.Errorf("making a sheet of the survey: %w", err)
	}
	s.sheets.Store(name, made)
	return made, nil
}

// follows says whether the sheet still is what the settings make of it.
func (h *sheet) follows(now surveys.Settings) bool {
	return h.privacy == now.Privacy && reflect.DeepEqual(h.organisation, now.Organisation)
}
