package web

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/table"
	"github.com/entendu/entendu/surveys"
)

// Data is the Part by which managers take what they may see away as a file.
type Data struct{ Taker *reports.Taker }

const dataPath = "/manage/data"

func (d *Data) routes(s *Server) []route {
	h := dataHandlers{Data: d, Server: s}
	return []route{
		{http.MethodGet, dataPath, h.show, asPage, auth.TakeData},
		{http.MethodPost, dataPath, h.take, asPage, auth.TakeData},
	}
}

type dataHandlers struct {
	*Data
	*Server
}

// dataPage is the choice of a file; all of it stands in the address.
type dataPage struct {
	page
	Choice  dataChoice
	Whats   []dataOption
	Periods []dataOption
	By      []dataField
	Chips   []dataChip
	Means   string // what is in the file, in a sentence
	Days    string
	Rows    int
	Few     bool // too few stand behind it: nothing is given
	Need    reports.Need
	Formats []string
}

// dataChoice is what is asked for.
type dataChoice struct {
	What, Format string
	Wanted       reports.Wanted
}

type dataOption struct {
	Value, Text string
	Chosen      bool
}

// dataField is a dimension to filter by.
type dataField struct {
	Name, Label string
	Options     []dataOption
}

// dataChip is an active filter as words, and the address without it.
type dataChip struct{ Text, Without string }

// choice reads what is asked for; what is not known is as if it were not asked.
func (h dataHandlers) choice(c Ctx, form url.Values) (dataChoice, error) {
	today, _, err := h.Taker.Explorer.Today(c.Request().Context())
	if err != nil {
		return dataChoice{}, lost(err)
	}
	chosen := dataChoice{What: form.Get("what"), Format: form.Get("format")}
	if !slices.Contains(reports.Takings(), chosen.What) {
		chosen.What = reports.TakeAnswers
	}
	if !slices.Contains(table.Formats(), chosen.Format) {
		chosen.Format = table.CSV
	}
	window, ok := reports.WindowOf(form.Get("period"), today)
	if !ok {
		window, _ = reports.WindowOf("12mo", today)
	}
	chosen.Wanted.Window = window
	if v := visitor(c); !v.SeesAll() {
		chosen.Wanted.Sees = v.Sees
	}
	for _, by := range reports.ByAll() {
		if value := form.Get(string(by)); value != "" {
			chosen.Wanted.Filter = chosen.Wanted.With(by, value)
		}
	}
	return chosen, nil
}

// query is the choice as an address says it.
func (d dataChoice) query() url.Values {
	q := url.Values{"what": {d.What}, "period": {d.Wanted.Name}}
	for by, value := range d.Wanted.Only {
		q.Set(string(by), value)
	}
	return q
}

func (h dataHandlers) show(c Ctx) error {
	chosen, err := h.choice(c, c.QueryParams())
	if err != nil {
		return err
	}
	p := &dataPage{page: h.insidePage(c, "data"), Choice: chosen, Need: reports.NeedOf(h.Settings()), Formats: table.Formats()}
	p.Title = p.T("space.data")
	for _, what := range reports.Takings() {
		p.Whats = append(p.Whats, dataOption{what, p.T("data.what." + what), what == chosen.What})
	}
	p.Means, p.Days = p.T("data.means."+chosen.What), p.days(chosen.Wanted.Window)
	ctx := c.Request().Context()
	cube, err := h.Taker.Explorer.Cube(ctx, chosen.Wanted.Window)
	if err != nil {
		return lost(err)
	}
	p.offer(h.periods(), cube)
	p.Rows, err = h.Taker.Count(ctx, chosen.What, chosen.Wanted)
	if p.Few = errors.Is(err, reports.ErrFew); err != nil && !p.Few {
		return lost(err)
	}
	return h.Server.show(c, "data", p)
}

// periods names the windows to choose from: those that end today, and the last months,
// quarters and half-years.
func (h dataHandlers) periods() []string {
	names := reports.MovingWindows()
	today := surveys.DayOf(h.Now(), h.Settings().Zone())
	for _, length := range []string{reports.Month, reports.Quarter, reports.HalfYear} {
		day := today
		for range map[string]int{reports.Month: 25, reports.Quarter: 9, reports.HalfYear: 5}[length] {
			name := reports.PeriodOf(length, day)
			from, _, _ := reports.PeriodDays(name)
			names, day = append(names, strings.ToLower(name)), from.Add(-1)
		}
	}
	return names
}

// offer fills in what can be chosen, and what is.
func (p *dataPage) offer(periods []string, cube *reports.Cube) {
	w := p.Choice.Wanted
	if !slices.Contains(periods, w.Name) {
		periods = append(periods, w.Name)
	}
	for _, name := range periods {
		p.Periods = append(p.Periods, dataOption{name, p.periodName(name), name == w.Name})
	}
	seen := reports.Filter{Sees: w.Sees}
	for _, by := range reports.ByAll() {
		label, chosen := p.T("data.by."+string(by)), w.Only[by]
		values := cube.Values(seen, by)
		if chosen != "" {
			if !slices.Contains(values, chosen) {
				values = append(values, chosen)
			}
			without := p.Choice.query()
			without.Del(string(by))
			p.Chips = append(p.Chips, dataChip{p.T("data.chip", "By", label, "Value", chosen), dataPath + "?" + without.Encode()})
		}
		if len(values) == 0 {
			continue
		}
		field := dataField{Name: string(by), Label: label, Options: []dataOption{{"", p.T("data.all"), chosen == ""}}}
		for _, value := range values {
			field.Options = append(field.Options, dataOption{value, value, value == chosen})
		}
		p.By = append(p.By, field)
	}
}

