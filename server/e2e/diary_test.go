package e2e

import (
	"maps"
	"slices"
	"sync"
)

// diary is what the clients of a program did and were told: what was acknowledged
// must be in the store, what was not may be.
type diary struct {
	mu      sync.Mutex
	events  map[string]*said    // by surveys.EventID
	answers map[string][]*given // by invitation, in the order of posting
}

// said is one event that a helpdesk posted.
type said struct {
	body string
	kept bool // a 2xx was read
}

// given is one answer that a customer posted.
type given struct {
	values  map[string]string
	thanked bool
}

func newDiary() *diary {
	return &diary{events: map[string]*said{}, answers: map[string][]*given{}}
}

// say notes that an event is about to be posted; the function it gives notes that
// it was acknowledged.
func (d *diary) say(id, body string) (kept func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.events[id] == nil {
		d.events[id] = &said{body: body}
	}
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.events[id].kept = true
	}
}

// give is say for an answer.
func (d *diary) give(invitation string, values map[string]string) (thanked func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := &given{values: values}
	d.answers[invitation] = append(d.answers[invitation], g)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		g.thanked = true
	}
}

// pages are copies to be read in peace.
func (d *diary) pages() (events map[string]said, answers map[string][]given) {
	d.mu.Lock()
	defer d.mu.Unlock()
	events, answers = map[string]said{}, map[string][]given{}
	for id, s := range d.events {
		events[id] = *s
	}
	for id, all := range d.answers {
		for _, g := range all {
			answers[id] = append(answers[id], given{maps.Clone(g.values), g.thanked})
		}
	}
	return events, answers
}

// lastThanked is the index of the last answer that was thanked for, or -1.
func lastThanked(all []given) int {
	for i, g := range slices.Backward(all) {
		if g.thanked {
			return i
		}
	}
	return -1
}
