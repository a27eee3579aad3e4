package reports

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/entendu/entendu/surveys"
)

// Themes is what comments speak of, by plain counting: in how many comments of the
// dissatisfied does a word stand, and in how many of the satisfied?
type Themes struct {
	Comments  int // that were looked at: the newest of those asked for
	All       bool
	Low, High int // of them, by mood
	Oldest    surveys.Day

	// Enough is false where so few customers or advisers stand behind all the comments
	// that nothing is told.
	Enough bool

	MoreLow, MoreHigh []Theme // clearly more in one than in the other, the most frequent first
	Often             []Theme // frequent, with no clear difference
}

// Theme is one word, or two that follow each other.
type Theme struct {
	Term      string // by which its comments are found
	Label     string // as most wrote it
	Low, High int    // comments of each mood that have it
	Customers int    // who wrote them

	examples []string // responses that have it, of which some are read for the label
}

const (
	// mostThemed bounds how many comments one look counts: what is newer matters more.
	mostThemed = 2500
	// mostThemes is how many themes of each kind are told.
	mostThemes = 12
	// nameShare is from which share on, of its occurrences within sentences, a word written
	// with a capital is taken for a name.
	nameShare = 0.2
	// chance is how often, of the differences told, one may be none (FalseDiscovery).
	chance = 0.05
	// swallowed is from which share on, of the comments with a word, a pair that has it tells
	// more than the word alone.
	swallowed = 0.7
)

// Themes counts what the comments speak of that a manager asks for.
func (s *Voices) Themes(ctx context.Context, h Hearing, need Need) (Themes, error) {
	found, more, err := s.Find(ctx, h, mostThemed)
	if err != nil {
		return Themes{}, err
	}
	return themesOf(found, !more, need), nil
}

func themesOf(voices []Voice, all bool, need Need) Themes {
	t := Themes{Comments: len(voices), All: all, Enough: enoughBehind(voices, need)}
	if len(voices) > 0 {
		t.Oldest = voices[len(voices)-1].Week()
	}
	for _, v := range voices {
		switch v.Mood() {
		case Low:
			t.Low++
		case High:
			t.High++
		}
	}
	if !t.Enough {
		return t
	}
	t.part(likely(voices, need))
	t.label(voices)
	return t
}

// enoughBehind is the law of what is compared inside, for some comments.
func enoughBehind(voices []Voice, need Need) bool {
	customers, advisers := map[string]bool{}, map[string]bool{}
	for _, v := range voices {
		if v.Customer != "" {
			customers[v.Customer] = true
		}
		if v.Agent != "" {
			advisers[v.Agent] = true
		}
		if len(customers) >= need.Customers && len(advisers) >= need.Advisers {
			return true
		}
	}
	return false
}

// likely gives the words and pairs behind which enough stand.
func likely(voices []Voice, need Need) (themes []Theme) {
	having := map[string][]int{} // the comments that have a term
	for i, v := range voices {
		for _, term := range v.Terms {
			if isWord(term) {
				having[term] = append(having[term], i)
			}
		}
	}
	name := func(stem string) bool {
		names, plain := len(having[nameTerm+stem]), len(having[stemTerm+stem])
		return float64(names) >= nameShare*float64(names+plain)
	}
	for term, which := range having {
		if len(which) < need.Customers || strings.HasPrefix(term, nameTerm) || slices.ContainsFunc(stemsOf(term), name) {
			continue
		}
		if theme, ok := themeOf(term, of(voices, which), need); ok {
			themes = append(themes, theme)
		}
	}
	return unswallowed(themes)
}

func of(voices []Voice, which []int) (some []Voice) {
	for _, i := range which {
		some = append(some, voices[i])
	}
	return some
}

// stemsOf are the stems of a term, one or two.
func stemsOf(term string) []string {
	_, stems, _ := strings.Cut(term, ":")
	return strings.Split(stems, " ")
}

// themeOf counts a term in the comments that have it; ok is false if too few stand
// behind it.
func themeOf(term string, voices []Voice, need Need) (theme Theme, ok bool) {
	if !enoughBehind(voices, need) {
		return theme, false
	}
	theme.Term = term
	customers := map[string]bool{}
	for _, v := range voices {
		customers[v.Customer] = v.Customer != ""
		switch v.Mood() {
		case Low:
			theme.Low++
		case High:
			theme.High++
		}
	}
	theme.Customers = len(customers)
	for _, v := range voices[:min(len(voices), labelled)] {
		theme.examples = append(theme.examples, v.Response)
	}
	return theme, true
}

// labelled is how many comments are read to see how most write a theme.
const labelled = 20

