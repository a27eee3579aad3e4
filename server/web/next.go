package web

import (
	"context"
	"net/http"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/auth"
)

// Next is the Part that shows the next edition as it stands to who may configure.
type Next struct {
	Next func(ctx context.Context) (reports.Document, error)
}

func (n *Next) routes(s *Server) []route {
	show := func(c Ctx) error { return s.showPreview(c, n.Next) }
	return []route{{http.MethodGet, "/manage/next", show, asPage, auth.Configure}}
}

// showPreview shows the next edition as it stands, and what it would hold back.
func (s *Server) showPreview(c Ctx, next func(ctx context.Context) (reports.Document, error)) error {
	d, err := next(c.Request().Context())
	if err != nil {
		return lost(err)
	}
	begun := s.publicPage(c)
	if visited(c).ID != "" {
		begun = s.insidePage(c, "next")
	}
	p := newFiguresPage(begun, d, s.Settings())
	p.Preview, p.Feed = true, ""
	p.Held, p.Pending = charts.Withheld(d, p.Words), charts.Pending(d, p.Words)
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	return s.show(c, "public", p)
}
