// Package lang gives every text, number and date that a person reads, in that
// person's language, from the files of static/lang: one folder per language, in it
// one file per area, each a flat JSON object of keys and texts.
//
//	{"desk.waiting": {"one": "{{.Count}} request waits", "other": "{{.Count}} requests wait"}}
//
// The package knows no language: month names, word order and plurals come from
// those files and from CLDR, so a language is added by adding a folder. A folder may
// hold fewer areas than others: then its language is one for customers only, with
// mails and the pages behind their links (see Complete). It does not escape:
// html/template does that where a text enters a page.
package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Catalogue holds all texts in all languages. It does not change once loaded and
// may be used by many goroutines.
type Catalogue struct {
	words    []Words // those with most texts first, else in the order of their tags
	complete []string
	matcher  language.Matcher
}

// Load reads <tag>/<area>.json from files. It fails, naming the file, on a text
// that could not be shown, and on a key that stands twice in one language.
func Load(files fs.FS) (*Catalogue, error) {
	names, err := fs.Glob(files, "*/*.json")
	if err != nil || len(names) == 0 {
		return nil, errors.Join(errors.New("no language files named like en/time.json"), err)
	}
	texts := map[string]map[string]*i18n.Message{} // by language and key
	from := map[string]string{}                    // language and key -> file
	for _, name := range names {
		messages, err := readArea(files, name)
		if err != nil {
			return nil, fmt.Errorf("language file %s: %w", name, err)
		}
		tag := path.Dir(name)
		if texts[tag] == nil {
			texts[tag] = map[string]*i18n.Message{}
		}
		for _, m := range messages {
			if first, taken := from[tag+" "+m.ID]; taken {
				return nil, fmt.Errorf("language file %s: key %q stands already in %s", name, m.ID, first)
			}
			from[tag+" "+m.ID], texts[tag][m.ID] = name, m
		}
	}
	c := &Catalogue{}
	return c, c.index(texts)
}

// index prepares one Words per language. The first of those with most texts stands
// in for those that are unknown.
func (c *Catalogue) index(texts map[string]map[string]*i18n.Message) error {
	for _, tag := range slices.Sorted(maps.Keys(texts)) {
		w, err := newWords(tag, texts[tag])
		if err != nil {
			return err
		}
		c.words = append(c.words, w)
	}
	slices.SortStableFunc(c.words, func(a, b Words) int { return len(texts[b.tag]) - len(texts[a.tag]) })
	var tags []language.Tag
	for _, w := range c.words {
		tags = append(tags, language.Make(w.tag))
		if len(texts[w.tag]) == len(texts[c.words[0].tag]) {
			c.complete = append(c.complete, w.tag)
		}
	}
	c.matcher = language.NewMatcher(tags)
	return nil
}

// Languages are the tags of all languages, those of Complete first.
func (c *Catalogue) Languages() []string {
	var tags []string
	for _, w := range c.words {
		tags = append(tags, w.tag)
	}
	return tags
}

// Complete are the tags, sorted, of the languages that have every text. In the
// others there is what customers meet, but no page for everybody.
func (c *Catalogue) Complete() []string { return slices.Clone(c.complete) }

// ForEverybody chooses from offered the languages of pages for everybody: those
// that are complete. The first complete language of all stands in, as the first, for
// a first one of offered that is not.
func (c *Catalogue) ForEverybody(offered []string) []string {
	all := slices.DeleteFunc(slices.Clone(offered), func(tag string) bool { return !slices.Contains(c.complete, tag) })
	if len(all) > 0 && all[0] == offered[0] {
		return all
	}
	first := c.complete[0]
	return append([]string{first}, slices.DeleteFunc(all, func(tag string) bool { return tag == first })...)
}

// For gives the words of the language nearest to tag ("fr-CA" finds "fr"), and
// those of the first language if none is near or tag is not a tag.
func (c *Catalogue) For(tag string) Words {
	for _, w := range c.words {
		if w.tag == tag {
			return w
		}
	}
	_, i := language.MatchStrings(c.matcher, tag)
	return c.words[i]
}

// Accept chooses from offered what an Accept-Language header (RFC 9110 section
// 12.5.4) likes best: the first of offered if the header likes none or is not
// readable, "" if nothing is offered.
func (c *Catalogue) Accept(header string, offered []string) string {
	if len(offered) == 0 {
		return ""
	}
	liked, _, _ := language.ParseAcceptLanguage(header)
	for _, tag := range liked {
		_, i, sure := c.matcher.Match(tag)
		for _, offer := range offered {
			if sure != language.No && c.For(offer).tag == c.words[i].tag {
				return offer
			}
		}
	}
	return offered[0]
}
