package surveys_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// due opens a house in which the invitation of ticket 1 is due.
func due(t *testing.T) *house {
	h := open(t)
	h.hear(told(surveys.Closed, -60))
	return h
}

// passes lets time pass and a Sender look again.
func (h *house) passes(d time.Duration) {
	h.Helper()
	h.clock.pass(d)
	h.send()
}

// TestLetter looks, while the dialogue runs, at what is carried and what is stored.
func TestLetter(t *testing.T) {
	h := open(t)
	h.clock.pass(456 * time.Millisecond)
	n := told(surveys.Closed, -60)
	n.Customer.Email, n.Language = "Lina@Example.net", "fr-CA"
	h.hear(n)
	var stored surveys.Invitation
	h.mail.during = func(surveys.Letter) { stored = h.invitation("1", 1) }
	h.send()

	last := surveys.Attempt{At: h.clock.Now(), Outcome: surveys.Unknown}
	if stored.State != surveys.Claimed || stored.Owner != "first" || !stored.LeaseUntil.Equal(h.clock.Now().Add(surveys.Lease)) ||
		!cmp.Equal(stored.Attempts, []surveys.Attempt{last}) {
		t.Errorf("while the dialogue runs the store holds %+v", stored)
	}
	l := h.mail.carried()[0]
	settings := h.inForce()
	want := surveys.Letter{
		Invitation: l.Invitation, Survey: l.Survey, Language: "fr", To: "Lina@Example.net", Name: "Lina Roche",
		Organisation: settings.Organisation, Date: monday, AnswerToken: h.keys.Sign(surveys.ToAnswer, stored.ID),
		StopToken:   h.keys.Sign(surveys.ToStop, personOf("lina@example.net")),
		FollowToken: h.keys.ToTicket(stored.Ticket, stored.Customer),
		MessageName: "inv." + h.keys.Sign(surveys.ToName, stored.ID), ReturnName: "bounce+" + h.keys.SignFolded(surveys.ToBounce, stored.ID), Keep: settings.Privacy.Answers,
	}
	if diff := cmp.Diff(want, l); diff != "" || l.Invitation.ID != stored.ID || l.Survey.Name != surveys.AfterHandling {
		t.Errorf("the letter (-want +got):\n%s", diff)
	}
	got := h.invitation("1", 1)
	last.Outcome, last.Reply = surveys.Accepted, "said the server"
	if got.State != surveys.Sent || !got.AcceptedAt.Equal(h.clock.Now()) || !got.MailedAt.Equal(monday) || got.Owner != "" ||
		!got.LeaseUntil.IsZero() || !cmp.Equal(got.Attempts, []surveys.Attempt{last}) || len(got.Recount) != 1 {
		t.Errorf("after it: %+v", got)
	}
}

