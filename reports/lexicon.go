package reports

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/french"
	"golang.org/x/text/unicode/norm"
)

// Lexicon makes terms of words, so that "retards" finds "Retard" and "livree" finds
// "livrées". It knows the words that say nothing, of each language a list.
type Lexicon struct {
	stops map[string]map[string]bool // by language
}

// The terms that words make. A word written like a name, or with a digit, is found by
// searching and is no theme: themes must not come to be about an adviser.
const (
	stemTerm = "s:"
	nameTerm = "n:"
	pairTerm = "p:" // two words that follow each other, but for words that say nothing
)

// NewLexicon reads the lists: a file "fr.txt" holds those of French, one a line; what
// comes after "#" is for people.
func NewLexicon(files fs.FS) (*Lexicon, error) {
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		return nil, err
	}
	x := &Lexicon{stops: map[string]map[string]bool{}}
	for _, name := range names {
		list, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading the words of %s: %w", name, err)
		}
		stops := map[string]bool{}
		for line := range strings.Lines(string(list)) {
			line, _, _ = strings.Cut(line, "#")
			for _, word := range strings.Fields(line) {
				stops[fold(word)] = true
			}
		}
		x.stops[strings.TrimSuffix(path.Base(name), ".txt")] = stops
	}
	return x, nil
}

// word is one word of a comment.
type word struct {
	text   string // as it was written
	folded string
	name   bool // written with a capital, or a digit, where a plain word would not be
	begins bool // a sentence, or what a mark such as a comma parts
}

// wordsOf takes a text apart. An apostrophe parts too: "l'attente" is about the wait.
func wordsOf(text string) (all []word) {
	begins, start := true, true // of a part; of a sentence, where a capital says nothing
	for rest := text; rest != ""; {
		from := strings.IndexFunc(rest, isLetter)
		if from < 0 {
			break
		}
		if between := rest[:from]; strings.ContainsAny(between, ".!?…\n:") {
			begins, start = true, true
		} else if strings.ContainsAny(between, ",;()«»\"") {
			begins = true
		}
		rest = rest[from:]
		to := strings.IndexFunc(rest, func(r rune) bool { return !isLetter(r) })
		if to < 0 {
			to = len(rest)
		}
		one := word{text: rest[:to], folded: fold(rest[:to]), begins: begins}
		one.name = likeName(one.text, start)
		all, rest, begins, start = append(all, one), rest[to:], false, false
	}
	return all
}

func isLetter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// likeName says whether a word is written like a name: one capital and small letters
// where no sentence begins. Words in capitals throughout are only loud.
func likeName(text string, start bool) bool {
	if strings.ContainsFunc(text, unicode.IsDigit) {
		return true
	}
	letters := []rune(text)
	return !start && unicode.IsUpper(letters[0]) && slices.ContainsFunc(letters[1:], unicode.IsLower)
}

// fold takes capitals and accents off, as people who write in haste leave them out. What
// is not ASCII is the rarer case.
func fold(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return strings.ToLower(text)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// stem is what the forms of a folded word have in common, in French and English; in
// another language it is the word. French participles lose their accent before: without
// it, "livree" has one e that no rule takes off.
func stem(folded, language string) string {
	switch language {
	case "fr":
		for _, ending := range []string{"ees", "ee", "es"} {
			if cut, ok := strings.CutSuffix(folded, ending); ok && len(cut) > 2 {
				folded = cut + "e"
				break
			}
		}
		return french.Stem(folded, false)
	case "en":
		return english.Stem(folded, false)
	}
	return folded
}

// maxTerms bounds what one comment can ask of an index.
const maxTerms = 600

// words are the terms of a text in a language, each once.
func (x *Lexicon) words(text, language string) (terms []string) {
	before := ""
	for _, w := range wordsOf(text) {
		if w.begins {
			before = ""
		}
		if x.silent(w.folded, language) {
			continue
		}
		s := stem(w.folded, language)
		if w.name {
			terms, before = append(terms, nameTerm+s), ""
			continue
		}
		terms = append(terms, stemTerm+s)
		if before != "" {
			terms = append(terms, pairTerm+before+" "+s)
		}
		before = s
	}
	slices.Sort(terms)
	terms = slices.Compact(terms)
	return terms[:min(len(terms), maxTerms)]
}

// silent says whether a word says nothing in a language: it is on the list, or one letter.
func (x *Lexicon) silent(folded, language string) bool {
	return len(folded) < 2 || x.stops[language][folded]
}

// languages are those whose forms a searched word is tried in; "" stands for the rest.
func (x *Lexicon) languages() []string {
	return append(slices.Sorted(func(yield func(string) bool) {
		for language := range x.stops {
			if !yield(language) {
				return
			}
		}
	}), "")
}

// search makes of what was typed the terms to look for: of each group one must be there.
// A word that says nothing in some language is not asked for, unless all are such.
func (x *Lexicon) search(typed string) (groups [][]string) {
	for _, strict := range []bool{true, false} {
		for _, w := range wordsOf(typed) {
			if strict && x.silentAnywhere(w.folded) {
				continue
			}
			var group []string
			for _, language := range x.languages() {
				s := stem(w.folded, language)
				group = append(group, stemTerm+s, nameTerm+s)
			}
			slices.Sort(group)
			groups = append(groups, slices.Compact(group))
		}
		if groups != nil {
			return groups[:min(len(groups), maxSearched)]
		}
	}
	return nil
}

// maxSearched is how many words of a search count.
const maxSearched = 8

func (x *Lexicon) silentAnywhere(folded string) bool {
	return slices.ContainsFunc(x.languages(), func(language string) bool { return x.silent(folded, language) })
}
