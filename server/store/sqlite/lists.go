package sqlite

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// listed scans a kept list. Counting reads several million of them, and package json
// would take a third of that time: so each element is read by one as json.Marshal
// wrote it, letter by letter; and whatever is written otherwise, by package json.
type listed[K, D any] struct {
	to     *[]D
	one    func(*cursor) D
	domain func(K) D
}

// Scan is sql.Scanner.
func (l listed[K, D]) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a list is kept as %T", v)
	}
	return l.read(text)
}

func (l listed[K, D]) read(text string) (err error) {
	if text == "" {
		return nil
	}
	ok := false
	if *l.to, ok = elements(text, l.one); ok {
		return nil
	}
	var kept []K
	err = json.Unmarshal([]byte(text), &kept)
	*l.to = each(kept, l.domain)
	return err
}

// elements reads a list; ok is false if anything in it is not as expected.
func elements[D any](text string, one func(*cursor) D) (all []D, ok bool) {
	c := cursor{rest: text}
	c.must("[")
	all = make([]D, 0, strings.Count(text, "},{")+1)
	for !c.lost {
		all = append(all, one(&c))
		if c.may("]") {
			return all, !c.lost && c.rest == ""
		}
		c.must(",")
	}
	return nil, false
}

// cursor is where a reading got to. Once it met what it did not expect, it is lost,
// and what it gives means nothing.
type cursor struct {
	rest string
	lost bool
}

// must steps over what has to stand here.
func (c *cursor) must(text string) {
	if !c.may(text) {
		c.lost = true
	}
}

// may steps over what can stand here, and says whether it did.
func (c *cursor) may(text string) bool {
	rest, ok := strings.CutPrefix(c.rest, text)
	c.rest = rest
	return ok
}

// number reads a whole number.
func (c *cursor) number() int64 {
	end := strings.IndexFunc(c.rest, func(r rune) bool { return r != '-' && (r < '0' || r > '9') })
	n, err := strconv.ParseInt(c.rest[:max(end, 0)], 10, 64)
	c.lost = c.lost || err != nil
	c.rest = c.rest[max(end, 0):]
	return n
}

// text reads a text in its quotes that has nothing escaped in it.
func (c *cursor) text() string {
	c.must(`"`)
	text, rest, ended := strings.Cut(c.rest, `"`)
	c.lost = c.lost || !ended || strings.Contains(text, `\`)
	c.rest = rest
	return text
}

// truth reads true or false.
func (c *cursor) truth() bool {
	yes := c.may("true")
	if !yes {
		c.must("false")
	}
	return yes
}

// texts reads an object of texts.
func (c *cursor) texts() map[string]string {
	all := map[string]string{}
	c.must("{")
	for more := !c.may("}"); more && !c.lost; more = !c.may("}") {
		c.may(",")
		key := c.text()
		c.must(":")
		all[key] = c.text()
	}
	return all
}
