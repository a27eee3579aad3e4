package reports

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Line is one figure. Value, Low and High are shares, points for recommend and
// seconds for the delays. What is withheld or not measured is nil; of a bound only
// the end that is known is there.
type Line struct {
	Period, Scope, Name, Figure string // the scope is all, category or team
	N, X                        *int
	Value, Low, High            *float64
	State                       string
}

// Lines gives every figure of a document.
func Lines(d Document) []Line {
	t := table{}
	t.periods("all", "", d.Periods)
	for _, c := range d.Categories {
		t.periods("category", c.Category, c.Periods)
	}
	for _, team := range d.Teams {
		t.periods("team", team.Team, team.Periods)
	}
	return t.lines
}

// InsideLines gives every figure of what a filter lets through and, if by is set, of each
// value of that dimension.
func InsideLines(c *Cube, f Filter, by Dimension, w Window, need Need, now time.Time, zone *time.Location) []Line {
	t := table{}
	add := func(scope, name string, s Section) {
		p := s.Figures(w, need, now, zone)
		p.Period = cmp.Or(w.Period, w.Days())
		t.periods(scope, name, []Period{p})
	}
	add("all", "", c.Section(f))
	for _, s := range c.Split(f, by) {
		add(string(by), s.Name, s)
	}
	return t.lines
}

// WriteCSV writes the figures of a document, one a line; what is nil stays empty.
func WriteCSV(w io.Writer, d Document) error {
	return WriteLines(w, Lines(d))
}

// WriteLines writes lines as CSV.
func WriteLines(w io.Writer, lines []Line) error {
	out := csv.NewWriter(w) // keeps the first error
	_ = out.Write([]string{"period", "scope", "name", "figure", "n", "x", "value", "low", "high", "state"})
	for _, l := range lines {
		_ = out.Write([]string{
			l.Period, l.Scope, harmless(l.Name), l.Figure, integer(l.N), integer(l.X), decimal(l.Value), decimal(l.Low), decimal(l.High), l.State,
		})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing the figures as CSV: %w", err)
	}
	return nil
}

// table collects lines.
type table struct {
	lines                      []Line
	period, scope, name, state string
}

func (t *table) periods(scope, name string, periods []Period) {
	for _, p := range periods {
		t.period, t.scope, t.name, t.state = p.Period, scope, name, p.State
		t.count("opened", p.Opened)
		t.share("resolved-1d", p.ResolvedWithin.Day)
		t.share("resolved-7d", p.ResolvedWithin.Week)
		t.share("resolved-30d", p.ResolvedWithin.Month)
		t.share("promise", p.PromiseKept)
		t.share("first-contact", p.FirstContact)
		t.delay("first-reply", p.FirstReply)
		t.delay("resolution", p.Resolution)
		t.chain(p.Chain)
		t.share("response-rate", p.ResponseRate)
		t.levels("delay", p.Delay)
		t.levels("listening", p.Listening)
		t.outcome(p.Outcome)
		t.recommend(p.Recommend)
	}
}

// harmless keeps a spreadsheet from taking a name for a formula.
func harmless(name string) string {
	if strings.IndexAny(name, "=+-@\t\r") == 0 {
		return "'" + name
	}
	return name
}

func (t *table) line(figure string, n, x *int, value, low, high *float64) {
	t.lines = append(t.lines, Line{t.period, t.scope, t.name, figure, n, x, value, low, high, t.state})
}

// nothing writes a figure that is withheld.
func (t *table) nothing(figure string) { t.line(figure, nil, nil, nil, nil, nil) }

// part writes a count among n.
func (t *table) part(figure string, n, x int) { t.line(figure, &n, &x, nil, nil, nil) }

func integer(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func decimal(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func (t *table) count(figure string, c *Count) {
	if c == nil {
		t.nothing(figure)
		return
	}
	t.line(figure, &c.N, nil, nil, nil, nil)
}

func (t *table) share(figure string, s *Share) {
	if s == nil {
		t.nothing(figure)
		return
	}
	t.line(figure, &s.N, s.X, s.Share, either(s.Low, s.AtLeast), either(s.High, s.AtMost))
}

// either is the end of the interval, or the bound that is said instead.
func either(end, bound *float64) *float64 {
	if end != nil {
		return end
	}
	return bound
}

func (t *table) delay(figure string, d *Delay) {
	if d == nil {
		t.nothing(figure + "-p50")
		t.nothing(figure + "-p90")
		return
	}
	t.point(figure+"-p50", d.N, d.P50)
	t.point(figure+"-p90", d.N, d.P90)
}

func (t *table) point(figure string, n int, p *Point) {
	if p == nil {
		p = &Point{}
	}
	t.line(figure, &n, nil, inSeconds(p.Seconds), inSeconds(p.Low), inSeconds(p.High))
}

func inSeconds(s *int64) *float64 {
	if s == nil {
		return nil
	}
	v := float64(*s)
	return &v
}

func (t *table) chain(c *Chain) {
	if c == nil {
		t.nothing("closed")
		return
	}
	t.line("closed", &c.Closed, nil, nil, nil, nil)
	t.part("eligible", c.Closed, c.Eligible)
	t.part("invited", c.Closed, c.Invited)
	t.part("delivered", c.Closed, c.Delivered)
	t.part("answered", c.Closed, c.Answered)
	for _, code := range slices.Sorted(maps.Keys(c.Skipped)) {
		t.part("skipped-"+code, c.Closed, c.Skipped[code])
	}
}

func (t *table) levels(figure string, l *Levels) {
	if l == nil {
		t.nothing(figure)
		return
	}
	t.line(figure, &l.N, l.X, l.Share, either(l.Low, l.AtLeast), either(l.High, l.AtMost))
	for i, n := range l.Levels {
		t.part(figure+"-"+strconv.Itoa(i+1), l.N, n)
	}
}

func (t *table) outcome(o *Outcome) {
	if o == nil {
		t.nothing("outcome")
		return
	}
	t.line("outcome", &o.N, o.Yes, o.Share, either(o.Low, o.AtLeast), either(o.High, o.AtMost))
	if o.Yes != nil {
		t.part("outcome-partly", o.N, *o.Partly)
		t.part("outcome-no", o.N, *o.No)
	}
}

func (t *table) recommend(r *Recommend) {
	if r == nil {
		t.nothing("recommend")
		return
	}
	t.line("recommend", &r.N, nil, r.Score, either(r.Low, r.AtLeast), either(r.High, r.AtMost))
	if r.Promoters != nil {
		t.part("recommend-promoters", r.N, *r.Promoters)
		t.part("recommend-passives", r.N, *r.Passives)
		t.part("recommend-detractors", r.N, *r.Detractors)
	}
}
