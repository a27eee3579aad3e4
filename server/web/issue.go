package web

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// issue is the newest edition as it is served: bytes in memory, in every language
// and coding. It stands until the generation changes, the next edition is due, or it
// is too old to speak for the present.
type issue struct {
	generation string
	nextAt     time.Time
	until      time.Time            // when the page has to say that data have stopped; zero: never
	languages  []string             // that it is offered in
	document   reports.Document     // that all of it tells
	pages      map[string]rendering // by language
	json, csv  rendering
	leaves     map[leaf]rendering
}

// rendering gives an issue in one language or format, made for the first who asks.
type rendering func() (*file, error)

func (r rendering) serve(c Ctx) error {
	file, err := r()
	if err != nil {
		return err
	}
	return file.serve(c, "no-cache")
}

func (i *issue) stands(generation string, nextAt, now time.Time) bool {
	return i.speaks(now) && i.generation == generation && i.nextAt.Equal(nextAt)
}

// speaks says whether what an issue says of the present is still so.
func (i *issue) speaks(now time.Time) bool {
	return i != nil && (i.until.IsZero() || now.Before(i.until))
}

// Run makes each issue before anybody asks for it, until ctx ends: in all languages
// and codings, while readers are still served the one before. So no reader waits.
func (p *Public) Run(ctx context.Context) error {
	p.kept.Store(true)
	defer p.kept.Store(false)
	h := publicHandlers{Public: p, Server: p.server}
	return surveys.Work(ctx, h.Log, "public page", time.Second, p.Changed, func(ctx context.Context) (bool, error) {
		if !h.Settings().Publishing.Public {
			return false, nil
		}
		return false, h.renew(ctx)
	})
}

// renew makes the issue that should stand, if it does not, and then shows it.
func (h publicHandlers) renew(ctx context.Context) error {
	h.making.Lock()
	defer h.making.Unlock()
	i, err := h.make(ctx)
	if err != nil || i == h.current.Load() {
		return err
	}
	for _, made := range append(slices.Collect(maps.Values(i.pages)), i.json, i.csv) {
		if _, err := made(); err != nil {
			return err
		}
	}
	h.current.Store(i)
	return nil
}

// issue gives the one that stands; or the one before while Run makes it; or makes it,
// where nobody has yet.
func (h publicHandlers) issue(ctx context.Context) (*issue, error) {
	if i, now := h.current.Load(), h.Now(); h.kept.Load() && i.speaks(now) || i.stands(h.Generation(), h.NextAt(now), now) {
		return i, nil
	}
	h.making.Lock()
	defer h.making.Unlock()
	i, err := h.make(ctx)
	if err == nil {
		h.current.Store(i)
	}
	return i, err
}

// make gives the current issue if it stands, or else a new one, of which only what it
// is made of is read.
func (h publicHandlers) make(ctx context.Context) (*issue, error) {
	now := h.Now()
	generation, nextAt := h.Generation(), h.NextAt(now)
	if i := h.current.Load(); i.stands(generation, nextAt, now) {
		return i, nil
	}
	i := &issue{generation: generation, nextAt: nextAt, languages: h.publicLanguages()}
	return i, h.fill(ctx, i)
}

func (h publicHandlers) fill(ctx context.Context, i *issue) error {
	d, now, json, err := h.newest(ctx, i.nextAt)
	if err != nil {
		return err
	}
	i.until, i.document = now.until(), d
	actions, err := h.cleared(ctx)
	if err != nil {
		return err
	}
	i.json = once("application/json", func() ([]byte, error) { return json, nil })
	i.csv = once("text/csv; charset=utf-8", func() ([]byte, error) {
		var csv bytes.Buffer
		err := reports.WriteCSV(&csv, d)
		return csv.Bytes(), err
	})
	i.leaves = h.leaves(ctx, d, i.languages)
	i.pages = map[string]rendering{}
	for _, tag := range i.languages {
		i.pages[tag] = once("text/html; charset=utf-8", func() ([]byte, error) {
			p := newFiguresPage(h.blank(tag), d, h.Settings())
			p.Today, p.Actions = newToday(p.page, now, p.Zone), newActions(p.page, actions, d)
			return h.write("public", p)
		})
	}
	return nil
}

// once is a rendering that is made and packed at most once; what failed is tried
// again by the next who asks.
func once(kind string, make func() ([]byte, error)) rendering {
	var making sync.Mutex
	var made *file
	return func() (*file, error) {
		making.Lock()
		defer making.Unlock()
		if made != nil {
			return made, nil
		}
		data, err := make()
		if err == nil {
			made = packed(kind, data)
		}
		return made, err
	}
}

// newest reads the newest edition, or says that there is none, and what is known of
// today; json is both together.
func (h publicHandlers) newest(ctx context.Context, nextAt time.Time) (d reports.Document, now present, json []byte, err error) {
	e, err := h.Public.Store.LatestEdition(ctx)
	none := errors.Is(err, fs.ErrNotExist)
	if err != nil && !none {
		return d, now, nil, lost(err)
	}
	if now, err = h.present(ctx, e.PublishedAt); err != nil {
		return d, now, nil, err
	}
	if none {
		json, err = reports.ServeUnpublished(h.Settings(), now.today)
		return reports.Unpublished(h.Settings()), now, json, err
	}
	if d, err = reports.Served(e, nextAt); err != nil {
		return d, now, nil, err
	}
	json, err = reports.Serve(e, nextAt, now.today)
	return d, now, json, err
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
