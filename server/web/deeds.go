package web

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

const deedsPath = "/manage/actions"

// Deeds is the Part in which "you said, we did" is written and published.
type Deeds struct {
	Store  DeedStore
	Public *Public // where the figures stand
	// Renew makes every instance show what was published.
	Renew func(ctx context.Context) error
}

// DeedStore is where actions are kept: reports.Store's.
type DeedStore interface {
	Actions
	AddAction(ctx context.Context, a reports.Action) error
	PutAction(ctx context.Context, a reports.Action) error
	GetAction(ctx context.Context, id string) (reports.Action, error)
}

type deedHandlers struct {
	*Server
	Deeds
}

func (d Deeds) routes(s *Server) []route {
	h := deedHandlers{s, d}
	return []route{
		{http.MethodGet, deedsPath, h.list, asPage, auth.Act},
		{http.MethodGet, deedsPath + "/new", h.begin, asPage, auth.Act},
		{http.MethodGet, deedsPath + "/:id", h.edit, asPage, auth.Act},
		{http.MethodPost, deedsPath + "/:id", h.save, asPage, auth.Act},
		{http.MethodPost, deedsPath + "/:id/publish", h.publish, asPage, auth.Configure},
		{http.MethodPost, deedsPath + "/:id/withdraw", h.withdraw, asPage, auth.Configure},
	}
}

// deedsPage lists actions.
type deedsPage struct {
	page
	Items []deedItem
}

// deedItem is one action, as the public page shows it, and where it stands.
type deedItem struct {
	actionItem
	Address string
	Public  bool
	Told    string // what became of those who asked to be told; "" for nothing
	Pending []string
}

func (h deedHandlers) list(c Ctx) error {
	ctx := c.Request().Context()
	p := &deedsPage{page: h.insidePage(c, "actions")}
	p.Title = p.T("deeds.title")
	d, err := h.figures(ctx)
	if err != nil {
		return err
	}
	var all []reports.Action
	for a, err := range h.Deeds.Store.Actions(ctx) {
		if err != nil {
			return lost(err)
		}
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b reports.Action) int { return strings.Compare(string(b.DecidedOn), string(a.DecidedOn)) })
	for _, a := range all {
		p.Items = append(p.Items, h.deedItem(p.page, a, d))
	}
	return h.show(c, "deeds", p)
}

// figures are those of the newest edition.
func (h deedHandlers) figures(ctx context.Context) (reports.Document, error) {
	i, err := publicHandlers{Public: h.Public, Server: h.Server}.issue(ctx)
	if err != nil {
		return reports.Document{}, err
	}
	return i.document, nil
}

func (h deedHandlers) deedItem(p page, a reports.Action, d reports.Document) deedItem {
	item := deedItem{
		actionItem: actionItem{ActionText: a.In(p.Tag()), Will: a.Will, Effects: charts.Effects(d, a, p.Words)},
		Address:    deedsPath + "/" + url.PathEscape(a.ID), Public: a.Cleared,
	}
	if day := a.DecidedOn.Start(time.UTC); !day.IsZero() {
		item.DecidedOn = p.Date(day)
	}
	if len(item.Effects) == 0 && len(a.Figures) > 0 {
		item.Pending = []string{p.T("deeds.pending")}
	}
	switch {
	case a.Telling:
		item.Told = p.T("deeds.telling")
	case !a.ToldAt.IsZero():
		item.Told = p.T("deeds.told", "Date", p.DateTime(a.ToldAt, h.Settings().Zone()))
	}
	return item
}

// deedPage is one action to be written.
type deedPage struct {
	page
	deedItem
	Done       string
	Problems   []fieldProblem
	Rev        int64
	Kept       bool // it is in the store
	MayPublish bool
	Writings   []writing
	Day        string
	Figures    []choice
	Of         string // the category of the figures
	From, Last string
	Category   string
	Categories []string
}

// writing is the text in one language.
type writing struct {
	Tag, Name       string
	Theme, Decision string
}

// Problem is what is wrong with a field, "" for nothing.
func (p *deedPage) Problem(field string) string { return problemOf(p.Problems, field) }

func (h deedHandlers) begin(c Ctx) error {
	p, err := h.one(c, reports.Action{ID: rand.Text(), Will: true, DecidedOn: surveys.DayOf(h.Now(), h.Settings().Zone())})
	if err != nil {
		return err
	}
	return h.show(c, "deed", p)
}

func (h deedHandlers) edit(c Ctx) error {
	a, err := h.Deeds.Store.GetAction(c.Request().Context(), c.Param("id"))
	if err != nil {
		return lost(err)
	}
	p, err := h.one(c, a)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "deeds.done.saved", "deeds.done.published", "deeds.done.withdrawn")
	return h.show(c, "deed", p)
}

