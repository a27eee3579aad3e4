package surveys_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/entendu/entendu/surveys"
)

// The tests here are named after the rows of the fault table that they hold: a real
// mail server that fails, and a clock that tests turn.

// closes lets so many customers of a domain close a ticket, due at once.
func (h *house) closes(n int, domain string) {
	h.Helper()
	for p := range n {
		_, err := h.applier().ApplyNotice(h.Context(), "desk", about(told(surveys.Closed, -60), fmt.Sprint(domain, p), fmt.Sprintf("p%d@%s", p, domain)), h.clock.Now())
		h.must(err)
	}
	for more := true; more; {
		var err error
		more, err = h.inviter().Pass(h.Context())
		h.must(err)
	}
}

// sends lets a Sender work until nothing more may leave now.
func (h *house) sends(s *surveys.Sender) {
	h.Helper()
	for more := true; more; {
		var err error
		more, err = s.Pass(h.Context())
		h.must(err)
	}
}

// attempts counts those of all invitations.
func (h *house) attempts() (n int) {
	h.Helper()
	for _, i := range h.invitations() {
		n += len(i.Attempts)
	}
	return n
}

// TestM01ServerDownForTwoHours: nobody is tried but one at a time, customers answer
// meanwhile, and then the backlog leaves at the pace that was set.
func TestM01ServerDownForTwoHours(t *testing.T) {
	o := openOffice(t)
	h, s := postedBy(t, o)
	h.decide(func(s *surveys.Settings) { s.Mail.PerSecond = 5 })
	h.closes(1, "early.example")
	h.sends(s)
	answered := h.invitation("early.example0", 1)
	o.shuts()
	h.closes(60, "x.example")
	for range 120 {
		h.clock.pass(minute)
		h.sends(s)
	}
	if n := h.attempts() - 1; n < 8 || n > 20 {
		t.Errorf("%d attempts in two hours; want a few trials, less and less often", n)
	}
	halt, err := surveys.GetHalt(t.Context(), h.store)
	if err != nil || halt.Tries < 8 || halt.Fault != surveys.OfServer || !halt.Since.Before(h.clock.Now().Add(-hour)) {
		t.Errorf("the halt that people are told of: %+v, %v", halt, err)
	}
	_, err = h.answers().Confirm(t.Context(), h.keys.Sign(surveys.ToAnswer, answered.ID), form("delay", "4", "listening", "5"), "fr")
	h.must(err)

	o.opens()
	h.clock.until(halt.Until)
	for range 20 * 60 { // those that were tried wait for their own back-off
		before := len(o.log())
		h.sends(s)
		if n := len(o.log()) - before; n > 5 {
			t.Fatalf("%d mails left within a second", n)
		}
		h.clock.pass(time.Second)
	}
	h.clock.pass(2 * hour)
	h.sends(s)
	h.sends(s)
	h.sends(s)
	if n := len(o.log()); n != 61 {
		t.Errorf("%d mails were accepted, want 61", n)
	}
	if halt, err := surveys.GetHalt(t.Context(), h.store); err != nil || halt != (surveys.Halt{}) {
		t.Errorf("still halted: %+v, %v", halt, err)
	}
	h.keepsTheLaw(o)
}

// TestM03NotNow: a grey list and a closing server, then it accepts.
func TestM03NotNow(t *testing.T) {
	for name, answer := range map[string]error{
		"421": said(421, smtp.EnhancedCode{4, 7, 0}, "too many messages, come back later"),
		"450": said(450, smtp.EnhancedCode{4, 2, 0}, "Greylisted, please try again in 300 seconds"),
		"451": said(451, smtp.EnhancedCode{4, 3, 0}, "local trouble"),
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t)
			h, s := postedBy(t, o)
			h.closes(1, "x.example")
			o.answers(func(string) error { return answer }, nil)
			h.sends(s)
			o.answers(nil, nil)
			for range 4 { // not before
				h.clock.pass(minute)
				h.sends(s)
			}
			if n := len(o.log()); n != 0 {
				t.Errorf("%d mails after four minutes", n)
			}
			h.clock.pass(90 * time.Second)
			h.sends(s)
			h.clock.pass(90 * time.Second) // the pause of a domain has no jitter
			h.sends(s)
			if n := len(o.log()); n != 1 || h.attempts() != 2 {
				t.Errorf("%d mails after %d attempts", n, h.attempts())
			}
			h.keepsTheLaw(o)
		})
	}
}

