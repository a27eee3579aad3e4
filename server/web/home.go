package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// HomeSources are what home tells of beside figures.
type HomeSources struct {
	Sending func(ctx context.Context) (surveys.Sending, error)
	Edition func(ctx context.Context) (reports.Edition, error) // the newest; fs.ErrNotExist before the first
	NextAt  func(now time.Time) time.Time
	// FollowUps counts who waits to be called back in some teams; in all, for nil.
	FollowUps func(ctx context.Context, teams []string) (surveys.WaitingFollowUps, error)
}

// homePage is what changed, and what waits.
type homePage struct {
	page
	asked
	Heading, Against string
	AsOf             string
	Few, Empty       bool // too few for any sentence, no request at all
	changes
	Sources   bool
	Waiting   []string // follow-ups
	FollowUps string   // the address of the list
	Danger    charts.Table
	Safe      bool
	Sending   []string
	Trouble   string // why no mail leaves
	Edition   []string
	Other     []homeLink
}

// changes are the sentences of a period.
type changes struct {
	Changes []homeLine
	Made    string // how many comparisons were made, and what that means
}

// homeLine is one sentence, and where its figure is shown.
type homeLine struct {
	Text, Address string
	Sure          bool
}

type homeLink struct{ Text, Address string }

func (h spaceHandlers) showHome(c Ctx) error {
	query := c.QueryParams()
	if query.Get("compare") == "" {
		query.Set("compare", "before")
	}
	a, err := h.asked(c)
	if err != nil {
		return err
	}
	p := &homePage{page: h.insidePage(c, "home"), asked: a}
	p.Title = p.T("home.title")
	p.Heading, p.Against = p.windowWords(a.Window), p.windowWords(a.WindowBefore)
	p.AsOf = p.T("explore.as_of", "When", p.DateTime(p.Cube.AsOf, p.Zone))
	p.Sources = visitor(c).May(auth.Configure)
	h.tellChanges(p)
	for _, fill := range []func(Ctx, *homePage) error{h.tellDanger, h.tellFollowUps, h.tellSending, h.tellEdition} {
		if err := fill(c, p); err != nil {
			return lost(err)
		}
	}
	return h.show(c, "home", p)
}

// tellChanges writes the sentences of the period.
func (h spaceHandlers) tellChanges(p *homePage) {
	section := p.Cube.Section(p.Filter)
	if p.Empty = !section.Any(); p.Empty {
		return
	}
	p.changes = memoed(&h.memo, p.Now, p.key("home", p.Tag()), p.changed)
	p.Few = len(p.Changes) == 0
	p.elsewhere()
}

// changed compares the two windows.
func (p *homePage) changed() (made changes) {
	digest := p.comparison().Digest()
	for _, change := range charts.Changes(digest, p.Words) {
		to := url.Values{}
		if change.By != "" {
			to.Set(change.By, change.Name)
		}
		made.Changes = append(made.Changes, homeLine{change.Text, explorePath + p.address(to) + "#" + change.ID, change.Sure})
	}
	made.Made = p.T("home.compared", "Count", digest.Compared)
	if digest.SureAlone > 0 {
		made.Made += " " + p.T("home.alone", "Count", digest.SureAlone)
	}
	return made
}

// elsewhere links to other periods.
func (p *homePage) elsewhere() {
	for _, name := range reports.MovingWindows() {
		if w, _ := reports.WindowOf(name, p.today); name != p.Window.Name {
			p.Other = append(p.Other, homeLink{p.windowName(w), "/manage?period=" + name})
		}
	}
	last := reports.PeriodOf(reports.Month, p.today)
	if w, ok := reports.WindowOf(last, p.today); ok {
		w = w.Before()
		p.Other = append(p.Other, homeLink{p.windowName(w), "/manage?period=" + w.Name})
	}
}

