package e2e

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// later is longer than a claim holds and than a mail of unknown outcome waits for
// its second attempt: what the dead process left is due for the next one.
const later = 15 * time.Minute

// TestKilledAtEachStep lets the program die at each step of a ticket's life, the
// first and the second time that it comes there, while twelve customers go their
// way. Another process goes on, and in the end nothing is lost and nothing doubled.
func TestKilledAtEachStep(t *testing.T) {
	eachPlace(t, func(t *testing.T, at place) {
		for step := 1; step <= 19; step++ {
			for hit := 1; hit <= 2; hit++ {
				point := fmt.Sprintf("K%d:kill@%d", step, hit)
				t.Run(point, func(t *testing.T) {
					t.Parallel()
					killedAt(t, at, point, step == 19 && hit == 2)
				})
			}
		}
	})
}

// killedAt is one life and its sequel. twice lets the tallies be counted once
// before all is said.
func killedAt(t *testing.T, at place, point string, twice bool) {
	s := newScene(t, at)
	first, err := s.start(point)
	must(t, err)
	group, ctx := errgroup.WithContext(t.Context())
	group.Go(func() error { return s.followed(first) })
	half := customers
	if twice {
		half = customers / 2
	}
	s.goTheirWay(ctx, group, 0, half)
	if twice {
		s.counted(ctx)
		s.goTheirWay(ctx, group, half, customers)
	}
	must(t, group.Wait())

	st := s.look()
	s.settled(st)
	edition := s.publish()
	s.holds(st)
	s.wantCounted(st, edition)
	if sent := len(s.postbox.letters()); sent < customers {
		t.Errorf("%d mails to %d customers", sent, customers)
	}
	s.stopped()
}

// customers is how many there are, each with one ticket; a figure of so many is
// shown.
const customers = 12

// followed waits for a process to die at its failpoint and starts the next one,
// some time later.
func (s *scene) followed(first *process) error {
	select {
	case <-first.ended:
	case <-time.After(patience):
		return errors.New("the program never came to the step at which it should die")
	}
	if !first.wasKilled() {
		return fmt.Errorf("the program did not die at the step, but ended with %s", first.cmd.ProcessState)
	}
	s.pass(later)
	_, err := s.start("")
	return err
}

// goTheirWay lets some customers have their ticket opened and closed, and answer
// the mail that asks them.
func (s *scene) goTheirWay(ctx context.Context, group *errgroup.Group, from, to int) {
	for n := from; n < to; n++ {
		id := strconv.Itoa(n)
		group.Go(func() error {
			if err := s.helpdesk.post(ctx, opened(id)); err != nil {
				return err
			}
			if err := s.helpdesk.post(ctx, about(id, "closed")); err != nil {
				return err
			}
			l, err := s.postbox.to(ctx, mailOf(id))
			if err != nil {
				return err
			}
			return s.customer.answer(ctx, l, scores(1+n%5, 5-n%4))
		})
	}
}

// counted waits until the tallies say that half of the customers answered.
func (s *scene) counted(ctx context.Context) {
	s.Helper()
	st := s.look()
	must(s, await(ctx, "half of the answers were counted", func() bool {
		answered := 0
		for t, err := range st.Tallies(ctx, "", "") {
			if err != nil {
				return false
			}
			for _, c := range t.Closed {
				answered += c.Answered
			}
		}
		return answered == customers/2
	}))
}

// wantCounted adds up the rows of a store and compares with what an edition says of
// the one period there is.
func (s *scene) wantCounted(st store.Store, edition string) {
	s.Helper()
	e, err := st.GetEdition(s.Context(), edition)
	must(s, err)
	d, err := e.Document()
	must(s, err)
	tickets, invitations, answers := 0, 0, []surveys.Answer{}
	for _, err := range st.TicketsOpened(s.Context(), time.Time{}, time.Time{}) {
		must(s, err)
		tickets++
	}
	for _, err := range st.InvitationsClosed(s.Context(), time.Time{}, time.Time{}) {
		must(s, err)
		invitations++
	}
	for r, err := range st.ResponsesClosed(s.Context(), time.Time{}, time.Time{}) {
		must(s, err)
		answers = append(answers, r.Last())
	}
	if tickets != customers || invitations != customers || len(answers) != customers {
		s.Errorf("%d customers made %d tickets, %d invitations, %d responses", customers, tickets, invitations, len(answers))
	}
	if len(d.Periods) != 1 || !saysAll(d.Periods[0], answers) {
		s.Errorf("the edition is not what the rows add up to: %s", e.Bytes)
	}
}

// saysAll compares a period with the answers that count, of which there is one to
// each ticket.
func saysAll(p reports.Period, answers []surveys.Answer) bool {
	n, delay, listening := len(answers), make([]int, 5), make([]int, 5)
	for _, a := range answers {
		d, _ := a.Score("delay")
		l, _ := a.Score("listening")
		delay[d-1]++
		listening[l-1]++
	}
	if p.Opened == nil || p.Chain == nil || p.Delay == nil || p.Listening == nil {
		return false
	}
	c := p.Chain
	return p.Opened.N == n && c.Closed == n && c.Invited == n && c.Delivered == n && c.Answered == n &&
		fmt.Sprint(p.Delay.Levels) == fmt.Sprint(delay) && fmt.Sprint(p.Listening.Levels) == fmt.Sprint(listening)
}