// TestM04Refused: each fails once; only who is not there is never written to again.
func TestM04Refused(t *testing.T) {
	for _, test := range []struct {
		name       string
		rcpt       error
		dot        error
		suppressed bool
	}{
		{name: "550", rcpt: said(550, smtp.EnhancedCode{5, 1, 1}, "no such user"), suppressed: true},
		{name: "552", rcpt: said(552, smtp.EnhancedCode{5, 2, 2}, "mailbox full")},
		{name: "554", dot: said(554, smtp.EnhancedCode{5, 6, 0}, "we do not like it")},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := openOffice(t)
			h, s := postedBy(t, o)
			h.closes(1, "x.example")
			o.answers(func(string) error { return test.rcpt }, func(*smtp.Conn) error { return test.dot })
			h.sends(s)
			for range 5 {
				h.clock.pass(day)
				h.sends(s)
			}
			i := h.invitation("x.example0", 1)
			if i.State != surveys.Skipped || i.Code != surveys.Failed || len(i.Attempts) != 1 || i.Attempts[0].Reply == "" || len(i.Recount) == 0 {
				t.Errorf("the invitation: %+v", i)
			}
			p, err := h.store.GetSuppression(t.Context(), i.Person)
			if test.suppressed != (err == nil) || test.suppressed && p.Reason != surveys.Bounced {
				t.Errorf("the suppression: %+v, %v", p, err)
			}
			if halt, err := surveys.GetHalt(t.Context(), h.store); err != nil || halt.Tries != 0 {
				t.Errorf("sending was halted: %+v, %v", halt, err)
			}
			o.answers(nil, nil)
			h.hear(about(told(surveys.Reopened, 5*24*60), "x.example0", "p0@x.example"))
			h.hear(about(told(surveys.Closed, 5*24*60+1), "x.example0", "p0@x.example"))
			h.clock.pass(2 * hour)
			h.sends(s)
			if n := o.to("p0@x.example"); (n == 0) != test.suppressed {
				t.Errorf("%d mails about the next closing", n)
			}
		})
	}
}

// TestM05CutDuringData: nothing was accepted, so it is tried again.
func TestM05CutDuringData(t *testing.T) {
	o := openOffice(t)
	h, s := postedBy(t, o)
	h.closes(1, "x.example")
	o.answers(func(string) error { o.shuts(); return nil }, nil)
	h.sends(s)
	i := h.invitation("x.example0", 1)
	if i.State != surveys.Waiting || i.UnknownAttempts(surveys.FirstMail) > 1 {
		t.Errorf("after the cut: %+v", i)
	}
	o.answers(nil, nil)
	o.opens()
	h.clock.pass(hour)
	h.sends(s)
	if n := len(o.log()); n != 1 {
		t.Errorf("%d mails", n)
	}
	h.keepsTheLaw(o)
}

// TestM06CutAfterTheDot: it was accepted and nobody said so. It is tried once more,
// not before ten minutes, as the same mail.
func TestM06CutAfterTheDot(t *testing.T) {
	o := openOffice(t)
	h, s := postedBy(t, o)
	h.closes(1, "x.example")
	o.answers(nil, func(*smtp.Conn) error { return errCut })
	h.sends(s)
	h.clock.pass(9*minute + 59*time.Second)
	h.sends(s)
	if n := len(o.log()); n != 1 {
		t.Fatalf("%d mails within ten minutes", n)
	}
	h.clock.pass(2 * time.Second)
	h.sends(s)
	for range 5 {
		h.clock.pass(day)
		h.sends(s)
	}
	if log := o.log(); len(log) != 2 || log[0] != log[1] {
		t.Errorf("the mails: %+v", log)
	}
	h.keepsTheLaw(o)
}

