package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/entendu/entendu/server/auth"
)

// galleryPage lists every page of the program beside the made-up people who may open it,
// so that each can be looked at, filled. It is made of the routes: none can be forgotten.
type galleryPage struct {
	page
	Visitor string // who the browser is in as, "" for nobody
	Groups  []exhibits
}

// exhibits are the pages that the same people may open.
type exhibits struct {
	Title string
	Enter []entrance // none where everybody may come
	Pages []exhibit
}

// entrance lets a visitor in as a role.
type entrance struct{ Role, Button string }

// exhibit is one page; Address is "" where it has a parameter of which there is no example.
type exhibit struct{ Path, Address string }

// galleryRoles are those of the demo's made-up people.
func galleryRoles() []auth.Role {
	return []auth.Role{auth.Administrator, auth.Manager, auth.Adviser}
}

// examples are the addresses of pages whose path has a parameter.
func examples() map[string]string {
	return map[string]string{
		"/embed/:figure":               "/embed/delay",
		manualPath + "/:task":          manualPath + "/comparing",
		surveyPath + "/question/:name": surveyPath + "/question/delay",
	}
}

func (h demoHandlers) showGallery(c Ctx) error {
	p := &galleryPage{page: h.publicPage(c)}
	p.Title = p.T("demo.gallery.title")
	if v, err := h.visit(c); err == nil {
		p.Visitor = v.Name
	}
	for _, r := range h.allRoutes() {
		if r.method == http.MethodGet && (r.as == asPage || r.as == asLink) {
			p.add(r)
		}
	}
	for _, g := range p.Groups {
		slices.SortFunc(g.Pages, func(a, b exhibit) int { return strings.Compare(a.Path, b.Path) })
	}
	return h.show(c, "gallery", p)
}

// add puts a route's page among those that the same roles may open.
func (p *galleryPage) add(r route) {
	g := exhibits{Title: p.T("demo.gallery.everybody")}
	if r.needs != auth.Everyone {
		g = p.whoMay(r.needs)
	}
	i := slices.IndexFunc(p.Groups, func(known exhibits) bool { return known.Title == g.Title })
	if i < 0 {
		p.Groups, i = append(p.Groups, g), len(p.Groups)
	}
	address := examples()[r.path]
	if address == "" && !strings.ContainsAny(r.path, ":*") {
		address = r.path
	}
	p.Groups[i].Pages = append(p.Groups[i].Pages, exhibit{r.path, address})
}

// whoMay begins the group of those who have a right.
func (p *galleryPage) whoMay(right auth.Right) (g exhibits) {
	var names []string
	for _, role := range galleryRoles() {
		if (auth.Person{Role: role, AllTeams: true}).May(right) {
			names = append(names, p.T("people.role."+string(role)))
			g.Enter = append(g.Enter, entrance{string(role), p.T("demo.enter." + string(role))})
		}
	}
	g.Title = p.JoinAnd(names)
	return g
}
