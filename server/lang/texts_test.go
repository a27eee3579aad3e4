package lang

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/entendu/entendu/static"
)

// customerAreas are those that customers meet: every language has them.
func customerAreas() []string {
	return []string{"answer", "banner", "language", "levels", "list", "mail", "news", "number", "ticket", "time", "trial", "web"}
}

// areasForEverybody are those of public pages and of pages for who signs in. A language
// may lack all of them.
func areasForEverybody(t *testing.T) (areas []string) {
	for area := range readAll(t)["en"] {
		if !slices.Contains(customerAreas(), area) {
			areas = append(areas, area)
		}
	}
	return areas
}

// readAll gives the texts of every file, by language and area.
func readAll(t *testing.T) map[string]map[string]map[string]*i18n.Message {
	t.Helper()
	names, err := fs.Glob(static.Lang(), "*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]map[string]*i18n.Message{}
	for _, name := range names {
		messages, err := readArea(static.Lang(), name)
		if err != nil {
			t.Fatal(err)
		}
		tag, area := path.Dir(name), strings.TrimSuffix(path.Base(name), ".json")
		if all[tag] == nil {
			all[tag] = map[string]map[string]*i18n.Message{}
		}
		all[tag][area] = map[string]*i18n.Message{}
		for _, m := range messages {
			all[tag][area][m.ID] = m
		}
	}
	return all
}

// texts are those of every language, by its tag and their key.
func texts(t *testing.T) map[string]map[string]*i18n.Message {
	all := map[string]map[string]*i18n.Message{}
	for tag, areas := range readAll(t) {
		all[tag] = map[string]*i18n.Message{}
		for _, area := range areas {
			maps.Copy(all[tag], area)
		}
	}
	return all
}

func TestLanguagesHaveTheSameTexts(t *testing.T) {
	all, everybodys := readAll(t), areasForEverybody(t)
	for first := range all {
		for second := range all {
			for area, texts := range all[first] {
				if all[second][area] == nil && slices.Contains(everybodys, area) {
					continue // TestLanguages says of whom it is asked
				}
				for key, a := range texts {
					b := all[second][area][key]
					if b == nil {
						t.Errorf("%s/%s.json has %q, %s/%[2]s.json lacks it", first, area, key, second)
					} else if a, b := placeholders(a), placeholders(b); a != b {
						t.Errorf("%q: %s uses [%s], %s uses [%s]", key, first, a, second, b)
					}
				}
			}
		}
	}
}

// TestLanguages lists who is spoken to in which language.
func TestLanguages(t *testing.T) {
	c := load(t)
	if got := strings.Join(c.Languages(), " "); got != "en fr de es it nl pt" {
		t.Errorf("languages %q", got)
	}
	if got := strings.Join(c.Complete(), " "); got != "en fr" {
		t.Errorf("complete languages %q", got)
	}
	for tag, areas := range readAll(t) {
		for _, area := range areasForEverybody(t) {
			if (areas[area] != nil) != slices.Contains(c.Complete(), tag) {
				t.Errorf("%s has some areas for everybody, not others: %s", tag, area)
			}
		}
	}
	for tag, name := range map[string]string{"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français",
		"it": "Italiano", "nl": "Nederlands", "pt": "Português"} {
		if got := c.For(tag).Name(); got != name {
			t.Errorf("%s calls itself %q, want %q", tag, got, name)
		}
	}
}

// What customers meet must have its words in every language.
func TestCustomersMeetNoMissingText(t *testing.T) {
	c := load(t)
	pages := regexp.MustCompile(`^static/(mail/(invitation|link|message|trial)\..*|pages/(base|answer|thanks|stop|message|privacy|accessibility|parts/contact)\.html)$`)
	all, found := texts(t), 0
	for file, text := range sources(t) {
		if !pages.MatchString(file) {
			continue
		}
		found++
		for _, u := range uses(file, text) {
			for _, tag := range c.Languages() {
				if !u.computed && all[tag][u.key] == nil {
					t.Errorf("%s shows %q to customers, which %s lacks", file, u.key, tag)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d files of customers were found", found)
	}
}

// TestPluralForms asks of every text with plurals the forms that its language
// distinguishes, and no other. "many" may be left out: it then reads like "other".
func TestPluralForms(t *testing.T) {
	all := readAll(t)
	for tag, areas := range all {
		probe := map[string]string{tag + "/x.json": `{"x.form": {"zero": "zero", "one": "one", "two": "two", "few": "few", "many": "many", "other": "other"}}`}
		if locale := areas["language"]["language.locale"]; locale != nil {
			probe[tag+"/language.json"] = `{"language.locale": "` + locale.Other + `"}`
		}
		c, err := Load(folder(probe))
		if err != nil {
			t.Fatal(err)
		}
		needed := map[string]bool{}
		for n := range 201 {
			needed[c.For(tag).T("x.form", "Count", n)] = true
		}
		for area, texts := range areas {
			for key, m := range texts {
				if sameForAll(m) {
					continue
				}
				for form, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "other": m.Other} {
					if needed[form] != (text != "") {
						t.Errorf("%s/%s.json: %q has the plural form %s: %t, its language: %t", tag, area, key, form, text != "", needed[form])
					}
				}
			}
		}
	}
}

func forms(m *i18n.Message) []string {
	return []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
}

// placeholders are the names that any form uses: "one" may do without Count.
func placeholders(m *i18n.Message) string {
	action, name := regexp.MustCompile(`{{.*?}}`), regexp.MustCompile(`\.([A-Za-z]\w*)`)
	names := map[string]bool{}
	for _, a := range action.FindAllString(strings.Join(forms(m), ""), -1) {
		for _, n := range name.FindAllStringSubmatch(a, -1) {
			names[n[1]] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), " ")
}

func TestEveryTextCanBeMade(t *testing.T) {
	c := load(t)
	for tag, all := range texts(t) {
		for key, m := range all {
			var args []any
			for _, name := range strings.Fields(placeholders(m)) {
				if name != "Count" {
					args = append(args, name, 7)
				}
			}
			for _, n := range []int{0, 1, 2, 3, 5, 11, 21, 100, 1_000_000} { // every form some language has
				if got := c.For(tag).T(key, append([]any{"Count", n}, args...)...); strings.Contains(got, "⟦") {
					t.Errorf("%s: %q has no form for the count %d", tag, key, n)
				}
			}
		}
	}
}

func TestTypography(t *testing.T) {
	all := texts(t)
	rules := []struct {
		tags, says string
		wrong      *regexp.Regexp
	}{
		{"de en es fr it nl pt", "has an exclamation mark", regexp.MustCompile(`[!¡]`)},
		{"de en es fr it nl pt", "begins or ends with white space", regexp.MustCompile(`^\s|\s$`)},
		{"de en es fr it nl pt", "has straight quotes", regexp.MustCompile(`"`)},
		{"fr", "has a plain space where U+00A0 or U+202F belongs", regexp.MustCompile(` [?:;»%]|« `)},
		{"fr", "has no space before a mark or inside quotes", regexp.MustCompile(`[\pL\d}](»|[?:;](\s|$))|«[\pL\d{]`)},
		{"de en es it nl pt", "has a space before a mark", regexp.MustCompile(`[\s\x{a0}\x{202f}][?:;]`)},
		{"de es", "has no U+00A0 before a percent sign", regexp.MustCompile(`[^\x{a0}]%`)},
		{"en it nl pt", "has a space before a percent sign", regexp.MustCompile(`\D%`)},
		{"de", "does not quote „so“", regexp.MustCompile(`[”«»]|„[^“]*$|^[^„]*“`)},
		{"es it pt", "does not quote «so»", regexp.MustCompile(`[“”„]|«\s|\s»|«[^»]*$|^[^«]*»`)},
		{"nl", "does not quote ‘so’", regexp.MustCompile(`[“”„«»]|‘[^’]*$|^[^‘]*’`)},
		{"es", "has a question that does not begin with ¿", regexp.MustCompile(`^[^¿]*\?|\?[^¿]*\?`)},
		{"de", "speaks as to a friend", regexp.MustCompile(`(?i)(^|\PL)(du|dich|dir|dein\pL*)(\PL|$)`)},
		{"es", "speaks as to a friend", regexp.MustCompile(`(?i)(^|\PL)(tú|tus?|te|ti)(\PL|$)`)},
		{"fr", "speaks as to a friend", regexp.MustCompile(`(?i)(^|\PL)(tu|toi|tes|ton)(\PL|$)`)},
		{"it", "speaks as to a friend", regexp.MustCompile(`(?i)(^|\PL)(tu|ti|tuo|tua|tuoi|tue)(\PL|$)`)},
		{"nl", "speaks as to a friend", regexp.MustCompile(`(?i)(^|\PL)(je|jij|jou|jouw)(\PL|$)`)},
		{"pt", "speaks as to a friend", regexp.MustCompile(`(?i)(^|\PL)(tu|ti|te|teus?|tuas?|você)(\PL|$)`)},
	}
	placeholder := regexp.MustCompile(`{{.*?}}`)
	for _, rule := range rules {
		for _, tag := range strings.Fields(rule.tags) {
			for key, m := range all[tag] {
				for _, form := range slices.Compact(forms(m)) {
					text := placeholder.ReplaceAllString(form, "}")
					if where := rule.wrong.FindStringIndex(text); where != nil {
						t.Errorf("%s: %q %s: %.60q", tag, key, rule.says, text[where[0]:])
					}
				}
			}
		}
	}
}
