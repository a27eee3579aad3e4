package reports

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// references says how the rows of each kind are held: by a method of the product,
// or, for what the product does not publish, by a witness that is set against one
// where it can be.
func references() map[string]func(*testing.T, referenceRow) {
	return map[string]func(*testing.T, referenceRow){
		"prop_wilson_95":                    holdsWilson,
		"prop_diff_newcombe_95":             holdsNewcombe,
		"nps_wald_95":                       holdsWaldScore,
		"nps_adjusted_wald_95":              holdsAdjustedWald,
		"nps_score_95":                      holdsScore,
		"nps_difference_95":                 holdsScoreDifference,
		"nps_sample_size_two_periods":       holdsSampleSize,
		"nps_margin_of_error":               holdsMarginOfError,
		"nps_cluster_se":                    holdsClusterError,
		"prop_agresti_coull_95":             holdsAgrestiCoull,
		"prop_jeffreys_95":                  holdsJeffreys,
		"prop_clopper_pearson_95":           holdsClopperPearson,
		"prop_wilson_cc_95":                 holdsCorrectedWilson,
		"km_median":                         holdsMedian,
		"km_tickets":                        holdsTickets,
		"km_median_unreached":               holdsMedianNotReached,
		"km_median_flat":                    holdsFlatMedian,
		"km_tie_convention":                 holdsTies,
		"km_rmst_30d":                       holdsRestrictedMean,
		"km_left_truncated":                 holdsDelayedEntry,
		"closed_only_trap":                  holdsClosedOnly,
		"logrank":                           holdsLogRank,
		"competing_risk_aalen_johansen":     holdsIncidence,
		"cohort_resolution_rate":            holdsCohort,
		"closing_month_ratio_trap":          holdsClosingMonth,
		"quantile":                          holdsPlainQuantile,
		"funnel_exact_mirrored":             holdsFunnelLimits,
		"funnel_exact_spiegelhalter2005":    holdsFunnelTrap,
		"funnel_normal":                     holdsFunnelNormal,
		"funnel_nps":                        holdsScoreLimits,
		"funnel_flag_tail":                  holdsFunnelFlags,
		"funnel_overdispersion":             holdsSpread,
		"false_alarm_many_teams":            holdsFalseAlarms,
		"fdr_bh_5pct":                       holdsFalseDiscovery,
		"shrinkage_beta_binomial_mom":       holdsShrinkage,
		"shrinkage_beta_posterior_95":       holdsPosterior,
		"shrinkage_james_stein":             holdsJamesStein,
		"xmr_limits":                        holdsMovingRange,
		"nonresponse_worst_case_bounds":     holdsWorstCase,
		"nonresponse_worst_case_bounds_nps": holdsWorstCaseScore,
		"nonresponse_bias_deterministic":    holdsBias,
		"differencing_live_nps":             holdsLiveDifference,
		"differencing_total":                holdsTotalDifference,
		"threshold_bunching":                holdsBunching,
	}
}

// TestReference holds every row of testdata/reference_values.csv, whose values were
// computed with other programs, and in every row each field: what no test reads
// would vouch for nothing.
func TestReference(t *testing.T) {
	rows, err := readReference("testdata/reference_values.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 87 {
		t.Errorf("%d rows, want 87", len(rows))
	}
	for _, kind := range strayKinds(rows) {
		t.Errorf("kind %s has rows and no test, or a test and no rows", kind)
	}
	for k, r := range rows {
		t.Run(fmt.Sprintf("%s/%d", r.kind, k+2), func(t *testing.T) {
			holds := references()[r.kind]
			if holds == nil {
				t.Fatal("no test")
			}
			holds(t, r)
			for _, f := range r.notRead() {
				t.Errorf("%s: %q was not looked at", r.inputs, f)
			}
		})
	}
}

// TestReferencePlanted: a row of a new kind, a kind without its rows, and a field
// that a test overlooks are each told.
func TestReferencePlanted(t *testing.T) {
	rows, err := readReference("testdata/reference_values.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got := strayKinds(append(slices.Clone(rows), newReferenceRow("new", "x=1", "y=2"))); !slices.Equal(got, []string{"new"}) {
		t.Errorf("a row of a new kind: %v", got)
	}
	if got := strayKinds(slices.DeleteFunc(rows, func(r referenceRow) bool { return r.kind == "logrank" })); !slices.Equal(got, []string{"logrank"}) {
		t.Errorf("a kind without rows: %v", got)
	}
	r := newReferenceRow("prop_wilson_95", "x=1;n=1", "lo=0.206549;hi=1.000000;median=1")
	holdsWilson(t, r)
	if got := r.notRead(); !slices.Equal(got, []string{"median=1"}) {
		t.Errorf("not looked at: %v", got)
	}
}