func TestNotBeforeItIsDue(t *testing.T) {
	h := open(t)
	h.hear(told(surveys.Closed, 0))
	h.passes(hour - time.Millisecond)
	if n := len(h.mail.carried()); n != 0 {
		t.Fatalf("%d mails before it was due", n)
	}
	h.passes(time.Millisecond)
	h.stands("1", 1, surveys.Sent, "")
	h.passes(day)
	if n := len(h.mail.carried()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestOutcomes(t *testing.T) {
	const (
		accepted, deferred, refused, unknown = surveys.Accepted, surveys.Deferred, surveys.Refused, surveys.Unknown
	)
	for _, test := range []struct {
		script []surveys.Outcome // each but the first after its wait
		waits  []time.Duration
		state  surveys.State
		code   surveys.Skip
	}{
		{script: []surveys.Outcome{accepted}, state: surveys.Sent},
		{script: []surveys.Outcome{refused}, state: surveys.Skipped, code: surveys.Failed},
		{script: []surveys.Outcome{"odd"}, state: surveys.Skipped, code: surveys.Failed},
		{script: []surveys.Outcome{deferred}, state: surveys.Waiting},
		{script: []surveys.Outcome{deferred, accepted}, waits: []time.Duration{5 * minute}, state: surveys.Sent},
		{script: []surveys.Outcome{deferred, deferred, refused}, waits: []time.Duration{5 * minute, 15 * minute}, state: surveys.Skipped, code: surveys.Failed},
		{script: []surveys.Outcome{unknown}, state: surveys.Waiting},
		{script: []surveys.Outcome{unknown, accepted}, waits: []time.Duration{10 * minute}, state: surveys.Sent},
		{script: []surveys.Outcome{unknown, unknown}, waits: []time.Duration{10 * minute}, state: surveys.Skipped, code: surveys.Failed},
		{script: []surveys.Outcome{unknown, deferred, accepted}, waits: []time.Duration{10 * minute, 5 * minute}, state: surveys.Sent},
		{script: []surveys.Outcome{deferred, unknown, accepted}, waits: []time.Duration{5 * minute, 10 * minute}, state: surveys.Sent},
		{script: []surveys.Outcome{unknown, deferred, unknown}, waits: []time.Duration{10 * minute, 5 * minute}, state: surveys.Skipped, code: surveys.Failed},
	} {
		t.Run(fmt.Sprint(test.script), func(t *testing.T) {
			h := due(t)
			h.mail.script = test.script
			h.send()
			for i, wait := range test.waits { // give or take a tenth
				h.passes(wait*9/10 - time.Millisecond)
				if n := len(h.mail.carried()); n != i+1 {
					t.Fatalf("attempt %d came before %v", n, wait)
				}
				h.passes(wait/5 + 2*time.Millisecond)
			}
			h.stands("1", 1, test.state, test.code)
			letters, attempts := h.mail.carried(), h.invitation("1", 1).Attempts
			if len(letters) != len(test.script) || len(attempts) != len(test.script) {
				t.Fatalf("%d letters and %d attempts for %v", len(letters), len(attempts), test.script)
			}
			for i, l := range letters {
				if attempts[i].Outcome != test.script[i] {
					t.Errorf("attempt %d is stored as %s", i+1, attempts[i].Outcome)
				}
				sameMail(t, letters[0], l)
			}
			if test.state != surveys.Waiting {
				h.passes(day)
				if n := len(h.mail.carried()); n != len(test.script) {
					t.Errorf("%d letters after the end", n)
				}
			}
		})
	}
}

// sameMail checks what must be the same on every attempt.
func sameMail(t tester, a, b surveys.Letter) {
	t.Helper()
	if !a.Date.Equal(b.Date) || a.MessageName != b.MessageName || a.To != b.To || a.AnswerToken != b.AnswerToken || a.StopToken != b.StopToken {
		t.Fatalf("two attempts differ: %v %s %s, %v %s %s", a.Date, a.MessageName, a.To, b.Date, b.MessageName, b.To)
	}
}

// TestBackOff: mail is tried after 5, 15, 30 minutes, 1, 2, 4, 8 and 16 hours, each
// a tenth more or less, for two days from the first attempt.
func TestBackOff(t *testing.T) {
	h := due(t)
	nominal := []time.Duration{5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 16 * hour, 16 * hour}
	for range 60 * 60 {
		h.mail.script = []surveys.Outcome{surveys.Deferred}
		h.passes(minute)
	}
	h.stands("1", 1, surveys.Skipped, surveys.Failed)
	attempts := h.invitation("1", 1).Attempts
	if n := len(attempts); n != 9 && n != 10 {
		t.Fatalf("%d attempts in two days", n)
	}
	for i, a := range attempts[1:] {
		wait := a.At.Sub(attempts[i].At)
		if wait < nominal[i]*9/10 || wait > nominal[i]*11/10+minute {
			t.Errorf("attempt %d came %v after the one before, not about %v", i+2, wait, nominal[i])
		}
	}
}

// TestJitter: what was put off together does not come back together.
func TestJitter(t *testing.T) {
	h := open(t)
	for p := range 40 {
		h.hear(about(told(surveys.Closed, -60), fmt.Sprint(p), fmt.Sprintf("p%d@x.org", p)))
		h.mail.script = append(h.mail.script, surveys.Deferred)
	}
	s := h.sender()
	for more := true; more; {
		var err error
		more, err = s.Pass(t.Context())
		h.must(err)
	}
	early, late := 0, 0
	for _, i := range h.invitations() {
		switch wait := i.DueAt.Sub(h.clock.Now()); {
		case wait < 4*minute+30*time.Second || wait > 5*minute+30*time.Second:
			t.Fatalf("again after %v", wait)
		case wait < 5*minute:
			early++
		default:
			late++
		}
	}
	if early < 5 || late < 5 {
		t.Errorf("%d earlier than the nominal time, %d later", early, late)
	}
}

// TestGivenUp also when nobody was there to try.
func TestGivenUp(t *testing.T) {
	for _, first := range []surveys.Outcome{surveys.Deferred, surveys.Unknown} {
		h := due(t)
		h.mail.script = []surveys.Outcome{first}
		h.send()
		h.passes(48*hour + time.Millisecond)
		h.stands("1", 1, surveys.Skipped, surveys.Failed)
		if n := len(h.mail.carried()); n != 1 {
			t.Errorf("%s, then nobody for two days: %d letters", first, n)
		}
	}
}

// TestLastLook changes something after the invitation was made.
func TestLastLook(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*house)
		want   surveys.Skip
	}{
		{"nothing", func(h *house) {}, ""},
		{"just not expired", func(h *house) { h.clock.until(monday.Add(7 * day)) }, ""},
		{"expired", func(h *house) { h.clock.until(monday.Add(7*day + time.Millisecond)) }, surveys.Expired},
		{"never expires", func(h *house) {
			h.decide(func(s *surveys.Settings) { s.Asking.TooOld = surveys.Span{} })
			h.clock.pass(100 * day)
		}, ""},
		{"suppressed", suppressed, surveys.Suppressed},
		{"reopened, not yet settled", func(h *house) { h.hearOnly(told(surveys.Reopened, -1)) }, surveys.WasReopened},
		{"closed once more, not yet settled", func(h *house) {
			h.hearOnly(told(surveys.Reopened, -2))
			h.hearOnly(told(surveys.Closed, -1))
		}, surveys.WasReopened},
		{"withdrawn after it", func(h *house) { h.hearOnly(told(surveys.Withdrawn, -1)) }, ""},
		{"spam, not yet settled", func(h *house) { h.hearOnly(told(surveys.Spam, -1)) }, surveys.Tag},
		{"merged, not yet settled", func(h *house) {
			n := told(surveys.Closed, -1)
			n.MergedInto = "2"
			h.hearOnly(n)
		}, surveys.Tag},
		{"erased", func(h *house) {
			i := h.invitation("1", 1)
			i.Person = personOf("nobody@example.net")
			h.must(h.store.PutInvitation(h.Context(), i))
		}, surveys.Erased},
		{"expired and suppressed", func(h *house) {
			suppressed(h)
			h.clock.pass(8 * day)
		}, surveys.Expired},
	} {
		for _, killed := range []bool{false, true} { // the look of a second owner is no shorter
			h := due(t)
			if killed {
				s := h.sender()
				s.At = dying("K8")
				if _, err := s.Pass(t.Context()); !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
				h.clock.pass(surveys.Lease)
			}
			test.change(h)
			h.send()
			want := surveys.Sent
			if test.want != "" {
				want = surveys.Skipped
			}
			if got := h.invitation("1", 1); got.State != want || got.Code != test.want {
				t.Errorf("%s, killed %v: %s %q", test.name, killed, got.State, got.Code)
			}
			if n := len(h.mail.carried()); (n == 1) != (want == surveys.Sent) {
				t.Errorf("%s, killed %v: %d mails", test.name, killed, n)
			}
		}
	}
}

