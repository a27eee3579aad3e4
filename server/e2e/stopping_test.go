package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/surveys"
)

// TestStoppedUnderLoad: told to stop while helpdesks post, mails leave and customers
// answer, the program ends well; what it acknowledged is there, and nothing is left
// claimed. The next process takes the rest.
func TestStoppedUnderLoad(t *testing.T) {
	eachPlace(t, func(t *testing.T, at place) {
		s := newScene(t, at)
		s.started()
		loading, enough := context.WithCancel(t.Context())
		defer enough()
		group, ctx := errgroup.WithContext(t.Context())
		var posted atomic.Int64
		for lane := range 8 {
			group.Go(func() error {
				for n := 0; loading.Err() == nil; n++ {
					id := fmt.Sprintf("%d-%d", lane, n)
					if err := s.helpdesk.post(ctx, about(id, "closed")); err != nil {
						return err
					}
					posted.Add(1)
					l, err := s.postbox.to(ctx, mailOf(id))
					if err != nil {
						return err
					}
					if err := s.customer.answer(ctx, l, scores(4, 5)); err != nil {
						return err
					}
				}
				return nil
			})
		}
		must(t, await(t.Context(), "the load had begun", func() bool { return posted.Load() >= 30 }))
		s.stopped()
		st := s.look()
		for i, err := range st.InvitationsClosed(t.Context(), time.Time{}, time.Time{}) {
			must(t, err)
			if i.State == surveys.Claimed {
				t.Errorf("invitation %s is left claimed", i.ID)
			}
		}
		s.pass(later)
		s.started()
		enough()
		must(t, group.Wait())
		s.settled(st)
		s.holds(st)
		s.stopped()
	})
}

// TestRefusedToStart: a second serve on one file names the first, and a secret that
// did not sign the links of a store is not taken.
func TestRefusedToStart(t *testing.T) {
	s := newScene(t, onSQLite())
	first := s.started()
	_, errs, code := s.run(0, "serve")
	if want := fmt.Sprintf("process %d ", first.cmd.Process.Pid); code != 1 || !strings.Contains(errs, want) || strings.Count(errs, "\n") != 1 {
		t.Errorf("a second serve ended with %d and %q, which should name %q", code, errs, want)
	}
	if d, _ := s.figures(t.Context()); d.Organisation != "Maison Poulain" {
		t.Error("the first serve no longer serves")
	}
	s.stopped()
	for _, command := range []string{"serve", "publish"} {
		_, errs, code := s.run(0, command, "--secret", strings.Repeat("another-", 5))
		if code != 2 || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "--secret") {
			t.Errorf("%s with another secret ended with %d and %q", command, code, errs)
		}
	}
}
