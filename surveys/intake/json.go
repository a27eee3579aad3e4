package intake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/entendu/entendu/surveys"
)

// maxDepth is more than any helpdesk nests, and far less than what would hurt.
const maxDepth = 64

// A value has a name, or some length: so many in so little room mean nothing, and
// taken apart each needs twenty times the room that it has there.
const (
	fewValues     = 1000 // in any body
	bytesPerValue = 6    // beyond those
)

// usualFields is about how many fields the object has that a body mostly is.
const usualFields = 20

// tree is a JSON document being taken apart in one pass (RFC 8259). Unlike
// encoding/json alone it refuses what two readers could understand differently: bad
// UTF-8, a key that stands twice, anything after the value. It is written out
// because every event is read twice, before its helpdesk is answered and when it is
// applied; what is rare, such as an escape in a string, is left to encoding/json.
type tree struct {
	text string // texts that hold no escape are parts of it
	at   int    // the byte that is read next
	left int    // values that may follow
}

// parse gives the value in a body: map[string]any, []any, string, json.Number,
// bool or nil. It fails with *surveys.Unreadable.
func parse(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, &surveys.Unreadable{What: "not UTF-8"}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, &surveys.Unreadable{What: "empty"}
	}
	t := &tree{text: string(body), left: fewValues + len(body)/bytesPerValue}
	v, err := t.value(0)
	if err != nil {
		return nil, err
	}
	if t.next(); t.at < len(t.text) {
		return nil, &surveys.Unreadable{What: fmt.Sprintf("something follows the JSON value, near byte %d", t.at)}
	}
	return v, nil
}

// next passes over white space and gives the byte that follows, 0 at the end: a
// byte that no JSON has outside of a string either.
func (t *tree) next() byte {
	for ; t.at < len(t.text); t.at++ {
		switch c := t.text[t.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take passes over the next byte if it is c.
func (t *tree) take(c byte) bool {
	if t.next() != c {
		return false
	}
	t.at++
	return true
}

func (t *tree) value(depth int) (any, error) {
	c := t.next()
	t.left--
	switch {
	case t.left < 0:
		return nil, &surveys.Unreadable{What: "far too many values for its length"}
	case c == '"':
		return t.string()
	case c != '{' && c != '[':
		return t.literal()
	case depth == maxDepth:
		return nil, &surveys.Unreadable{What: fmt.Sprintf("nested deeper than %d levels", maxDepth)}
	case c == '[':
		return t.list(depth + 1)
	}
	return t.object(depth + 1)
}

func (t *tree) list(depth int) (any, error) {
	list := []any{}
	t.at++
	if t.take(']') {
		return list, nil
	}
	for {
		v, err := t.value(depth)
		if err != nil {
			return nil, under("["+strconv.Itoa(len(list))+"]", err)
		}
		list = append(list, v)
		if t.take(']') {
			return list, nil
		}
		if !t.take(',') {
			return nil, t.broken()
		}
	}
}

func (t *tree) object(depth int) (any, error) {
	fields := map[string]any{}
	if depth == 1 {
		fields = make(map[string]any, usualFields) // only here: deeper a body may hold thousands
	}
	t.at++
	if t.take('}') {
		return fields, nil
	}
	for {
		if err := t.field(fields, depth); err != nil {
			return nil, err
		}
		if t.take('}') {
			return fields, nil
		}
		if !t.take(',') {
			return nil, t.broken()
		}
	}
}

// field reads a key, the colon and the value.
func (t *tree) field(fields map[string]any, depth int) error {
	if t.next() != '"' {
		return t.broken()
	}
	name, err := t.string()
	if err != nil {
		return err
	}
	if _, twice := fields[name]; twice {
		return &surveys.Unreadable{Where: cmp.Or(shown(name), `""`), What: "stands twice"}
	}
	if !t.take(':') {
		return t.broken()
	}
	if fields[name], err = t.value(depth); err != nil {
		return under(shown(name), err)
	}
	return nil
}

// under puts a step before the path of what was found inside; what is wrong with
// the document as a whole has none.
func under(step string, err error) error {
	var bad *surveys.Unreadable
	if errors.As(err, &bad) && bad.Where != "" {
		bad.Where = join(step, bad.Where)
	}
	return err
}

// string reads a text, whose opening quote is next.
func (t *tree) string() (string, error) {
	begin := t.at
	for t.at++; t.at < len(t.text); t.at++ {
		switch c := t.text[t.at]; {
		case c == '"':
			t.at++
			return t.text[begin+1 : t.at-1], nil
		case c == '\\':
			return t.escaped(begin)
		case c < ' ':
			return "", t.broken()
		}
	}
	t.at = begin
	return "", t.broken()
}

// escaped reads a text that began there and holds an escape.
func (t *tree) escaped(begin int) (s string, err error) {
	for ; t.at < len(t.text) && t.text[t.at] != '"'; t.at++ {
		if t.text[t.at] == '\\' {
			t.at++ // what is escaped ends nothing
		}
	}
	end := min(t.at+1, len(t.text))
	if json.Unmarshal([]byte(t.text[begin:end]), &s) != nil {
		t.at = begin
		return "", t.broken()
	}
	t.at = end
	return s, nil
}

// literal reads a number or one of the three words.
func (t *tree) literal() (any, error) {
	begin := t.at
	for t.at < len(t.text) && strings.IndexByte("+-.0123456789Eaeflnrstu", t.text[t.at]) >= 0 {
		t.at++
	}
	switch word := t.text[begin:t.at]; {
	case word == "null":
		return nil, nil
	case word == "true", word == "false":
		return word == "true", nil
	case json.Valid([]byte(word)):
		return json.Number(word), nil
	}
	t.at = begin
	return nil, t.broken()
}

func (t *tree) broken() error {
	return &surveys.Unreadable{What: fmt.Sprintf("not JSON, near byte %d", t.at)}
}

// join is the path of a field: "customer.email", "[2].id".
func join(path, name string) string {
	if path == "" || strings.HasPrefix(name, "[") {
		return path + name
	}
	return path + "." + name
}

// shown is a word of the sender as it may stand in a message: short and plain.
func shown(word string) string { return clean(word, 40) }
