package reports

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// riskSet is who was followed at which age.
type riskSet struct {
	left []Observation   // by the age at which they were last seen
	late []time.Duration // the ages above 0 at which some were first seen, in order
	cut  bool            // tickets are left out that were first seen after a gap
}

// moment is an age at which tickets were last seen, and what became of them.
type moment struct {
	at                       time.Duration
	atRisk, ended, withdrawn int
}

// follow takes the tickets up to the first age at which none was followed: what
// happened in such a gap was not seen, so the curve after it is not known, however
// many were first seen later. Tickets last seen before they were first seen are
// left out.
func follow(observations []Observation) riskSet {
	r := riskSet{left: make([]Observation, 0, len(observations))}
	for _, o := range observations {
		if o.Entry <= 0 || o.Entry < o.Time {
			r.left = append(r.left, o)
		}
		if 0 < o.Entry && o.Entry < o.Time {
			r.late = append(r.late, o.Entry)
		}
	}
	slices.SortFunc(r.left, func(a, b Observation) int { return cmp.Compare(a.Time, b.Time) })
	slices.Sort(r.late)
	return r.upTo(r.gap())
}

// gap counts the tickets last seen before the first age at which none was
// followed.
func (r riskSet) gap() int {
	if len(r.late) == 0 {
		return len(r.left)
	}
	if len(r.late) == len(r.left) {
		return 0 // none was seen from its opening on
	}
	for k, o := range r.left {
		if r.after(k+1, o.Time+1) == 0 {
			return k + 1
		}
	}
	return len(r.left)
}

// upTo keeps the first n to leave.
func (r riskSet) upTo(n int) riskSet {
	if n == len(r.left) {
		return r
	}
	r.left, r.cut = r.left[:n], true
	in, _ := slices.BinarySearch(r.late, r.last()+1)
	r.late = r.late[:in]
	return r
}

// after counts the tickets followed just before the age t, of which gone have
// left.
func (r riskSet) after(gone int, t time.Duration) int {
	in, _ := slices.BinarySearch(r.late, t)
	return len(r.left) - gone - (len(r.late) - in)
}

// at counts the tickets still followed just before the age t.
func (r riskSet) at(t time.Duration) int {
	gone := sort.Search(len(r.left), func(k int) bool { return r.left[k].Time >= t })
	return r.after(gone, t)
}

// last is the age at which the last ticket was last seen.
func (r riskSet) last() time.Duration {
	if len(r.left) == 0 {
		return 0
	}
	return r.left[len(r.left)-1].Time
}

// moments goes through the ages at which tickets left, in order.
func (r riskSet) moments(yield func(moment) bool) {
	for gone := 0; gone < len(r.left); {
		m := moment{at: r.left[gone].Time}
		m.atRisk = r.after(gone, m.at)
		for gone < len(r.left) && r.left[gone].Time == m.at {
			switch o := r.left[gone]; {
			case o.Ended:
				m.ended++
			case o.Withdrawn:
				m.withdrawn++
			}
			gone++
		}
		if !yield(m) {
			return
		}
	}
}
