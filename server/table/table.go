// Package table writes rows as they come, never holding many of them, as CSV, JSON
// Lines or a workbook. It knows no ticket and no answer; what is in a row, and who may
// have it, is decided by who writes it.
package table

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The formats.
const (
	CSV   = "csv"
	Lines = "jsonl" // JSON Lines
	Book  = "xlsx"  // a workbook, with a sheet in front that says what it holds
)

// Formats lists them.
func Formats() []string { return []string{CSV, Book, Lines} }

// Table takes rows; Close ends it, and nothing may be missing before that said nil.
type Table struct {
	Rows int // how many were written

	columns []string
	rows    rows
}

// rows is one format.
type rows interface {
	write(cells []any) error
	close() error
}

// ErrFormat is for a format that is none.
var ErrFormat = errors.New("not a format that tables are written in")

// New begins a table. The cover is what a workbook says of itself, a line of two cells
// each; other formats have no place for it.
func New(format string, out io.Writer, columns []string, cover [][2]string) (t *Table, err error) {
	t = &Table{columns: columns}
	switch format {
	case CSV:
		w := commas{csv.NewWriter(out)}
		t.rows, err = w, w.Write(columns)
	case Lines:
		t.rows = lines{columns, out}
	case Book:
		t.rows, err = newBook(out, columns, cover)
	default:
		err = ErrFormat
	}
	return t, err
}

// Write takes one cell per column: string, int, float64, bool, time.Time or nil for unknown.
func (t *Table) Write(cells ...any) error {
	if len(cells) != len(t.columns) {
		return fmt.Errorf("a row of %d cells in a table of %d columns", len(cells), len(t.columns))
	}
	t.Rows++
	return t.rows.write(cells)
}

// Close ends the table; a table that was begun must be closed, or a file may be left.
func (t *Table) Close() error { return t.rows.close() }

type commas struct{ *csv.Writer }

func (c commas) write(cells []any) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = plain(cell)
	}
	return c.Write(row)
}

func (c commas) close() error {
	c.Flush()
	return c.Error()
}

// plain is a cell as text; numbers stay numbers.
func plain(cell any) string {
	switch c := cell.(type) {
	case nil:
		return ""
	case int:
		return strconv.Itoa(c)
	case float64:
		return strconv.FormatFloat(c, 'f', -1, 64)
	case time.Time:
		return Stamp(c)
	case string:
		return harmless(c)
	default:
		return fmt.Sprint(c)
	}
}

// harmless gives an apostrophe to a text that a spreadsheet would take for a formula
// (OWASP ASVS 5.0, 1.2.10), and to one that begins with an apostrophe, so that an
// import can undo it.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@'\t\r\x00", rune(text[0])) {
		return "'" + text
	}
	return text
}

// lines writes one JSON object a row, with its keys in the order of the columns.
type lines struct {
	columns []string
	out     io.Writer
}

func (l lines) write(cells []any) error {
	var b strings.Builder
	for i, c := range cells {
		if at, ok := c.(time.Time); ok {
			c = any(nil)
			if !at.IsZero() {
				c = Stamp(at)
			}
		}
		value, err := json.Marshal(c)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%c%q:%s", "{,"[min(i, 1)], l.columns[i], value)
	}
	_, err := io.WriteString(l.out, b.String()+"}\n")
	return err
}

func (l lines) close() error { return nil }

// Stamp is RFC 3339 in UTC, "" for an unknown time.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}
