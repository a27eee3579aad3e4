package charts

import (
	"slices"

	"github.com/entendu/entendu/reports"
)

// Look is what somebody looks at inside: the figures of a window and, if Before is named,
// of the one that it is compared with.
type Look struct {
	Now, Before reports.Period
	Told        []reports.Told    // how each figure compares, if it can be
	Names       map[string]string // of the windows, in words, by their names in addresses
}

// Shown is one subject of the page: its figures, and their numbers as a table.
type Shown struct {
	ID    string
	Lines []ShownLine
	Table Table
}

// ShownLine is one figure.
type ShownLine struct {
	Title  string
	Value  string // "75 %", or why there is none
	Worth  string // its interval and n; "" where there is no value
	Rate   string // the response rate, of figures made of answers
	Change string // beside the other window; "" where nothing is compared
}

// windows lets periods be named that are no month.
type windows struct {
	Words
	names map[string]string
}

// T calls a column of windows no month.
func (w windows) T(key string, args ...any) string {
	if key == "charts.month" {
		key = "charts.period"
	}
	return w.Words.T(key, args...)
}

func (w windows) Month(name string) string {
	if known, ok := w.names[name]; ok {
		return known
	}
	return w.Words.Month(name)
}

func (w windows) ShortMonth(name string) string { return w.Month(name) }

// pen writes a look as a document of one or two periods.
func (l Look) pen(w Words) pen {
	d := reports.Document{Definitions: reports.Definitions, Periods: []reports.Period{l.Now}}
	if l.Before.Period != "" {
		d.Periods = []reports.Period{l.Before, l.Now}
	}
	return newPen(windows{w, l.Names}, d)
}

// Inside shows every figure of a look, in the order of the public page.
func Inside(l Look, w Words) (all []Shown) {
	p := l.pen(w)
	for _, t := range p.tables() {
		s := Shown{ID: t.id, Table: t.table}
		for _, f := range p.figures() {
			if f.id == t.id {
				s.Lines = append(s.Lines, p.shown(f, l))
			}
		}
		all = append(all, s)
	}
	return all
}

func (p pen) shown(f figure, l Look) ShownLine {
	h := p.alone(f, l.Now)
	line := ShownLine{Title: h.Title, Value: h.Value, Worth: h.Worth, Rate: h.Rate}
	if l.Before.Period != "" {
		line.Change = p.changed(f, l)
	}
	return line
}

// changed says how a figure compares with the window before. Of times nothing is said
// but what it was: there is no interval of their difference.
func (p pen) changed(f figure, l Look) string {
	before := f.read(l.Before)
	i := slices.IndexFunc(l.Told, func(t reports.Told) bool { return t.Figure == f.name })
	switch {
	case !before.drawn():
		return p.T("explore.was_none", "Why", before.text)
	case i < 0 && (f.id == "resolved" || f.id == "response-rate"):
		return p.T("explore.too_early", "Before", before.text)
	case i < 0:
		return p.T("explore.was", "Before", before.text)
	}
	return p.T(trendKey(l.Told[i].Trend), "Before", before.text)
}

func trendKey(t reports.Trend) string {
	switch t {
	case reports.Higher:
		return "explore.higher"
	case reports.Lower:
		return "explore.lower"
	case reports.Unclear:
		return "explore.unclear"
	case reports.TooFew:
		return "explore.few"
	default:
		return "explore.was"
	}
}

// numbered is the table of one subject.
type numbered struct {
	id    string
	table Table
}

func (p pen) tables() (all []numbered) {
	for _, c := range []Chart{p.resolved(), p.waiting(resolutions(), Promise{}), p.promise(), p.waiting(replies(), Promise{}), p.firstContact()} {
		all = append(all, numbered{c.ID, c.Table})
	}
	for _, q := range questions() {
		c := p.satisfaction(q)
		all = append(all, numbered{c.ID, c.Table})
	}
	for _, c := range []Chart{p.outcome(), p.recommend(), p.responses()} {
		all = append(all, numbered{c.ID, c.Table})
	}
	return all
}

// Parts lists sections beside each other, in the order of the alphabet.
func Parts(names []string, figures []reports.Period, w Words, caption, what string) Table {
	p := pen{Words: w}
	t, columns := p.begun(caption, what)
	for i, name := range names {
		p.addGroup(&t, name, figures[i], columns)
	}
	return t
}

// Contrasts tells who answered beside who did not.
func Contrasts(all []reports.Contrast, w Words) Table {
	p := pen{Words: w}
	t := Table{Caption: p.T("explore.silent.caption"), Columns: []string{p.T("explore.silent.what"), p.T("explore.silent.answered"), p.T("explore.silent.silent"), p.T("explore.silent.difference")}}
	for _, c := range all {
		what := p.T("explore.silent.category", "Name", c.What)
		switch {
		case c.By == "" && c.What == reports.ClosedInAWeek:
			what = p.T("explore.silent.week")
		case c.By == "":
			what = p.T("explore.silent.reopened")
		}
		key := "explore.silent.unclear"
		if c.Sure && c.Low > 0 {
			key = "explore.silent.more"
		} else if c.Sure {
			key = "explore.silent.less"
		}
		row := []Cell{{Text: what, Label: t.Columns[0], Head: true}, {Text: p.shareOf(c.Answered), Label: t.Columns[1]}, {Text: p.shareOf(c.Silent), Label: t.Columns[2]}}
		interval := p.T(key, "Low", p.Signed(100*c.Low), "High", p.Signed(100*c.High))
		t.Rows = append(t.Rows, append(row, Cell{Text: interval, Label: t.Columns[3]}))
	}
	return t
}

func (p pen) shareOf(s *reports.Share) string { return p.told(*s, "charts.of_requests").tip }

// Change is one sentence of what changed.
type Change struct {
	ID       string // of the subject on the page
	By, Name string // the part that it is about; "" for all together
	Text     string
	Sure     bool
}

// Changes tells a digest: of each figure what changed for sure, first all together, then
// the parts; or that there is no clear change.
func Changes(d reports.Digest, w Words) (all []Change) {
	p := pen{Words: w}
	for _, f := range p.figures() {
		var told []Change
		for _, t := range append(slices.Clone(d.Whole), d.Parts...) {
			if t.Figure == f.name && t.Sure {
				told = append(told, p.change(f, t))
			}
		}
		i := slices.IndexFunc(d.Whole, func(t reports.Told) bool { return t.Figure == f.name })
		if len(told) == 0 && i >= 0 && d.Whole[i].Trend != reports.NoTrend {
			after := f.read(d.Whole[i].After)
			told = append(told, Change{ID: f.id, Text: p.T("home.unclear", "What", p.T(f.title), "Value", after.tip)})
		}
		all = append(all, told...)
	}
	return all
}

func (p pen) change(f figure, t reports.Told) Change {
	whole, part := "home.lower", "home.lower.part"
	if t.Trend == reports.Higher {
		whole, part = "home.higher", "home.higher.part"
	}
	args := []any{"What", p.T(f.title), "Value", f.read(t.After).tip, "Before", f.read(t.Before).text}
	if t.By == "" {
		return Change{ID: f.id, Sure: true, Text: p.T(whole, args...)}
	}
	args = append(args, "Part", p.T("explore.of."+string(t.By), "Name", t.Name))
	return Change{ID: f.id, By: string(t.By), Name: t.Name, Sure: true, Text: p.T(part, args...)}
}

// Title is that of a figure by its name in addresses; "" for a name that none has.
func Title(name string, w Words) string {
	for _, f := range (pen{Words: w}).figures() {
		if f.name == name {
			return w.T(f.title)
		}
	}
	return ""
}
