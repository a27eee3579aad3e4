package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// crowd makes comments of as many customers, spread over so many advisers; mood is the
// score for both questions.
func crowd(x *Lexicon, n, advisers, score int, comment string) (all []Voice) {
	for i := range n {
		v := Voice{
			Response: fmt.Sprint(comment, i), Customer: fmt.Sprint(comment, i), Agent: fmt.Sprint("desk/", i%advisers), Spoken: "fr", Comment: comment,
			Values: map[string]string{"delay": fmt.Sprint(score), "listening": fmt.Sprint(score)}, Place: PlaceIn("2026-03-02"),
		}
		all = append(all, v.indexed(x.words(v.Comment, v.Spoken)))
	}
	return all
}

func labels(themes []Theme) string {
	var all []string
	for _, t := range themes {
		all = append(all, fmt.Sprintf("%s %d/%d", t.Label, t.Low, t.High))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func TestThemesAreWhatOneSaysMoreThanTheOther(t *testing.T) {
	x := lexicon(t)
	all := slices.Concat(
		crowd(x, 30, 6, 1, "Le délai de livraison est trop long"),
		crowd(x, 4, 6, 5, "Bon délai de livraison"),
		crowd(x, 40, 6, 5, "Une équipe aimable"),
		crowd(x, 12, 6, 1, "ma facture"), crowd(x, 12, 6, 5, "ma facture"),
	)
	got := themesOf(all, true, Need{Customers: 11, Advisers: 5})
	if !got.Enough || got.Comments != 98 || got.Low != 42 || got.High != 56 || got.Oldest != "2026-03-02" {
		t.Errorf("%+v", got)
	}
	if got := labels(got.MoreLow); got != "délai de livraison 30/4, livraison est trop 30/0, trop long 30/0" {
		t.Errorf("more of the dissatisfied: %s", got)
	}
	if got := labels(got.MoreHigh); got != "équipe aimable 0/40" {
		t.Errorf("more of the satisfied: %s", got)
	}
	if got := labels(got.Often); got != "facture 12/12" {
		t.Errorf("often: %s", got)
	}
}

// Neither few customers nor few advisers make a theme, in all comments or in those of
// one word: one adviser's answers are not one.
func TestThemesNeedEnoughBehindThem(t *testing.T) {
	x := lexicon(t)
	need := Need{Customers: 11, Advisers: 5}
	many := crowd(x, 40, 8, 5, "une équipe aimable")
	for name, few := range map[string][]Voice{
		"few customers": crowd(x, 10, 10, 1, "un colis perdu"),
		"one adviser":   crowd(x, 30, 1, 1, "un colis perdu"),
		"four advisers": crowd(x, 30, 4, 1, "un colis perdu"),
	} {
		if got := themesOf(few, true, need); got.Enough || got.MoreLow != nil || got.Often != nil {
			t.Errorf("%s alone: %+v", name, got)
		}
		got := themesOf(slices.Concat(few, many), true, need)
		if got.MoreLow != nil || labels(got.MoreHigh) != "équipe aimable 0/40" || got.Often != nil {
			t.Errorf("%s among others: %+v", name, got)
		}
	}
	same := crowd(x, 30, 8, 1, "un colis perdu")
	for i := range same {
		same[i].Customer = "one"
	}
	if got := themesOf(slices.Concat(same, many), true, need); got.MoreLow != nil {
		t.Errorf("one customer makes a theme: %+v", got)
	}
}

// A name is no theme, however many write it, and whether they write its capital or not.
func TestNamesAreNoThemes(t *testing.T) {
	x := lexicon(t)
	all := slices.Concat(
		crowd(x, 15, 8, 5, "Grâce à Sophie tout est réglé"), crowd(x, 15, 8, 5, "sophie super"), crowd(x, 15, 8, 5, "Sophie a répondu"),
		crowd(x, 30, 8, 1, "rien"),
	)
	got := themesOf(all, true, Need{Customers: 11, Advisers: 5})
	if said := labels(slices.Concat(got.MoreLow, got.MoreHigh, got.Often)); strings.Contains(said, "sophie") || !strings.Contains(said, "rien 30/0") {
		t.Errorf("themes: %s", said)
	}
}

// Of words that differ by chance, hardly any is told.
func TestChanceMakesNoThemes(t *testing.T) {
	x := lexicon(t)
	var all []Voice
	for n := range 40 {
		word := "mot" + string(rune('a'+n/26)) + string(rune('a'+n%26))
		all = append(all, crowd(x, 12+n%5, 6, 1, word)...)
		all = append(all, crowd(x, 12+(n*7)%6, 6, 5, word)...)
	}
	if got := themesOf(all, true, Need{Customers: 11, Advisers: 5}); got.MoreLow != nil || got.MoreHigh != nil || len(got.Often) != mostThemes {
		t.Errorf("%s | %s", labels(got.MoreLow), labels(got.MoreHigh))
	}
}

// The log-likelihood ratio by hand: 2·(10·ln 2) for 10 of 10 against 0 of 10 in each cell
// of two rows, which is 4·10·ln 2.
func TestKeyness(t *testing.T) {
	for _, c := range []struct {
		x1, n1, x2, n2 int
		p              float64
	}{
		{5, 10, 5, 10, 1}, {0, 0, 5, 10, 1}, {0, 10, 0, 10, 1},
		{10, 10, 0, 10, math.Erfc(math.Sqrt(40 * math.Ln2 / 2))}, // the tail of a chi-square of one degree
	} {
		if got := keyness(c.x1, c.n1, c.x2, c.n2); math.Abs(got-c.p) > 1e-12 {
			t.Errorf("%+v: %g", c, got)
		}
	}
}
