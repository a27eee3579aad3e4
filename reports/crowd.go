package reports

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
)

// Crowd is distinct people as short signs in order, one after the other: enough to say
// whether so many stand behind some rows, whatever rows are put together, and nothing
// else. It holds at most crowdFull, for no threshold is higher: a crowd that is full is
// enough, and the others are whole, so that the crowds of two cells together are as
// many as the people behind both, up to there.
type Crowd string

const (
	signSize  = 5 // letters, of six bits: two in a thousand million share a sign, and count as one
	crowdFull = 32
)

// Count is how many there are, up to crowdFull.
func (c Crowd) Count() int { return len(c) / signSize }

// signOf is the sign of somebody; "" is nobody that is known.
func signOf(id string) Crowd {
	if id == "" {
		return ""
	}
	hash := sha256.Sum256([]byte(id))
	return Crowd(base64.RawURLEncoding.EncodeToString(hash[:signSize])[:signSize])
}

// and is two crowds as one.
func (c Crowd) and(o Crowd) Crowd {
	switch {
	case o == "" || c.Count() >= crowdFull || c == o:
		return c
	case c == "" || o.Count() >= crowdFull:
		return o
	}
	all := make([]byte, 0, min(len(c)+len(o), crowdFull*signSize))
	for (c != "" || o != "") && len(all) < crowdFull*signSize {
		first := c.first(o)
		all = append(all, first...)
		c, o = c.without(first), o.without(first)
	}
	return Crowd(all)
}

// first is the sign that comes first in either.
func (c Crowd) first(o Crowd) Crowd {
	if c == "" || o != "" && cmp.Less(o[:signSize], c[:signSize]) {
		return o[:signSize]
	}
	return c[:signSize]
}

// without is the crowd after its first sign, if that is this one.
func (c Crowd) without(sign Crowd) Crowd {
	if c != "" && c[:signSize] == sign {
		return c[signSize:]
	}
	return c
}

// Behind is who stands behind some rows. It says of nobody what they did: no count in
// a tally goes with one sign.
type Behind struct {
	Customers Crowd
	Advisers  Crowd
}

func (b Behind) and(o Behind) Behind {
	return Behind{b.Customers.and(o.Customers), b.Advisers.and(o.Advisers)}
}

// enough is the law of what is compared inside: so many customers and so many advisers,
// whatever the filters, or nothing is told.
func (b Behind) enough(need Need) bool {
	return b.Customers.Count() >= min(need.Customers, crowdFull) && b.Advisers.Count() >= min(need.Advisers, crowdFull)
}
