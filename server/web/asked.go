package web

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// asked is what an address of home or explore asks for, and the cubes that answer it.
type asked struct {
	Window       reports.Window
	Compare      string // "before", "year", "" for nothing
	Compared     bool
	WindowBefore reports.Window
	Filter       reports.Filter
	By           reports.Dimension // that the parts are split by
	Figure       string            // that the parts are placed by
	Cube, Before *reports.Cube
	Now          time.Time
	Zone         *time.Location

	today   surveys.Day
	values  map[reports.Dimension][]string // there are, for who may see
	ignored [][2]string                    // names and values that were not understood
	need    reports.Need
	scope   string // the teams that may be seen, as no two scopes are written alike
}

// The windows that are shown where an address names none.
const (
	usualWindow = "28d"
	longest     = "12mo" // in which values are looked for
)

// asked reads an address. What it does not understand it leaves out, and says so.
func (h spaceHandlers) asked(c Ctx) (a asked, err error) {
	ctx, query := c.Request().Context(), c.QueryParams()
	if a.today, a.Now, err = h.Explorer.Today(ctx); err != nil {
		return a, lost(err)
	}
	a.Zone, a.need = h.Settings().Zone(), reports.NeedOf(h.Settings())
	if v := visitor(c); !v.SeesAll() {
		a.Filter.Sees, a.scope = v.Sees, fmt.Sprintf("of %q", v.Teams)
	}
	a.readWindow(query)
	if err = a.readCubes(ctx, h.Explorer); err != nil {
		return a, lost(err)
	}
	a.readFilter(query)
	return a, nil
}

func (a *asked) readWindow(query url.Values) {
	name := cmp.Or(query.Get("period"), usualWindow)
	w, ok := reports.WindowOf(name, a.today)
	if !ok {
		a.ignored = append(a.ignored, [2]string{"period", name})
		w, _ = reports.WindowOf(usualWindow, a.today)
	}
	a.Window = w
	switch a.Compare = query.Get("compare"); a.Compare {
	case "before":
		a.WindowBefore, a.Compared = w.Before(), true
	case "year":
		a.WindowBefore, a.Compared = w.YearBefore(), true
	case "":
	default:
		a.ignored = append(a.ignored, [2]string{"compare", a.Compare})
		a.Compare = ""
	}
}

func (a *asked) readCubes(ctx context.Context, e *reports.Explorer) (err error) {
	if a.Cube, err = e.Cube(ctx, a.Window); err != nil {
		return err
	}
	all := []*reports.Cube{a.Cube}
	if a.Compared {
		if a.Before, err = e.Cube(ctx, a.WindowBefore); err != nil {
			return err
		}
		all = append(all, a.Before)
	}
	year, _ := reports.WindowOf(longest, a.today)
	lastYear, err := e.Cube(ctx, year)
	if err != nil {
		return err
	}
	a.values = map[reports.Dimension][]string{}
	for _, by := range reports.ByAll() {
		for _, cube := range append(all, lastYear) {
			a.values[by] = append(a.values[by], cube.Values(a.Filter, by)...)
		}
		slices.Sort(a.values[by])
		a.values[by] = slices.Compact(a.values[by])
	}
	return nil
}

func (a *asked) readFilter(query url.Values) {
	for _, by := range reports.ByAll() {
		value := query.Get(string(by))
		switch {
		case value == "":
		case slices.Contains(a.values[by], value):
			a.Filter = a.Filter.With(by, value)
		default:
			a.ignored = append(a.ignored, [2]string{string(by), value})
		}
	}
	a.By = reports.Dimension(query.Get("by"))
	if !slices.Contains(reports.ByAll(), a.By) {
		a.ignore("by", string(a.By))
		a.By = a.usualSplit()
	}
	a.Figure = query.Get("figure")
	if !slices.Contains(reports.FunnelFigures(), a.Figure) {
		a.ignore("figure", a.Figure)
		a.Figure = "delay"
	}
}

func (a *asked) ignore(name, value string) {
	if value != "" {
		a.ignored = append(a.ignored, [2]string{name, value})
	}
}

// usualSplit is the first dimension that has several values and is not filtered by.
func (a *asked) usualSplit() reports.Dimension {
	for _, by := range reports.ByAll() {
		if _, fixed := a.Filter.Only[by]; !fixed && len(a.values[by]) > 1 {
			return by
		}
	}
	return reports.ByTeam
}

func (a *asked) filtered() bool { return len(a.Filter.Only) > 0 }

// key names what is made for a page in a language of all that is asked.
func (a *asked) key(page, tag string) memoKey {
	return memoKey{a.Cube, a.Before, fmt.Sprintf("%s %s %q %s %s %v %s", page, tag, a.address(nil), a.scope, a.today, a.need, a.Zone)}
}

// comparison is what both windows say.
func (a *asked) comparison() reports.Comparison {
	return reports.Comparison{After: a.Cube, Before: a.Before, Window: a.Window, WindowBefore: a.WindowBefore, Filter: a.Filter, Need: a.need, Now: a.Now, Zone: a.Zone}
}

// address is the query of what is asked, with some values changed; nil takes one out.
func (a *asked) address(change url.Values) string {
	query := url.Values{"period": {a.Window.Name}, "by": {string(a.By)}, "figure": {a.Figure}}
	if a.Compared {
		query.Set("compare", a.Compare)
	}
	for by, value := range a.Filter.Only {
		query.Set(string(by), value)
	}
	for name, values := range change {
		delete(query, name)
		if len(values) > 0 {
			query[name] = values
		}
	}
	return "?" + query.Encode()
}

// fileName says period, comparison and filter.
func (a *asked) fileName() string {
	parts := []string{"figures", a.Window.Name}
	if a.Compared {
		parts = append(parts, "against", a.Compare)
	}
	for _, by := range reports.ByAll() {
		if value, ok := a.Filter.Only[by]; ok {
			parts = append(parts, string(by), plainName(value))
		}
	}
	return strings.Join(parts, "-") + ".csv"
}

// plainName keeps of a value what every file system takes.
func plainName(value string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.':
			return r
		}
		return '_'
	}, value)
}
