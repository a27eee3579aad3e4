package charts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// TestWithheld: one row a figure, its periods in order and once each.
func TestWithheld(t *testing.T) {
	d := reports.Document{}
	for _, cell := range []string{
		"periods/2026-11/delay", "categories/a%2Fb/2026-10/outcome", "periods/2026-10/delay", "teams/other/2026-10/resolved_within/7d", "periods/2026-10/delay",
	} {
		d.Withheld = append(d.Withheld, reports.Withheld{Cell: cell, Why: reports.Small})
	}
	var got [][2]string
	for _, row := range charts.Withheld(d, words(t, "en")).Rows {
		got = append(got, [2]string{row[0].Text, row[1].Text})
	}
	want := [][2]string{
		{"Satisfied with the time taken", "October 2026, November 2026"}, {"Settled, say those who asked (a/b)", "October 2026"},
		{"Settled within 7 days (other)", "October 2026"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if rows := charts.Withheld(reports.Document{}, words(t, "fr")).Rows; len(rows) != 0 {
		t.Errorf("nothing is held back: %v", rows)
	}
}
