package web

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// editionsPage lists what was published, the newest first, and what was corrected.
type editionsPage struct {
	page
	Editions  []reports.Edition
	Revisions []charts.Revision
	NextAt    *time.Time
	Zone      *time.Location
}

// When writes a moment in the organisation's zone.
func (p *editionsPage) When(t time.Time) string { return p.DateTime(t, p.Zone) }

func (h publicHandlers) showEditions(c Ctx) error {
	if !h.Settings().Publishing.Public {
		return h.showClosed(c)
	}
	return h.giveLeaf(c, "editions", "")
}

// newEditions lists every edition; d is the newest one.
func (h publicHandlers) newEditions(ctx context.Context, begun page, d reports.Document) (*editionsPage, error) {
	p := &editionsPage{page: begun, Revisions: charts.Revisions(d, begun.Words), Zone: h.Settings().Zone()}
	p.Title, p.Feed = p.T("public.editions"), feedIn(p.Tag())
	if d.Edition != nil {
		p.NextAt = d.Edition.NextAt
	}
	for e, err := range h.Public.Store.Editions(ctx) {
		if err != nil {
			return nil, lost(err)
		}
		p.Editions = append(p.Editions, e)
	}
	return p, nil
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
