package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// table writes rows of an export as they come, never holding more than one.
type table struct {
	columns []string
	csv     *csv.Writer
	lines   io.Writer // JSON Lines instead, where csv is nil
	rows    int
}

func newTable(format string, out io.Writer, columns []string) (*table, error) {
	t := &table{columns: columns, lines: out}
	if format == "jsonl" {
		return t, nil
	}
	t.csv = csv.NewWriter(out)
	return t, t.csv.Write(columns)
}

// write takes one cell per column: string, int, float64, bool, time.Time or nil for unknown.
func (t *table) write(cells []any) error {
	t.rows++
	if t.csv == nil {
		return t.writeLine(cells)
	}
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = plain(c)
	}
	return t.csv.Write(row)
}

// plain is a cell as text; texts that a spreadsheet would take for a formula get an
// apostrophe (OWASP ASVS 5.0, 1.2.10), and so do texts that begin with one, so that
// an import can undo it; numbers stay numbers.
func plain(cell any) string {
	switch c := cell.(type) {
	case nil:
		return ""
	case int:
		return strconv.Itoa(c)
	case float64:
		return strconv.FormatFloat(c, 'f', -1, 64)
	case time.Time:
		return stamp(c)
	case string:
		if c != "" && strings.ContainsRune("=+-@'\t\r\x00", rune(c[0])) {
			return "'" + c
		}
		return c
	default:
		return fmt.Sprint(c)
	}
}

// writeLine writes one JSON object with its keys in the order of the columns.
func (t *table) writeLine(cells []any) error {
	var b strings.Builder
	for i, c := range cells {
		if at, ok := c.(time.Time); ok {
			c = any(nil)
			if !at.IsZero() {
				c = stamp(at)
			}
		}
		value, err := json.Marshal(c)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%c%q:%s", "{,"[min(i, 1)], t.columns[i], value)
	}
	_, err := io.WriteString(t.lines, b.String()+"}\n")
	return err
}

// stamp is RFC 3339 in UTC, "" for an unknown time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

func (t *table) flush() error {
	if t.csv == nil {
		return nil
	}
	t.csv.Flush()
	return t.csv.Error()
}