// tellDanger lists the promises in danger. A number below fewest is not told exactly.
func (h spaceHandlers) tellDanger(c Ctx, p *homePage) error {
	w, _ := reports.WindowOf(longest, p.today)
	cube, err := h.Explorer.Cube(c.Request().Context(), w)
	if err != nil {
		return err
	}
	p.Danger = memoed(&h.memo, p.Now, memoKey{cube, nil, fmt.Sprintf("danger %s %s", p.Tag(), p.scope)}, func() charts.Table { return p.danger(cube) })
	p.Safe = len(p.Danger.Rows) == 0
	return nil
}

// danger is empty where nobody's promise is.
func (p *homePage) danger(cube *reports.Cube) charts.Table {
	whole, parts := cube.Danger(reports.Filter{Sees: p.Filter.Sees}, p.Now)
	if whole == (reports.Danger{}) {
		return charts.Table{}
	}
	t := charts.Table{Caption: p.T("home.danger.caption"), Columns: []string{p.T("explore.by.category"), p.T("home.danger.soon"), p.T("home.danger.missed"), p.T("home.danger.long")}}
	row := func(name string, d reports.Danger) {
		cells := []charts.Cell{{Text: name, Label: t.Columns[0], Head: true}}
		for i, n := range []int{d.Soon, d.Missed, d.Long} {
			cells = append(cells, charts.Cell{Text: p.few(n), Label: t.Columns[i+1]})
		}
		t.Rows = append(t.Rows, cells)
	}
	row(p.T("home.danger.all"), whole)
	for _, d := range parts {
		row(d.Name, d)
	}
	return t
}

// fewest is the least number of waiting requests that is told exactly.
const fewest = 5

func (p page) few(n int) string {
	if 0 < n && n < fewest {
		return p.T("home.fewer", "Least", p.Number(fewest))
	}
	return p.Number(n)
}

func (h spaceHandlers) tellFollowUps(c Ctx, p *homePage) error {
	v := visitor(c)
	if !v.May(auth.FollowUp) {
		return nil
	}
	waiting, err := h.Home.FollowUps(c.Request().Context(), teamsOf(v))
	if err != nil {
		return err
	}
	p.FollowUps = "/manage/followups"
	if waiting.More {
		p.Waiting = append(p.Waiting, p.T("home.followups.more", "Count", waiting.N))
	} else {
		p.Waiting = append(p.Waiting, p.T("home.followups", "Count", waiting.N))
	}
	if waiting.Overdue > 0 {
		p.Waiting = append(p.Waiting, p.T("home.followups.late", "Count", waiting.Overdue))
	}
	return nil
}

func (h spaceHandlers) tellSending(c Ctx, p *homePage) error {
	s, err := h.Home.Sending(c.Request().Context())
	if err != nil {
		return err
	}
	if s.Halt.Tries > 0 {
		p.Trouble = p.T("home.sending.halted", "Since", p.DateTime(s.Halt.Since, p.Zone), "Next", p.DateTime(s.Halt.Until, p.Zone))
	}
	switch {
	case s.Due >= surveys.DueAtMost:
		p.Sending = append(p.Sending, p.T("home.sending.many", "Least", p.Number(surveys.DueAtMost)))
	default:
		p.Sending = append(p.Sending, p.T("home.sending.due", "Count", s.Due))
	}
	if !s.LastAccepted.IsZero() {
		p.Sending = append(p.Sending, p.T("home.sending.last", "When", p.DateTime(s.LastAccepted, p.Zone)))
	}
	if failed := p.Cube.Section(p.Filter).Failed(); failed > 0 {
		p.Sending = append(p.Sending, p.T("home.sending.failed", "Count", failed))
	}
	return nil
}

func (h spaceHandlers) tellEdition(c Ctx, p *homePage) error {
	e, err := h.Home.Edition(c.Request().Context())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Edition = append(p.Edition, p.T("home.edition.none"))
	case err != nil:
		return err
	default:
		p.Edition = append(p.Edition, p.T("home.edition.newest", "Edition", e.ID, "When", p.DateTime(e.PublishedAt, p.Zone)),
			p.T("home.edition.next", "When", p.DateTime(h.Home.NextAt(p.Now), p.Zone)))
	}
	return nil
}
