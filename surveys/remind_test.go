package surveys_test

import (
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// reminded opens a house in which ticket 1 was asked about and, after four days, is
// to be reminded of.
func reminded(t *testing.T) *house {
	h := due(t)
	h.decide(func(s *surveys.Settings) { s.Asking.ReminderAfter = surveys.Span{N: 4, Unit: "d"} })
	h.send()
	return h
}

func TestReminder(t *testing.T) {
	h := reminded(t)
	h.passes(4*day - time.Millisecond)
	if n := len(h.mail.carried()); n != 1 {
		t.Fatalf("%d mails before the reminder was due", n)
	}
	h.passes(time.Millisecond)
	letters := h.mail.carried()
	if len(letters) != 2 {
		t.Fatalf("%d mails, want the reminder", len(letters))
	}
	first, second := letters[0], letters[1]
	if second.Step != surveys.ReminderMail || second.FirstName != first.MessageName || second.MessageName == first.MessageName ||
		second.AnswerToken != first.AnswerToken || !second.Date.Equal(h.clock.Now()) || !second.Until.Equal(monday.Add(28*day)) {
		t.Errorf("the reminder: %+v", second)
	}
	i := h.invitation("1", 1)
	if i.State != surveys.Sent || !i.AcceptedAt.Equal(monday) || !i.Reminder.AcceptedAt.Equal(h.clock.Now()) || i.Owner != "" || len(i.Attempts) != 2 || i.Attempts[1].Step != surveys.ReminderMail {
		t.Errorf("after it: %+v", i)
	}
	for range 10 {
		h.passes(4 * day)
	}
	if n := len(h.mail.carried()); n != 2 {
		t.Errorf("%d mails, want at most one reminder", n)
	}
}

// TestNoReminder changes something after the invitation was sent.
func TestNoReminder(t *testing.T) {
	for name, change := range map[string]func(*house){
		"answered": func(h *house) {
			_, err := h.answers().Confirm(h.Context(), h.keys.Sign(surveys.ToAnswer, idOf("1", 1)), form(), "fr")
			h.must(err)
		},
		"unsubscribed": suppressed,
		"reopened":     func(h *house) { h.hear(told(surveys.Reopened, 1)) },
		"closed again": func(h *house) {
			h.decide(func(s *surveys.Settings) { s.Asking.Sample = 0 }) // the next closing is not what is tested
			h.hear(told(surveys.Reopened, 1), told(surveys.Closed, 2))
		},
		"spam":         func(h *house) { h.hear(told(surveys.Spam, 1)) },
		"switched off": func(h *house) { h.decide(func(s *surveys.Settings) { s.Asking.ReminderAfter = surveys.Span{} }) },
		"too late":     func(h *house) { h.clock.until(monday.Add(28 * day)) },
		"nobody there": func(h *house) { h.must(h.store.RemoveCustomer(h.Context(), personOf("lina@example.net"))) },
		"bounced": func(h *house) {
			i := h.invitation("1", 1)
			i.Bounce.At = h.clock.Now()
			h.must(h.store.PutInvitation(h.Context(), i))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := reminded(t)
			change(h)
			h.passes(4 * day)
			i := h.invitation("1", 1)
			if n := len(h.mail.carried()); n != 1 || i.State != surveys.Sent || i.Code != "" || !i.Reminder.DueAt.IsZero() || i.Owner != "" {
				t.Errorf("%d mails; %+v", n, i)
			}
		})
	}
}

// TestReminderTrouble: what goes wrong with a reminder takes nothing from the
// invitation, which was sent.
func TestReminderTrouble(t *testing.T) {
	const deferred, refused, unknown, accepted = surveys.Deferred, surveys.Refused, surveys.Unknown, surveys.Accepted
	for _, test := range []struct {
		script []surveys.Outcome
		sent   bool
	}{
		{[]surveys.Outcome{deferred, accepted}, true},
		{[]surveys.Outcome{unknown, accepted}, true},
		{[]surveys.Outcome{unknown, unknown}, false},
		{[]surveys.Outcome{refused}, false},
	} {
		h := reminded(t)
		h.mail.script = test.script
		h.passes(4 * day)
		for range 10 {
			h.passes(20 * minute)
		}
		i := h.invitation("1", 1)
		letters := h.mail.carried()[1:]
		if len(letters) != len(test.script) || i.State != surveys.Sent || i.Reminder.AcceptedAt.IsZero() == test.sent || i.UnknownAttempts(surveys.FirstMail) != 0 {
			t.Errorf("%v: %d letters, %+v", test.script, len(letters), i)
		}
		for _, l := range letters {
			sameMail(t, letters[0], l)
		}
	}
}

// TestReminderKilled: a Sender that died with a reminder in hand.
func TestReminderKilled(t *testing.T) {
	for step, wait := range map[string]time.Duration{"K8": surveys.Lease, "K9": 10 * minute} {
		h := reminded(t)
		h.clock.pass(4 * day)
		s := h.sender()
		s.At = dying(step)
		s.Pass(t.Context())
		h.passes(wait - time.Millisecond)
		if n := len(h.mail.carried()); n != 1 {
			t.Errorf("%s: taken over too early", step)
		}
		h.passes(time.Millisecond)
		if i := h.invitation("1", 1); len(h.mail.carried()) != 2 || i.Reminder.AcceptedAt.IsZero() || i.State != surveys.Sent {
			t.Errorf("%s: %d mails, %+v", step, len(h.mail.carried()), i)
		}
	}
}

// TestReminderInHand: what is heard of the ticket meanwhile waits, so that the
// outcome of the mail is not lost.
func TestReminderInHand(t *testing.T) {
	h := reminded(t)
	h.mail.during = func(surveys.Letter) {
		h.mail.during = nil
		h.hear(told(surveys.Spam, 5*24*60))
	}
	h.passes(4 * day)
	if i := h.invitation("1", 1); i.Reminder.AcceptedAt.IsZero() || i.LeftOut {
		t.Errorf("while it was in hand: %+v", i)
	}
	h.settle()
	if i := h.invitation("1", 1); !i.LeftOut || i.State != surveys.Sent {
		t.Errorf("after it: %+v", i)
	}
}

// TestReminderCountsForTheRest: the rest begins anew with the last accepted mail.
func TestReminderCountsForTheRest(t *testing.T) {
	h := reminded(t)
	h.passes(4 * day)
	h.clock.until(monday.Add(31 * day)) // 27 after the reminder
	h.hear(about(told(surveys.Closed, 30*24*60), "2", "lina@example.net"))
	h.passes(hour)
	h.stands("2", 1, surveys.Skipped, surveys.Rest)
}
