package reports_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// TestWriteCSV: one figure a line; what is withheld is there, and empty.
func TestWriteCSV(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 12, surveys.Dimensions{Category: "=1+1", Team: "shop, and \"more\""}, "5", "4", "2")
	month(h, t, "2026-03", 3, surveys.Dimensions{Category: "few"}, "5")
	h.at(t, "2026-04-20 12:00:00")
	var b strings.Builder
	must(t, reports.WriteCSV(&b, h.made(t)))
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	must(t, err)
	for _, want := range []string{
		"period,scope,name,figure,n,x,value,low,high,state",
		"2026-03,all,,opened,15,,,,,provisional",
		"2026-03,all,,resolved-7d,15,15,1,0.7961,1,provisional",
		"2026-03,all,,delay,15,11,0.7333,0.4805,0.891,provisional",
		"2026-03,all,,delay-5,15,7,,,,provisional",
		"2026-03,all,,listening,15,,,0.95,,provisional",
		"2026-03,all,,first-reply-p50,15,,3600,3600,,provisional",
		"2026-03,all,,answered,15,15,,,,provisional",
		"2026-03,all,,outcome,0,0,,,,provisional",
		"2026-03,category,few,opened,,,,,,provisional",
		"2026-03,category,few,delay,,,,,,provisional",
		"2026-03,category,'=1+1,delay,12,8,0.6667,0.3906,0.8619,provisional",
		"2026-03,team,shop, and \"more\",opened,12,,,,,provisional",
		"2026-04,all,,opened,0,,,,,so far",
		"2026-04,all,,first-reply-p90,0,,,,,so far",
	} {
		if !slices.ContainsFunc(lines, func(fields []string) bool { return strings.Join(fields, ",") == want }) {
			t.Errorf("no line %s", want)
		}
	}
	if t.Failed() {
		t.Log(b.String())
	}
}