// TestM08RefusedAsSenders: what servers think of us harms no address and stops the
// queue, but for one trial at a time.
func TestM08RefusedAsSenders(t *testing.T) {
	o := openOffice(t)
	h, s := postedBy(t, o)
	h.closes(50, "x.example")
	o.answers(func(string) error { return said(550, smtp.EnhancedCode{5, 7, 26}, "not authenticated") }, nil)
	for range 24 * 60 {
		h.clock.pass(minute)
		h.sends(s)
	}
	if n := h.attempts(); n < 10 || n > 40 {
		t.Errorf("%d attempts in a day", n)
	}
	for _, i := range h.invitations() {
		if i.State != surveys.Waiting {
			t.Errorf("an address was harmed: %+v", i)
		}
	}
	o.answers(nil, nil)
	h.clock.pass(hour)
	for range 20 {
		h.sends(s)
		h.clock.pass(hour)
	}
	if n := len(o.log()); n != 50 {
		t.Errorf("%d mails were accepted, want 50", n)
	}
	h.keepsTheLaw(o)
}

// TestM09OneSlowHost: those to other hosts leave while hundreds wait for one that
// does not answer.
func TestM09OneSlowHost(t *testing.T) {
	const slow, others = 400, 40
	o := openOffice(t)
	h, s := postedBy(t, o)
	h.closes(slow, "slow.example")
	h.clock.pass(minute)
	h.closes(others, "quick.example") // due a minute later than all of those
	h.clock.pass(minute)
	release := make(chan struct{})
	var atOnce, most atomic.Int32
	o.answers(func(to string) error {
		if to[len(to)-len("slow.example"):] == "slow.example" {
			if n := atOnce.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-release
			atOnce.Add(-1)
		}
		return nil
	}, nil)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	quick := func() (n int) {
		for p := range others {
			n += o.to(fmt.Sprintf("p%d@quick.example", p))
		}
		return n
	}
	for deadline := time.Now().Add(2 * minute); quick() < others && time.Now().Before(deadline); {
		h.clock.pass(100 * time.Millisecond) // time goes by for those who wait for an answer
		await(ctx, 10*time.Millisecond)
	}
	if n := quick(); n != others {
		t.Errorf("%d of %d mails to other hosts left while one host was slow", n, others)
	}
	if n := most.Load(); n != 1 {
		t.Errorf("%d of 2 connections were given to the slow host at once", n)
	}
	stop()
	close(release)
	h.must(<-ended)
	for range 30 { // once it answers, it is not left waiting either
		h.clock.pass(minute)
		h.sends(s)
	}
	if n := len(o.log()); n != slow+others {
		t.Errorf("%d of %d mails in the end", n, slow+others)
	}
	h.keepsTheLaw(o)
}

// await lets others work for a moment.
func await(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// TestLawOfMailPlanted: the count from the office's own log notices a Sender
// that leaves out the record of its attempt.
func TestLawOfMailPlanted(t *testing.T) {
	o := openOffice(t)
	h, s := postedBy(t, o)
	h.closes(1, "x.example")
	o.answers(nil, func(*smtp.Conn) error { return errCut })
	s.Store = unrecorded{h.store}
	h.sends(s)
	h.clock.pass(hour)
	h.sends(s)
	if excess(o.log(), h.invitations(), h.keys) == nil {
		t.Errorf("%d mails after %d recorded attempts were let through", len(o.log()), h.attempts())
	}
}

// unrecorded is a store in which no attempt is kept.
type unrecorded struct{ surveys.Store }

func (u unrecorded) PutInvitation(ctx context.Context, i surveys.Invitation) error {
	i.Attempts = nil
	return u.Store.PutInvitation(ctx, i)
}
