package intake

import (
	"encoding/json"
	"time"
)

// place is where a look stands at helpdesks that list tickets by the time of their
// last change. All its times are the helpdesk's own, so that it does not matter
// what our clock says.
type place struct {
	From time.Time // what changed before has been seen
	Page int       // the page to ask for, from 1
	Top  time.Time `json:",omitzero"` // newest first only: the latest change on the first page
}

// overlap is how much of what has been seen is looked at again: a helpdesk may list
// a change late, and its clocks may differ.
const overlap = 5 * time.Minute

// placeOf reads a cursor; where there is none, or none that we wrote, the look begins.
func placeOf(cursor string, since time.Time) place {
	p := place{}
	if json.Unmarshal([]byte(cursor), &p) != nil || p.From.IsZero() || p.Page < 1 {
		return place{From: since, Page: 1}
	}
	return p
}

func (p place) String() string {
	text, _ := json.Marshal(p) // three plain fields
	return string(text)
}

// forward is the place after a page with the oldest change first: after a full one
// at its last change, so that a ticket which changes meanwhile moves none off the
// next page. It is for helpdesks that tell times finely.
func (p place) forward(last time.Time, full bool) place {
	switch {
	case !full:
		return p.done(last)
	case last.After(p.From):
		return place{From: last, Page: 1}
	}
	return place{From: p.From, Page: p.Page + 1} // a whole page changed at once
}

// back is the place after a page with the newest change first; more says that the
// next page may hold something unseen. A ticket that changes meanwhile moves to the
// top, where the next look begins.
func (p place) back(first, last time.Time) (next place, more bool) {
	if p.Page == 1 {
		p.Top = first
	}
	if last.IsZero() || last.Before(p.From) {
		return p.done(p.Top), false
	}
	p.Page++
	return p, true
}

// done is where the next look begins once everything up to a time has been seen.
func (p place) done(seen time.Time) place {
	if begin := seen.Add(-overlap); begin.After(p.From) {
		p.From = begin
	}
	return place{From: p.From, Page: 1}
}

// changed is the latest change on a page, where the helpdesk's clock has been.
func changed(key string, page []object) (last time.Time) {
	for _, o := range page {
		last = latest(last, o.moment(key))
	}
	return last
}
