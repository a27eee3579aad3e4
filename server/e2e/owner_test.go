package e2e

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// TestF08StoppedOwner: a process is stopped while it has an invitation in hand, and
// another one on the same store takes over once that may be done. When the first one
// goes on, what it writes late is refused, and what it mails late is counted: no
// mail more than there were attempts in the store when it was stopped.
func TestF08StoppedOwner(t *testing.T) {
	eachShared(t, func(t *testing.T, at place) {
		for _, test := range []struct{ name, failpoint, held string }{
			{"before the attempt", "K8:sleep=4s", ""},
			{"before the message", "", atRecipient},
			{"after the final dot", "", atDot},
		} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, at)
				held := s.postbox.holds(t, test.held, 1)
				first, err := s.start(test.failpoint)
				must(t, err)
				t.Cleanup(first.kill)
				must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
				st := s.look()
				must(t, await(t.Context(), "the first one had it in hand", func() bool {
					return test.held == "" && isClaimed(t.Context(), st) || held.isFull()
				}))
				s.standStill(first)
				attempts := len(s.invitation(st).Attempts)
				s.takenOver(st, attempts)
				s.goesOnLate(st, first, held, 1+attempts)
			})
		}
	})
}

// isClaimed says whether somebody has an invitation in hand.
func isClaimed(ctx context.Context, st store.Store) bool {
	for i, err := range st.InvitationsClosed(ctx, time.Time{}, time.Time{}) {
		if err == nil && i.State == surveys.Claimed {
			return true
		}
	}
	return false
}

// standStill stops a process by a signal, in the midst of whatever it does.
func (s *scene) standStill(one *process) {
	s.Helper()
	must(s, one.cmd.Process.Signal(syscall.SIGSTOP))
	must(s, await(s.Context(), "the process held still", one.holdsStill))
}

// takenOver lets a second process send what the first one has in hand: not before
// ten minutes where that one may have sent it.
func (s *scene) takenOver(st store.Store, attempts int) {
	s.Helper()
	if attempts > 0 {
		s.pass(5 * time.Minute) // the lease is over, the doubt is not
		s.started()
		must(s, await(s.Context(), "the claim was given back", func() bool { return s.invitation(st).State == surveys.Waiting }))
		s.stopped()
	}
	s.pass(later)
	s.started()
	s.settled(st)
	if i := s.invitation(st); i.State != surveys.Sent || len(i.Attempts) != attempts+1 {
		s.Errorf("the second process left it %s, after %+v", i.State, i.Attempts)
	}
}

// goesOnLate lets the first process come to itself and end what it was at.
func (s *scene) goesOnLate(st store.Store, first *process, held *hold, mails int) {
	s.Helper()
	before := s.withoutRests(st)
	held.release()
	must(s, first.cmd.Process.Signal(syscall.SIGCONT))
	must(s, await(s.Context(), "the late mail had come", func() bool { return len(s.postbox.letters()) == mails }))
	must(s, first.stop()) // it ends when its dialogues have, and with what is stored of them
	if diff := cmp.Diff(before, s.withoutRests(st)); diff != "" {
		s.Errorf("a late owner changed the store (before -, after +):\n%s", diff)
	}
	if n := len(s.postbox.letters()); n != mails {
		s.Errorf("%d mails, want %d", n, mails)
	}
	s.holds(st)
	s.stopped()
}

// withoutRests is a snapshot but for how long people rest: whoever holds an invitation
// may say once more that their rest has begun.
func (s *scene) withoutRests(st store.Store) map[string]string {
	s.Helper()
	all := s.snapshot(st)
	maps.DeleteFunc(all, func(id, _ string) bool { return strings.HasPrefix(id, "reservation ") })
	return all
}

// TestF08StoppedAlone: on SQLite nobody may take over. The process that goes on ends
// what it was at: one mail, and a second one only where the server hung up meanwhile
// and may have taken the first.
func TestF08StoppedAlone(t *testing.T) {
	for _, test := range []struct {
		name, held string
		manners    manners
		mails      int
	}{
		{"before the message", atRecipient, accepts, 1},
		{"after the final dot", atDot, accepts, 1},
		{"after the final dot, and the server did not wait", atDot, cuts, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, onSQLite())
			s.postbox.turn(test.manners)
			held := s.postbox.holds(t, test.held, 1)
			only := s.started()
			must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
			must(t, await(t.Context(), "the dialogue had come so far", held.isFull))
			s.standStill(only)
			if _, errs, code := s.run(later, "serve"); code != 1 || !strings.Contains(errs, fmt.Sprintf("process %d ", only.cmd.Process.Pid)) {
				t.Errorf("a second serve on the file ended with %d: %s", code, errs)
			}
			held.release()
			must(t, only.cmd.Process.Signal(syscall.SIGCONT))
			st := s.look()
			must(t, await(t.Context(), "the outcome was stored", func() bool { return !isClaimed(t.Context(), st) }))
			s.postbox.turn(accepts)
			must(t, s.helpdesk.post(t.Context(), about("2", "closed"))) // it goes on as if nothing had been
			s.letterTo("2")
			s.restarted(later)
			s.settled(st)
			s.holds(st)
			if n := len(s.postbox.letters()) - 1; n != test.mails {
				t.Errorf("%d mails, want %d", n, test.mails)
			}
			s.stopped()
		})
	}
}
