package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/entendu/entendu/server/auth"
)

// inside is what pages have for who signed in: where they can go, and who they are.
type inside struct {
	Label    string // of the list of sections
	Sections []section
	Who      string
	Leave    string
}

// section is one entry of the list at the side.
type section struct {
	Name, Address string
	Here          bool
}

// place is a section before it is written: its key, its address, and who may go there.
type place struct {
	key, address string
	needs        auth.Right
}

// places are the sections in the order in which a week of work meets them.
func places() []place {
	return []place{
		{"home", "/manage", auth.SeeFigures},
		{"explore", "/manage/explore", auth.SeeFigures},
		{"voices", "/manage/voices", auth.ReadVoices},
		{"followups", "/manage/followups", auth.FollowUp},
		{"actions", "/manage/actions", auth.Act},
		{"proposals", "/manage/proposals", auth.Act},
		{"desk", "/desk", auth.OwnDesk},
		{"data", "/manage/data", auth.TakeData},
		{"next", "/manage/next", auth.Configure},
		{"survey", "/manage/survey", auth.Configure},
		{"settings", "/manage/settings", auth.Configure},
		{"privacy", "/manage/privacy", auth.Erase},
		{"people", "/manage/people", auth.ManagePeople},
		{"log", "/manage/log", auth.ManagePeople},
		{"help", "/help/manage", auth.SignedIn},
		{"account", accountPath, auth.SignedIn},
	}
}

// visit is who stands behind a request.
type visit struct {
	auth.Person
	session auth.Session
}

const visitKey = "visit"

// visitor is who signed in. It is for handlers of routes that need a right.
func visitor(c Ctx) auth.Person { return visited(c).Person }

func visited(c Ctx) visit {
	v, _ := c.Get(visitKey).(visit)
	return v
}

// inside lets who may come through to a route, sends who is not signed in to /login, and
// who has no codes yet to where they are set up. What it shows is kept nowhere.
func (s *Server) inside(c Ctx, r route) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	v, err := s.visit(c)
	switch {
	case errors.Is(err, auth.ErrStranger) && r.as != asData:
		return c.Redirect(http.StatusSeeOther, loginAddress(c.Request()))
	case err != nil:
		return err
	case !v.session.Ready(v.Person) && r.path != codesPath && r.path != leavePath:
		return c.Redirect(http.StatusSeeOther, codesPath)
	case !v.May(r.needs):
		return errNotYours
	}
	c.Set(visitKey, v)
	return r.handle(c)
}

// visit finds who a request is from. A POST must bring what only browsers' own requests
// bring: a cookie alone could be sent along by an old browser from anywhere.
func (s *Server) visit(c Ctx) (visit, error) {
	req := c.Request()
	if s.Gate == nil {
		return visit{}, auth.ErrStranger
	}
	if req.Method == http.MethodPost && req.Header.Get("Origin") == "" && req.Header.Get("Sec-Fetch-Site") == "" {
		return visit{}, errOtherSite
	}
	cookie, err := req.Cookie(s.cookieName())
	if err != nil {
		return visit{}, auth.ErrStranger
	}
	p, session, err := s.Gate.Visitor(req.Context(), cookie.Value)
	if err != nil && !errors.Is(err, auth.ErrStranger) {
		err = lost(err)
	}
	return visit{p, session}, err
}

// loginAddress leads back to a page that was asked for; a form that was posted is not
// posted again.
func loginAddress(r *http.Request) string {
	if r.Method != http.MethodGet {
		return loginPath
	}
	return loginPath + "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}

// ourPage is a page of ours inside that an address names, or "".
func ourPage(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.Contains(address, "\\") {
		return ""
	}
	if u.Path == "/desk" || u.Path == "/manage" || u.Path == manualPath || strings.HasPrefix(u.Path, manualPath+"/") ||
		strings.HasPrefix(u.Path, "/manage/") || strings.HasPrefix(u.Path, "/desk/") {
		return u.RequestURI()
	}
	return ""
}

// insidePage begins a page for who signed in, in the language that they chose for
// themselves; here is the key of its section.
func (s *Server) insidePage(c Ctx, here string) page {
	p, v := s.publicPage(c), visited(c)
	if own := v.Language; own != "" && c.QueryParam("lang") == "" && own != p.Tag() {
		for _, offered := range p.Switch {
			if offered.Tag == own {
				p.Words = s.speaker(own)
				p.Switch = s.languages(c, s.publicLanguages(), own)
			}
		}
	}
	p.Inside = &inside{Label: p.T("space.sections"), Who: v.Name, Leave: p.T("space.leave")}
	for _, to := range places() {
		if s.paths[to.address] && v.May(to.needs) {
			p.Inside.Sections = append(p.Inside.Sections, section{p.T("space." + to.key), to.address, to.key == here})
		}
	}
	return p
}

// trace notes what a visitor is about to see, take or change, durably, before they do.
func (s *Server) trace(c Ctx, act, about string) error {
	return lost(s.Gate.Note(c.Request().Context(), visitor(c), act, about))
}

// back sends a browser on after a form was taken; done is the key of what to say there,
// "" for nothing.
func back(c Ctx, address, done string) error {
	if done != "" {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		query := u.Query()
		query.Set("done", done)
		u.RawQuery = query.Encode()
		address = u.String()
	}
	return c.Redirect(http.StatusSeeOther, address)
}
