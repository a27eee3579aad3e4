package surveys_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

// checks bounds how often a costly property is tried, unless -rapid.checks says
// otherwise.
func checks(t *testing.T, n string) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		flag.Set("rapid.checks", n)
		t.Cleanup(func() { flag.Set("rapid.checks", f.DefValue) })
	}
}

// street is a house whose mail is carried by two Senders with clocks of their own,
// which die, are late or meet odd servers, and what the servers truly took.
type street struct {
	*house
	clocks [2]*clock
	stores [2]surveys.Store

	mu       sync.Mutex
	fate     string
	takes    bool            // the server keeps what it is given
	accepted map[string]int  // by invitation
	mailed   map[string]bool // person and invitation of what was accepted
	letters  map[string]surveys.Letter
	breaches []string
}

func newStreet(t tester, folder string, skew time.Duration) *street {
	s := &street{house: openIn(t, folder), accepted: map[string]int{}, letters: map[string]surveys.Letter{}, mailed: map[string]bool{}}
	s.clocks = [2]*clock{s.clock, {at: monday.Add(skew)}}
	s.stores = [2]surveys.Store{s.store, s.beside(s.clocks[1])}
	s.mail.during = s.watch
	return s
}

func (s *street) pass(d time.Duration) {
	s.clocks[0].pass(d)
	s.clocks[1].pass(d)
}

func (s *street) breach(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.breaches = append(s.breaches, fmt.Sprintf(format, args...))
}

// watch stands at the server's side of a dialogue that begins.
func (s *street) watch(l surveys.Letter) {
	i := l.Invitation
	if _, err := s.store.GetSuppression(s.Context(), i.Person); !absent(err) {
		s.breach("mail to somebody who had stopped it")
	}
	if t, err := s.store.GetTicket(s.Context(), i.Ticket); err != nil || !t.Closings[i.Closing-1].EndedAt.IsZero() {
		s.breach("mail about a closing that had ended, %v", err)
	}
	stored, err := s.store.GetInvitation(s.Context(), i.ID)
	if n := len(stored.Attempts); err != nil || n == 0 || stored.Attempts[n-1].Outcome != surveys.Unknown {
		s.breach("a dialogue began that is not in the store: %+v, %v", stored, err)
	}
	s.receive(l)
	s.befall()
}

func (s *street) receive(l surveys.Letter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := l.Invitation
	if first, ok := s.letters[i.ID]; ok && (!first.Date.Equal(l.Date) || first.MessageName != l.MessageName || first.To != l.To) {
		s.breaches = append(s.breaches, "two attempts at different mails")
	}
	s.letters[i.ID] = l
	if !s.takes {
		return
	}
	s.accepted[i.ID]++
	s.mailed[i.Person+" "+i.ID] = true
	for other := range s.mailed {
		if other[:len(i.Person)] == i.Person && other != i.Person+" "+i.ID {
			s.breaches = append(s.breaches, "two invitations to a person within one rest")
		}
	}
}

// befall is what happens to a Sender while it speaks to the server.
func (s *street) befall() {
	s.mu.Lock()
	fate := s.fate
	if fate == "taken over" {
		s.fate = ""
	}
	s.mu.Unlock()
	if fate == "taken over" {
		s.pass(surveys.Lease)
		s.work(1, "")
	}
}

// cut is a real store that a process which died in a dialogue cannot write to.
type cut struct {
	surveys.Store
	dialogue func() bool
}

func (c cut) PutInvitation(ctx context.Context, i surveys.Invitation) error {
	if n := len(i.Attempts); n > 0 && i.Attempts[n-1].Outcome != surveys.Unknown && c.dialogue() {
		return errKilled
	}
	return c.Store.PutInvitation(ctx, i)
}

// work lets a Sender make one pass.
func (s *street) work(n int, fate string) {
	sender := s.sender()
	sender.Store, sender.Owner = s.stores[n], fmt.Sprint(n)
	switch fate {
	case "K8", "K9", "K14":
		sender.At = dying(fate)
	case "killed in the dialogue":
		sender.Store = cut{sender.Store, func() bool { return true }}
	}
	if _, err := sender.Pass(s.Context()); err != nil && !errors.Is(err, errKilled) {
		s.breach("a pass failed: %v", err)
	}
}

// judge checks what must hold at any time.
func (s *street) judge(t tester) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.breaches) > 0 {
		t.Fatalf("%s", s.breaches[0])
	}
	seen := map[string]bool{}
	for _, i := range s.invitations() {
		if seen[fmt.Sprint(i.Ticket, i.Closing)] {
			t.Fatalf("two invitations for closing %d of ticket %s", i.Closing, i.Ticket.ID)
		}
		seen[fmt.Sprint(i.Ticket, i.Closing)] = true
		if n := s.accepted[i.ID]; n > 1+i.UnknownAttempts(surveys.FirstMail) || n == 0 && i.State == surveys.Sent {
			t.Fatalf("%d mails accepted of an invitation that is %s with %v", n, i.State, i.Attempts)
		}
		if i.UnknownAttempts(surveys.FirstMail) > 2 {
			t.Fatalf("%d attempts of unknown outcome", i.UnknownAttempts(surveys.FirstMail))
		}
	}
}

