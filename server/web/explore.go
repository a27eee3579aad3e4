package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Space is the Part of the two pages on which managers look: home, which says what
// changed, and explore, which shows every figure of any period and filter.
type Space struct {
	Explorer *reports.Explorer
	Home     HomeSources

	memo memo
}

func (p *Space) routes(s *Server) []route {
	h := spaceHandlers{Space: p, Server: s}
	return []route{
		{http.MethodGet, "/manage", h.showHome, asPage, auth.SeeFigures},
		{http.MethodGet, explorePath, h.showExplore, asPage, auth.SeeFigures},
		{http.MethodGet, explorePath + ".csv", h.giveExploreCSV, asPage, auth.TakeData},
	}
}

const explorePath = "/manage/explore"

type spaceHandlers struct {
	*Space
	*Server
}

// explorePage is what is looked at: the whole of it stands in the address.
type explorePage struct {
	page
	asked
	Fields  []listField
	Chips   []chip
	Ignored []string // what of the address was not understood
	Heading string
	AsOf    string
	Sources bool // the visitor may connect a helpdesk
	Need    reports.Need
	CSV     string // its address; "" for who may not take data
	Clear   string
	looked
}

// looked is what is to be seen.
type looked struct {
	Empty  string // "nothing", "filter" or "few" where there is nothing
	Shown  []charts.Shown
	Parts  charts.Table
	Funnel *charts.Chart
	NoPlot bool
	Silent charts.Table
}

// listField is one list to choose from.
type listField struct {
	Name, Label string
	Options     []listed
}

type listed struct {
	Value, Text string
	Chosen      bool
}

// chip is an active filter as words; its address is the page without it.
type chip struct{ Text, Without string }

func (h spaceHandlers) showExplore(c Ctx) error {
	a, err := h.asked(c)
	if err != nil {
		return err
	}
	p := &explorePage{page: h.insidePage(c, "explore"), asked: a, Need: reports.NeedOf(h.Settings()), Clear: explorePath}
	p.Title, p.Scripts = p.T("space.explore"), []string{"echarts.common.min.js", "charts.js"}
	p.describe()
	if visitor(c).May(auth.TakeData) {
		p.CSV = explorePath + ".csv" + p.address(nil)
	}
	p.Sources = visitor(c).May(auth.Configure)
	p.looked = memoed(&h.memo, p.Now, p.key("explore", p.Tag()), func() looked {
		p.look()
		return p.looked
	})
	return h.show(c, "explore", p)
}

// look fills in the figures, or which of the three ways of being empty it is.
func (p *explorePage) look() {
	section := p.Cube.Section(p.Filter)
	comparison := p.comparison()
	l := charts.Look{Now: section.Figures(p.Window, p.Need, p.Now, p.Zone), Names: p.names(), Told: nil}
	if p.Compared {
		l.Before = p.Before.Section(p.Filter).Figures(p.WindowBefore, p.Need, p.Now, p.Zone)
		l.Told = comparison.Whole()
	}
	switch {
	case !section.Any() && !p.filtered():
		p.Empty = "nothing"
	case !section.Any():
		p.Empty = "filter"
	case tellsNothing(l.Now):
		p.Empty = "few"
	}
	if p.Empty != "" {
		return
	}
	p.Shown = charts.Inside(l, p.Words)
	p.split()
	p.Silent = charts.Contrasts(p.Cube.Contrasts(p.Filter, p.Need), p.Words)
}

// tellsNothing says that no figure has enough behind it.
func tellsNothing(p reports.Period) bool {
	return p.Opened == nil && p.Chain == nil && p.Delay == nil && p.Listening == nil && p.PromiseKept == nil
}

// split shows the parts beside each other, and around all of them.
func (p *explorePage) split() {
	var names []string
	var figures []reports.Period
	for _, s := range p.Cube.Split(p.Filter, p.By) {
		names, figures = append(names, s.Name), append(figures, s.Figures(p.Window, p.Need, p.Now, p.Zone))
	}
	if len(names) == 0 {
		return
	}
	by := p.T("explore.by." + string(p.By))
	p.Parts = charts.Parts(names, figures, p.Words, p.T("explore.parts", "By", by, "When", p.Heading), by)
	v, ok := p.Cube.Funnel(p.Filter, p.By, p.Figure, p.Window, p.Need, p.Now, p.Zone)
	p.NoPlot = !ok
	if ok {
		chart := charts.Funnel(v, p.Words)
		p.Funnel = &chart
	}
}

