package web

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/auth"
)

// leaf names what an issue is shown as beside its page: the list of editions, the
// feed, the poster, or one figure as a badge or in a frame.
type leaf struct{ kind, figure, language string }

// leaves are those of an edition, or of none, in the languages that it is offered in.
func (h publicHandlers) leaves(ctx context.Context, d reports.Document, languages []string) map[leaf]rendering {
	ctx = context.WithoutCancel(ctx) // who asks first may be gone before it is made
	all := map[leaf]rendering{}
	html := func(of leaf, name string, data func() (view, error)) {
		all[of] = once("text/html; charset=utf-8", func() ([]byte, error) { return h.written(name, data) })
	}
	for _, tag := range languages {
		all[leaf{"feed", "", tag}] = once("application/atom+xml; charset=utf-8", func() ([]byte, error) { return h.writeFeed(ctx, d, tag) })
		html(leaf{"editions", "", tag}, "editions", func() (view, error) { return h.newEditions(ctx, h.blank(tag), d) })
		html(leaf{"poster", "", tag}, "poster", func() (view, error) { return h.newPoster(h.blank(tag), d) })
		for _, name := range charts.Names() {
			all[leaf{"badge", name, tag}] = once("image/svg+xml", func() ([]byte, error) {
				return h.written("badge.svg", func() (view, error) { return newBadge(h.blank(tag), d, name), nil })
			})
			html(leaf{"embed", name, tag}, "embed", func() (view, error) { return newEmbed(h.blank(tag), d, name), nil })
		}
	}
	return all
}

func (h publicHandlers) written(name string, data func() (view, error)) ([]byte, error) {
	v, err := data()
	if err != nil {
		return nil, err
	}
	return h.write(name, v)
}

// giveLeaf answers from memory, in the reader's language.
func (h publicHandlers) giveLeaf(c Ctx, kind, figure string) error {
	i, err := h.issue(c.Request().Context())
	if err != nil {
		return err
	}
	made, ok := i.leaves[leaf{kind, figure, h.choose(c, i.languages)}]
	if !ok {
		return fmt.Errorf("there is no %s of %q: %w", kind, figure, fs.ErrNotExist)
	}
	c.Response().Header().Add("Vary", "Accept-Language")
	return made.serve(c)
}

// leafRoutes are the addresses of what an edition is shown as beside its page.
func (h publicHandlers) leafRoutes() []route {
	return []route{
		{http.MethodGet, "/feed.atom", h.showFeed, asData, auth.Everyone},
		{http.MethodGet, "/badge/:file", h.showBadge, asData, auth.Everyone},
		{http.MethodGet, "/embed/:figure", h.showEmbed, asPage, auth.Everyone},
		{http.MethodGet, "/poster", h.showPoster, asPage, auth.Everyone},
	}
}
