package intake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
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
	if !utf8.Valid(body) {
		return nil, &surveys.Unreadable{What: "not UTF-8"}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, &surveys.Unreadable{What: "empty"}
	}
	t := tree{json.NewDecoder(bytes.NewReader(body))}
	t.UseNumber()
	v, err := t.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := t.Token(); err != io.EOF {
		return nil, &surveys.Unreadable{What: fmt.Sprintf("something follows the JSON value, near byte %d", t.InputOffset())}
	}
	return v, nil
}

func (t tree) value(depth int) (any, error) {
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
		return t.list(depth + 1)
	}
	return t.object(depth + 1)
}

func (t tree) list(depth int) (any, error) {
	list := []any{}
	for t.More() {
		v, err := t.value(depth)
		if err != nil {
			return nil, under("["+strconv.Itoa(len(list))+"]", err)
		}
		list = append(list, v)
	}
	return list, t.end()
}

func (t tree) object(depth int) (any, error) {
	fields := map[string]any{}
	for t.More() {
		token, err := t.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, t.broken()
		}
		if _, twice := fields[name]; twice {
			return nil, &surveys.Unreadable{Where: cmp.Or(shown(name), `""`), What: "stands twice"}
		}
		if fields[name], err = t.value(depth); err != nil {
			return nil, under(shown(name), err)
		}
	}
	return fields, t.end()
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
	if path == "" || strings.HasPrefix(name, "[") {
		return path + name
	}
	return path + "." + name
}

// shown is a word of the sender as it may stand in a message: short and plain.
func shown(word string) string { return clean(word, 40) }