// label writes the themes that are told, and only those: it reads comments again.
func (t *Themes) label(voices []Voice) {
	byID := map[string]Voice{}
	for _, v := range voices {
		byID[v.Response] = v
	}
	for _, list := range [][]Theme{t.MoreLow, t.MoreHigh, t.Often} {
		for i, theme := range list {
			var read []Voice
			for _, id := range theme.examples {
				read = append(read, byID[id])
			}
			list[i].Label, list[i].examples = labelOf(theme.Term, read), nil
		}
	}
}

// labelOf is a theme as most wrote it. Words that say nothing within a pair belong to it:
// "délai de livraison".
func labelOf(term string, voices []Voice) string {
	written := map[string]int{}
	for _, v := range voices {
		written[spelled(stemsOf(term), v)]++
	}
	delete(written, "")
	best := ""
	for text, n := range written {
		if n > written[best] || n == written[best] && text < best {
			best = text
		}
	}
	return cmp.Or(best, strings.Join(stemsOf(term), " "))
}

// mostBetween is how many words that say nothing may stand within a pair.
const mostBetween = 4

// spelled is how a comment writes stems that follow each other; "" if it does not.
func spelled(stems []string, v Voice) string {
	words := wordsOf(v.Comment)
	for i, w := range words {
		if stem(w.folded, v.Spoken) != stems[0] {
			continue
		}
		for j := i; j < min(len(words), i+1+mostBetween); j++ {
			if stem(words[j].folded, v.Spoken) == stems[len(stems)-1] && (len(stems) == 1) == (i == j) {
				return plainly(words[i : j+1])
			}
		}
	}
	return ""
}

// plainly writes words in small letters, an elision with its apostrophe.
func plainly(words []word) string {
	var b strings.Builder
	for i, w := range words {
		text := strings.ToLower(w.text)
		b.WriteString(text)
		switch {
		case i == len(words)-1:
		case len([]rune(text)) == 1 && !strings.Contains("ayo", text) || text == "qu":
			b.WriteString("’")
		default:
			b.WriteString(" ")
		}
	}
	return b.String()
}

// unswallowed leaves out a word where a pair that has it tells nearly the same comments.
func unswallowed(themes []Theme) []Theme {
	pairs := map[string]int{} // by stem, the most comments that a pair with it has
	for _, t := range themes {
		if strings.HasPrefix(t.Term, pairTerm) {
			for _, s := range stemsOf(t.Term) {
				pairs[s] = max(pairs[s], t.comments())
			}
		}
	}
	return slices.DeleteFunc(themes, func(t Theme) bool {
		return strings.HasPrefix(t.Term, stemTerm) && float64(pairs[stemsOf(t.Term)[0]]) >= swallowed*float64(t.comments())
	})
}

func (t Theme) comments() int { return t.Low + t.High }

// part sorts themes by whether they clearly differ between low and high: the interval of
// the difference leaves out zero, and so many words are not tried that one differs by
// chance.
func (t *Themes) part(themes []Theme) {
	slices.SortFunc(themes, func(a, b Theme) int {
		return cmp.Or(cmp.Compare(b.comments(), a.comments()), cmp.Compare(a.Term, b.Term))
	})
	p := make([]float64, len(themes))
	for i, theme := range themes {
		p[i] = keyness(theme.Low, t.Low, theme.High, t.High)
	}
	for i, q := range FalseDiscovery(p) {
		more := direction(Newcombe(themes[i].Low, t.Low, themes[i].High, t.High))
		switch {
		case q <= chance && more > 0:
			t.MoreLow = append(t.MoreLow, themes[i])
		case q <= chance && more < 0:
			t.MoreHigh = append(t.MoreHigh, themes[i])
		default:
			t.Often = append(t.Often, themes[i])
		}
	}
	for _, list := range []*[]Theme{&t.MoreLow, &t.MoreHigh, &t.Often} {
		*list = (*list)[:min(len(*list), mostThemes)]
	}
}

// keyness is the p of the log-likelihood ratio (Dunning 1993) of x1 of n1 against x2 of
// n2: how rarely chance alone would part a word so unevenly.
func keyness(x1, n1, x2, n2 int) float64 {
	if n1 == 0 || n2 == 0 || x1+x2 == 0 {
		return 1
	}
	share := float64(x1+x2) / float64(n1+n2)
	g := 0.0
	for _, group := range [][2]int{{x1, n1}, {x2, n2}} {
		x, n := float64(group[0]), float64(group[1])
		g += 2 * (portion(x, n*share) + portion(n-x, n*(1-share)))
	}
	return distuv.ChiSquared{K: 1}.Survival(math.Max(g, 0))
}

// portion is one term of the ratio; nothing seen adds nothing.
func portion(seen, expected float64) float64 {
	if seen == 0 {
		return 0
	}
	return seen * math.Log(seen/expected)
}
