package reports

import (
	"time"

	"github.com/entendu/entendu/surveys"
)

// Danger is how many requests still wait for a first reply though it was promised.
type Danger struct {
	Name   string // of the category; "" for all together, and for those of none
	Soon   int    // the promise falls due within soon
	Missed int    // it fell due, within the last week
	Long   int    // it fell due longer ago
}

// soon is how far ahead a promise is in danger.
const soon = 24 * time.Hour

// Danger counts them, all together and by category in the order of the alphabet; only
// categories in which somebody waits are listed.
func (c *Cube) Danger(f Filter, now time.Time) (whole Danger, parts []Danger) {
	whole = c.Section(f).danger(now)
	for _, s := range c.Split(f, ByCategory) {
		if d := s.danger(now); d.Soon+d.Missed+d.Long > 0 {
			parts = append(parts, d)
		}
	}
	return whole, parts
}

func (s Section) danger(now time.Time) Danger {
	d := Danger{Name: s.Name}
	for _, due := range s.opened.Due {
		switch {
		case due.After(now.Add(soon)):
		case due.After(now):
			d.Soon++
		case due.After(now.Add(-7 * 24 * time.Hour)):
			d.Missed++
		default:
			d.Long++
		}
	}
	return d
}

// Failed is how many mails about the closings of a section could not be delivered.
func (s Section) Failed() int { return s.closed.Skipped[surveys.Failed] }