// strayKinds are those in the rows or in references, but not in both.
func strayKinds(rows []referenceRow) (stray []string) {
	held := references()
	for _, r := range rows {
		if references()[r.kind] == nil && !slices.Contains(stray, r.kind) {
			stray = append(stray, r.kind)
		}
		delete(held, r.kind)
	}
	for kind := range held {
		stray = append(stray, kind)
	}
	return stray
}

// referenceRow is one line of the file. Its fields are written "x=1;n=29", and
// those of expected are crossed out as tests read them.
type referenceRow struct {
	kind, inputs, expected string
	unread                 map[string]bool
}

func readReference(name string) (rows []referenceRow, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	for _, line := range lines[min(1, len(lines)):] {
		rows = append(rows, newReferenceRow(line[0], line[1], line[2]))
	}
	return rows, err
}

func newReferenceRow(kind, inputs, expected string) referenceRow {
	r := referenceRow{kind, inputs, expected, map[string]bool{}}
	for _, f := range fieldsOf(expected) {
		r.unread[f] = true
	}
	return r
}

func (r referenceRow) notRead() (fields []string) {
	for f := range r.unread {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	return fields
}

// fieldsOf parts "a=1;S(4;8)=2" at the semicolons outside brackets.
func fieldsOf(s string) (fields []string) {
	depth, start := 0, 0
	for k, c := range s {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ';' && depth == 0:
			fields = append(fields, strings.TrimSpace(s[start:k]))
			start = k + 1
		}
	}
	return append(fields, strings.TrimSpace(s[start:]))
}

// valueOf is what follows the name and "=", "->" or ":" in a field.
func valueOf(field, name string) (value string, ok bool) {
	rest, ok := strings.CutPrefix(field, name)
	for _, sign := range []string{"=", "->", ":"} {
		if v, found := strings.CutPrefix(rest, sign); ok && found {
			return strings.TrimSpace(v), true
		}
	}
	return "", ok && rest == ""
}

// told is the text of an expected field, which is crossed out.
func (r referenceRow) told(t *testing.T, name string) string {
	t.Helper()
	for _, f := range fieldsOf(r.expected) {
		if v, ok := valueOf(f, name); ok {
			delete(r.unread, f)
			return v
		}
	}
	t.Fatalf("no field %s in %q", name, r.expected)
	return ""
}

// says fails unless the expected field is this text.
func (r referenceRow) says(t *testing.T, name, want string) {
	t.Helper()
	if got := r.told(t, name); got != want {
		t.Errorf("%s: %s is %q, and comes out as %q", r.inputs, name, got, want)
	}
}

// value is the number that an expected field begins with.
func (r referenceRow) value(t *testing.T, name string) float64 {
	t.Helper()
	first, _, _ := strings.Cut(r.told(t, name), " ")
	return number(t, strings.TrimPrefix(first, "+/-"))
}

// near fails unless got is what the expected field says.
func (r referenceRow) near(t *testing.T, name string, got, tolerance float64) {
	t.Helper()
	near(t, r.inputs+": "+name, got, r.value(t, name), tolerance)
}

// list is near for values in a row, with commas.
func (r referenceRow) list(t *testing.T, name string, got []float64, tolerance float64) {
	t.Helper()
	want := numbers(t, r.told(t, name))
	if len(want) != len(got) {
		t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
	}
	for k := range want {
		near(t, fmt.Sprintf("%s: %s, number %d", r.inputs, name, k+1), got[k], want[k], tolerance)
	}
}

// ends fails unless the interval is the one that the row expects.
func (r referenceRow) ends(t *testing.T, got Interval, tolerance float64) {
	t.Helper()
	r.near(t, "lo", got.Low, tolerance)
	r.near(t, "hi", got.High, tolerance)
}

// given is the number that an input field begins with.
func (r referenceRow) given(t *testing.T, name string) float64 {
	t.Helper()
	for _, f := range fieldsOf(r.inputs) {
		if v, ok := valueOf(f, name); ok {
			first, _, _ := strings.Cut(v, " ")
			return number(t, first)
		}
	}
	t.Fatalf("no field %s in %q", name, r.inputs)
	return 0
}

func (r referenceRow) count(t *testing.T, name string) int {
	t.Helper()
	return int(r.given(t, name))
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// numbers reads "1,2,3".
func numbers(t *testing.T, s string) (list []float64) {
	t.Helper()
	for f := range strings.SplitSeq(s, ",") {
		list = append(list, number(t, strings.TrimSpace(f)))
	}
	return list
}

// near fails unless got is within tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.9f, want %.9f", what, got, want)
	}
}
