package web

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
)

// editionsPage lists what was published, the newest first.
type editionsPage struct {
	page
	Editions []reports.Edition
	Zone     *time.Location
}

// When writes a moment in the organisation's zone.
func (p *editionsPage) When(t time.Time) string { return p.DateTime(t, p.Zone) }

func (h publicHandlers) showEditions(c Ctx) error {
	if !h.Settings().Publishing.Public {
		return h.showClosed(c)
	}
	p := &editionsPage{page: h.publicPage(c), Zone: h.Settings().Zone()}
	p.Title = p.T("public.editions")
	for e, err := range h.Public.Store.Editions(c.Request().Context()) {
		if err != nil {
			return lost(err)
		}
		p.Editions = append(p.Editions, e)
	}
	return h.show(c, "editions", p)
}

// giveEdition gives the very bytes that were published: they never change, so they
// may be kept for ever.
func (h publicHandlers) giveEdition(c Ctx) error {
	if err := h.open(); err != nil {
		return err
	}
	id, ok := strings.CutSuffix(c.Param("file"), ".json")
	if !ok {
		return fmt.Errorf("editions are .json: %w", fs.ErrNotExist)
	}
	e, err := h.Public.Store.GetEdition(c.Request().Context(), id)
	if err != nil {
		return lost(err)
	}
	return newFile("application/json", e.Bytes).serve(c, "public, max-age=31536000, immutable")
}
