package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"
)

// Sender hands due invitations, and the reminders of those nobody answered, to the
// Mailer. It may be killed between any two lines, and several may work on one
// store: an attempt is in the store before the dialogue begins, so that what it
// might have done is known, and each write compares the Rev that the claim made, so
// that a late owner's is refused.
type Sender struct {
	Store    Store
	Mailer   Mailer
	Settings func() Settings
	Keys     Keys
	Owner    string // this instance, for people who look at the row
	Clock    *Clock // this instance's, beside the store's
	Log      *slog.Logger
	At       Failpoint
	Wake     <-chan struct{}

	shelf    shelf
	pace     pace
	lanes    lanesInUse // in hand
	lines    lanesInUse // of these, in a dialogue or about to begin one
	underWay sync.WaitGroup
	mu       sync.Mutex
	halted   Halt      // as last read or written
	noted    time.Time // when it was last written that a mail was accepted
}

const (
	// sendBatch bounds one claim's range.
	sendBatch = 32
	// ahead is how many invitations are in hand for each connection: while one is in
	// its dialogue, the claim of the next is on its way to the disk.
	ahead = 2
	// Lease is how long a claim holds; a whole dialogue fits well within.
	Lease = 2 * time.Minute
	// finishWithin bounds what is stored before a dialogue, and what is after it,
	// which a process that is to stop still does.
	finishWithin = 10 * time.Second
)

// Run sends until ctx ends; dialogues under way are brought to their end.
func (s *Sender) Run(ctx context.Context) error {
	defer s.underWay.Wait()
	return Work(ctx, s.Log, "sender", time.Second, s.Wake, func(ctx context.Context) (bool, error) {
		more, err := s.begin(ctx, func(err error) {
			s.Log.Error("a mail could not be sent and will be tried again", "error", err)
		})
		if errors.Is(err, errTooMany) {
			pause(ctx, timeOfAFew(s.Settings().Mail.PerSecond))
			return true, nil
		}
		return more, err
	})
}

// timeOfAFew is how long the share of a few mails takes to come, at most a second. A
// second's mails that left all at once would keep whoever answers waiting meanwhile.
func timeOfAFew(perSecond float64) time.Duration {
	return time.Duration(min(1, 4/perSecond) * float64(time.Second))
}

// Pass sends one batch of due invitations and waits for all of it; more says that
// another may be due.
func (s *Sender) Pass(ctx context.Context) (more bool, err error) {
	var mu sync.Mutex
	var errs []error
	more, err = s.begin(ctx, func(err error) {
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
	})
	s.underWay.Wait()
	if errors.Is(err, errTooMany) {
		err = nil
	}
	return more, errors.Join(append(errs, err)...)
}

// begin starts what is due and may leave now, each in a goroutine, and hardly more at
// once than there are connections: a claim does not hold for ever. It does not wait
// for those it started last, so that a slow server keeps nobody else waiting. more
// says that another may be due.
func (s *Sender) begin(ctx context.Context, report func(error)) (more bool, err error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	if s.Clock.Apart(now) {
		return false, nil
	}
	h, err := s.readHalt(ctx)
	if err != nil || h.holds(now) {
		return false, err
	}
	limit := sendBatch
	if h.Tries > 0 {
		limit = 1 // a trial: the others wait for how it ends
		defer s.underWay.Wait()
	}
	due, err := s.Store.FindDueInvitations(ctx, now, limit)
	if err == nil {
		err = s.dispatch(ctx, due, report)
	}
	if errors.Is(err, errNotNow) {
		return false, nil
	}
	return err == nil && len(due) == limit, err
}

// What ends a pass early: this second's share has left; sending was halted, or the
// program stops.
var (
	errTooMany = errors.New("so many mails have left lately that this one waits")
	errNotNow  = errors.New("no more mail may leave now")
)

// dispatch starts the invitations, those whose domain is busy after the others.
func (s *Sender) dispatch(ctx context.Context, due []Invitation, report func(error)) error {
	for len(due) > 0 {
		var busy []Invitation
		for _, i := range due {
			isBusy, err := s.start(ctx, i, report)
			if err != nil {
				return err
			}
			if isBusy {
				busy = append(busy, i)
			}
		}
		if len(busy) == len(due) {
			s.waitForAnEnd(ctx)
		}
		due = busy
	}
	return nil
}

// waitForAnEnd waits for a dialogue to end, or to become slow.
func (s *Sender) waitForAnEnd(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, slowAfter)
	defer cancel()
	if n := s.lanes.inUse(); n > 0 {
		s.lanes.wait(ctx, n)
	}
}

// start starts one invitation, or puts it off, or says that its domain is busy. The
// person is looked up before the claim only to know the domain.
func (s *Sender) start(ctx context.Context, i Invitation, report func(error)) (busy bool, err error) {
	connections := s.Settings().Mail.Connections
	if !s.lanes.wait(ctx, ahead*connections) {
		return false, errNotNow
	}
	now, err := s.Store.Now(ctx)
	switch {
	case err != nil:
		return false, err
	case s.isHalted(now):
		return false, errNotNow
	case s.lanes.hold(i.ID):
		return false, nil
	}
	to, err := s.Store.GetCustomer(ctx, i.Person)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	domain := to.domain()
	switch turn := s.pace.enter(domain, connections, s.Settings().Mail.PerSecond, now); turn.kind {
	case tooMany:
		return false, errTooMany
	case isBusy:
		return true, nil
	case notYet:
		return false, s.putOff(ctx, i, turn.at)
	}
	s.lanes.take(ctx, i.ID, ahead*connections)
	s.underWay.Go(func() {
		defer s.lanes.free(i.ID)
		defer s.pace.leave(domain)
		if err := s.send(ctx, &i, domain); err != nil && !errors.Is(err, fs.ErrExist) {
			report(fmt.Errorf("sending invitation %s: %w", i.ID, err))
		}
	})
	return false, nil
}

// send takes one due invitation as far as it goes. It is claimed before there is a
// connection for it, and looked at again once there is one. Losing a compare-and-set
// means that somebody else has it: nothing is left to do here.
func (s *Sender) send(ctx context.Context, i *Invitation, domain string) error {
	step := i.step()
	if done, err := s.claim(ctx, i, step); done || err != nil {
		return err
	}
	if s.lines.take(ctx, i.ID, s.Settings().Mail.Connections) {
		defer s.lines.free(i.ID)
	}
	return s.attempt(ctx, i, step, domain)
}

func (s *Sender) putOff(ctx context.Context, i Invitation, until time.Time) error {
	err := s.put(ctx, i.later(until))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Share says whether one more mail may leave this second, be it none of the Sender's: a
// server that bears so many a second does not ask what they are about.
func (s *Sender) Share(now time.Time) bool {
	s.pace.mu.Lock()
	defer s.pace.mu.Unlock()
	return s.pace.second(now, s.Settings().Mail.PerSecond)
}

// put stores the invitation and keeps its Rev in step.
func (s *Sender) put(ctx context.Context, i *Invitation) error {
	if err := s.Store.PutInvitation(ctx, *i); err != nil {
		return err
	}
	i.Rev++
	return nil
}
