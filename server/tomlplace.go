package main

import (
	"errors"
	"fmt"
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
	p.Reset(file)
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