func suppressed(h *house) {
	h.must(h.store.AddSuppression(h.Context(), surveys.Suppression{Person: personOf("lina@example.net"), Reason: surveys.Unsubscribed}))
}

// hearOnly applies a notice of which the Inviter has not yet heard.
func (h *house) hearOnly(n surveys.Notice) {
	h.Helper()
	_, err := h.applier().ApplyNotice(h.Context(), "desk", n, h.clock.Now())
	h.must(err)
}

// TestKilled at each step; another Sender takes over once the lease has ended, and
// not before.
func TestKilled(t *testing.T) {
	for _, test := range []struct {
		step     string
		carried  int           // before it died
		resumed  time.Duration // when it is tried again
		attempts int           // in the end
	}{
		{"K8", 0, surveys.Lease, 1},
		{"K9", 0, 10 * minute, 2},
		{"K14", 1, 0, 1},
	} {
		h := due(t)
		s := h.sender()
		s.At = dying(test.step)
		if _, err := s.Pass(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("%s: %v; want to be killed", test.step, err)
		}
		if n := len(h.mail.carried()); n != test.carried {
			t.Errorf("%s: %d mails before it died", test.step, n)
		}
		if test.resumed > 0 {
			h.passes(test.resumed - time.Millisecond)
			if n := len(h.mail.carried()); n != test.carried {
				t.Errorf("%s: taken over too early", test.step)
			}
		}
		h.passes(time.Millisecond)
		h.stands("1", 1, surveys.Sent, "")
		got := h.invitation("1", 1)
		if n := len(h.mail.carried()); n != 1 || len(got.Attempts) != test.attempts || !got.MailedAt.Equal(got.Attempts[0].At) {
			t.Errorf("%s: %d mails, attempts %v, dated %v", test.step, n, got.Attempts, got.MailedAt)
		}
	}
}