// TestSendingUnderAnyFate is a walk of two Senders through whatever may happen.
func TestSendingUnderAnyFate(t *testing.T) {
	checks(t, "25")
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		folder, err := os.MkdirTemp(root, "")
		if err != nil {
			t.Fatal(err)
		}
		s := newStreet(t, folder, time.Duration(rapid.IntRange(-240, 240).Draw(t, "skew"))*time.Second)
		say := func(t *rapid.T, status surveys.Status) {
			ticket := rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(t, "ticket")
			n := about(told(status, 0), ticket, map[string]string{"1": "a@x.org", "2": "b@x.org", "3": "a@x.org", "4": "c@x.org"}[ticket])
			s.pass(time.Second)
			n.UpdatedAt = s.clock.Now()
			s.hear(n)
		}
		t.Repeat(map[string]func(*rapid.T){
			"close":  func(t *rapid.T) { say(t, surveys.Closed) },
			"closed": func(t *rapid.T) { say(t, surveys.Resolved) },
			"reopen": func(t *rapid.T) { say(t, surveys.Reopened) },
			"stop": func(t *rapid.T) {
				s.store.AddSuppression(t.Context(), surveys.Suppression{Person: personOf("c@x.org"), Reason: surveys.Unsubscribed})
			},
			"wait": func(t *rapid.T) {
				s.pass(rapid.SampledFrom([]time.Duration{minute, 3 * minute, 11 * minute, hour, 5 * hour}).Draw(t, "time"))
			},
			"send":       func(t *rapid.T) { s.try(t) },
			"send again": func(t *rapid.T) { s.try(t) },
			"":           func(t *rapid.T) { s.judge(t) },
		})
		s.comesToAnEnd(t)
	})
}

// try draws who sends, what becomes of it, and what the server does.
func (s *street) try(t *rapid.T) {
	who := rapid.IntRange(0, 1).Draw(t, "sender")
	fate := rapid.SampledFrom([]string{"", "", "K8", "K9", "K14", "killed in the dialogue", "taken over"}).Draw(t, "fate")
	outcome := rapid.SampledFrom([]surveys.Outcome{surveys.Accepted, surveys.Deferred, surveys.Refused, surveys.Unknown}).Draw(t, "outcome")
	s.takes = outcome == surveys.Accepted || outcome == surveys.Unknown && rapid.Bool().Draw(t, "taken")
	s.fate = fate
	s.mail.script = nil
	for range 64 {
		s.mail.script = append(s.mail.script, outcome)
	}
	s.work(who, fate)
}

// comesToAnEnd: nothing is stuck once the causes are gone.
func (s *street) comesToAnEnd(t tester) {
	s.mail.script, s.takes, s.fate = nil, true, ""
	for range 12 {
		s.pass(20 * minute)
		s.work(0, "")
		s.work(1, "")
	}
	s.judge(t)
	for _, i := range s.invitations() {
		if i.State != surveys.Sent && i.State != surveys.Skipped {
			t.Fatalf("an invitation is still %s: %+v", i.State, i)
		}
	}
}

// TestF12TwoInstancesRaceForEveryInvitation lets two race for each, one of them three
// minutes ahead, so that every lease of the other has ended for it.
func TestF12TwoInstancesRaceForEveryInvitation(t *testing.T) {
	for ahead, rounds := range map[time.Duration]int{0: 30, 3 * minute: 1000, -3 * minute: 30} {
		s := newStreet(t, t.TempDir(), ahead)
		s.takes = true
		for round := range rounds {
			s.hear(about(told(surveys.Closed, -70), fmt.Sprint(round), fmt.Sprintf("p%d@x.org", round)))
			together(2, func(n int) { s.work(n, "") })
		}
		s.comesToAnEnd(t)
		mails := 0
		for _, n := range s.accepted {
			mails += n
		}
		if len(s.accepted) != rounds || ahead == 0 && mails != rounds {
			t.Errorf("%v ahead: %d mails to %d persons of %d", ahead, mails, len(s.accepted), rounds)
		}
	}
}

// TestManySendersOneMail each.
func TestManySendersOneMail(t *testing.T) {
	const persons = 60
	s := newStreet(t, t.TempDir(), 0)
	s.takes = true
	for p := range persons {
		s.hear(about(told(surveys.Closed, -70), fmt.Sprint(p), fmt.Sprintf("p%d@x.org", p)))
	}
	together(4, func(n int) {
		for range 3 {
			s.work(n%2, "")
		}
	})
	s.judge(t)
	for _, i := range s.invitations() {
		if s.accepted[i.ID] != 1 || i.State != surveys.Sent || len(i.Attempts) != 1 {
			t.Errorf("%d mails of an invitation that is %s with %v", s.accepted[i.ID], i.State, i.Attempts)
		}
	}
}
