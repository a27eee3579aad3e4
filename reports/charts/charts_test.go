package charts_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

func words(t *testing.T, tag string) lang.Words {
	t.Helper()
	c, err := lang.Load(static.Lang())
	if err != nil {
		t.Fatal(err)
	}
	return c.For(tag)
}

var update = flag.Bool("update", false, "write the golden files anew")

// promised is what the house of edition announces.
func promised() charts.Promise { return charts.Promise{Within: 48 * time.Hour, Since: "2025-09-01"} }

// golden compares what is made with what was looked at and kept.
func golden(t *testing.T, name string, got any) {
	t.Helper()
	b, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(b)); diff != "" {
		t.Errorf("%s is not as kept; look at it, then run go test ./reports/charts -update\n%s", name, diff)
	}
}

// The edition is kept as well: the tests of the pages show it.
func TestGolden(t *testing.T) {
	golden(t, "edition.json", edition())
	for _, tag := range []string{"en", "fr"} {
		for _, c := range charts.All(edition(), words(t, tag), promised()) {
			golden(t, c.ID+"."+tag+".json", c)
		}
	}
}

// datum is what a drawn point or part of a bar has, in the page's JSON.
type datum struct {
	Value *float64 `json:"value"`
	Tip   string   `json:"tip"`
}

// drawn gives the points of an option that carry words, series by series.
func drawn(t *testing.T, option any) (series [][]datum) {
	t.Helper()
	b, err := json.Marshal(option)
	if err != nil {
		t.Fatal(err)
	}
	var o struct{ Series []struct{ Data []datum } }
	if err := json.Unmarshal(b, &o); err != nil {
		t.Fatal(err)
	}
	for _, s := range o.Series {
		series = append(series, s.Data)
	}
	return series
}

// Without its picture a chart loses no number: whatever is drawn stands in the row
// of its month.
func TestTableHoldsWhatIsDrawn(t *testing.T) {
	w := words(t, "en")
	for _, c := range charts.All(edition(), w, promised()) {
		if len(c.Table.Rows) != 18 || c.Option == nil {
			t.Fatalf("%s: %d rows, want 18 and a picture", c.ID, len(c.Table.Rows))
		}
		for _, data := range drawn(t, c.Option) {
			for i, p := range data {
				if p.Tip == "" {
					continue
				}
				row, found := c.Table.Rows[17-i], false
				for _, cell := range row[1:] {
					found = found || strings.HasPrefix(p.Tip, cell.Text)
				}
				if !found {
					t.Errorf("%s, %s: %q is drawn, but the row says %v", c.ID, row[0].Text, p.Tip, row)
				}
			}
		}
	}
}