// TestKilledAgain: an attempt that nobody can tell the end of is repeated once.
func TestKilledAgain(t *testing.T) {
	h := due(t)
	for range 5 {
		s := h.sender()
		s.At = dying("K9")
		s.Pass(t.Context())
		h.clock.pass(hour)
	}
	h.send()
	h.stands("1", 1, surveys.Skipped, surveys.Failed)
	if got := h.invitation("1", 1); len(got.Attempts) != 2 || len(h.mail.carried()) != 0 {
		t.Errorf("%d attempts, %d letters", len(got.Attempts), len(h.mail.carried()))
	}
}

// TestLateOwnerIsRefused: its dialogue outlasts the lease, another Sender looks in.
func TestLateOwnerIsRefused(t *testing.T) {
	h := due(t)
	second := h.sender()
	second.Owner = "second"
	h.mail.during = func(surveys.Letter) {
		h.mail.during = nil
		h.clock.pass(surveys.Lease)
		if _, err := second.Pass(t.Context()); err != nil {
			t.Error(err)
		}
	}
	h.send()
	got := h.invitation("1", 1)
	if got.State != surveys.Waiting || got.UnknownAttempts(surveys.FirstMail) != 1 || !got.DueAt.Equal(monday.Add(10*minute)) || got.Owner != "" {
		t.Errorf("after the late owner wrote: %+v", got)
	}
	h.passes(8 * minute)
	h.stands("1", 1, surveys.Sent, "")
	letters := h.mail.carried()
	if got = h.invitation("1", 1); len(letters) != 2 || got.UnknownAttempts(surveys.FirstMail) != 1 {
		t.Fatalf("%d mails and %d attempts of unknown outcome", len(letters), got.UnknownAttempts(surveys.FirstMail))
	}
	sameMail(t, letters[0], letters[1])
}

// TestStopDuringADialogue stores the outcome all the same.
func TestStopDuringADialogue(t *testing.T) {
	h := due(t)
	ctx, stop := context.WithCancel(t.Context())
	h.mail.during = func(surveys.Letter) { stop() }
	if _, err := h.sender().Pass(ctx); err != nil {
		t.Error(err)
	}
	h.stands("1", 1, surveys.Sent, "")
}

// TestStopBeforeADialogue begins none and leaves nothing claimed or in doubt.
func TestStopBeforeADialogue(t *testing.T) {
	for _, step := range []string{"before the pass", "K8"} {
		h := due(t)
		ctx, stop := context.WithCancel(t.Context())
		s := h.sender()
		s.At = func(at string) error {
			if at == step {
				stop()
			}
			return nil
		}
		if step != "K8" {
			stop()
		}
		s.Pass(ctx)
		if got := h.invitation("1", 1); got.State != surveys.Waiting || len(got.Attempts) > 0 || got.Owner != "" || len(h.mail.carried()) > 0 {
			t.Errorf("stopped %s: %d mails, %+v", step, len(h.mail.carried()), got)
		}
		h.send()
		h.stands("1", 1, surveys.Sent, "")
		stop()
	}
}
