package reports

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestNoBandBelowTheMinimum: whatever waits, a band that is told has nobody in it or
// enough customers, the bands follow each other without a gap from 0 to for ever, and
// none is joined that need not be.
func TestNoBandBelowTheMinimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minimum := rapid.IntRange(1, 12).Draw(t, "minimum")
		bands, everybody, n := emptyBands(), people{}, 0
		for range rapid.IntRange(0, 60).Draw(t, "requests") {
			age := time.Duration(rapid.IntRange(0, 40*24).Draw(t, "hours")) * time.Hour
			who := strconv.Itoa(rapid.IntRange(0, 25).Draw(t, "customer"))
			addWaiting(bands, age, who)
			everybody[who] = 1
			n++
		}
		all, ok := merged(bands, minimum)
		if want := n == 0 || len(everybody) >= minimum; ok != want {
			t.Fatalf("%d customers, minimum %d: told %v", len(everybody), minimum, ok)
		}
		told := waitingOf(bands, minimum)
		if !ok {
			if told != nil {
				t.Fatalf("told %+v of %d customers", told, len(everybody))
			}
			return
		}
		end, sum := 0, 0
		for i, b := range all {
			if b.n > 0 && len(b.customers) < minimum {
				t.Errorf("band %d-%d has %d customers, minimum %d", b.from, b.to, len(b.customers), minimum)
			}
			if b.from != end || (b.to == 0) != (i == len(all)-1) {
				t.Errorf("the bands are %+v", all)
			}
			if got := told.Bands[i]; got.N%5 != 0 || got.N < b.n-2 || got.N > b.n+2 || got.FromDays != b.from || got.ToDays != b.to {
				t.Errorf("%+v is told as %+v", b, got)
			}
			end, sum = b.to, sum+b.n
		}
		if sum != n {
			t.Errorf("%d of %d requests are in a band", sum, n)
		}
		small := false
		for _, b := range bands {
			small = small || !b.shown(minimum)
		}
		if !small && len(all) != len(bands) {
			t.Errorf("bands are joined that need not be: %+v", all)
		}
	})
}

// TestBands: where a request falls, and which bands are joined.
func TestBands(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	bands := emptyBands()
	for _, age := range []time.Duration{0, day - 1, day, 3*day - 1, 3 * day, 7*day - 1, 7 * day, 28*day - 1, 28 * day, 400 * day} {
		addWaiting(bands, age, "c")
	}
	for _, b := range bands {
		if b.n != 2 {
			t.Errorf("%d requests wait for %d to %d days, want 2", b.n, b.from, b.to)
		}
	}
	for name, test := range map[string]struct{ in, want []int }{
		"all are enough":               {[]int{9, 5, 5, 6, 7}, []int{9, 5, 5, 6, 7}},
		"none is not few":              {[]int{9, 0, 0, 6, 0}, []int{9, 0, 0, 6, 0}},
		"few are joined with the next": {[]int{2, 9, 5, 6, 7}, []int{11, 5, 6, 7}},
		"until they are enough":        {[]int{2, 1, 0, 6, 7}, []int{9, 7}},
		"the last with the one before": {[]int{9, 5, 5, 6, 4}, []int{9, 5, 5, 10}},
		"however far":                  {[]int{9, 0, 0, 0, 4}, []int{13}},
	} {
		bands, who := emptyBands(), 0
		for i, n := range test.in {
			for range n {
				who++
				addWaiting(bands, time.Duration(bands[i].from)*day+hour, strconv.Itoa(who))
			}
		}
		all, ok := merged(bands, 5)
		got := []int{}
		for _, b := range all {
			got = append(got, b.n)
		}
		if !ok || len(got) != len(test.want) {
			t.Fatalf("%s: %v became %v, want %v", name, test.in, got, test.want)
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%s: %v became %v, want %v", name, test.in, got, test.want)
			}
		}
	}
}