// chart is the one of an id, in English.
func chart(t *testing.T, d reports.Document, id string) charts.Chart {
	t.Helper()
	for _, c := range charts.All(d, words(t, "en"), promised()) {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("there is no chart %q", id)
	return charts.Chart{}
}

// What is drawn is what was published, and nothing else.
func TestValuesAreThePublishedOnes(t *testing.T) {
	d := edition()
	c := chart(t, d, "promise")
	seen := map[int]float64{}
	for _, data := range drawn(t, c.Option) {
		for i, p := range data {
			if p.Value != nil && p.Tip != "" {
				seen[i] = *p.Value
			}
		}
	}
	for i, m := range d.Periods {
		v, ok := seen[i]
		if want := m.PromiseKept.Share; (want != nil) != ok || ok && v != *want {
			t.Errorf("%s: drawn %v (%v), published %v", m.Period, v, ok, want)
		}
	}
}

func TestFindings(t *testing.T) {
	w := words(t, "en")
	one := func(before, after *reports.Share) string {
		d := edition()
		d.Periods[15].ResolvedWithin.Week, d.Periods[16].ResolvedWithin.Week = before, after
		return charts.All(d, w, promised())[0].Finding
	}
	bound := &reports.Share{N: 40, AtLeast: ref(0.95)}
	for _, c := range []struct {
		before, after *reports.Share
		want          string
	}{
		{share(640, 800), share(400, 800), "50% of requests were settled within 7 days, lower than in September 2026"},
		{share(400, 800), share(640, 800), "80% of requests were settled within 7 days, higher than in September 2026"},
		{share(600, 800), share(620, 800), "78% of requests were settled within 7 days, no clear change from September 2026"},
		{share(20, 25), share(16, 25), "64% of requests were settled within 7 days, no clear change from September 2026"},
		{nil, share(400, 800), "50% of requests were settled within 7 days"},
		{share(400, 800), bound, "95% or more of requests were settled within 7 days, no clear change from September 2026"},
		{share(400, 800), nil, "Requests settled within 1, 7 and 30 days"},
		{share(400, 800), &reports.Share{}, "Requests settled within 1, 7 and 30 days"},
	} {
		if got := one(c.before, c.after); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// A month is not judged while its last requests may still be settled in time.
func TestTooEarly(t *testing.T) {
	d, w := edition(), words(t, "en")
	row := func(back int) string {
		var texts []string
		for _, c := range charts.All(d, w, promised())[0].Table.Rows[back] {
			texts = append(texts, c.Text)
		}
		return strings.Join(texts, " | ")
	}
	if got := row(0); strings.Count(got, "too early") != 3 {
		t.Errorf("the month so far: %s", got)
	}
	if got := row(1); strings.Count(got, "too early") != 1 {
		t.Errorf("the month that ended 20 days ago: %s", got)
	}
	d.Edition.CutOff = d.Edition.CutOff.AddDate(0, 0, -17) // 4 November
	if got := charts.All(d, w, promised())[0].Note; !strings.Contains(got, "September 2026") {
		t.Errorf("the newest month that a week has passed since is September, not %q", got)
	}
}

func TestNothingToDraw(t *testing.T) {
	w := words(t, "fr")
	empty := reports.Unpublished(surveys.DefaultSettings())
	for _, c := range charts.All(empty, w, promised()) {
		if c.Option != nil || len(c.Table.Rows) != 0 || c.Note != "" || c.Finding == "" {
			t.Errorf("%s before the first month: %+v", c.ID, c)
		}
	}
	empty.Periods = []reports.Period{{Period: "2026-11", State: reports.SoFar}} // all withheld
	for _, c := range charts.All(empty, w, promised()) {
		if c.Option != nil || len(c.Table.Rows) != 1 || !c.Table.Rows[0][1].Gap {
			t.Errorf("%s withheld: %+v", c.ID, c)
		}
	}
	if got := charts.Sentence(empty, w); !strings.Contains(got, "novembre 2026") {
		t.Errorf("nothing can be said: %q", got)
	}
	one := edition()
	one.Periods = one.Periods[17:]
	for _, c := range charts.All(one, w, promised()) {
		if len(c.Table.Rows) != 1 || strings.Contains(c.Finding, "par rapport") {
			t.Errorf("%s of one month: %s", c.ID, c.Finding)
		}
	}
}

func TestNoTextIsMissing(t *testing.T) {
	for _, tag := range []string{"en", "fr"} {
		w := words(t, tag)
		d := edition()
		d.Periods[16].Chain.Skipped = map[string]int{}
		for _, code := range surveys.Skips() {
			d.Periods[16].Chain.Skipped[string(code)] = 3
		}
		_, tiles := charts.Headlines(d, w)
		steps, skipped := charts.Chain(d, w)
		if len(skipped.Rows) != len(surveys.Skips()) {
			t.Errorf("%d reasons have words, want %d", len(skipped.Rows), len(surveys.Skips()))
		}
		b, err := json.Marshal([]any{charts.All(d, w, promised()), tiles, steps, skipped, charts.Categories(d, w), charts.Sentence(d, w)})
		if err != nil || bytes.ContainsAny(b, "⟦⟧") {
			t.Errorf("%s: a text is missing: %v %s", tag, err, b)
		}
	}
}

// A name is only ever text: in a page, options end neither the script nor a string.
func TestHostileNames(t *testing.T) {
	page := template.Must(template.New("").Parse(
		`{{range .Charts}}<script type="application/json">{{.Option}}</script>{{end}}{{range .Table.Rows}}{{range .}}<td data-label="{{.Label}}">{{.Text}}</td>{{end}}{{end}}`))
	d := edition()
	names := []string{`</script><script>alert(1)</script>`, `__f__alert(1)__f__`, `"><img src=x onerror=alert(1)>`, `'; alert(1) //`, `{a|{b}}`}
	d.Organisation = names[0]
	d.Categories = nil
	for _, name := range names {
		d.Categories = append(d.Categories, reports.CategoryFigures{Category: name, Periods: edition().Periods})
	}
	d.Teams = []reports.TeamFigures{{Team: names[1], Periods: edition().Periods}}
	w := words(t, "en")
	var out bytes.Buffer
	if err := page.Execute(&out, map[string]any{"Charts": charts.All(d, w, promised()), "Table": charts.Categories(d, w)}); err != nil {
		t.Fatal(err)
	}
	html := out.String()
	if strings.Contains(html, "<script>") || strings.Contains(html, "<img") || strings.Count(html, "</script>") != 10 {
		t.Error("a name broke out of its place")
	}
	for _, name := range names {
		if !strings.Contains(html, template.HTMLEscapeString(name)) {
			t.Errorf("%q is not shown as it is", name)
		}
	}
}

func TestCategoriesAreInAlphabeticalOrder(t *testing.T) {
	var got []string
	table := charts.Categories(edition(), words(t, "en"))
	for _, row := range table.Rows {
		got = append(got, row[0].Text)
	}
	if want := []string{"Advice", "billing", "delivery", "returns"}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if c := table.Rows[3][3]; !c.Gap || c.Text != "too few" {
		t.Errorf("a withheld cell says %+v", c)
	}
}
