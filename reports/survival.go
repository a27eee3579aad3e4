package reports

import (
	"math"
	"slices"
	"sort"
	"time"
)

// Observation is what is known of how long one ticket waited: until its end (the
// first reply, or the lasting resolution), or at least as long as it has been
// followed. Write it with field names: more may be told of a ticket later.
//
// A ticket withdrawn without an end will never end: count it by Incidence.
// Survival takes it as still open, last seen when it was withdrawn, which supposes
// that it would have ended like the others, and shows more resolved than were.
type Observation struct {
	// Entry is the age at which the ticket was first seen: 0 from its opening on,
	// more if it was already open when the helpdesk was connected. Its like that
	// ended sooner were never seen, so it says nothing of what happens before.
	Entry     time.Duration
	Time      time.Duration // the age at its end, or the last at which it was seen
	Ended     bool
	Withdrawn bool // at Time, and never Ended
}

// Curve is the estimate of the share of tickets that have not ended after a time,
// in which tickets still open count for as long as they have been followed. A
// delay made from ended tickets alone forgets the longest ones.
type Curve struct {
	seen  riskSet
	steps []step        // one for each time at which a ticket ended
	known time.Duration // up to here; what happens later nobody has seen
}

// step is the curve from one end up to the next.
type step struct {
	at      time.Duration
	waiting float64  // share not ended, S(t)
	band    Interval // of that share
}

// forever is how far a curve is known that cannot change any more.
const forever time.Duration = math.MaxInt64

// Survival draws the curve of Kaplan and Meier (1958), S(t) = Π (1 - d/n) over the
// ages up to t at which d of the n tickets then followed ended, in one sort and
// one pass. Tickets first seen at a later age join n from that age on (delayed
// entry). A ticket followed exactly as long as another took to end was still
// waiting when that one ended.
func Survival(observations []Observation) Curve {
	c := Curve{seen: follow(observations)}
	waiting, greenwood, band := 1.0, 0.0, Interval{Low: 1, High: 1}
	for m := range c.seen.moments {
		if m.ended > 0 {
			n, d := float64(m.atRisk), float64(m.ended)
			waiting *= (n - d) / n
			greenwood += d / (n * (n - d))
			band = logLog(waiting, greenwood, band)
			c.steps = append(c.steps, step{m.at, waiting, band})
		}
	}
	c.close(waiting == 0)
	return c
}

// close says how far the curve is known: as far as tickets were followed, or for
// ever if nobody was left waiting. Where all those followed ended while others,
// seen from a later age on, are known to have waited longer, the last step says
// nothing.
func (c *Curve) close(nobodyLeft bool) {
	c.known = c.seen.last()
	switch {
	case nobodyLeft && c.seen.cut:
		c.known--
		c.steps = slices.DeleteFunc(c.steps, func(s step) bool { return s.at > c.known })
	case nobodyLeft:
		c.known = forever
	}
}

// logLog is the band around the share still waiting: Greenwood's sum of
// d/(n(n-d)), taken on the scale of log(-log S) so that it stays within 0 to 1.
// There is none for S = 0; then the upper end stays where it was before.
func logLog(waiting, greenwood float64, before Interval) Interval {
	if waiting == 0 {
		return Interval{Low: 0, High: before.High}
	}
	w := z95 * math.Sqrt(greenwood) / -math.Log(waiting)
	return Interval{Low: math.Pow(waiting, math.Exp(w)), High: math.Pow(waiting, math.Exp(-w))}
}

// Within is the share of tickets that end within t, and its interval. Before the
// first end it is 0, with the Wilson interval of none among those followed so far.
//
// It is not ok where no ticket was followed for as long as t, unless all of them
// had ended by then: what happens later is not known.
func (c Curve) Within(t time.Duration) (share float64, i Interval, ok bool) {
	if t > c.known {
		return 0, Interval{}, false
	}
	past := sort.Search(len(c.steps), func(k int) bool { return c.steps[k].at > t })
	if past == 0 {
		i, ok = Wilson(0, c.seen.at(t))
		return 0, i, ok
	}
	s := c.steps[past-1]
	return 1 - s.waiting, Interval{Low: 1 - s.band.High, High: 1 - s.band.Low}, true
}
