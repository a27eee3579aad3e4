package main

import (
	"fmt"
	"strings"

	"github.com/entendu/entendu/surveys"
	"github.com/pelletier/go-toml/v2/unstable"
)

// mistyped says of the first value that is of another type than its setting how
// the setting is written.
func mistyped(file []byte) error {
	text, err := show(exampleSettings())
	if err != nil {
		return err
	}
	type example struct {
		kind unstable.Kind
		line string
	}
	lines, examples := strings.Split(string(text), "\n"), map[string]example{}
	for w := range valuesOf(text) {
		examples[w.key] = example{w.value.Kind, lines[w.row-1]}
	}
	for w := range valuesOf(file) {
		if e, ok := examples[w.key]; ok && !fits(w.value, e.kind) {
			return fmt.Errorf("line %d: %s is written like this: %s", w.row, w.key, e.line)
		}
	}
	return nil
}

// exampleSettings name every key.
func exampleSettings() surveys.Settings {
	s := surveys.DefaultSettings()
	s.Promise.Category = map[string]surveys.Span{"delivery": {N: 24, Unit: "h"}}
	s.Asking.Staff = []string{"@example.org"}
	s.Teams = []surveys.Team{{Name: "billing", Address: "billing@example.org"}}
	s.Sources = []surveys.Source{{
		Name: "desk", Kind: "zendesk", Secret: surveys.Hidden, Freshness: surveys.Span{N: 5, Unit: "m"},
		Statuses: map[string]surveys.Status{"on hold": surveys.Pending},
	}}
	return s
}

// fits says whether a value may stand where a kind is written; what lists and
// tables hold is always text.
func fits(value *unstable.Node, want unstable.Kind) bool {
	for it := value.Children(); it.Next(); {
		held := it.Node()
		if held.Kind == unstable.KeyValue {
			held = held.Value()
		}
		if held.Kind != unstable.String {
			return false
		}
	}
	return value.Kind == want ||
		value.Kind == unstable.Integer && want == unstable.Float ||
		value.Kind == unstable.String && want == unstable.LocalDate
}
