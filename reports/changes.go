package reports

import (
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// changes are what the rows of a period say now, beside what they said when each of
// the earlier issues was cut off: between two values of a figure lie the customers
// whose rows changed, and whoever compares the two learns what those say.
//
// Of rows that changed alike no more customers are kept than are enough: nobody asks
// how many more there are, so that what is kept does not grow with the rows.
type changes struct {
	span    span // of the period
	cutOff  time.Time
	enough  int // customers: the minimum
	earlier []issue
	since   []map[change]*sides  // for each of earlier
	last    [numberOfBundles]int // the issue that counted what was told last of the whole; -1 for none
	pending []bits               // by customer: the bundles of the whole that they have changed since

	places    []place // all that rows were ever seen at
	placed    map[place]bool
	spots     []spot
	spotted   map[string]int // by key
	customers map[string]int
}

// change is how a row came to say something else now than then.
type change struct {
	was, is       int // index in spots
	had, has, new bits
	passed        bool // to another customer
}

// sides are those whose rows changed alike: whose they were, and whose they are.
type sides struct{ was, is makers }

// makers are those who make a difference: the customers, up to enough of them, and how
// many of the rows each house has.
type makers struct {
	customers []int
	houses    people
}

func (m *makers) add(o makers, enough int) {
	for _, one := range o.customers {
		if len(m.customers) < enough && !slices.Contains(m.customers, one) {
			m.customers = append(m.customers, one)
		}
	}
	if m.houses == nil {
		m.houses = people{}
	}
	for house, rows := range o.houses {
		m.houses[house] += rows
	}
}

// house is the one that has more than half of the rows; "" where none has.
func (m makers) house() string {
	all := 0
	for _, rows := range m.houses {
		all += rows
	}
	for house, rows := range m.houses {
		if house != "" && 2*rows > all {
			return house
		}
	}
	return ""
}

// bits are one for each mark: whether the row counted in it, counts in it, and says
// something else.
type bits uint16

func (b bits) of(mark int) bool { return b>>mark&1 == 1 }

// marks are what a row says in each bundle, and of the rate, 0 where it does not count.
// Only equality means anything; that time passes changes no mark but the promise's.
type marks [numberOfBundles + 1]int64

func newChanges(of span, cutOff time.Time, earlier []issue, enough int) *changes {
	c := &changes{span: of, cutOff: cutOff, enough: enough, earlier: earlier, placed: map[place]bool{}, spotted: map[string]int{}, customers: map[string]int{}}
	for range earlier {
		c.since = append(c.since, map[change]*sides{})
	}
	for b, one := range bundles() {
		c.last[b] = lastTold(earlier, one, whole())
	}
	return c
}

// newest is the last of the earlier issues; the zero issue before the first.
func (c *changes) newest() issue {
	if len(c.earlier) == 0 {
		return issue{}
	}
	return c.earlier[len(c.earlier)-1]
}

// look notes what has changed in the rows of a day.
func (c *changes) look(r rows) {
	if len(c.earlier) == 0 {
		return
	}
	for _, t := range r.tickets {
		c.lookAtTicket(t)
	}
	now := byID(endings(r.invitations, r.responses, c.cutOff))
	for i, one := range c.earlier {
		then := byID(endings(r.invitations, r.responses, one.cutOff))
		for _, id := range r.closings() {
			c.note(i, then[id].standing(), now[id].standing())
		}
	}
}

// closings are the ids of the invitations, and of the answers brought along without.
func (r rows) closings() (ids []string) {
	for _, i := range r.invitations {
		ids = append(ids, i.ID)
	}
	for _, a := range r.responses {
		ids = append(ids, a.Invitation, broughtID(a))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// standing is what one row says at one moment; the zero standing is that of a row
// that was not known yet or belonged in no figure.
type standing struct {
	place
	spot     string // key
	customer string
	says     marks
}

func (c *changes) lookAtTicket(t surveys.Ticket) {
	is := c.span.standing(t, c.cutOff)
	for i, one := range c.earlier {
		c.note(i, c.span.standing(t, one.cutOff), is)
	}
}

func (s span) standing(t surveys.Ticket, asOf time.Time) standing {
	r, known := s.seen(t, asOf)
	if !known {
		return standing{}
	}
	p := placeOf(r.Dimensions)
	return standing{p, p.key(), r.customer, r.marks(max(0, asOf.Sub(r.opened)))}
}

func byID(all []ending) map[string]ending {
	by := make(map[string]ending, len(all))
	for _, e := range all {
		by[e.id] = e
	}
	return by
}

func (e ending) standing() standing {
	p := placeOf(e.Dimensions)
	return standing{p, p.key(), e.customer, e.marks()}
}

// note keeps how a row says something else than at issue i.
func (c *changes) note(i int, was, is standing) {
	var ch change
	for b := range was.says {
		one := bits(1) << b
		if was.says[b] != 0 {
			ch.had |= one
		}
		if is.says[b] != 0 {
			ch.has |= one
		}
		if was.says[b] != is.says[b] {
			ch.new |= one
		}
	}
	ch.passed = ch.had != 0 && ch.has != 0 && was.customer != is.customer
	if ch.had != 0 {
		ch.was = c.at(was)
	}
	if ch.has != 0 {
		ch.is = c.at(is)
	}
	if ch.new != 0 || ch.had != 0 && (ch.was != ch.is || ch.passed) {
		c.keep(i, ch, was.customer, is.customer)
	}
}

// keep adds whose a changed row was, and whose it is.
func (c *changes) keep(i int, ch change, whom, who string) {
	made := c.since[i][ch]
	if made == nil {
		made = &sides{}
		c.since[i][ch] = made
	}
	if ch.had != 0 {
		made.was.add(c.makerOf(whom), c.enough)
	}
	if ch.has != 0 {
		made.is.add(c.makerOf(who), c.enough)
	}
	for b, last := range c.last {
		if last != i {
			continue
		}
		had, has := ch.in(b, once(c.spots[ch.was].whole), once(c.spots[ch.is].whole))
		if had {
			c.pending[c.customer(whom)] |= 1 << b
		}
		if has {
			c.pending[c.customer(who)] |= 1 << b
		}
	}
}

// in says which side of a change makes a mark differ in a set, in which the rows counted
// so many times then and do so many times now: whose the row was, whose it is, or neither.
func (ch change) in(mark, then, now int) (had, has bool) {
	had, has = then != 0 && ch.had.of(mark), now != 0 && ch.has.of(mark)
	if had && has && then == now && !ch.new.of(mark) && !ch.passed {
		return false, false
	}
	return had, has
}

func (c *changes) makerOf(customer string) makers {
	return makers{[]int{c.customer(customer)}, people{surveys.HouseOf(customer): 1}}
}

// different gives who makes a mark differ between issue i and now, in the rows that then
// stood in one set of spots and now stand in another.
func (c *changes) different(mark, i int, then, now func(spot) bool) (all makers) {
	for ch, made := range c.since[i] {
		had, has := ch.in(mark, once(then(c.spots[ch.was])), once(now(c.spots[ch.is])))
		if had {
			all.add(made.was, c.enough)
		}
		if has {
			all.add(made.is, c.enough)
		}
	}
	return all
}

// waiting counts the customers who have changed a bundle of the whole since it was
// told last.
func (c *changes) waiting(b int) (n int) {
	for _, of := range c.pending {
		if of.of(b) {
			n++
		}
	}
	return n
}

// once is how often a row counts where it does, or does not.
func once(in bool) int {
	if in {
		return 1
	}
	return 0
}

// at is the index of the spot of a standing.
func (c *changes) at(s standing) int {
	c.met(s.place)
	i, ok := c.spotted[s.spot]
	if !ok {
		i = len(c.spots)
		c.spotted[s.spot], c.spots = i, append(c.spots, spotAt(s.spot))
	}
	return i
}

// met notes a place that there is.
func (c *changes) met(p place) {
	if !c.placed[p] {
		c.placed[p], c.places = true, append(c.places, p)
	}
}

func (c *changes) customer(id string) int {
	i, ok := c.customers[id]
	if !ok {
		i = len(c.customers)
		c.customers[id], c.pending = i, append(c.pending, 0)
	}
	return i
}

// marks of a request of an age.
func (r request) marks(age time.Duration) (m marks) {
	const kinds = 4 // of what a time may be of
	ended := func(end time.Time) int64 {
		switch {
		case !end.IsZero():
			return end.UnixMilli()*kinds + 1
		case !r.withdrawn.IsZero():
			return r.withdrawn.UnixMilli()*kinds + 2
		default:
			return kinds + 3 // still waiting
		}
	}
	m[ofOpened], m[ofResolution], m[ofFirstReply] = 1, ended(r.settled), ended(r.replied)
	for i, horizon := range Horizons() {
		m[ofDay+i] = 1
		if !r.settled.IsZero() && r.resolution() <= horizon {
			m[ofDay+i] = 2
		}
	}
	if r.settledMisdated {
		m[ofDay], m[ofWeek], m[ofMonth], m[ofResolution] = -1, -1, -1, -1
	}
	if r.unknown() {
		m[ofFirstReply] = -1
	}
	m[ofPromise] = int64(r.promised(age))
	if yes, known := r.atOnce(); known {
		m[ofFirstContact] = 1
		if yes {
			m[ofFirstContact] = 2
		}
	}
	return m
}

// marks of a closing and its answer.
func (e ending) marks() (m marks) {
	if e.counted {
		m[ofChain] = 1 + e.chained()
		if stageOf(e.skip) == asked {
			m[ofRate] = 1
			if e.answered {
				m[ofRate] = 2
			}
		}
	}
	if e.answered {
		said := func(question string) int64 {
			n, ok := e.answer.Score(question)
			if !ok {
				return 0
			}
			return int64(n) + 1
		}
		m[ofDelay], m[ofListening], m[ofRecommend] = said("delay"), said("listening"), said("recommend")
		m[ofOutcome] = map[string]int64{"yes": 1, "partly": 2, "no": 3}[e.answer.Values["resolved"]]
	}
	return m
}

// chained tells apart what may become of a closing in the chain.
func (e ending) chained() int64 {
	n := int64(0)
	for i, code := range surveys.Skips() {
		if code == e.skip {
			n = int64(i) + 1
		}
	}
	n *= 4
	if e.sent {
		n++
	}
	if e.answered {
		n += 2
	}
	return n
}
