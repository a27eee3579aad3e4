package main

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/entendu/entendu/surveys"
	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// placed adds the line on which a wrong setting stands in the file; a setting that
// the file does not name is wrong in what was in force before.
func placed(file []byte, err error) error {
	var wrong *surveys.Wrong
	if !errors.As(err, &wrong) {
		return err
	}
	if row := lineOf(file, wrong.Key); row > 0 {
		return fmt.Errorf("line %d: %w", row, wrong)
	}
	return wrong
}

// lineOf finds "asking.sample", "source[desk].kind" or, where the key itself is not
// named, the table that it belongs to. 0 if the file has neither.
func lineOf(file []byte, key string) int {
	var p unstable.Parser
	p.Reset(withoutMark(file))
	table, tableRow, named, found := "", 0, "", 0
	for p.NextExpression() {
		e := p.Expression()
		path, row := keyPath(&p, e)
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, tableRow, named = path, row, path
		case unstable.KeyValue:
			if path == "name" && (table == "team" || table == "source") {
				named = table + "[" + string(e.Value().Data) + "]"
			}
			if strings.HasPrefix(key, named+"."+path) || key == path {
				return row
			}
		}
		if named != "" && strings.HasPrefix(key, named) {
			found = tableRow
		}
	}
	return found
}

// keyPath is the dotted key of an expression and the line it stands on.
func keyPath(p *unstable.Parser, e *unstable.Node) (path string, row int) {
	var parts []string
	for it := e.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
		row = p.Shape(it.Node().Raw).Start.Line
	}
	return dotted(parts), row
}

func dotted(key toml.Key) string { return strings.Join(key, ".") }

// written is one value that a file sets.
type written struct {
	key   string // "asking.sample", "source.kind"
	row   int
	value *unstable.Node
}

// valuesOf goes through the values that a file sets, up to where it is not TOML.
func valuesOf(file []byte) iter.Seq[written] {
	return func(yield func(written) bool) {
		var p unstable.Parser
		p.Reset(file)
		table := ""
		for p.NextExpression() {
			e := p.Expression()
			path, row := keyPath(&p, e)
			if e.Kind != unstable.KeyValue {
				table = path + "."
			} else if !yield(written{table + path, row, e.Value()}) {
				return
			}
		}
	}
}

// located turns the decoder's error into one line with the place in the file.
func located(file []byte, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		return fmt.Errorf("line %d: %s is not a setting", row, dotted(strict.Errors[0].Key()))
	}
	var decode *toml.DecodeError
	if !errors.As(err, &decode) {
		return err
	}
	row, column := decode.Position()
	what, _, _ := strings.Cut(strings.TrimPrefix(decode.Error(), "toml: "), " into ") // no names of Go
	for w := range valuesOf(file) {
		if w.row == row {
			return fmt.Errorf("line %d: %s: %s", row, w.key, what)
		}
	}
	return fmt.Errorf("line %d, column %d: %s", row, column, what)
}
