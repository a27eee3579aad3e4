package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The bounds of a file, far above what helpdesks export. A cell or a row beyond
// them is refused, not held: memory stays flat whatever the file.
const (
	maxColumns = 200
	maxCell    = 64 << 10 // bytes
	maxRow     = 1 << 20  // bytes; beyond it the rest of the file is not read
)

// table walks the rows of a CSV file (RFC 4180, with any of three separators and
// any line end). encoding/csv is not used because it holds a cell of any size,
// and the whole rest of the file after a quote that is not closed.
type table struct {
	in    *bufio.Reader
	comma byte
	line  int    // the line about to be read, from 1
	size  int    // bytes read of the current row
	over  bool   // nothing more can be read
	raw   []byte // the cell being read
}

// record is one row: its cells, or why they cannot be taken.
type record struct {
	line    int // where it begins
	cells   []string
	problem string
}

// errRow ends the reading of a file in the middle of a row.
var errRow = errors.New("the row does not end")

// newTable looks at the first lines for the separator.
func newTable(in *bufio.Reader) *table {
	t := &table{in: in, line: 1}
	head, _ := in.Peek(32 << 10)
	// The first line that Excel understands as "the separator is this".
	if len(head) > 5 && strings.EqualFold(string(head[:4]), "sep=") && (head[5] == '\r' || head[5] == '\n') {
		in.ReadSlice('\n')
		t.comma, t.line = head[4], 2
		return t
	}
	t.comma = separator(head)
	return t
}

// separator is the one of , ; tab that cuts most of the first lines into as many
// cells as the first one; of several such, the one that cuts it into more.
func separator(head []byte) byte {
	best, bestLines, bestCuts := byte(','), 0, 0
	for _, comma := range []byte(",;\t") {
		cuts := cutsPerLine(head, comma, 10)
		lines := 0
		for _, n := range cuts {
			if n == cuts[0] && n > 0 {
				lines++
			}
		}
		if lines > bestLines || lines == bestLines && lines > 0 && cuts[0] > bestCuts {
			best, bestLines, bestCuts = comma, lines, cuts[0]
		}
	}
	return best
}

// cutsPerLine counts a separator outside quotes in each of the first lines.
func cutsPerLine(head []byte, comma byte, lines int) []int {
	cuts, quoted := []int{0}, false
	for _, b := range head {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == comma:
			cuts[len(cuts)-1]++
		case b == '\n':
			if len(cuts) == lines {
				return cuts
			}
			cuts = append(cuts, 0)
		}
	}
	return cuts
}

// next gives the next row that holds anything; io.EOF after the last.
func (t *table) next() (record, error) {
	for !t.over {
		r, err := t.record()
		blank := len(r.cells) == 1 && r.cells[0] == "" && r.problem == ""
		if err != nil || !blank {
			return r, err
		}
	}
	return record{}, io.EOF
}

func (t *table) record() (record, error) {
	r := record{line: t.line}
	t.size = 0
	for {
		cell, last, err := t.cell(&r)
		if errors.Is(err, errRow) {
			t.over = true
			r.problem += "; nothing after this line was read"
			return r, nil
		}
		if err != nil {
			t.over = true
			return r, err
		}
		if len(r.cells) < maxColumns {
			r.cells = append(r.cells, cell)
		} else if r.problem == "" {
			r.problem = fmt.Sprintf("more than %d columns", maxColumns)
		}
		if last {
			return r, nil
		}
	}
}

// refuse keeps the first problem.
func (r *record) refuse(problem string) {
	if r.problem == "" {
		r.problem = problem
	}
}

// cell reads one cell and what ends it; last says that the row ends with it.
func (t *table) cell(r *record) (text string, last bool, err error) {
	t.raw = t.raw[:0]
	quoted, closed := false, false
	for first := true; ; first = false {
		b, err := t.in.ReadByte()
		t.size++
		switch {
		case err == io.EOF && quoted && !closed:
			r.problem = "a quote that is opened in this row is not closed"
			return "", true, errRow
		case err == io.EOF:
			t.over = true
			return r.text(t.raw), true, nil
		case err != nil:
			return "", true, fmt.Errorf("read the file at line %d: %w", t.line, err)
		case t.size > maxRow:
			r.problem = fmt.Sprintf("a row of more than %d KiB, or a quote that is not closed", maxRow>>10)
			return "", true, errRow
		case first && b == '"':
			quoted = true
		case quoted && !closed:
			if b == '"' && !t.follows('"') {
				closed = true
				continue
			}
			if b == '\n' || b == '\r' && !t.peeks('\n') {
				t.line++
			}
			t.add(b, r)
		case b == t.comma:
			return r.text(t.raw), false, nil
		case b == '\n' || b == '\r':
			if b == '\r' {
				t.follows('\n')
			}
			t.line++
			return r.text(t.raw), true, nil
		case closed && b != ' ':
			r.refuse("something follows a closing quote")
		case !closed:
			t.add(b, r)
		}
	}
}

func (t *table) add(b byte, r *record) {
	if len(t.raw) < maxCell {
		t.raw = append(t.raw, b)
	} else if r.problem == "" {
		r.problem = fmt.Sprintf("a cell of more than %d KiB", maxCell>>10)
	}
}

// text decodes a cell.
func (r *record) text(raw []byte) string {
	if bytes.IndexByte(raw, 0) >= 0 {
		r.refuse("a cell holds a NUL")
	}
	return strings.TrimSpace(decode(raw))
}

// peeks says whether b comes next; follows also reads it.
func (t *table) peeks(b byte) bool {
	next, err := t.in.Peek(1)
	return err == nil && next[0] == b
}

func (t *table) follows(b byte) bool {
	if !t.peeks(b) {
		return false
	}
	t.in.Discard(1)
	return true
}
