package web

import (
	"strings"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// embedPage is one figure in a frame of another site.
type embedPage struct {
	page
	Period string
	Figure charts.Headline
}

func newEmbed(begun page, d reports.Document, name string) *embedPage {
	p := &embedPage{page: begun}
	p.Bare = true
	p.Period, p.Figure, _ = charts.One(d, begun.Words, name)
	p.Title = p.Figure.Title
	return p
}

// showEmbed gives a figure that any site may frame: there is nothing to press in it.
func (h publicHandlers) showEmbed(c Ctx) error {
	header := c.Response().Header()
	header.Set("Content-Security-Policy", strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors *", 1))
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if !h.Settings().Publishing.Public {
		return h.showClosed(c)
	}
	return h.giveLeaf(c, "embed", c.Param("figure"))
}
