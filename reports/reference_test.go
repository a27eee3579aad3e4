package reports

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// referenceRow is one line of testdata/reference_values.csv: values computed with other
// programs, which the column source names. Its fields are written "x=1;n=29".
type referenceRow struct{ kind, inputs, expected string }

// referenceRows are the rows of one kind; there must be some.
func referenceRows(t *testing.T, kind string) []referenceRow {
	t.Helper()
	f, err := os.Open("testdata/reference_values.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []referenceRow
	for _, r := range records {
		if r[0] == kind {
			rows = append(rows, referenceRow{kind: r[0], inputs: r[1], expected: r[2]})
		}
	}
	if len(rows) == 0 {
		t.Fatalf("no row of kind %s", kind)
	}
	return rows
}

// field is the text after "name=" in "name=value;name=value".
func field(t *testing.T, fields, name string) string {
	t.Helper()
	for f := range strings.SplitSeq(fields, ";") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(f), name+"="); ok {
			return v
		}
	}
	t.Fatalf("no field %s in %q", name, fields)
	return ""
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (r referenceRow) count(t *testing.T, name string) int {
	t.Helper()
	return int(number(t, field(t, r.inputs, name)))
}

func (r referenceRow) value(t *testing.T, name string) float64 {
	t.Helper()
	return number(t, field(t, r.expected, name))
}

// near fails unless got is within tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.9f, want %.9f", what, got, want)
	}
}

// ends fails unless the interval is the one that the row expects.
func (r referenceRow) ends(t *testing.T, got Interval, tolerance float64) {
	t.Helper()
	near(t, r.kind+" "+r.inputs+": low", got.Low, r.value(t, "lo"), tolerance)
	near(t, r.kind+" "+r.inputs+": high", got.High, r.value(t, "hi"), tolerance)
}

// TestReferenceKinds holds the list of kinds: a row that no test reads would
// vouch for nothing.
func TestReferenceKinds(t *testing.T) {
	want := map[string]int{
		"nps_wald_95": 5, "nps_adjusted_wald_95": 5, "nps_score_95": 5,
		"prop_wilson_95": 5, "prop_diff_newcombe_95": 2,
		"km_median": 2, "km_tickets": 1, "km_median_unreached": 1, "km_median_flat": 1,
		"km_tie_convention": 1, "closed_only_trap": 1,
	}
	total := 0
	for kind, n := range want {
		got := len(referenceRows(t, kind))
		total += got
		if got != n {
			t.Errorf("%d rows of kind %s, want %d", got, kind, n)
		}
	}
	b, err := os.ReadFile("testdata/reference_values.csv")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(b), "\n"); lines != total+1 {
		t.Errorf("%d lines for %d rows read by tests", lines, total)
	}
}
