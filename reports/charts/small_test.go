package charts_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// folded is edition with a category that is folded into others until June 2026.
func folded() reports.Document {
	d := edition()
	for i, c := range d.Categories {
		if c.Category == "billing" {
			d.Categories[i].Periods = c.Periods[12:]
			d.Categories = append(d.Categories, reports.CategoryFigures{Category: reports.Other, Periods: c.Periods[:12]})
		}
	}
	d.Teams = []reports.TeamFigures{{Team: "zinc", Periods: d.Periods}, {Team: reports.Other, Periods: d.Periods},
		{Team: "Étain", Periods: d.Periods}, {Team: "fer", Periods: d.Periods}}
	return d
}

func TestSmallGolden(t *testing.T) {
	for _, tag := range []string{"en", "fr"} {
		golden(t, "small."+tag+".json", charts.SmallMultiples(folded(), words(t, tag))[:1])
	}
}

// Categories and teams stand in alphabetical order, accents or not, and those folded
// together last, in the reader's language.
func TestOrderOfGroups(t *testing.T) {
	var panels []string
	for _, p := range charts.SmallMultiples(folded(), words(t, "en"))[0].All {
		panels = append(panels, p.Name)
	}
	if want := []string{"Advice", "billing", "delivery", "returns", "other"}; !cmp.Equal(panels, want) {
		t.Errorf("categories %v, want %v", panels, want)
	}
	var teams []string
	for _, row := range charts.Teams(folded(), words(t, "fr")).Rows {
		teams = append(teams, row[0].Text)
	}
	if want := []string{"Étain", "fer", "zinc", "autres"}; !cmp.Equal(teams, want) {
		t.Errorf("teams %v, want %v", teams, want)
	}
}

// What the small charts say of each month stands in the table under them; months in
// which a category is folded into others are said to be there.
func TestSmallChartsHaveTheirTable(t *testing.T) {
	d, w := folded(), words(t, "en")
	rows := map[string][]charts.Cell{}
	for _, row := range charts.ByMonth(d, w).Rows {
		rows[row[0].Text] = row
	}
	inOther := 0
	for column, s := range charts.SmallMultiples(d, w) {
		for _, p := range s.All {
			if len(p.Months) != 18 {
				t.Fatalf("%s: %d months, want 18", p.Name, len(p.Months))
			}
			for _, m := range p.Months {
				month, said, _ := strings.Cut(m.Tip, ": ")
				row, ok := rows[p.Name+", "+month]
				switch {
				case !ok && (said == "counted in “other”" || p.Name == "other" && said == "–"):
					inOther++
				case !ok || row[column+1].Text != said:
					t.Errorf("%s says %q of %s, which is in no row", p.Name, said, month)
				}
			}
		}
	}
	if inOther != 4*(12+6) {
		t.Errorf("%d months are folded, want 72", inOther)
	}
}

// A line does not run through months without a value, nor over a change of the
// definitions; months that are not final are dashed, and the one that runs is hollow.
func TestSmallLines(t *testing.T) {
	d := edition()
	d.Categories[0].Periods[3].Delay = nil
	for i := range 9 {
		d.Periods[i].Definitions = 1
	}
	d.Definitions = 2
	p := charts.SmallMultiples(d, words(t, "en"))[2].All[2] // satisfied with the time, delivery
	if p.Name != "delivery" {
		t.Fatal(p.Name)
	}
	if got := strings.Count(p.Whole, "M"); got != 15-2-1 { // 16 final months, one missing, one break
		t.Errorf("%d strokes between final months, want 12", got)
	}
	if got := strings.Count(p.Band, "z"); got != 3 {
		t.Errorf("%d bands, want 3", got)
	}
	if strings.Count(p.Dashed, "M") != 2 || strings.Count(p.Gaps, "M") != 1 || !p.Dots[len(p.Dots)-1].Hollow {
		t.Errorf("dashed %q, gaps %q, dots %v", p.Dashed, p.Gaps, p.Dots)
	}
}
