package surveys_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

func TestInvitationOfAClosing(t *testing.T) {
	h := open(t)
	n := told(surveys.Closed, -10)
	n.Number, n.Dimensions = "DE-1", surveys.Dimensions{Team: "billing", Language: "fr"}
	h.hear(n)
	ticket := h.ticket("1")
	want := surveys.Invitation{
		ID: idOf("1", 1), Survey: surveys.AfterHandling, Version: 1, Ticket: key("1"), Number: "DE-1", Closing: 1,
		ClosedAt: n.UpdatedAt, MadeAt: monday, Customer: ticket.Customer, Person: personOf("lina@example.net"),
		Dimensions: n.Dimensions, OpenedAt: n.OpenedAt, State: surveys.Waiting, DueAt: n.UpdatedAt.Add(hour), Recount: []surveys.Day{"2026-03-02"}, Rev: 1,
	}
	if diff := cmp.Diff(want, h.invitation("1", 1)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ticket.Settle {
		t.Error("the ticket is still marked")
	}
	ticket.Settle = true
	h.must(h.store.PutTicket(t.Context(), ticket))
	h.clock.pass(hour)
	h.settle()
	if diff := cmp.Diff([]surveys.Invitation{want}, h.invitations()); diff != "" {
		t.Errorf("settling again (-want +got):\n%s", diff)
	}
}

// TestC02DueAcrossAChangeOfClocks: the delay is one of real hours.
func TestC02DueAcrossAChangeOfClocks(t *testing.T) {
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Asking.Delay = surveys.Span{N: 1, Unit: "d"} })
	paris := h.inForce().Zone()
	for i, eve := range []time.Time{
		time.Date(2026, 3, 28, 15, 0, 0, 0, paris), time.Date(2026, 10, 24, 15, 0, 0, 0, paris), time.Date(2026, 12, 31, 15, 0, 0, 0, paris),
	} {
		n := about(told(surveys.Closed, 1), fmt.Sprint(i), "lina@example.net")
		n.UpdatedAt = eve
		h.clock.pass(eve.Sub(h.clock.Now()))
		h.hear(n)
		if got := h.invitation(n.ID, 1).DueAt; !got.Equal(eve.Add(24 * hour)) {
			t.Errorf("closed %v, due %v", eve, got)
		}
	}
}

// reason makes a closing one that is not asked about.
type reason struct {
	code  surveys.Skip
	apply func(*house, *surveys.Notice)
}

// reasons are in the order in which the figures count them.
func reasons() []reason {
	return []reason{
		{surveys.NoAddress, func(_ *house, n *surveys.Notice) { n.Customer = surveys.Contact{Ref: "7"} }},
		{surveys.Staff, func(h *house, n *surveys.Notice) {
			h.decide(func(s *surveys.Settings) { s.Asking.Staff = []string{"Lina@Example.NET"} })
		}},
		{surveys.Suppressed, func(h *house, n *surveys.Notice) {
			h.must(h.store.AddSuppression(h.Context(), surveys.Suppression{Person: personOf("lina@example.net"), Reason: surveys.ByHand}))
		}},
		{surveys.Tag, func(_ *house, n *surveys.Notice) { n.Tags = []string{"vip", "Internal"} }},
		{surveys.SourceOff, func(_ *house, n *surveys.Notice) { n.Quiet = true }},
		{surveys.TooOld, func(_ *house, n *surveys.Notice) { n.UpdatedAt = monday.Add(-7*day - time.Millisecond) }},
		{surveys.Sample, func(h *house, n *surveys.Notice) { h.decide(func(s *surveys.Settings) { s.Asking.Sample = 0 }) }},
	}
}

// TestWhyNot gives a closing each reason and all that come after it.
func TestWhyNot(t *testing.T) {
	all := reasons()
	for i, first := range all {
		for _, alone := range []bool{true, false} {
			h, n := open(t), told(surveys.Closed, -10)
			first.apply(h, &n)
			for _, r := range all[i+1:] {
				if !alone && !(first.code == surveys.NoAddress && r.code == surveys.Suppressed) {
					r.apply(h, &n)
				}
			}
			h.clock.at = monday
			_, err := h.applier().ApplyNotice(t.Context(), "desk", n, monday)
			h.must(err)
			if !alone {
				reopening := n
				reopening.Status, reopening.UpdatedAt = surveys.Reopened, n.UpdatedAt.Add(minute)
				_, err = h.applier().ApplyNotice(t.Context(), "desk", reopening, monday)
				h.must(err)
			}
			h.settle()
			h.stands("1", 1, surveys.Skipped, first.code)
			if got := h.invitation("1", 1); !got.SkippedAt.Equal(monday) || len(got.Recount) != 1 || got.LeftOut {
				t.Errorf("%s: %+v", first.code, got)
			}
		}
	}
}

