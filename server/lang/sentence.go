package lang

import (
	"fmt"
	"strings"
)

// sentence is a text that reads the same for every count and holds nothing but
// {{.Name}}, cut at its placeholders. Most texts are; pages say dozens of them, and
// a template for each would cost more than the rest of the page, in time and in
// memory.
type sentence struct {
	words []string // one more than names
	names []string
}

// cut makes a sentence of a text; it is not simple where a placeholder holds more
// than a name.
func cut(text string) (s sentence, simple bool) {
	for {
		words, rest, more := strings.Cut(text, "{{")
		s.words = append(s.words, words)
		if !more {
			return s, true
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed || !isName(name) {
			return sentence{}, false
		}
		s.names, text = append(s.names, name[1:]), after
	}
}

// isName says whether a placeholder is a name behind its dot.
func isName(placeholder string) bool {
	return len(placeholder) > 1 && placeholder[0] == '.' &&
		strings.Trim(placeholder[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// with puts values into the holes; ok is false where one is missing.
func (s sentence) with(values map[string]any) (text string, ok bool) {
	if len(s.names) == 0 {
		return s.words[0], true
	}
	var out strings.Builder
	for i, name := range s.names {
		v, ok := values[name]
		if !ok {
			return "", false
		}
		out.WriteString(s.words[i])
		if text, plain := v.(string); plain {
			out.WriteString(text)
		} else {
			fmt.Fprint(&out, v)
		}
	}
	out.WriteString(s.words[len(s.names)])
	return out.String(), true
}
