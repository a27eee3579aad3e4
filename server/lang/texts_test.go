package lang

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

func TestLanguagesHaveTheSameTexts(t *testing.T) {
	c := load(t)
	for _, first := range c.Languages() {
		for _, second := range c.Languages() {
			for _, key := range slices.Sorted(maps.Keys(c.texts[first])) {
				a, b := c.texts[first][key], c.texts[second][key]
				if b == nil {
					t.Errorf("%s has %q, %s lacks it", first, key, second)
				} else if a, b := placeholders(a), placeholders(b); a != b {
					t.Errorf("%q: %s uses [%s], %s uses [%s]", key, first, a, second, b)
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
	for _, tag := range c.Languages() {
		for key, m := range c.texts[tag] {
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
	c := load(t)
	rules := []struct {
		tags, says string
		wrong      *regexp.Regexp
	}{
		{"en fr", "has an exclamation mark", regexp.MustCompile(`!`)},
		{"en fr", "begins or ends with white space", regexp.MustCompile(`^\s|\s$`)},
		{"fr", "has a plain space where U+00A0 or U+202F belongs", regexp.MustCompile(` [?:;»%]|« `)},
		{"fr", "has no space before a mark or inside quotes", regexp.MustCompile(`[\pL\d}](»|[?:;](\s|$))|«[\pL\d{]`)},
	}
	placeholder := regexp.MustCompile(`{{.*?}}`)
	for _, rule := range rules {
		for _, tag := range strings.Fields(rule.tags) {
			for key, m := range c.texts[tag] {
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