// TestStillAsked is the other side of each reason.
func TestStillAsked(t *testing.T) {
	for _, test := range []struct {
		name   string
		decide func(*surveys.Settings)
		change func(*surveys.Notice)
		want   surveys.Skip
	}{
		{name: "staff of another domain", decide: func(s *surveys.Settings) { s.Asking.Staff = []string{"@example.org", "paul@example.net"} }},
		{name: "staff by domain", decide: func(s *surveys.Settings) { s.Asking.Staff = []string{"@Example.net"} }, want: surveys.Staff},
		{name: "not of a domain below", decide: func(s *surveys.Settings) { s.Asking.Staff = []string{"@net"} }},
		{name: "staff in other letters", decide: func(s *surveys.Settings) { s.Asking.Staff = []string{"zoé@bücher.example"} },
			change: func(n *surveys.Notice) { n.Customer.Email = "ZOÉ@xn--bcher-kva.example" }, want: surveys.Staff},
		{name: "staff domain in other letters", decide: func(s *surveys.Settings) { s.Asking.Staff = []string{"@Bücher.example"} },
			change: func(n *surveys.Notice) { n.Customer.Email = "zoe@xn--bcher-kva.example" }, want: surveys.Staff},
		{name: "another tag", change: func(n *surveys.Notice) { n.Tags = []string{"internally", "spammer"} }},
		{name: "learnt just in time", change: func(n *surveys.Notice) { n.UpdatedAt = monday.Add(-7 * day) }},
		{name: "never too old", decide: func(s *surveys.Settings) { s.Asking.TooOld = surveys.Span{} },
			change: func(n *surveys.Notice) { n.UpdatedAt = monday.Add(-400 * day) }},
		{name: "merged", change: func(n *surveys.Notice) { n.MergedInto = "2" }, want: surveys.Tag},
	} {
		h, n := open(t), told(surveys.Closed, -10)
		if test.decide != nil {
			h.decide(test.decide)
		}
		if test.change != nil {
			test.change(&n)
		}
		h.hear(n)
		if got := h.invitation("1", 1); got.Code != test.want {
			t.Errorf("%s: %q; want %q", test.name, got.Code, test.want)
		}
	}
}

// A helpdesk files what we send it under the address that it is from: nobody is asked
// about a ticket that our own mail made.
func TestNobodyAsksOurselves(t *testing.T) {
	for email, want := range map[string]surveys.Skip{"Avis@example.org": surveys.Staff, "paul@example.org": ""} {
		h := open(t)
		_, err := h.applier().ApplyNotice(t.Context(), "desk", about(told(surveys.Closed, -10), "1", email), monday)
		h.must(err)
		v := h.inviter()
		v.From = "Maison Poulain <avis@Example.org>"
		_, err = v.Pass(t.Context())
		h.must(err)
		if got := h.invitation("1", 1); got.Code != want {
			t.Errorf("%s: %q, want %q", email, got.Code, want)
		}
	}
}

func TestSampleIsAShareAndStable(t *testing.T) {
	const closings = 400
	draw := func() (asked []string) {
		h := open(t)
		h.decide(func(s *surveys.Settings) { s.Asking.Sample = 0.3 })
		var notices []surveys.Notice
		for i := range closings {
			notices = append(notices, about(told(surveys.Closed, -10), fmt.Sprint(i), "lina@example.net"))
		}
		_, err := h.applier().ApplyAll(t.Context(), "desk", notices, monday)
		h.must(err)
		for more := true; more; {
			more, err = h.inviter().Pass(t.Context())
			h.must(err)
		}
		for _, i := range h.invitations() {
			if i.State == surveys.Waiting {
				asked = append(asked, i.ID)
			}
		}
		slices.Sort(asked)
		return asked
	}
	first := draw()
	if len(first) < 75 || len(first) > 165 { // five standard deviations around 120
		t.Errorf("%d of %d are asked", len(first), closings)
	}
	if diff := cmp.Diff(first, draw()); diff != "" {
		t.Errorf("drawing again (-first +second):\n%s", diff)
	}
}

func TestE03ReopenedWithinTheQuietTime(t *testing.T) {
	h := open(t)
	h.hear(told(surveys.Closed, -10))
	h.hear(told(surveys.Reopened, -5))
	h.stands("1", 1, surveys.Skipped, surveys.WasReopened)
	h.hear(told(surveys.Resolved, -1))
	h.stands("1", 1, surveys.Skipped, surveys.WasReopened)
	h.stands("1", 2, surveys.Waiting, "")
	h.clock.pass(2 * hour)
	h.send()
	h.stands("1", 2, surveys.Sent, "")
	h.hear(told(surveys.Reopened, 200))
	h.stands("1", 2, surveys.Sent, "")
	if n := len(h.mail.carried()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// TestE06LeftOut takes back what was not sent and marks what was, and unmarks it when
// the ticket comes back.
func TestE06LeftOut(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*surveys.Notice)
		back   bool
	}{
		{"spam", func(n *surveys.Notice) { n.Status = surveys.Spam }, true},
		{"deleted", func(n *surveys.Notice) { n.Status = surveys.Deleted }, true},
		{"merged", func(n *surveys.Notice) { n.MergedInto = "9" }, false},
	} {
		for _, sent := range []bool{false, true} {
			h := open(t)
			h.hear(told(surveys.Closed, -10))
			want := surveys.Skipped
			if sent {
				h.clock.pass(hour)
				h.send()
				want = surveys.Sent
			}
			counted(h)
			n := told(surveys.Closed, 100)
			test.change(&n)
			h.hear(n)
			got := h.invitation("1", 1)
			if got.State != want || (got.Code == surveys.Tag) == sent || !got.LeftOut || len(got.Recount) != 1 {
				t.Errorf("%s, sent %v: %s %q, left out %v, to count %v", test.name, sent, got.State, got.Code, got.LeftOut, got.Recount)
			}
			h.hear(told(surveys.Closed, 200))
			if got := h.invitation("1", 1); got.LeftOut == test.back || got.State != want {
				t.Errorf("%s, sent %v, back: %s, left out %v", test.name, sent, got.State, got.LeftOut)
			}
		}
	}
}

