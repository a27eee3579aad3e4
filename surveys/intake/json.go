package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/entendu/entendu/surveys"
)

// maxDepth is more than any helpdesk nests, and far less than what would hurt.
const maxDepth = 64

// tree is a JSON document being taken apart. Unlike encoding/json alone it
// refuses what two readers could understand differently: bad UTF-8, a key that
// stands twice, anything after the value.
type tree struct{ *json.Decoder }

// parse gives the value in a body: map[string]any, []any, string, json.Number,
// bool or nil. It fails with *surveys.Unreadable.
func parse(body []byte) (any, error) {
	for at := 0; at < len(body); {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size == 1 {
			return nil, &surveys.Unreadable{What: fmt.Sprintf("not UTF-8 at byte %d", at)}
		}
		at += size
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, &surveys.Unreadable{What: "empty"}
	}
	t := tree{json.NewDecoder(bytes.NewReader(body))}
	t.UseNumber()
	v, err := t.value("", 0)
	if err != nil {
		return nil, err
	}
	if _, err := t.Token(); err != io.EOF {
		return nil, &surveys.Unreadable{What: fmt.Sprintf("something follows the JSON value, near byte %d", t.InputOffset())}
	}
	return v, nil
}

func (t tree) value(path string, depth int) (any, error) {
	token, err := t.Token()
	if err != nil {
		return nil, t.broken()
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth == maxDepth {
		return nil, &surveys.Unreadable{What: fmt.Sprintf("nested deeper than %d levels", maxDepth)}
	}
	if delim == '[' {
		return t.list(path, depth+1)
	}
	return t.object(path, depth+1)
}

func (t tree) list(path string, depth int) (any, error) {
	list := []any{}
	for t.More() {
		v, err := t.value(path+"["+strconv.Itoa(len(list))+"]", depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, t.end()
}

func (t tree) object(path string, depth int) (any, error) {
	fields := map[string]any{}
	for t.More() {
		token, err := t.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, t.broken()
		}
		if _, twice := fields[name]; twice {
			return nil, &surveys.Unreadable{Where: join(path, shown(name)), What: "stands twice"}
		}
		if fields[name], err = t.value(join(path, shown(name)), depth); err != nil {
			return nil, err
		}
	}
	return fields, t.end()
}

// end reads the bracket that closes what is open.
func (t tree) end() error {
	if _, err := t.Token(); err != nil {
		return t.broken()
	}
	return nil
}

func (t tree) broken() error {
	return &surveys.Unreadable{What: fmt.Sprintf("not JSON, near byte %d", t.InputOffset())}
}

// join is the path of a field: "customer.email", "[2].id".
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// shown is a word of the sender as it may stand in a message: short and plain.
func shown(word string) string { return clean(word, 40) }
