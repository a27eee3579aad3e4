package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/entendu/entendu/surveys"
)

// plain gives a file without its byte order mark, UTF-16 turned into UTF-8. What
// is left to decide, UTF-8 or Windows-1252, is decided cell by cell, since
// exports of several years hold both. It fails with *surveys.Unreadable on what
// is no text.
func plain(file io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(file, 64<<10)
	head, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	starts := func(mark string) bool { return bytes.HasPrefix(head, []byte(mark)) }
	even, odd := zeros(head)
	switch {
	case len(head) == 0:
		return nil, &surveys.Unreadable{What: "the file is empty"}
	case starts("\xFF\xFE\x00\x00"), starts("\x00\x00\xFE\xFF"):
		return nil, &surveys.Unreadable{What: "the file is UTF-32; save it as CSV in UTF-8"}
	case starts("PK\x03\x04"):
		return nil, &surveys.Unreadable{What: "the file is a spreadsheet; save it as CSV in UTF-8"}
	case starts("\xEF\xBB\xBF"):
		in.Discard(3)
	case starts("\xFF\xFE"), odd > len(head)/4 && even < odd/8:
		return utf16(in, unicode.LittleEndian), nil
	case starts("\xFE\xFF"), even > len(head)/4 && odd < even/8:
		return utf16(in, unicode.BigEndian), nil
	case even+odd > 0:
		return nil, &surveys.Unreadable{What: "the file is not text in UTF-8, UTF-16 or Windows-1252"}
	}
	return in, nil
}

// zeros counts the NULs at even and at odd places: in UTF-16 every character of
// ASCII has one, always on the same side.
func zeros(head []byte) (even, odd int) {
	for i, b := range head {
		if b != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	return even, odd
}

func utf16(in io.Reader, order unicode.Endianness) *bufio.Reader {
	decoder := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
	return bufio.NewReaderSize(decoder.Reader(in), 64<<10)
}

// decode gives the text of one cell.
func decode(cell []byte) string {
	if utf8.Valid(cell) {
		return string(cell)
	}
	text, _ := charmap.Windows1252.NewDecoder().Bytes(cell) // knows every byte
	return string(text)
}
