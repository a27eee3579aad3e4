package web

import (
	"html"
	"html/template"
	"io/fs"
	"net/http"
	"slices"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

const manualPath = "/help/manage"

// Manual is the Part that explains the space to who signs in, one page for each task, and
// holds the papers that an organisation hands to its employees.
type Manual struct{}

func (Manual) routes(s *Server) []route {
	h := manualHandlers{s}
	return []route{
		{http.MethodGet, manualPath, h.contents, asPage, auth.SignedIn},
		{http.MethodGet, manualPath + "/:task", h.explain, asPage, auth.SignedIn},
	}
}

// chapter is one page of the manual: the end of its address, which is the key of its texts
// as well, and the key of the section that it explains, "" for none.
type chapter struct{ key, section string }

// chapters stand in the order in which somebody new needs them.
func chapters() []chapter {
	return []chapter{
		{"signing-in", "account"},
		{"roles", "people"},
		{"comparing", "explore"},
		{"recommendation", ""},
		{"comments", "voices"},
		{"calling-back", "followups"},
		{"deciding", "actions"},
		{"desk", "desk"},
		{"survey", "survey"},
		{"connecting", "settings"},
		{"data", "data"},
		{"erasing", "privacy"},
		{"keeping", "settings"},
		{"limits", "log"},
	}
}

// papers are templates to be printed, completed and handed out.
func papers() []chapter { return []chapter{{"notice", ""}, {"council", ""}} }

type manualHandlers struct{ *Server }

// chapterLine is a chapter in the list of contents.
type chapterLine struct{ Title, Lead, Address string }

// contentsPage lists what the manual explains.
type contentsPage struct {
	page
	Tasks, Papers []chapterLine
}

func (h manualHandlers) contents(c Ctx) error {
	p := &contentsPage{page: h.insidePage(c, "help")}
	p.Title = p.T("manual.title")
	for _, of := range chapters() {
		p.Tasks = append(p.Tasks, p.chapterLine(of))
	}
	for _, of := range papers() {
		p.Papers = append(p.Papers, p.chapterLine(of))
	}
	return h.show(c, "contents", p)
}

func (p page) chapterLine(of chapter) chapterLine {
	return chapterLine{p.T("manual." + of.key), p.T("manual." + of.key + ".lead"), manualPath + "/" + of.key}
}

// manualPage is one chapter, or one paper.
type manualPage struct {
	page
	Lead  string
	Body  template.HTML // our own text, with what the settings say made harmless
	Paper bool          // to be printed
	Open  *section      // the section that it explains, where the visitor may go there
	Next  *chapterLine
}

func (h manualHandlers) explain(c Ctx) error {
	all := append(chapters(), papers()...)
	i := slices.IndexFunc(all, func(of chapter) bool { return of.key == c.Param("task") })
	if i < 0 {
		return fs.ErrNotExist
	}
	p := &manualPage{page: h.insidePage(c, "help"), Paper: i >= len(chapters())}
	p.Title, p.Lead = p.T("manual."+all[i].key), p.T("manual."+all[i].key+".lead")
	p.Body = template.HTML(p.T("manual."+all[i].key+".body", p.decided(h.Settings())...))
	for _, to := range places() {
		if to.key == all[i].section && h.paths[to.address] && visitor(c).May(to.needs) {
			p.Open = &section{Name: p.T("space." + to.key), Address: to.address}
		}
	}
	if i+1 < len(all) {
		next := p.chapterLine(all[i+1])
		p.Next = &next
	}
	return h.show(c, "manual", p)
}

// decided is what the organisation decided, as names and values for texts that are HTML.
func (p page) decided(s surveys.Settings) (args []any) {
	after := func(span surveys.Span) string {
		if span.Off() {
			return p.T("manual.never")
		}
		return p.T("manual.after", "Span", p.Span(span))
	}
	for name, value := range map[string]string{
		"Organisation": s.Organisation.Name, "Controller": controller(s),
		"Minimum": p.Number(s.Publishing.Minimum), "Advisers": p.Number(s.Comparing.Advisers),
		"Answers": after(s.Privacy.Answers), "Addresses": after(s.Privacy.Addresses), "Events": after(s.Privacy.RawEvents),
	} {
		args = append(args, name, html.EscapeString(value))
	}
	return args
}
