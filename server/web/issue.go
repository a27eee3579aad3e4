package web

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/entendu/entendu/reports"
)

// issue is the newest edition as it is served: bytes in memory, in every language
// and coding. It stands until the generation changes or the next edition is due.
type issue struct {
	generation string
	nextAt     time.Time
	pages      map[string]*file // by language
	json, csv  *file
}

func (i *issue) stands(generation string, nextAt time.Time) bool {
	return i != nil && i.generation == generation && i.nextAt.Equal(nextAt)
}

// issue gives the one that stands, and makes it if there is none.
func (h publicHandlers) issue(ctx context.Context) (*issue, error) {
	generation, nextAt := h.Generation(), h.NextAt(h.Now())
	if i := h.current.Load(); i.stands(generation, nextAt) {
		return i, nil
	}
	h.making.Lock()
	defer h.making.Unlock()
	if i := h.current.Load(); i.stands(generation, nextAt) {
		return i, nil // somebody made it while we waited
	}
	i := &issue{generation: generation, nextAt: nextAt}
	if err := h.fill(ctx, i); err != nil {
		return nil, err
	}
	h.current.Store(i)
	return i, nil
}

func (h publicHandlers) fill(ctx context.Context, i *issue) error {
	d, json, err := h.newest(ctx, i.nextAt)
	if err != nil {
		return err
	}
	var csv bytes.Buffer
	if err := reports.WriteCSV(&csv, d); err != nil {
		return err
	}
	i.json, i.csv = packed("application/json", json), packed("text/csv; charset=utf-8", csv.Bytes())
	i.pages = map[string]*file{}
	for _, tag := range h.publicLanguages() {
		html, err := h.write("public", newFiguresPage(h.blank(tag), d, h.Settings().Zone()))
		if err != nil {
			return err
		}
		i.pages[tag] = packed("text/html; charset=utf-8", html)
	}
	return nil
}

// newest reads the newest edition, or says that there is none.
func (h publicHandlers) newest(ctx context.Context, nextAt time.Time) (d reports.Document, json []byte, err error) {
	e, err := h.Public.Store.LatestEdition(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		json, err = reports.ServeUnpublished(h.Settings())
		return reports.Unpublished(h.Settings()), json, err
	}
	if err != nil {
		return d, nil, lost(err)
	}
	if d, err = reports.Served(e, nextAt); err != nil {
		return d, nil, err
	}
	json, err = reports.Serve(e, nextAt)
	return d, json, err
}

// blank begins a page for any reader of a language.
func (h publicHandlers) blank(tag string) page {
	settings := h.Settings()
	p := page{
		Words: h.Words.For(tag), Organisation: settings.Organisation.Name,
		Contact: settings.Organisation.HelpdeskAddress, assets: h.assets,
	}
	if h.Banner != "" {
		p.Banner = p.T(h.Banner)
	}
	if offered := h.publicLanguages(); len(offered) > 1 {
		for _, other := range offered {
			p.Switch = append(p.Switch, choice{other, h.Words.For(other).Name(), "?lang=" + other, other == tag})
		}
	}
	return p
}

// packed is a file that is asked for often enough to be kept in every form.
func packed(kind string, data []byte) *file {
	f := newFile(kind, data)
	f.plain = data
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, 6) // 9 saves another hundredth and takes 35 MB while it works
	w.Write(data)                       // a bytes.Buffer takes everything
	w.Close()
	f.brotli = out.Bytes()
	return f
}
