package lang

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// sentence is a text that reads the same for every count and holds nothing but
// {{.Name}}, cut at its placeholders. Most texts are; pages say dozens of them, and
// a template for each would cost more than the rest of the page.
type sentence struct {
	words []string // one more than names
	names []string
}

// sentences are those among the texts of a language.
func sentences(texts map[string]*i18n.Message) map[string]sentence {
	found := map[string]sentence{}
	hole := regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	for key, m := range texts {
		s := sentence{words: hole.Split(m.Other, -1)}
		for _, match := range hole.FindAllStringSubmatch(m.Other, -1) {
			s.names = append(s.names, match[1])
		}
		if sameForAll(m) && !strings.Contains(strings.Join(s.words, ""), "{{") {
			found[key] = s
		}
	}
	return found
}

func sameForAll(m *i18n.Message) bool {
	return m.Zero == m.Other && m.One == m.Other && m.Two == m.Other && m.Few == m.Other && m.Many == m.Other
}

// with puts values into the holes; ok is false where args hold a count or
// anything but names with text or whole numbers in turn, or lack one.
func (s sentence) with(args []any) (text string, ok bool) {
	if len(args) == 0 && len(s.names) == 0 {
		return s.words[0], true
	}
	values := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok || name == "Count" {
			return "", false
		}
		switch v := args[i+1].(type) {
		case string:
			values[name] = v
		case int:
			values[name] = strconv.Itoa(v)
		}
	}
	if 2*len(values) != len(args) {
		return "", false
	}
	var out strings.Builder
	for i, name := range s.names {
		v, ok := values[name]
		if !ok {
			return "", false
		}
		out.WriteString(s.words[i])
		out.WriteString(v)
	}
	out.WriteString(s.words[len(s.names)])
	return out.String(), true
}
