package reports

import (
	"encoding/json"
	"testing"
	"time"
)

// TestFiguresWithoutData: nothing is null or a number that nobody gave, but n is 0.
func TestFiguresWithoutData(t *testing.T) {
	for _, test := range []struct {
		figure any
		want   string
	}{
		{shareOf(0, 0), `{"n":0,"x":0,"share":null,"low":null,"high":null}`},
		{shareKnown(0, 0, 0), `{"n":0,"x":0,"share":null,"low":null,"high":null}`},
		{delayOf(nil, 0), `{"n":0,"unknown":0,"p50":null,"p90":null}`},
		{levelsOf([5]int{}), `{"n":0,"levels":[0,0,0,0,0],"x":0,"share":null,"low":null,"high":null}`},
		{outcomeOf([3]int{}), `{"n":0,"yes":0,"partly":0,"no":0,"share":null,"low":null,"high":null}`},
		{recommendOf([11]int{}), `{"n":0,"promoters":0,"passives":0,"detractors":0,"score":null,"low":null,"high":null}`},
		{chainOf(ClosedCell{}), `{"closed":0,"eligible":0,"invited":0,"delivered":0,"answered":0,"skipped":{}}`},
	} {
		check(t, test.figure, test.want)
	}
}

func check(t *testing.T, figure any, want string) {
	t.Helper()
	got, err := json.Marshal(figure)
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

// TestFigures: Wilson and score intervals by hand or from the reference values,
// rounded as they are published.
func TestFigures(t *testing.T) {
	open := []Observation{{Time: time.Hour, Ended: true}, {Time: 9 * time.Hour}, {Time: 9 * time.Hour}}
	for _, test := range []struct {
		figure any
		want   string
	}{
		{shareOf(81, 263), `{"n":263,"x":81,"share":0.308,"low":0.2553,"high":0.3662}`},
		{shareOf(0, 20), `{"n":20,"x":0,"share":0,"low":0,"high":0.1611}`},
		{shareKnown(81, 263, 29), `{"n":263,"x":81,"share":0.308,"low":0.2553,"high":0.3662,"unknown":29}`},
		{shareKnown(81, 263, 30), `{"n":263,"share":null,"low":null,"high":null,"unknown":30,"measured":false}`},
		{delayOf(open, 1), `{"n":3,"unknown":1,"measured":false,"p50":null,"p90":null}`},
		{delayOf(open, 0), `{"n":3,"unknown":0,"p50":{"reached":false},"p90":{"reached":false}}`},
		{levelsOf([5]int{0, 0, 1, 5, 4}), `{"n":10,"levels":[0,0,1,5,4],"x":9,"share":0.9,"low":0.5958,"high":0.9821}`},
		{levelsOf([5]int{0, 0, 0, 30, 10}), `{"n":40,"share":null,"low":null,"high":null,"at_least":0.95}`},
		{levelsOf([5]int{10, 0, 30, 0, 0}), `{"n":40,"share":null,"low":null,"high":null,"at_most":0.05}`},
		{outcomeOf([3]int{9, 1, 0}), `{"n":10,"yes":9,"partly":1,"no":0,"share":0.9,"low":0.5958,"high":0.9821}`},
		{outcomeOf([3]int{12, 0, 0}), `{"n":12,"share":null,"low":null,"high":null,"at_least":0.95}`},
		{outcomeOf([3]int{0, 6, 6}), `{"n":12,"share":null,"low":null,"high":null,"at_most":0.05}`},
		// 0-6 detract, 7 and 8 are passive, 9 and 10 promote
		{recommendOf([11]int{9: 20, 10: 20}), `{"n":40,"score":null,"low":null,"high":null,"at_least":90}`},
		{recommendOf([11]int{0: 40}), `{"n":40,"score":null,"low":null,"high":null,"at_most":-90}`},
		{recommendOf([11]int{7: 40}), `{"n":40,"score":null,"low":null,"high":null,"at_least":-5,"at_most":5}`},
		{recommendOf([11]int{5, 0, 0, 0, 0, 0, 15, 20, 10, 10, 40}), `{"n":100,"promoters":50,"passives":30,"detractors":20,"score":30,"low":14,"high":44.3}`},
	} {
		check(t, test.figure, test.want)
	}
}

// TestRecommendClasses: a class of one to four is told by no count beside it.
func TestRecommendClasses(t *testing.T) {
	r := recommendOf([11]int{4, 8: 20, 9: 26})
	if r.Promoters != nil || r.Passives != nil || r.Detractors != nil || r.N != 50 || *r.Score != 44 {
		t.Errorf("four detractors are told: %+v", r)
	}
	if r := recommendOf([11]int{8: 20, 9: 26}); r.Promoters == nil || *r.Detractors != 0 {
		t.Errorf("an empty class hides the others: %+v", r)
	}
}

// TestNegativeZero: JSON would write it as -0, and two engines might differ.
func TestNegativeZero(t *testing.T) {
	check(t, rounded(-0.01, 10), "0")
	check(t, rounded(-0.06, 10), "-0.1")
}

func TestChange(t *testing.T) {
	none, unsure := (*Share)(nil), shareKnown(5, 50, 50)
	for _, test := range []struct {
		name          string
		before, after *Share
		want          int
	}{
		{"48 of 80, then 56 of 70", shareOf(48, 80), shareOf(56, 70), 1}, // Newcombe: 0.0524 to 0.3339
		{"56 of 70, then 48 of 80", shareOf(56, 70), shareOf(48, 80), -1},
		{"the same share of few and of many", shareOf(5, 10), shareOf(500, 1000), 0},
		{"higher, by chance", shareOf(5, 10), shareOf(7, 10), 0},
		{"nothing before", shareOf(0, 0), shareOf(50, 100), 0},
		{"withheld before", none, shareOf(50, 100), 0},
		{"not measured after", shareOf(50, 100), unsure, 0},
	} {
		if got := Change(test.before, test.after); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
	if got := ChangeOfLevels(levelsOf([5]int{16, 16, 0, 24, 24}), levelsOf([5]int{7, 7, 0, 28, 28})); got != 1 {
		t.Errorf("levels: %d", got)
	}
	if got := ChangeOfLevels(nil, levelsOf([5]int{0, 0, 0, 0, 40})); got != 0 {
		t.Errorf("levels withheld, and told as a bound: %d", got)
	}
}
