package sqlite

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Counting reads every row there ever was, and the driver takes longer to hand over
// fifteen columns than SQLite to find them: so they come as one text.

// separator is what is between the columns, in SQL: a character that nobody types.
const separator = `char(31)`

// errJoined is met where a helpdesk sent that character all the same.
var errJoined = errors.New("a row of joined columns cannot be parted")

// counting gives the pages of a walk to count: of rows whose columns are joined, or
// whole rows where those cannot be parted. All pages share their room.
func counting[R any](ctx context.Context, s *Store, joined string, read func(*fields) R, whole string, scan func(row) (R, error), of func(R) R) func(args ...any) ([]R, error) {
	room := make([]R, 0, pageSize)
	parted := func(w row) (r R, err error) {
		var text string
		if err := w.Scan(&text); err != nil {
			return r, err
		}
		f := fields{rest: text, more: true}
		r = read(&f)
		if f.lost || f.more {
			err = errJoined
		}
		return r, errors.Join(f.err, err)
	}
	return func(args ...any) ([]R, error) {
		found, err := findInto(ctx, s, room[:0], parted, joined, args...)
		if errors.Is(err, errJoined) {
			found, err = find(ctx, s, scan, whole, args...)
			found = each(found, of)
		}
		return found, err
	}
}

// fields are the columns of a row that are not read yet. Once there are fewer than
// asked for, or one is not what it should be, it is lost, and gives nothing of meaning.
type fields struct {
	rest       string
	more, lost bool
	err        error
}

// text is part of the whole row: who keeps it keeps that.
func (f *fields) text() string {
	f.lost = f.lost || !f.more
	text, rest, more := strings.Cut(f.rest, "\x1f")
	f.rest, f.more = rest, more
	return text
}

// own is a text of its own, to be kept.
func (f *fields) own() string { return strings.Clone(f.text()) }

func (f *fields) number() int64 {
	n, err := strconv.ParseInt(f.text(), 10, 64)
	f.lost = f.lost || err != nil
	return n
}

func (f *fields) moment() time.Time { return moment(f.number()) }

func (f *fields) list(read func(text string) error) {
	if err := read(f.text()); err != nil && !f.lost {
		f.err = err
	}
}

func (f *fields) dimensions() surveys.Dimensions {
	return surveys.Dimensions{Team: f.text(), Category: f.text(), Product: f.text(), Channel: f.text(), Language: f.text()}
}
