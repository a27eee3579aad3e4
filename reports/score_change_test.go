package reports

import "testing"

// told makes a score of counts, as an edition tells it.
func told(promoters, passives, detractors int) *Recommend {
	var counts [11]int
	counts[10], counts[7], counts[0] = promoters, passives, detractors
	return recommendOf(counts)
}

func TestChangeOfScore(t *testing.T) {
	for _, c := range []struct {
		what          string
		before, after *Recommend
		want          int
	}{
		{"20 points of 100 answers each are no claim", told(40, 30, 30), told(50, 30, 20), 0},
		{"20 points of 400 answers each are", told(160, 120, 120), told(200, 120, 80), 1},
		{"and the other way round", told(200, 120, 80), told(160, 120, 120), -1},
		{"the same", told(50, 30, 20), told(50, 30, 20), 0},
		{"all promoters, few", told(12, 0, 0), told(9, 3, 0), 0},
		{"no answers", told(0, 0, 0), told(50, 30, 20), 0},
		{"withheld", nil, told(50, 30, 20), 0},
	} {
		if got := ChangeOfScore(c.before, c.after); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}
