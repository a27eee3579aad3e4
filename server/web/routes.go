package web

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/entendu/entendu/server/auth"
)

// routes lists every address of this package; Parts add theirs.
func (s *Server) routes() []route {
	return []route{
		{http.MethodPost, "/hooks/:source", s.takeEvent, asHook, auth.Everyone},
		{http.MethodPost, "/hooks/mail/:name", s.takeFeedback, asHook, auth.Everyone},

		{http.MethodGet, "/a/:token", s.showAnswer, asLink, auth.Everyone},
		{http.MethodPost, "/a/:token", s.takeAnswer, asLink, auth.Everyone},
		{http.MethodGet, "/u/:token", s.showStop, asLink, auth.Everyone},
		{http.MethodPost, "/u/:token", s.takeStop, asLink, auth.Everyone},

		{http.MethodGet, "/privacy", s.showPrivacy, asPage, auth.Everyone},
		{http.MethodGet, "/accessibility", s.showAccessibility, asPage, auth.Everyone},

		{http.MethodGet, "/assets/:version/:name", s.showAsset, asData, auth.Everyone},
		{http.MethodGet, "/healthz", s.showAlive, asData, auth.Everyone},
		{http.MethodGet, "/readyz", s.showReady, asData, auth.Everyone},
	}
}

// route is one address and what stands behind it.
type route struct {
	method string
	path   string
	handle func(Ctx) error
	as     manner
	needs  auth.Right // of who may come; auth.Everyone asks for no sign-in
}

// manner is how the requests of a route are guarded and its errors told.
type manner int

const (
	asPage manner = iota // HTML; a POST must come from our own pages
	asLink               // HTML behind a signed link: the link is the right, and is kept out of logs and caches
	asHook               // JSON for machines that sign; the signature is the right
	asData               // JSON, CSV, files
)

// needsOrigin says whether a POST must prove that it comes from our own pages.
// A link in a mail must work with any browser, whatever it tells of itself.
func (m manner) needsOrigin() bool { return m == asPage || m == asData }

// tellsJSON says whether errors are told to a machine.
func (m manner) tellsJSON() bool { return m == asHook || m == asData }

// maxBody is how many bytes a request may bring.
func (m manner) maxBody() int64 {
	if m == asHook {
		return 1 << 20
	}
	return 64 << 10
}

// methods: what can be got can also be asked for by HEAD.
func (r route) methods() []string {
	if r.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{r.method}
}

func (s *Server) allRoutes() []route {
	all := s.routes()
	for _, p := range s.Parts {
		all = append(all, p.routes(s)...)
	}
	return all
}

// Route is an address of the program, and what who comes there must have.
type Route struct {
	Method, Path string
	Needs        auth.Right
}

// Routes are all there are.
func (s *Server) Routes() (all []Route) {
	for _, r := range s.allRoutes() {
		all = append(all, Route{r.method, r.path, r.needs})
	}
	return all
}

// guarded is the handler of a route behind its guards: they name it for the log,
// refuse what must not pass, and turn a panic into an error that is told and logged
// like any other.
func (s *Server) guarded(r route) func(Ctx) error {
	return func(c Ctx) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		c.Request().Pattern = r.path
		if r.as != asPage { // the manner of a request that says none; saying it costs a map
			c.Set("manner", r.as)
		}
		if r.as == asLink {
			c.Response().Header().Set("Cache-Control", "no-store")
			c.Response().Header().Set("X-Robots-Tag", "noindex")
		}
		if err := s.admit(c, r.as); err != nil {
			return err
		}
		if r.needs != auth.Everyone {
			return s.inside(c, r)
		}
		return r.handle(c)
	}
}

// admit refuses forms from other sites, compressed bodies (a small one could
// unfold to a large one), and bounds what will be read.
func (s *Server) admit(c Ctx, m manner) error {
	req := c.Request()
	if m.needsOrigin() && s.origins.Check(req) != nil {
		return errOtherSite
	}
	if coding := req.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return errCompressed
	}
	if req.Body == http.NoBody {
		return nil
	}
	req.Body = http.MaxBytesReader(c.Response(), req.Body, m.maxBody())
	return nil
}
