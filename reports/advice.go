package reports

import (
	"time"

	"github.com/entendu/entendu/surveys"
)

// Held is how many of the figures that periods of one length would tell have too few
// customers behind them to be shown.
type Held struct {
	Length string // Month, Quarter or HalfYear
	Told   int    // figures of the whole, of categories and of teams that count anything
	Small  int    // of those
}

// Part is which part of the figures is withheld.
func (h Held) Part() float64 { return float64(h.Small) / float64(max(h.Told, 1)) }

// mostHeld is the part of the figures that may be withheld before a longer period is
// proposed: a page that holds back most of what it tells of helps nobody.
const mostHeld = 0.5

// Advice is what the last twelve months say of how long a period should be.
type Advice struct {
	Held    [3]Held // by Month, Quarter and HalfYear
	Propose string  // the length that would show more, "" where the one in force is right
}

// Advise looks at the tallies of the twelve whole months before today, taken one by
// one, by three and by six, so that each length tells of the same days. Tallies count
// rows, of which a customer may have several: at least so much would be withheld.
func Advise(tallies []Tally, today surveys.Day, p surveys.Publishing) Advice {
	a := Advice{}
	for i, months := range []int{1, 3, 6} {
		a.Held[i] = held(blocks(tallies, today, months), p.Minimum)
		a.Held[i].Length = []string{Month, Quarter, HalfYear}[i]
	}
	a.Propose = a.propose(p.Period)
	return a
}

// propose is the shortest longer period that shows most figures; where none does, the
// longest if it shows more than the one in force.
func (a Advice) propose(inForce string) string {
	var now Held
	best := ""
	for _, h := range a.Held {
		switch {
		case h.Length == inForce:
			now = h
		case now.Length == "" || now.Part() <= mostHeld:
		case h.Part() <= mostHeld:
			return h.Length
		case h.Part() < now.Part():
			best = h.Length
		}
	}
	return best
}

// blocks adds up the whole months before today, so many at a time.
func blocks(tallies []Tally, today surveys.Day, months int) map[int]map[scope]*cell {
	all := map[int]map[scope]*cell{}
	for _, t := range tallies {
		ago := monthsBetween(t.Day, today)
		if ago < 1 || ago > 12 {
			continue
		}
		block := (ago - 1) / months
		if all[block] == nil {
			all[block] = map[scope]*cell{}
		}
		addTally(all[block], t)
	}
	return all
}

// monthsBetween counts from the month of one day to that of another.
func monthsBetween(from, to surveys.Day) int {
	a, errA := time.Parse(time.DateOnly, string(from))
	b, errB := time.Parse(time.DateOnly, string(to))
	if errA != nil || errB != nil {
		return 0
	}
	return 12*(b.Year()-a.Year()) + int(b.Month()) - int(a.Month())
}

// held counts the figures of some periods that count anything, and the small ones.
func held(blocks map[int]map[scope]*cell, minimum int) (h Held) {
	for _, cells := range blocks {
		for in, c := range cells {
			if in.kind == places || in.kind != overall && in.name == "" {
				continue // never told, or under Other
			}
			s := c.closed.Scores
			for _, n := range []int{c.opened.Opened, c.closed.Closed, sum(s.Delay[:]), sum(s.Listening[:]), sum(s.Outcome[:]), sum(s.Recommend[:])} {
				if n > 0 {
					h.Told++
				}
				if n > 0 && n < minimum {
					h.Small++
				}
			}
		}
	}
	return h
}
