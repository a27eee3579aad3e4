package reports

import (
	"cmp"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// view is the rows of one day as they were known at one moment: what tallies and
// figures are counted from.
type view struct {
	requests []request
	endings  []ending
}

// seen gives the rows as they were known at asOf.
func (r rows) seen(asOf time.Time) view {
	v := view{endings: endings(r.invitations, r.responses, asOf)}
	for _, t := range r.tickets {
		if q, ok := seen(t, asOf); ok {
			v.requests = append(v.requests, q)
		}
	}
	return v
}

// tally adds up a view.
func (v view) tally(day surveys.Day, asOf time.Time) Tally {
	opened, closed := map[surveys.Dimensions]OpenedCell{}, map[surveys.Dimensions]ClosedCell{}
	for _, r := range v.requests {
		c := opened[r.Dimensions]
		c.count(r)
		opened[r.Dimensions] = c
	}
	for _, e := range v.endings {
		c := closed[e.Dimensions]
		c.count(e)
		closed[e.Dimensions] = c
	}
	t := Tally{Day: day, AsOf: asOf, Counts: tallyCounts}
	for d, c := range opened {
		c.Dimensions = d
		slices.SortFunc(c.Due, time.Time.Compare)
		t.Opened = append(t.Opened, c)
	}
	for d, c := range closed {
		c.Dimensions = d
		t.Closed = append(t.Closed, c)
	}
	slices.SortFunc(t.Opened, func(a, b OpenedCell) int { return byDimensions(a.Dimensions, b.Dimensions) })
	slices.SortFunc(t.Closed, func(a, b ClosedCell) int { return byDimensions(a.Dimensions, b.Dimensions) })
	return t
}

// byDimensions is the one order of cells, so that equal rows make equal tallies.
func byDimensions(a, b surveys.Dimensions) int {
	return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Product, b.Product),
		cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Language, b.Language))
}

// count adds one ticket.
func (c *OpenedCell) count(r request) {
	if c.Reply == nil {
		c.Reply, c.Closing = make([]int, len(Steps())+1), make([]int, len(Steps())+1)
	}
	c.Opened++
	c.Behind = c.Behind.and(r.behind())
	if r.active {
		c.Active++
	}
	c.countReply(r)
	if r.settled.IsZero() {
		return
	}
	c.countResolution(r)
	if yes, known := r.atOnce(); known {
		c.Settled++
		c.OnContact = c.OnContact.and(r.behind())
		if yes {
			c.AtOnce++
		}
	}
}

// countResolution adds how long a settled ticket took.
func (c *OpenedCell) countResolution(r request) {
	if r.settledMisdated {
		c.Misdated++
		return
	}
	took := r.resolution()
	c.Closing[stepOf(took)]++
	for i, horizon := range Horizons() {
		if took <= horizon {
			c.Resolved[i]++
		}
	}
}

// countReply adds what is known of the first reply. A withdrawn ticket that had
// none is in no count here: nobody waits any more, and nobody was late for sure.
func (c *OpenedCell) countReply(r request) {
	switch {
	case r.unknown():
		c.Unknown++
		if r.promise != 0 {
			c.Unsure++
		}
	case r.replied.IsZero() && r.withdrawn.IsZero():
		c.Waiting++
		if r.promise != 0 {
			c.Due = append(c.Due, r.opened.Add(r.promise))
		}
	case r.replied.IsZero():
	default:
		c.Reply[stepOf(r.replyTime())]++
		c.OnReply = c.OnReply.and(r.behind())
		if r.promise != 0 {
			c.OnPromise = c.OnPromise.and(r.behind())
		}
		switch {
		case r.promise == 0:
		case r.replyTime() <= r.promise:
			c.Kept++
		default:
			c.Late++
		}
	}
}

// count adds one closing.
func (c *ClosedCell) count(e ending) {
	if e.counted {
		c.Closed++
		if e.sent {
			c.Sent++
		}
		if e.skip != "" {
			if c.Skipped == nil {
				c.Skipped = map[surveys.Skip]int{}
			}
			c.Skipped[e.skip]++
		}
		c.countSide(e)
	}
	if e.answered {
		c.countAnswer(e)
	}
}

// countSide adds a closing that was asked about to those who answered or did not.
func (c *ClosedCell) countSide(e ending) {
	side := &c.Silent
	if e.answered {
		side = &c.Replied
	}
	if stageOf(e.skip) == asked {
		side.count(e)
	}
}

func (s *Side) count(e ending) {
	s.N++
	if e.took >= 0 {
		if s.Took == nil {
			s.Took = make([]int, len(Steps())+1)
		}
		s.Took[stepOf(e.took)]++
	}
	if e.again {
		s.Again++
	}
	s.Behind = s.Behind.and(e.behind())
}

func (c *ClosedCell) countAnswer(e ending) {
	c.standBehind(e)
	c.Answered++
	if !e.counted {
		c.Imported++
	}
	c.Scores.count(e.answer)
	if e.answer.Suspect {
		c.Suspect++
		c.FromSuspects.count(e.answer)
	}
	if e.answer.Values["nudged"] == "yes" {
		c.Nudged++
	}
}

// standBehind puts who answered, and who was answered for, behind each question.
func (c *ClosedCell) standBehind(e ending) {
	for question, who := range map[string]*Behind{"delay": &c.OnDelay, "listening": &c.OnListening, "resolved": &c.OnOutcome, "recommend": &c.OnScore} {
		if e.answer.Values[question] != "" {
			*who = who.and(e.behind())
		}
	}
}

// count adds one answer.
func (s *Scores) count(a surveys.Answer) {
	if n, ok := a.Score("delay"); ok && 1 <= n && n <= 5 {
		s.Delay[n-1]++
	}
	if n, ok := a.Score("listening"); ok && 1 <= n && n <= 5 {
		s.Listening[n-1]++
	}
	if n, ok := a.Score("recommend"); ok && 0 <= n && n <= 10 {
		s.Recommend[n]++
	}
	if i := slices.Index([]string{"yes", "partly", "no"}, a.Values["resolved"]); i >= 0 {
		s.Outcome[i]++
	}
}