// periodName is a window in words.
func (p page) periodName(name string) string {
	if slices.Contains(reports.MovingWindows(), name) {
		return p.T("data.window." + name)
	}
	year, part, _ := strings.Cut(name, "-")
	switch {
	case strings.HasPrefix(part, "q"):
		return p.T("data.quarter", "N", part[1:], "Year", year)
	case strings.HasPrefix(part, "h"):
		return p.T("data.half", "N", part[1:], "Year", year)
	default:
		return p.Month(name)
	}
}

// days says which days a window has, both included.
func (p page) days(w reports.Window) string {
	return p.T("data.days", "From", p.Date(w.From.Start(time.UTC)), "To", p.Date(w.To.Add(-1).Start(time.UTC)))
}

// take gives the file. It is noted before the first byte; a file that breaks off ends
// the connection, so that no browser takes a part for the whole.
func (h dataHandlers) take(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	chosen, err := h.choice(c, form)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if _, err := h.Taker.Count(ctx, chosen.What, chosen.Wanted); errors.Is(err, reports.ErrFew) {
		return back(c, dataPath+"?"+chosen.query().Encode(), "")
	} else if err != nil {
		return lost(err)
	}
	if err := h.trace(c, "data.taken", chosen.name()); err != nil {
		return err
	}
	p := h.insidePage(c, "data")
	head := c.Response().Header()
	head.Set("Content-Type", map[string]string{
		table.CSV: "text/csv; charset=utf-8", table.Lines: "application/jsonl; charset=utf-8", table.Book: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}[chosen.Format])
	head.Set("Content-Disposition", `attachment; filename="`+chosen.file()+`"`)
	connection := http.NewResponseController(c.Response())
	_ = connection.SetWriteDeadline(time.Time{}) // a large file takes as long as its reader does
	out := bufio.NewWriterSize(c.Response(), 64<<10)
	t, err := table.New(chosen.Format, out, reports.TakenColumns(chosen.What), p.cover(chosen, visitor(c).Name, h.Settings(), h.Now()))
	if err == nil {
		err = errors.Join(h.Taker.Take(ctx, chosen.What, chosen.Wanted, t.Write), t.Close())
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil && c.Response().Committed {
		_ = connection.SetWriteDeadline(time.Unix(1, 0)) // long past: nothing more leaves, not even the end
	}
	return lost(err)
}

// name says what is taken, for the log.
func (d dataChoice) name() string {
	parts := []string{d.What + "." + d.Format, d.Wanted.Name}
	for _, by := range reports.ByAll() {
		if value := d.Wanted.Only[by]; value != "" {
			parts = append(parts, string(by)+"="+value)
		}
	}
	return strings.Join(parts, " ")
}

// file is the name of the file: what, period, filter, definitions and purpose, in letters
// that every system can keep.
func (d dataChoice) file() string {
	parts := []string{d.What, d.Wanted.Name}
	for _, by := range reports.ByAll() {
		if value := d.Wanted.Only[by]; value != "" {
			parts = append(parts, string(by)+"-"+value)
		}
	}
	parts = append(parts, fmt.Sprint("definitions-", reports.Definitions), "for-improvement-not-for-pay")
	plain := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}
	for i := range parts {
		parts[i] = strings.Map(plain, strings.ToLower(parts[i]))
	}
	return strings.Join(parts, "_") + "." + d.Format
}

// cover is what a workbook says of itself.
func (p page) cover(d dataChoice, taker string, s surveys.Settings, now time.Time) [][2]string {
	filter := []string{}
	for _, by := range reports.ByAll() {
		if value := d.Wanted.Only[by]; value != "" {
			filter = append(filter, p.T("data.chip", "By", p.T("data.by."+string(by)), "Value", value))
		}
	}
	if len(filter) == 0 {
		filter = []string{p.T("data.all")}
	}
	lines := [][2]string{
		{p.Organisation, p.T("data.what." + d.What)},
		{p.T("data.period"), p.days(d.Wanted.Window) + " (" + s.Organisation.Timezone + ")"},
		{p.T("data.filter"), strings.Join(filter, ", ")},
		{p.T("data.definitions"), p.T("data.means."+d.What) + " " + p.T("data.version", "Version", reports.Definitions)},
		{p.T("data.purpose"), p.T("data.improve")},
		{p.T("data.taken"), p.T("data.taken.by", "Name", taker, "When", p.DateTime(now, s.Zone()))},
	}
	if d.Wanted.Sees != nil {
		lines = append(lines, [2]string{"", p.T("data.teams")})
	}
	return lines
}
