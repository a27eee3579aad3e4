package intake

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Options is what a file of tickets does not say itself.
type Options struct {
	Zone   *time.Location // of dates that name none; UTC if nil
	Now    time.Time      // a date more than a day later is refused
	Source surveys.Source // its Statuses translate before our own tables do
}

// Row is one row of a file: a notice, or why it was refused.
type Row struct {
	Line    int // where the row begins, from 1
	Notice  surveys.Notice
	Refused string // "" if the notice is good; never holds personal data
}

// CSV walks the tickets in a file: an export of Zendesk or Freshdesk, or our own
// columns, in UTF-8, UTF-16 or Windows-1252, separated by , ; or tab. A bad row
// is refused and the walk goes on. An error ends it: *surveys.Unreadable if
// the file as a whole cannot be understood, else what reading it met.
//
// The file is read twice, since only the whole of it may tell whether 03/04/2026
// is in March or in April; memory stays flat.
func CSV(file io.ReadSeeker, opt Options) iter.Seq2[Row, error] {
	tickets := form{layoutOf, []string{"opened_at", "first_reply_at", "resolved_at", "closed_at", "updated_at"}}
	return func(yield func(Row, error) bool) {
		for l, err := range tickets.lines(file, opt) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !yield(l.ticket(), nil) {
				return
			}
		}
	}
}

// ticket is the row as one of tickets.
func (l *line) ticket() Row {
	if l.problem != "" {
		return Row{Line: l.number, Refused: l.problem}
	}
	n := l.notice()
	if l.problem != "" {
		return Row{Line: l.number, Refused: l.problem}
	}
	return Row{Line: l.number, Notice: n}
}

// form is a kind of file: how its header is laid out, and which of its fields are
// dates.
type form struct {
	layOut func(headers []string) (layout, error)
	dates  []string
}

// lines walks the rows of a file; those that cannot be taken have their problem.
func (f form) lines(file io.ReadSeeker, opt Options) iter.Seq2[*line, error] {
	return func(yield func(*line, error) bool) {
		dates := newDates(opt.Zone)
		if err := f.learn(dates, file); err != nil {
			yield(nil, err)
			return
		}
		t, l, err := f.open(file)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			r, err := t.next()
			if err == io.EOF || err == nil && !yield(l.line(r, dates, opt), nil) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// open starts at the beginning of a file and reads its header.
func (f form) open(file io.ReadSeeker) (*table, layout, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, layout{}, fmt.Errorf("go to the beginning of the file: %w", err)
	}
	in, err := plain(file)
	if err != nil {
		return nil, layout{}, err
	}
	t := newTable(in)
	header, err := t.next()
	if err == io.EOF {
		err = &surveys.Unreadable{What: "the file is empty"}
	}
	if err == nil && header.problem != "" {
		err = &surveys.Unreadable{Where: fmt.Sprintf("line %d", header.line), What: header.problem}
	}
	if err != nil {
		return nil, layout{}, err
	}
	l, err := f.layOut(header.cells)
	return t, l, err
}

// undatedRows is how long learn looks for a date whose order is in question.
const undatedRows = 1000

// learn looks through a file for the order of day and month.
func (f form) learn(d *dates, file io.ReadSeeker) error {
	t, l, err := f.open(file)
	if err != nil {
		return err
	}
	d.dayFirst = l.french
	inQuestion := false
	for n := 0; inQuestion || n < undatedRows; n++ {
		r, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for _, field := range f.dates {
			switch d.order(l.get(r.cells, field)) {
			case days, months:
				d.dayFirst = d.order(l.get(r.cells, field)) == days
				return nil
			case either:
				inQuestion = true
			}
		}
	}
	return nil
}

// get is what a row holds of a field. The apostrophe by which exports keep a
// spreadsheet from computing a cell is taken away; ours also put one before a cell
// that begins with one, so that nothing is lost on the way.
func (l layout) get(cells []string, field string) string {
	for _, i := range l.at[field] {
		if i >= len(cells) || cells[i] == "" {
			continue
		}
		if c := cells[i]; len(c) > 1 && c[0] == '\'' && strings.IndexByte("=+-@'", c[1]) >= 0 {
			return c[1:]
		}
		return cells[i]
	}
	return ""
}

func (l layout) line(r record, d *dates, opt Options) *line {
	for len(r.cells) > l.width && r.cells[len(r.cells)-1] == "" {
		r.cells = r.cells[:len(r.cells)-1]
	}
	if r.problem == "" && len(r.cells) > l.width {
		r.problem = fmt.Sprintf("%d cells under %d headers", len(r.cells), l.width)
	}
	return &line{layout: l, dates: d, opt: opt, number: r.line, cells: r.cells, problem: r.problem}
}
