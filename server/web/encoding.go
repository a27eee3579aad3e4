package web

import (
	"strconv"
	"strings"
)

const identity = "identity"

// choose gives the form with the highest weight in Accept-Encoding; among equals
// br before gzip before none. Where it gives no body, the client is served the
// plain bytes, even if it says that it wants none: RFC 9110, 12.5.3 allows that.
func (f *file) choose(header string) (coding string, body []byte) {
	coding, body, best := identity, f.gzip, 0.0
	for _, offer := range []struct {
		name string
		body []byte
	}{{"br", f.brotli}, {"gzip", f.gzip}, {identity, f.gzip}} {
		if q := weight(header, offer.name); offer.body != nil && q > best {
			coding, body, best = offer.name, offer.body, q
		}
	}
	return coding, body
}

// weight is the q of a coding: its own, else that of *, else 0; identity is always
// welcome, if least, unless it is named.
func weight(header, coding string) float64 {
	any, named := 0.0, false
	for item := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(item, ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q="); ok {
			q, _ = strconv.ParseFloat(value, 64)
		}
		switch name = strings.ToLower(strings.TrimSpace(name)); name {
		case coding:
			return q
		case "*":
			any, named = q, true
		}
	}
	if coding == identity && !named {
		return 0.0001
	}
	return any
}