// counted clears the mark "to count" as the Counter does.
func counted(h *house) {
	h.Helper()
	i := h.invitation("1", 1)
	i.Recount = nil
	h.must(h.store.PutInvitation(h.Context(), i))
}

// TestInvitersAtOnce settle the same tickets on two clients while they go on.
func TestInvitersAtOnce(t *testing.T) {
	const tickets = 20
	h := open(t)
	stores := []surveys.Store{h.store, h.beside(h.clock)}
	history := says(surveys.Closed, surveys.Reopened, surveys.Closed, surveys.Spam, surveys.Open, surveys.Closed)
	together(6, func(n int) {
		if n < 2 {
			a := h.applier()
			a.Store = stores[n]
			for _, notice := range history {
				for id := n; id < tickets; id += 2 {
					if _, err := a.ApplyNotice(t.Context(), "desk", about(notice, fmt.Sprint(id), "lina@example.net"), monday); err != nil {
						t.Error(err)
					}
				}
			}
			return
		}
		v := h.inviter()
		v.Store = stores[n%2]
		for range 30 {
			if _, err := v.Pass(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
	h.settle()
	if left, err := h.store.FindTicketsToSettle(t.Context(), 10); err != nil || len(left) > 0 {
		t.Errorf("%d tickets are still marked, %v", len(left), err)
	}
	all := h.invitations()
	if len(all) != 3*tickets {
		t.Errorf("%d invitations for %d closings", len(all), 3*tickets)
	}
	for _, i := range all {
		if want := i.Closing == 3; (i.State == surveys.Waiting) != want || i.LeftOut {
			t.Errorf("closing %d of ticket %s: %s %q, left out %v", i.Closing, i.Ticket.ID, i.State, i.Code, i.LeftOut)
		}
	}
}

// late is a real store whose reader falls asleep after it has seen the tickets.
type late struct {
	surveys.Store
	asleep func()
}

func (l late) FindTicketsToSettle(ctx context.Context, limit int) ([]surveys.Ticket, error) {
	found, err := l.Store.FindTicketsToSettle(ctx, limit)
	l.asleep()
	return found, err
}

// TestLateInviterUndoesNothing: what it saw is old by the time it writes.
func TestLateInviterUndoesNothing(t *testing.T) {
	h := open(t)
	h.hear(told(surveys.Closed, -10))
	h.clock.pass(hour)
	h.send()
	_, err := h.applier().ApplyNotice(t.Context(), "desk", told(surveys.Reopened, 70), h.clock.Now())
	h.must(err)
	v := h.inviter()
	v.Store = late{h.store, func() { h.hear(told(surveys.Spam, 80)) }}
	_, err = v.Pass(t.Context())
	h.must(err)
	if got := h.invitation("1", 1); !got.LeftOut || got.State != surveys.Sent {
		t.Errorf("the invitation of a ticket that is spam is %s, left out %v", got.State, got.LeftOut)
	}
}

// TestInviterLeavesADialogueAlone: the outcome of a mail under way must not be lost.
func TestInviterLeavesADialogueAlone(t *testing.T) {
	h := open(t)
	h.hear(told(surveys.Closed, -10))
	h.clock.pass(hour)
	h.mail.during = func(surveys.Letter) { h.hear(told(surveys.Spam, 80)) }
	h.send()
	h.stands("1", 1, surveys.Sent, "")
	h.settle()
	if got := h.invitation("1", 1); !got.LeftOut || got.State != surveys.Sent || got.Attempts[0].Outcome != surveys.Accepted {
		t.Errorf("after the dialogue: %s, left out %v, %v", got.State, got.LeftOut, got.Attempts)
	}
	if h.ticket("1").Settle {
		t.Error("the ticket is still marked")
	}
}

func TestInviterKilled(t *testing.T) {
	for _, step := range []string{"K6", "K7"} {
		h := open(t)
		_, err := h.applier().ApplyNotice(t.Context(), "desk", told(surveys.Closed, -10), monday)
		h.must(err)
		v := h.inviter()
		v.At = dying(step)
		if _, err := v.Pass(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("%s: %v; want to be killed", step, err)
		}
		h.clock.pass(minute)
		h.settle()
		if all := h.invitations(); len(all) != 1 || all[0].Rev != 1 || h.ticket("1").Settle {
			t.Errorf("%s: %+v", step, all)
		}
	}
}
