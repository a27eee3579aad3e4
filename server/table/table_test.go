package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func write(t *testing.T, format string, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := New(format, &b, []string{"text", "more"}, [][2]string{{"Period", "=2026"}, {"", "for improvement, not for pay"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || w.Rows != len(rows) {
		t.Fatalf("%d rows, %v", w.Rows, err)
	}
	return b.Bytes()
}

func sheets(t *testing.T, b []byte) map[string][][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if all[name], err = f.GetRows(name); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestNoTextIsAFormula: what begins like one gets an apostrophe in what spreadsheets
// open; JSON Lines, which they do not, say it as it is.
func TestNoTextIsAFormula(t *testing.T) {
	texts := []string{"=1+1", "+33 1", "-5", "@SUM(A1)", "'quoted", "\tx", "=cmd|' /C calc'!A0", "plain = 1", "é, \"x\"\nand on"}
	var rows [][]any
	for _, text := range texts {
		rows = append(rows, []any{text, 7})
	}
	read, err := csv.NewReader(bytes.NewReader(write(t, CSV, rows...))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	book := write(t, Book, rows...)
	data := sheets(t, book)["Data"]
	lines := strings.Split(strings.TrimSpace(string(write(t, Lines, rows...))), "\n")
	for i, text := range texts {
		want := text
		if strings.ContainsRune("=+-@'\t", rune(text[0])) {
			want = "'" + text
		}
		var line struct {
			Text string
			More int
		}
		if err := json.Unmarshal([]byte(lines[i]), &line); err != nil || line.Text != text || line.More != 7 {
			t.Errorf("line %s: %v", lines[i], err)
		}
		if read[i+1][0] != want || read[i+1][1] != "7" || data[i+1][0] != want || data[i+1][1] != "7" {
			t.Errorf("%q became %q in CSV and %q in a workbook", text, read[i+1], data[i+1])
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, cell := range []string{"A2", "A8"} {
		if formula, err := f.GetCellFormula("Data", cell); formula != "" || err != nil {
			t.Errorf("%s holds the formula %q, %v", cell, formula, err)
		}
	}
}

func TestABookSaysWhatItHolds(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.FixedZone("", 3600))
	all := sheets(t, write(t, Book, []any{nil, at}, []any{"x", true}))
	if about := all["About"]; len(about) != 2 || about[0][1] != "'=2026" || about[1][1] != "for improvement, not for pay" {
		t.Errorf("the first sheet: %q", about)
	}
	if data := all["Data"]; len(data) != 3 || !slices.Equal(data[0], []string{"text", "more"}) || !slices.Equal(data[1], []string{"", "2026-03-02T07:00:00Z"}) {
		t.Errorf("the rows: %q", data)
	}
}

// TestNothingIsCutInSilence: a full sheet is followed by another, and what no cell holds
// is an error.
func TestNothingIsCutInSilence(t *testing.T) {
	var b bytes.Buffer
	w, err := New(Book, &b, []string{"n"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.rows.(*book).most = 4
	for n := range 8 {
		if err := w.Write(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Write(strings.Repeat("😀", excelize.TotalCellChars/2+1)); err == nil {
		t.Error("a text that no cell holds was written")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all := sheets(t, b.Bytes())
	if len(all["Data"]) != 4 || len(all["Data 2"]) != 4 || len(all["Data 3"]) != 3 || all["Data 3"][2][0] != "7" {
		t.Errorf("sheets: %v", all)
	}
	if _, err := New("xls", &b, nil, nil); !errors.Is(err, ErrFormat) {
		t.Errorf("an unknown format: %v", err)
	}
	if w, _ = New(CSV, &b, []string{"a"}, nil); w.Write(1, 2) == nil {
		t.Error("a row with more cells than columns was written")
	}
}

// TestABookLeavesNoFile: what it puts aside is gone when it is closed.
func TestABookLeavesNoFile(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	w, err := New(Book, io.Discard, []string{"text"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 30000)
	for n := range 1000 {
		if err := w.Write(fmt.Sprint(n, long)); err != nil {
			t.Fatal(err)
		}
	}
	aside, _ := os.ReadDir(os.TempDir())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(aside) == 0 || len(left) != 0 {
		t.Errorf("%d files while it was written, %d afterwards, %v", len(aside), len(left), err)
	}
}
