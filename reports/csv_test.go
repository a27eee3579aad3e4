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
	month(h, t, "2026-03", 13, surveys.Dimensions{Category: "many"}, "5")
	month(h, t, "2026-03", 3, surveys.Dimensions{Category: "few"}, "5")
	h.at(t, "2026-04-20 12:00:00")
	var b strings.Builder
	must(t, reports.WriteCSV(&b, h.made(t)))
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	must(t, err)
	for _, want := range []string{
		"period,scope,name,figure,n,x,value,low,high,state",
		"2026-03,all,,opened,28,,,,,provisional",
		"2026-03,all,,resolved-7d,28,28,1,0.8794,1,provisional",
		"2026-03,all,,delay,28,24,0.8571,0.6851,0.943,provisional",
		"2026-03,all,,delay-5,28,20,,,,provisional",
		"2026-03,all,,listening,28,,,0.95,,provisional",
		"2026-03,all,,first-reply-p50,28,,3600,3600,,provisional",
		"2026-03,all,,answered,28,28,,,,provisional",
		"2026-03,all,,outcome,0,0,,,,provisional",
		"2026-03,category,other,opened,,,,,,provisional",
		"2026-03,category,'=1+1,opened,,,,,,provisional", // or "other" would be the difference
		"2026-03,category,many,opened,13,,,,,provisional",
		"2026-03,category,many,delay,13,,,0.95,,provisional",      // all said 5
		"2026-03,team,shop, and \"more\",delay,,,,,,provisional",  // or all others would be known to have said 5
		"2026-03,team,shop, and \"more\",opened,,,,,,provisional", // the same as =1+1
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
