package intake

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// What is longer is cut, but for ids: half an id is another id.
const (
	maxSubject = 500 // characters
	maxName    = 200
	maxID      = 200
	maxTag     = 100
	maxTags    = 50
	maxCount   = 1_000_000
)

// reading is one body while it is read: whose it is, how strictly it is taken,
// and the first thing found wrong, after which the rest no longer matters.
//
// A strict reading (generic) refuses any field of the wrong shape, since its
// sender can mend it. The others leave such a field out, since a helpdesk's
// odd telephone number must not cost us the closing of a ticket.
type reading struct {
	received time.Time
	source   surveys.Source
	strict   bool
	bad      *surveys.Unreadable
}

// object is one JSON object of a reading and where it stands.
type object struct {
	*reading
	path   string
	fields map[string]any
}

// open takes the one object that a body must be.
func open(body []byte, r *reading) (object, error) {
	v, err := parse(body)
	if err != nil {
		return object{}, err
	}
	return r.as("", v), r.err()
}

// as takes v for an object.
func (r *reading) as(path string, v any) object {
	fields, ok := v.(map[string]any)
	switch {
	case v == nil && path != "":
		r.fail(path, "missing")
	case !ok:
		r.fail(path, "not an object")
	}
	return object{r, path, fields}
}

func (r *reading) fail(where, what string) {
	if r.bad == nil {
		r.bad = &surveys.Unreadable{Where: where, What: what}
	}
}

// err is what a Read returns: an untyped nil where nothing is wrong.
func (r *reading) err() error {
	if r.bad == nil {
		return nil
	}
	return r.bad
}

// wrong notes a field that cannot be taken, if this reading minds.
func (o object) wrong(key, what string) {
	if o.strict {
		o.fail(join(o.path, key), what)
	}
}

func (o object) has(key string) bool { return o.fields[key] != nil }

// object is a nested object; an absent one is empty.
func (o object) object(key string) object {
	in := object{o.reading, join(o.path, key), nil}
	switch v := o.fields[key].(type) {
	case nil:
	case map[string]any:
		in.fields = v
	default:
		o.wrong(key, "not an object")
	}
	return in
}

// word is a short text, which vendors may also send as a number or as an object
// with a name.
func (o object) word(key string) string { return o.text(key, maxName) }

func (o object) text(key string, max int) string {
	switch v := o.fields[key].(type) {
	case nil:
		return ""
	case string:
		if o.strict && strings.ContainsRune(v, 0) {
			o.wrong(key, "holds a NUL")
		}
		return clean(v, max)
	case json.Number:
		if !o.strict {
			return clean(v.String(), max)
		}
	case map[string]any:
		if name, ok := v["name"].(string); ok && !o.strict {
			return clean(name, max)
		}
	}
	o.wrong(key, "not a text")
	return ""
}

// first is the first of several fields that says anything.
func (o object) first(keys ...string) string {
	for _, key := range keys {
		if w := o.word(key); w != "" {
			return w
		}
	}
	return ""
}

// need is an id without which the body means nothing.
func (o object) need(key string) string {
	switch o.fields[key].(type) {
	case nil:
		o.fail(join(o.path, key), "missing")
	case string, json.Number:
		id := o.id(key)
		if id == "" {
			o.fail(join(o.path, key), fmt.Sprintf("not an id of 1 to %d characters", maxID))
		}
		return id
	default:
		o.fail(join(o.path, key), "neither a text nor a number")
	}
	return ""
}

// id is a text or a whole number that is never cut.
func (o object) id(key string) string {
	switch v := o.fields[key].(type) {
	case nil:
		return ""
	case string:
		id, ok := identifier(v)
		if !ok {
			o.wrong(key, fmt.Sprintf("not an id of at most %d plain characters", maxID))
		}
		return id
	case json.Number:
		if id, ok := identifier(v.String()); ok && !strings.ContainsAny(id, ".eE") {
			return id
		}
	}
	o.wrong(key, "neither a text nor a whole number")
	return ""
}

// moment is a time. Strict readings take RFC 3339 only; vendors also send times
// without zone, which are UTC, and Unix seconds.
func (o object) moment(key string) time.Time {
	t, ok := time.Time{}, false
	switch v := o.fields[key].(type) {
	case nil:
		return t
	case string:
		if !o.strict {
			if strings.TrimSpace(v) == "" {
				return t
			}
			t, ok = when(v, time.UTC)
		} else if stamp, err := time.Parse(time.RFC3339, v); err == nil {
			t, ok = stamp, true
		}
	case json.Number:
		if seconds, err := v.Float64(); err == nil && !o.strict {
			t, ok = fromUnix(seconds)
		}
	}
	if !ok {
		o.wrong(key, "not a time like 2026-03-04T10:12:31Z")
		return time.Time{}
	}
	if problem := implausible(t, o.received); problem != "" {
		o.wrong(key, problem)
		return time.Time{}
	}
	return surveys.Moment(t)
}

// count is a whole number; 0 is unknown.
func (o object) count(key string) int {
	v, ok := o.fields[key].(json.Number)
	n, err := strconv.Atoi(v.String())
	if o.has(key) && (!ok || err != nil || n < 0 || n > maxCount) {
		o.wrong(key, fmt.Sprintf("not a whole number from 0 to %d", maxCount))
		return 0
	}
	return n
}

// tags is a list of texts, or from vendors one text with commas. An absent list
// is nil, which is "not said".
func (o object) tags(key string) []string {
	switch v := o.fields[key].(type) {
	case nil:
		return nil
	case string:
		if !o.strict {
			return tidy(strings.Split(v, ","))
		}
	case []any:
		tags := []string{}
		for n, tag := range v {
			text, ok := tag.(string)
			if !ok || o.strict && strings.ContainsRune(text, 0) {
				o.wrong(fmt.Sprintf("%s[%d]", key, n), "not a plain text")
			}
			tags = append(tags, text)
		}
		return tidy(tags)
	}
	o.wrong(key, "not a list of texts")
	return nil
}

// email is one address, kept as written; vendors' odd ones are left out.
func (o object) email(key string) string {
	text, ok := o.fields[key].(string)
	if !o.has(key) || ok && strings.TrimSpace(text) == "" {
		return ""
	}
	address, plain := address(text)
	if !ok || !plain {
		o.wrong(key, "not one mail address")
	}
	return address
}

// language is a BCP 47 tag, or from vendors the name of a language.
func (o object) language(key string) string {
	text := o.word(key)
	tag := language(text)
	if text != "" && tag == "" {
		o.wrong(key, "not a language tag like fr or pt-br")
	}
	return tag
}
