package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// yearOf keeps tallies of the last twelve months with so many requests in each.
func yearOf(t *testing.T, data string, perMonth int) {
	t.Helper()
	it, err := (&options{Data: data}).open(t.Context(), forAny, now)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	zone := surveys.DefaultSettings().Zone()
	today := now().In(zone)
	for ago := 1; ago <= 12; ago++ {
		day := surveys.DayOf(time.Date(today.Year(), today.Month()-time.Month(ago), 15, 12, 0, 0, 0, zone), zone)
		if err := it.PutTally(t.Context(), reports.Tally{Day: day, Opened: []reports.OpenedCell{{Opened: perMonth}}}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCheckPublishing: where most figures of a year would be held back, check names
// the period to choose, and so does settings apply once [publishing] changes.
func TestCheckPublishing(t *testing.T) {
	for name, test := range map[string]struct {
		perMonth    int
		state, says string
	}{
		"before any data": {0, "skipped", "no whole month"},
		"enough":          {11, "ok", "0 % of the figures of the last twelve months by month"},
		"few":             {4, "warning", "100 % of the figures of the last twelve months by month, 0 % by quarter"},
	} {
		t.Run(name, func(t *testing.T) {
			u := patient(t, zone{})
			if test.perMonth > 0 {
				yearOf(t, u.Data, test.perMonth)
			}
			all, _ := checked(t, u)
			want(t, all, "publishing "+test.state)
			if f := all["publishing"]; !strings.Contains(f.Found, test.says) || strings.Contains(f.Next, `"quarter"`) != (test.state == "warning") {
				t.Errorf("%+v does not say %q", f, test.says)
			}
		})
	}
}

func TestSettingsApplyAdvises(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	yearOf(t, data, 4)
	for _, test := range []struct{ file, says string }{
		{"[publishing]\nminimum = 12\n", "set [publishing] period = \"quarter\""},
		{"[asking]\nsample = 0.5\n", ""},
		{"[publishing]\nperiod = \"quarter\"\n", "publishing: too few customers stand behind 100 % of the figures of the last twelve months by month, 0 % by quarter"},
	} {
		out, errs, code := entendu(t, data, test.file, "settings", "apply", "-")
		if code != 0 || out != "" || !strings.Contains(errs, test.says) || (test.says == "") != (errs == "") {
			t.Errorf("%q: %d %q %q", test.file, code, out, errs)
		}
	}
}
