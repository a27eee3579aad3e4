package intake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/entendu/entendu/surveys"
)

// FuzzParse holds the reader of JSON to encoding/json: both take the same bodies
// and find the same in them; where a key stands twice, both say which.
func FuzzParse(f *testing.F) {
	for _, kind := range []string{"generic", "zendesk", "freshdesk", "zammad", "chatwoot"} {
		seed(f, "testdata/"+kind+"/*.json")
	}
	for _, body := range []string{
		``, ` `, "\v", `{`, `[`, `[]`, `{}`, `[1,]`, `[,1]`, `[1 2]`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a" 1}`, `{a:1}`, `{"a":1 "b":2}`, `{1:2}`, `[}`, `{]`, `[1}`,
		`1`, `-0`, `01`, `1.`, `.5`, `-`, `+1`, `1e9`, `1E+09`, `1e`, `1e400`, `0x1`, `1_0`, `1true`, `truefalse`, `nul`, `nulll`, `True`, `NaN`, `Infinity`, `1 2`, `1,`, `1]`,
		`""`, `"`, `"\"`, `"\\"`, `"\\\"`, `"\u0041\n\/\b"`, `"\x41"`, `"\u12"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00x"`, "\"\x00\"", "\"a\tb\"", "\"\x7f\"", "\"\\\n\"", "\"\\u0041\x01\"", `'a'`,
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"a":{"b":1,"b":2}}`, `[0,{"a":[{"":1,"":2}]}]`, `{"a":1,"A":2}`, `{"a":tru,"a":1}`, `{"a":1,"a":tru}`,
		"\ufeff{}", "{}\x00", "\u00a0{}", " \t\r\n{ \"a\" : [ 1 , null ] } \n", "\"\xff\"", "\xff", `// {}`, `{} /**/`,
		strings.Repeat("[", 64) + strings.Repeat("]", 64), strings.Repeat("[", 65) + strings.Repeat("]", 65), strings.Repeat(`{"a":`, 70),
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := parse(body)
		if !json.Valid(body) && err == nil {
			t.Fatalf("taken, although not JSON: %#v", got)
		}
		if strings.Contains(fmt.Sprint(err), "too many values") {
			return // a bound that encoding/json does not have
		}
		want, problem := slowly(body)
		if (err == nil) != (problem == nil) || !reflect.DeepEqual(got, want) {
			t.Fatalf("%#v, %v; encoding/json gives %#v, %v", got, err, want, problem)
		}
		var bad, known *surveys.Unreadable
		if err != nil && (!errors.As(err, &bad) || errors.As(problem, &known) && *bad != *known) {
			t.Fatalf("%v; want %v", err, problem)
		}
	})
}

// TestE05ManyValues: a list of nothing much costs many times its length, so it is
// bounded; what helpdesks fill with custom fields is far from that.
func TestE05ManyValues(t *testing.T) {
	for _, test := range []struct {
		body string
		good bool
	}{
		{"[" + strings.Repeat("0,", 900) + "0]", true},
		{"[" + strings.Repeat("0,", 5000) + "0]", false},
		{"[" + strings.Repeat("[],", 5000) + "0]", false},
		{"[" + strings.Repeat("{},", 5000) + "0]", false},
		{"[" + strings.Repeat(`{"id":1,"value":null},`, 50_000) + "0]", true},
		{"[" + strings.Repeat(`"vip",`, 1400) + "0]", true},
	} {
		if _, err := parse([]byte(test.body)); (err == nil) != test.good {
			t.Errorf("%.20s… of %d bytes: %v", test.body, len(test.body), err)
		}
	}
}

// slowly reads a body token by token of encoding/json. What it says of JSON that is
// broken differs from parse's words, and is no *surveys.Unreadable.
func slowly(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, &surveys.Unreadable{What: "not UTF-8"}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := slowValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

func slowValue(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if _, opens := token.(json.Delim); err == nil && opens && depth == maxDepth {
		return nil, &surveys.Unreadable{What: "nested deeper than 64 levels"}
	}
	switch token {
	case json.Delim('['):
		return slowList(d, depth+1)
	case json.Delim('{'):
		return slowObject(d, depth+1)
	}
	return token, err
}

func slowList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := slowValue(d, depth)
		if err != nil {
			return nil, under(fmt.Sprintf("[%d]", len(list)), err)
		}
		list = append(list, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return list, nil
}

func slowObject(d *json.Decoder, depth int) (any, error) {
	fields := map[string]any{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		name := key.(string)
		if _, twice := fields[name]; twice {
			return nil, &surveys.Unreadable{Where: cmp.Or(shown(name), `""`), What: "stands twice"}
		}
		if fields[name], err = slowValue(d, depth); err != nil {
			return nil, under(shown(name), err)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return fields, nil
}

// BenchmarkReadGeneric is one event of the kind that is written by hand.
func BenchmarkReadGeneric(b *testing.B) {
	body, err := os.ReadFile("testdata/generic/full.json")
	if err != nil {
		b.Fatal(err)
	}
	h, _ := Find("generic")
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := h.Read(body, received, source("generic")); err != nil {
			b.Fatal(err)
		}
	}
}