// describe writes the form, the chips and what the page is about.
func (p *explorePage) describe() {
	p.Heading = p.windowWords(p.Window)
	p.AsOf = p.T("explore.as_of", "When", p.DateTime(p.Cube.AsOf, p.Zone))
	p.Fields = append(p.Fields, p.periods(), p.comparisons())
	for _, by := range reports.ByAll() {
		if values := p.values[by]; len(values) > 0 {
			p.Fields = append(p.Fields, p.dimension(by, values))
		}
	}
	p.Fields = append(p.Fields, p.splits(), p.figures())
	for _, by := range reports.ByAll() {
		if value, ok := p.Filter.Only[by]; ok {
			p.Chips = append(p.Chips, chip{p.T("explore.chip", "By", p.T("explore.by."+string(by)), "Value", value), explorePath + p.address(url.Values{string(by): nil})})
		}
	}
	if p.Compared {
		p.Chips = append(p.Chips, chip{p.T("explore.chip.compared", "With", p.windowWords(p.WindowBefore)), explorePath + p.address(url.Values{"compare": nil})})
	}
	for _, i := range p.ignored {
		p.Ignored = append(p.Ignored, p.T("explore.ignored", "Name", p.T("explore.by."+i[0]), "Value", i[1]))
	}
}

func (p *explorePage) periods() listField {
	f := listField{Name: "period", Label: p.T("explore.by.period")}
	names := slices.Concat(reports.MovingWindows(), lastPeriods(p.today))
	if !slices.Contains(names, p.Window.Name) {
		names = append(names, p.Window.Name)
	}
	for _, name := range names {
		w, _ := reports.WindowOf(name, p.today)
		f.Options = append(f.Options, listed{name, p.windowName(w), name == p.Window.Name})
	}
	return f
}

// lastPeriods are the names of the last months and quarters, the newest first.
func lastPeriods(today surveys.Day) (names []string) {
	for length, count := range map[string]int{reports.Month: 13, reports.Quarter: 5} {
		for day := today; count > 0; count-- {
			name := reports.PeriodOf(length, day)
			from, _, _ := reports.PeriodDays(name)
			names, day = append(names, strings.ToLower(name)), from.Add(-1)
		}
	}
	slices.SortFunc(names, func(a, b string) int { // months, then quarters
		if isQuarter := strings.Contains(a, "q"); isQuarter != strings.Contains(b, "q") {
			return map[bool]int{true: 1, false: -1}[isQuarter]
		}
		return -strings.Compare(a, b)
	})
	return names
}

func (p *explorePage) comparisons() listField {
	f := listField{Name: "compare", Label: p.T("explore.by.compare")}
	for _, how := range []string{"", "before", "year"} {
		key := "explore.compare.none"
		if how != "" {
			key = "explore.compare." + how
		}
		f.Options = append(f.Options, listed{how, p.T(key), how == p.Compare})
	}
	return f
}

func (p *explorePage) dimension(by reports.Dimension, values []string) listField {
	f := listField{Name: string(by), Label: p.T("explore.by." + string(by)), Options: []listed{{"", p.T("explore.all"), p.Filter.Only[by] == ""}}}
	for _, value := range values {
		f.Options = append(f.Options, listed{value, value, value == p.Filter.Only[by]})
	}
	return f
}

func (p *explorePage) splits() listField {
	f := listField{Name: "by", Label: p.T("explore.by.by")}
	for _, by := range reports.ByAll() {
		f.Options = append(f.Options, listed{string(by), p.T("explore.by." + string(by)), by == p.By})
	}
	return f
}

func (p *explorePage) figures() listField {
	f := listField{Name: "figure", Label: p.T("explore.by.figure")}
	for _, name := range reports.FunnelFigures() {
		f.Options = append(f.Options, listed{name, charts.Title(name, p.Words), name == p.Figure})
	}
	return f
}

// names are the windows in words.
func (p *explorePage) names() map[string]string {
	return map[string]string{p.Window.Name: p.windowWords(p.Window), p.WindowBefore.Name: p.windowWords(p.WindowBefore)}
}

func (p page) windowWords(w reports.Window) string {
	if w.Period != "" {
		return p.Month(w.Period)
	}
	return p.T("explore.days", "From", p.dayWords(w.From), "To", p.dayWords(w.To.Add(-1)))
}

// windowName names a window in a list.
func (p page) windowName(w reports.Window) string {
	if w.Period != "" {
		return p.Month(w.Period)
	}
	return p.T("explore.window." + w.Name)
}

func (p page) dayWords(d surveys.Day) string {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	day := at.Format("2")
	if day == "1" {
		day = p.T("time.first_day")
	}
	return p.T("explore.day", "Day", day, "Month", p.T("time.month."+at.Format("01")), "Year", at.Format("2006"))
}

// giveExploreCSV gives the figures that the page shows, and the parts, as lines. The
// name of the file says period and filter; that it was taken is noted before.
func (h spaceHandlers) giveExploreCSV(c Ctx) error {
	a, err := h.asked(c)
	if err != nil {
		return err
	}
	name := a.fileName()
	if err := h.trace(c, "data.taken", name); err != nil {
		return err
	}
	need := reports.NeedOf(h.Settings())
	lines := reports.InsideLines(a.Cube, a.Filter, a.By, a.Window, need, a.Now, a.Zone)
	if a.Compared {
		lines = append(lines, reports.InsideLines(a.Before, a.Filter, a.By, a.WindowBefore, need, a.Now, a.Zone)...)
	}
	header := c.Response().Header()
	header.Set("Content-Type", "text/csv; charset=utf-8")
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	return reports.WriteLines(c.Response(), lines)
}
