package web

import (
	"strconv"
	"time"

	"github.com/entendu/entendu/reports"
)

// themesPage is what comments speak of.
type themesPage struct {
	page
	narrowed
	Typed   string
	Themes  reports.Themes
	Counted string // how many comments, of how many weeks
	Lists   []themeList
	Empty   string // "nothing", "filter", "few" or "none" where there is no list
	Need    reports.Need
	Voices  string // the comments behind it
}

// themeList is one kind of theme.
type themeList struct {
	Key    string
	Themes []themeLine
}

// themeLine is a theme with its counts, each with the interval of its share.
type themeLine struct {
	Label, Address string
	Low, High      string
	Customers      string
}

func (h voiceHandlers) showThemes(c Ctx) error {
	a, err := h.asked(c)
	if err != nil {
		return err
	}
	a.query.Del("state")
	a.State = ""
	if err := h.trace(c, "voices.read", "themes "+a.about()); err != nil {
		return err
	}
	p := &themesPage{page: h.insidePage(c, "voices"), Need: reports.NeedOf(h.Settings()), Voices: voicesPath + a.with("", ""), Typed: a.Typed}
	if p.Themes, err = h.Voices.Voices.Themes(c.Request().Context(), a.Hearing, p.Need); err != nil {
		return lost(err)
	}
	p.Title = p.T("voices.themes")
	p.narrowed = p.page.narrowed(voicesPath+"/themes", a, false)
	p.tell(a)
	return h.show(c, "themes", p)
}

// tell writes the themes, or why there are none.
func (p *themesPage) tell(a voicesAsked) {
	t := p.Themes
	if t.Comments > 0 {
		p.Counted = p.T("voices.counted", "Count", t.Comments, "Number", p.Number(t.Comments), "Low", p.Number(t.Low), "High", p.Number(t.High),
			"Date", p.Date(t.Oldest.Start(time.UTC)))
	}
	for _, list := range []struct {
		key    string
		themes []reports.Theme
	}{{"low", t.MoreLow}, {"high", t.MoreHigh}, {"often", t.Often}} {
		if len(list.themes) > 0 {
			p.Lists = append(p.Lists, themeList{list.key, p.lines(list.themes, a)})
		}
	}
	switch {
	case t.Comments == 0 && len(a.query) == 0:
		p.Empty = "nothing"
	case t.Comments == 0:
		p.Empty = "filter"
	case !t.Enough:
		p.Empty = "few"
	case p.Lists == nil:
		p.Empty = "none"
	}
}

func (p *themesPage) lines(themes []reports.Theme, a voicesAsked) (all []themeLine) {
	for _, theme := range themes {
		all = append(all, themeLine{
			Label: theme.Label, Address: voicesPath + a.with("theme", theme.Term),
			Low: p.shareOf(theme.Low, p.Themes.Low), High: p.shareOf(theme.High, p.Themes.High), Customers: p.Number(theme.Customers),
		})
	}
	return all
}

// shareOf is a count of so many, with its share and interval.
func (p page) shareOf(x, n int) string {
	i, ok := reports.Wilson(x, n)
	if !ok {
		return p.T("voices.share.none")
	}
	return p.T("voices.share", "X", p.Number(x), "N", p.Number(n), "Share", p.Percent(float64(x)/float64(n), 0),
		"Low", strconv.Itoa(int(100*i.Low+.5)), "High", strconv.Itoa(int(100*i.High+.5)))
}
