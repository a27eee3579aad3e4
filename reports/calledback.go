package reports

import (
	"iter"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// CalledBack is what became of the follow-ups that were due in a time: of all of them
// together, or of some teams, and never of who saw to them.
type CalledBack struct {
	N       int // due in it, less those withdrawn
	InTime  int // of whom somebody was reached by then
	Late    int // or later
	Reached Interval
	Missed  int // whom nobody could reach
	Waiting int // whom nobody has called yet

	Outcomes map[surveys.FollowUpOutcome]int
	Gestures []GestureSum
	// Few says that so few stand behind it that it would be about one of them, and
	// nothing else is told.
	Few bool
}

// GestureSum is one line of the goodwill register.
type GestureSum struct {
	Kind  surveys.GestureKind
	N     int
	Cents int64
}

// CountCalledBack counts follow-ups, those of some teams or, where teams is nil, all of
// them. Of some it tells nothing unless there are minimum follow-ups, and as many who
// saw to them as advisers says.
func CountCalledBack(rows iter.Seq2[surveys.FollowUp, error], teams []string, s surveys.Settings) (c CalledBack, err error) {
	c.Outcomes = map[surveys.FollowUpOutcome]int{}
	sums, owners := map[surveys.GestureKind]GestureSum{}, map[string]bool{}
	for f, err := range rows {
		if err != nil {
			return CalledBack{}, err
		}
		if f.State == surveys.FollowUpWithdrawn || teams != nil && !slices.Contains(teams, f.Team) {
			continue
		}
		owners[f.Owner] = true
		c.add(f)
		if f.Gesture.Kind != "" {
			sum := sums[f.Gesture.Kind]
			sums[f.Gesture.Kind] = GestureSum{f.Gesture.Kind, sum.N + 1, sum.Cents + f.Gesture.Cents}
		}
	}
	delete(owners, "")
	if teams != nil && (c.N < s.Publishing.Minimum || len(owners) < s.Comparing.Advisers) {
		return CalledBack{Few: true}, nil
	}
	for _, kind := range surveys.GestureKinds() {
		if sum := sums[kind]; sum.N > 0 {
			c.Gestures = append(c.Gestures, sum)
		}
	}
	c.Reached, _ = Wilson(c.InTime, c.N)
	return c, nil
}

func (c *CalledBack) add(f surveys.FollowUp) {
	c.N++
	switch {
	case f.State == surveys.FollowUpWaiting:
		c.Waiting++
		return
	case f.Outcome == surveys.CannotReach:
		c.Missed++
	case f.ClosedAt.After(f.DueAt):
		c.Late++
	default:
		c.InTime++
	}
	c.Outcomes[f.Outcome]++
}

// calledBackFor is how far back the figure of those called back goes.
const calledBackFor = 28 * 24 * time.Hour

// CalledBackSince is when the time begins that the figure tells of.
func CalledBackSince(now time.Time) time.Time { return now.Add(-calledBackFor) }
