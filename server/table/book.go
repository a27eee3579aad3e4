package table

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// book is a workbook. Its rows go to a file of the system's folder for such, once they
// are more than some megabytes, and leave for out when all are there: so whoever takes
// it holds all or gets an error.
type book struct {
	out     io.Writer
	file    *excelize.File
	columns []string
	sheet   *excelize.StreamWriter
	sheets  int
	row     int // the last one written on this sheet
	most    int // rows on a sheet
}

func newBook(out io.Writer, columns []string, cover [][2]string) (*book, error) {
	b := &book{out: out, file: excelize.NewFile(), columns: columns, most: excelize.TotalRows}
	if err := b.cover(cover); err != nil {
		return nil, errors.Join(err, b.file.Close())
	}
	if err := b.turn(); err != nil {
		return nil, errors.Join(err, b.file.Close())
	}
	return b, nil
}

// cover writes the first sheet.
func (b *book) cover(lines [][2]string) error {
	const first = "Sheet1" // of a new file
	w, err := b.file.NewStreamWriter(first)
	if err != nil {
		return err
	}
	if err := errors.Join(w.SetColWidth(1, 1, 28), w.SetColWidth(2, 2, 100)); err != nil {
		return err
	}
	bold, err := b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	wrapped, err := b.file.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for n, line := range lines {
		cells := []any{excelize.Cell{StyleID: bold, Value: harmless(line[0])}, excelize.Cell{StyleID: wrapped, Value: harmless(line[1])}}
		if err := w.SetRow(fmt.Sprint("A", n+1), cells); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return b.file.SetSheetName(first, "About")
}

// turn begins a sheet of rows: one more wherever the one before is full.
func (b *book) turn() (err error) {
	if b.sheet != nil {
		if err := b.sheet.Flush(); err != nil {
			return err
		}
	}
	b.sheets++
	name := "Data"
	if b.sheets > 1 {
		name = fmt.Sprint("Data ", b.sheets)
	}
	if _, err = b.file.NewSheet(name); err != nil {
		return err
	}
	if b.sheet, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	head := make([]any, len(b.columns))
	for i, column := range b.columns {
		head[i] = column
	}
	b.row = 1
	return errors.Join(b.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}), b.sheet.SetRow("A1", head))
}

func (b *book) write(cells []any) error {
	if b.row == b.most {
		if err := b.turn(); err != nil {
			return err
		}
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		switch c := c.(type) {
		case time.Time:
			row[i] = Stamp(c)
		case string:
			if row[i] = written(harmless(c)); length(c) >= excelize.TotalCellChars { // it would be cut in silence
				return fmt.Errorf("a cell of %d characters, which no workbook holds", length(c))
			}
		default:
			row[i] = c
		}
	}
	b.row++
	return b.sheet.SetRow(fmt.Sprint("A", b.row), row)
}

// written is a text without what XML cannot hold.
func written(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, text)
}

func (b *book) close() error {
	err := b.sheet.Flush()
	if err == nil {
		_, err = b.file.WriteTo(b.out)
	}
	return errors.Join(err, b.file.Close())
}

// length is how long a workbook takes a text to be: in units of UTF-16.
func length(text string) int { return len(utf16.Encode([]rune(text))) }