// one makes the form of an action.
func (h deedHandlers) one(c Ctx, a reports.Action) (*deedPage, error) {
	d, err := h.figures(c.Request().Context())
	if err != nil {
		return nil, err
	}
	p := &deedPage{page: h.insidePage(c, "actions"), Rev: a.Rev, Kept: a.Rev > 0, Day: string(a.DecidedOn), MayPublish: visitor(c).May(auth.Configure)}
	p.deedItem = h.deedItem(p.page, a, d)
	p.Title = p.T("deeds.new")
	if p.Kept {
		p.Title = p.Theme
	}
	for _, tag := range h.Settings().Organisation.Languages {
		w := writing{Tag: tag, Name: h.speaker(tag).Name()}
		for _, t := range a.Texts {
			if t.Language == tag {
				w.Theme, w.Decision = t.Theme, t.Decision
			}
		}
		p.Writings = append(p.Writings, w)
	}
	for _, f := range charts.Alone(p.Words) {
		i := slices.IndexFunc(a.Figures, func(of reports.FigureOf) bool { return of.Figure == f.Name })
		if i >= 0 {
			p.Of = a.Figures[i].Category
		}
		p.Figures = append(p.Figures, choice{Tag: f.Name, Name: f.Title, Chosen: i >= 0})
	}
	for _, cell := range d.Categories {
		p.Categories = append(p.Categories, cell.Category)
	}
	if p.Category = a.Raised.Category; a.Raised.To != "" {
		p.From, p.Last = string(a.Raised.From), string(a.Raised.To.Add(-1))
	}
	return p, nil
}

// save keeps an action; the same new one posted twice is one. What is public is changed
// by who may publish only.
func (h deedHandlers) save(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, id := c.Request().Context(), c.Param("id")
	a, err := h.Deeds.Store.GetAction(ctx, id)
	isNew := errors.Is(err, fs.ErrNotExist) && form.Get("rev") == "0" && isActionID(id)
	switch {
	case err != nil && !isNew:
		return lost(err)
	case a.Cleared && !visitor(c).May(auth.Configure):
		return errNotYours
	case isNew:
		now, err := h.Server.Store.Now(ctx)
		if err != nil {
			return lost(err)
		}
		a = reports.Action{ID: id, AddedAt: now}
	case form.Get("rev") != revText(a) && (form.Get("rev") != "0" || a.Rev > 1): // else a new one, posted twice
		return errConflict
	}
	a, problems := a.Read(form, h.Settings().Organisation.Languages, charts.Names())
	if problems != nil {
		return h.again(c, a, problems)
	}
	if err := h.keep(c, a, isNew); err != nil {
		return err
	}
	return back(c, deedsPath+"/"+url.PathEscape(id), "deeds.done.saved")
}

// again shows the form with what was typed and what is wrong.
func (h deedHandlers) again(c Ctx, a reports.Action, problems []surveys.Problem) error {
	p, err := h.one(c, a)
	if err != nil {
		return err
	}
	form := c.Request().PostForm
	for _, problem := range problems {
		p.Problems = append(p.Problems, fieldProblem{problem.Field, problem.Field, p.T("deeds.problem." + problem.Key)})
	}
	p.Day, p.From, p.Last, p.Category = form.Get("decided_on"), form.Get("raised_from"), form.Get("raised_to"), form.Get("raised_category")
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, http.StatusUnprocessableEntity, "deed", p)
}

// keep stores an action and shows it wherever it is public.
func (h deedHandlers) keep(c Ctx, a reports.Action, isNew bool) error {
	ctx := c.Request().Context()
	if isNew {
		return changed(h.Deeds.Store.AddAction(ctx, a))
	}
	before, err := h.Deeds.Store.GetAction(ctx, a.ID)
	if err != nil {
		return lost(err)
	}
	if err := h.Deeds.Store.PutAction(ctx, a); err != nil {
		return changed(err)
	}
	if before.Cleared || a.Cleared {
		return lost(h.Renew(ctx))
	}
	return nil
}

// isActionID says whether an id is one that begin made.
func isActionID(id string) bool {
	return len(id) == len(rand.Text()) && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

func revText(a reports.Action) string { return strconv.FormatInt(a.Rev, 10) }

func (h deedHandlers) publish(c Ctx) error {
	return h.turn(c, "action.published", "deeds.done.published", reports.Action.Published)
}

func (h deedHandlers) withdraw(c Ctx) error {
	return h.turn(c, "action.withdrawn", "deeds.done.withdrawn", func(a reports.Action, _ time.Time) reports.Action {
		a.Cleared = false
		return a
	})
}

func (h deedHandlers) turn(c Ctx, act, done string, make func(a reports.Action, now time.Time) reports.Action) error {
	ctx := c.Request().Context()
	a, err := h.Deeds.Store.GetAction(ctx, c.Param("id"))
	if err != nil {
		return lost(err)
	}
	now, err := h.Server.Store.Now(ctx)
	if err != nil {
		return lost(err)
	}
	if err := h.trace(c, act, a.ID); err != nil {
		return err
	}
	if err := h.keep(c, make(a, now), false); err != nil {
		return err
	}
	return back(c, deedsPath+"/"+url.PathEscape(a.ID), done)
}
