package reports

import (
	"fmt"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// dueOnes are follow-ups due at one time, by what became of them.
func dueOnes(due time.Time, team string, ends ...surveys.FollowUp) func(yield func(surveys.FollowUp, error) bool) {
	return func(yield func(surveys.FollowUp, error) bool) {
		for n, f := range ends {
			f.ID, f.DueAt, f.Team = fmt.Sprint(n), due, team
			if !yield(f, nil) {
				return
			}
		}
	}
}

func TestCalledBackInTime(t *testing.T) {
	due := time.Unix(1e9, 0)
	over := func(outcome surveys.FollowUpOutcome, after time.Duration, g surveys.Gesture) surveys.FollowUp {
		return surveys.FollowUp{State: surveys.FollowUpClosed, Outcome: outcome, ClosedAt: due.Add(after), Gesture: g}
	}
	c, err := CountCalledBack(dueOnes(due, "", over(surveys.Solved, 0, surveys.Gesture{}),
		over(surveys.GestureMade, -time.Hour, surveys.Gesture{Kind: surveys.Voucher, Cents: 1050}),
		over(surveys.GestureMade, time.Hour, surveys.Gesture{Kind: surveys.Voucher, Cents: 50}),
		over(surveys.CannotReach, -time.Hour, surveys.Gesture{}),
		surveys.FollowUp{State: surveys.FollowUpWaiting}, surveys.FollowUp{State: surveys.FollowUpWithdrawn},
	), nil, surveys.DefaultSettings())
	if err != nil || c.N != 5 || c.InTime != 2 || c.Late != 1 || c.Missed != 1 || c.Waiting != 1 {
		t.Errorf("counted %+v, %v", c, err)
	}
	if want, _ := Wilson(2, 5); c.Reached != want {
		t.Errorf("between %v, want %v", c.Reached, want)
	}
	if len(c.Gestures) != 1 || c.Gestures[0] != (GestureSum{surveys.Voucher, 2, 1100}) || c.Outcomes[surveys.GestureMade] != 2 {
		t.Errorf("gestures %+v, outcomes %v", c.Gestures, c.Outcomes)
	}
}

// TestFewWhoCallBackAreNotTold: of some teams, unless enough customers and enough people
// stand behind it.
func TestFewWhoCallBackAreNotTold(t *testing.T) {
	due, s := time.Unix(1e9, 0), surveys.DefaultSettings()
	var many []surveys.FollowUp
	for n := range 20 {
		many = append(many, surveys.FollowUp{State: surveys.FollowUpClosed, Outcome: surveys.Solved, ClosedAt: due, Owner: fmt.Sprint(n % 5)})
	}
	for _, c := range []struct {
		teams  []string
		owners int
		few    bool
	}{{nil, 1, false}, {[]string{"billing"}, 5, false}, {[]string{"billing"}, 4, true}, {[]string{"sales"}, 5, true}, {[]string{}, 5, true}} {
		rows := append([]surveys.FollowUp{}, many...)
		for n := range rows {
			rows[n].Owner = fmt.Sprint(n % c.owners)
		}
		got, err := CountCalledBack(dueOnes(due, "billing", rows...), c.teams, s)
		if err != nil || got.Few != c.few || c.few && got.N != 0 {
			t.Errorf("%v, %d owners: %+v, %v", c.teams, c.owners, got, err)
		}
	}
}
