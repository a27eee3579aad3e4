package e2e

import (
	"testing"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// TestMailServerAtFault: what a mail server says decides whether a mail is sent
// again, and after how long; what it may have accepted is sent once more, alike.
func TestMailServerAtFault(t *testing.T) {
	for _, test := range []struct {
		name            string
		manners         manners
		wait            time.Duration // until the next attempt
		mails, attempts int           // in the end
		outcome         surveys.Outcome
		state           surveys.State
	}{
		{"cut before 250", cuts, 11 * time.Minute, 2, 2, surveys.Unknown, surveys.Sent},
		{"451 after the final dot", defers, 16 * time.Minute, 1, 2, surveys.Deferred, surveys.Sent},
		{"550 at the recipient", refuses, 16 * time.Minute, 0, 1, surveys.Refused, surveys.Skipped},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, onSQLite())
			s.postbox.turn(test.manners)
			s.started()
			must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
			st := s.look()
			first := s.attempted(st)
			if len(first.Attempts) != 1 || first.Attempts[0].Outcome != test.outcome {
				t.Errorf("the first attempt: %+v", first.Attempts)
			}
			s.postbox.turn(accepts)
			s.restarted(test.wait / 2)
			s.restarted(test.wait - test.wait/2)
			s.settled(st)
			s.holds(st)
			i := s.invitation(st)
			if len(s.postbox.letters()) != test.mails || len(i.Attempts) != test.attempts || i.State != test.state {
				t.Errorf("%d mails, %d attempts, %s", len(s.postbox.letters()), len(i.Attempts), i.State)
			}
			if n := len(i.Attempts); n > 1 && i.Attempts[n-1].At.Sub(i.Attempts[0].At) < test.wait-time.Minute {
				t.Errorf("tried again after %s", i.Attempts[n-1].At.Sub(i.Attempts[0].At))
			}
			s.stopped()
		})
	}
}

// attempted waits until the server turned a mail away and the outcome is stored.
func (s *scene) attempted(st store.Store) (i surveys.Invitation) {
	s.Helper()
	must(s, await(s.Context(), "the outcome of an attempt was stored", func() bool {
		if s.postbox.turnedAway() == 0 {
			return false
		}
		i = s.invitation(st)
		return i.State != surveys.Claimed
	}))
	return i
}

// invitation is the only one there is.
func (s *scene) invitation(st store.Store) (only surveys.Invitation) {
	s.Helper()
	n := 0
	for i, err := range st.InvitationsClosed(s.Context(), time.Time{}, time.Time{}) {
		must(s, err)
		only = i
		n++
	}
	if n != 1 {
		s.Fatalf("%d invitations", n)
	}
	return only
}

// TestDoubtfulMailIsSentOnceMore: a process that dies after the final dot leaves
// a mail of which nobody knows whether it arrived. It is sent once more, alike and
// not before ten minutes have passed; after a second death it is given up.
func TestDoubtfulMailIsSentOnceMore(t *testing.T) {
	s := newScene(t, onSQLite())
	dies := func() {
		t.Helper()
		one, err := s.start("K12:kill")
		must(t, err)
		if len(s.diary.events) == 0 {
			must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
		}
		must(t, await(t.Context(), "the program died", func() bool {
			select {
			case <-one.ended:
				return one.wasKilled()
			default:
				return false
			}
		}))
	}
	dies()
	s.pass(5 * time.Minute) // the claim is over, the doubt is not
	s.started()
	st := s.look()
	must(t, await(t.Context(), "the claim was given back", func() bool { return s.invitation(st).State == surveys.Waiting }))
	if n := len(s.invitation(st).Attempts); n != 1 || len(s.postbox.letters()) > 1 {
		t.Errorf("after five minutes: %d attempts, %d mails", n, len(s.postbox.letters()))
	}
	s.stopped()
	s.pass(6 * time.Minute)
	dies()
	s.pass(time.Hour)
	s.started()
	s.settled(st)
	s.holds(st)
	if i := s.invitation(st); i.Code != surveys.Failed || i.UnknownAttempts(surveys.FirstMail) != 2 {
		t.Errorf("after two deaths: %s %s, %+v", i.State, i.Code, i.Attempts)
	}
	s.stopped()
}
