package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// TestF12ProcessesRace lets two processes race for invitations that are all due: one
// mail each where their clocks agree. Where one is three minutes ahead, so that every
// claim of the other has ended for it, a mail more for each attempt whose outcome that
// one could not store.
func TestF12ProcessesRace(t *testing.T) {
	race := func(t *testing.T, at place, invitations int) {
		for name, ahead := range map[string]time.Duration{"by one clock": 0, "one ahead": 3 * time.Minute} {
			t.Run(name, func(t *testing.T) { raceOf(t, at, invitations, ahead) })
		}
	}
	t.Run("MongoDB wire", func(t *testing.T) { race(t, onFerretInTurns(t), 40) }) // it reads whole collections
	t.Run("MongoDB", func(t *testing.T) {
		needMongo(t)
		race(t, place{"MongoDB", freshMongo}, 1000)
	})
}

// raceOf is one race: the mail server is the starting line, where either process has
// to wait until the other one has a mail in hand too.
func raceOf(t *testing.T, at place, invitations int, ahead time.Duration) {
	s := newScene(t, at, settingsWith(t, `delay = "0"`, `delay = "2d"`))
	s.started()
	s.closesMany(invitations)
	st := s.look()
	must(t, await(t.Context(), "all had their invitation", func() bool {
		n := 0
		for _, err := range st.InvitationsClosed(t.Context(), time.Time{}, time.Time{}) {
			must(t, err)
			n++
		}
		return n == invitations
	}))
	s.stopped()
	s.pass(2 * 24 * time.Hour)

	line := s.postbox.holds(t, atRecipient, 3) // one more than a process has connections
	first := s.started()
	t.Cleanup(first.kill)
	s.pass(ahead)
	s.started()
	must(t, await(t.Context(), "both had a mail in hand", line.isFull))
	line.release()
	must(t, await(t.Context(), "half of them had a mail", func() bool { return s.mailed() > invitations/2 }))
	must(t, first.stop())
	s.restarted(later)
	s.settled(st)
	s.holds(st)
	s.wantAllSent(st, ahead == 0 && !s.hadTrouble())
	s.stopped()
}

// wantAllSent: every invitation is, and exactly once where no clock was off and no
// database kept a process waiting too long.
func (s *scene) wantAllSent(st store.Store, once bool) {
	s.Helper()
	invitations := 0
	for i, err := range st.InvitationsClosed(s.Context(), time.Time{}, time.Time{}) {
		must(s, err)
		invitations++
		if i.State != surveys.Sent || once && i.UnknownAttempts(surveys.FirstMail) > 0 {
			s.Errorf("invitation %s is %s after %+v", i.ID, i.State, i.Attempts)
		}
	}
	if n := len(s.postbox.letters()); s.mailed() != invitations || once && n != invitations {
		s.Errorf("%d mails to %d persons of %d", n, s.mailed(), invitations)
	}
}

// hadTrouble says whether a process has told of any.
func (p *program) hadTrouble() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.logs, func(l *log) bool { return strings.Contains(l.String(), "level=ERROR") })
}

// settingsWith are the settings of every program here with some words changed.
func settingsWith(t *testing.T, oldnew ...string) (setting string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.toml")
	must(t, os.WriteFile(file, []byte(strings.NewReplacer(oldnew...).Replace(settings)), 0o600))
	return "ENTENDU_SETTINGS=" + file
}

// closesMany closes a ticket of each of so many customers, whose mail goes to as many
// domains: a process is careful with one that lets it wait.
func (s *scene) closesMany(n int) {
	s.Helper()
	group, ctx := errgroup.WithContext(s.Context())
	group.SetLimit(8)
	for id := range n {
		to := map[string]any{"email": fmt.Sprintf("customer@%d.canary.example", id)}
		group.Go(func() error { return s.helpdesk.post(ctx, about(fmt.Sprint(id), "closed").with("customer", to)) })
	}
	must(s, group.Wait())
}

// mailed counts whom a mail has reached.
func (s *scene) mailed() int {
	whom := map[string]bool{}
	for _, l := range s.postbox.letters() {
		whom[l.address] = true
	}
	return len(whom)
}
