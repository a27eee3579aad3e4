package surveys_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// at is an instant in Paris.
func at(t tester, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, zoneOf(t, "Europe/Paris"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return when
}

// TestMailLeavesWithinHours: what comes due on a Saturday leaves on Monday morning,
// also over the change of clocks of 2026-03-29.
func TestMailLeavesWithinHours(t *testing.T) {
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Asking.Hours = "mon-fri 09:00-18:00" })
	h.clock.until(at(t, "2026-03-27 17:30"))
	n := told(surveys.Closed, 0)
	n.UpdatedAt = h.clock.Now()
	h.hear(n)
	if got, want := h.invitation("1", 1).DueAt, at(t, "2026-03-30 09:00"); !got.Equal(want) {
		t.Errorf("due at %v, want %v", got, want)
	}
	h.clock.until(at(t, "2026-03-30 08:59"))
	h.send()
	h.stands("1", 1, surveys.Waiting, "")
	h.passes(minute)
	h.stands("1", 1, surveys.Sent, "")
}

// TestHoursAreLookedAtAgain when mail is about to leave: settings may have changed,
// or a backlog taken until the evening.
func TestHoursAreLookedAtAgain(t *testing.T) {
	h := due(t) // for Monday 09:00 in Paris
	h.decide(func(s *surveys.Settings) { s.Asking.Hours = "mon-fri 10:00-18:00" })
	h.send()
	i := h.invitation("1", 1)
	if want := at(t, "2026-03-02 10:00"); i.State != surveys.Waiting || !i.DueAt.Equal(want) || i.Owner != "" || len(i.Attempts) != 0 {
		t.Errorf("put off: %+v", i)
	}
	h.passes(hour)
	h.stands("1", 1, surveys.Sent, "")
}

// TestHoursOfTheCustomer: those of their own time zone where it is known.
func TestHoursOfTheCustomer(t *testing.T) {
	for zone, want := range map[string]string{"": "2026-03-02 09:00", "America/New_York": "2026-03-02 15:00", "Asia/Tokyo": "2026-03-03 01:00", "Nowhere/Land": "2026-03-02 09:00"} {
		h := open(t)
		h.decide(func(s *surveys.Settings) { s.Asking.Hours = "mon-fri 09:00-18:00" })
		h.must(h.store.AddCustomer(t.Context(), surveys.Customer{Person: personOf("lina@example.net"), ID: "lina", Address: "lina@example.net", Timezone: zone}))
		h.hear(told(surveys.Closed, -70))
		if zone == "Asia/Tokyo" {
			h.clock.until(at(t, "2026-03-02 10:30")) // 18:30 there
		}
		h.send()
		h.clock.until(at(t, want).Add(-time.Millisecond))
		h.send()
		if n := len(h.mail.carried()); n != 0 && want != "2026-03-02 09:00" {
			t.Errorf("%q: mail before %s", zone, want)
		}
		h.passes(time.Millisecond)
		if n := len(h.mail.carried()); n != 1 {
			t.Errorf("%q: %d mails at %s", zone, n, want)
		}
	}
}

// TestBurstIsSpread: nothing is refused, and no second has more than its share.
func TestBurstIsSpread(t *testing.T) {
	const tickets, perSecond = 300, 7
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Mail.PerSecond = perSecond })
	h.closes(tickets, "x.example")
	s := h.sender()
	last := 0
	for second := range 2 * tickets / perSecond {
		h.sends(s)
		n := len(h.mail.carried())
		if n-last > perSecond {
			t.Fatalf("%d mails in second %d", n-last, second)
		}
		last = n
		h.clock.pass(time.Second)
	}
	if last != tickets {
		t.Errorf("%d of %d were sent", last, tickets)
	}
}

// TestPauseOfADomainGrows and ends with the first mail it takes; others go on.
func TestPauseOfADomainGrows(t *testing.T) {
	o := openOffice(t)
	h, s := postedBy(t, o)
	h.closes(12, "busy.example")
	answer := said(421, [3]int{4, 7, 0}, "slow down")
	tries := 0
	o.answers(func(string) error { tries++; return answer }, nil)
	var at []time.Duration
	began := h.clock.Now()
	for range 3 * 60 {
		before := tries
		h.sends(s)
		if tries > before {
			at = append(at, h.clock.Now().Sub(began).Round(minute))
		}
		h.clock.pass(minute)
	}
	if want := "[0s 5m0s 15m0s 35m0s 1h15m0s 2h15m0s]"; fmt.Sprint(at) != want {
		t.Errorf("tried at %v, want %v", at, want)
	}
	o.answers(nil, nil)
	h.clock.pass(hour)
	for range 30 {
		h.sends(s)
		h.clock.pass(30 * minute)
	}
	if n := len(o.log()); n != 12 {
		t.Errorf("%d of 12 were taken in the end", n)
	}
	h.keepsTheLaw(o)
}

// TestHiccupDelaysNobodyLong: one dialogue takes twenty seconds, and hundreds were due
// to the same domain with it. They are put off, but not for long.
func TestHiccupDelaysNobodyLong(t *testing.T) {
	const tickets = 200
	h := open(t)
	h.closes(tickets, "x.example")
	release := make(chan struct{})
	h.mail.during = func(surveys.Letter) { <-release }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	s := h.sender()
	go func() { ended <- s.Run(ctx) }()
	for len(h.mail.carried()) == 0 {
		await(ctx, 10*time.Millisecond)
	}
	h.clock.pass(20 * time.Second)
	for waiting := tickets; waiting > 0; {
		await(ctx, 50*time.Millisecond)
		due, err := h.store.FindDueInvitations(t.Context(), h.clock.Now(), tickets)
		h.must(err)
		waiting = len(due)
	}
	close(release)
	stop()
	h.must(<-ended)
	for _, i := range h.invitations() {
		if wait := i.DueAt.Sub(h.clock.Now()); i.State == surveys.Waiting && wait > 11*minute {
			t.Fatalf("an invitation was put off by %v", wait)
		}
	}
	for range 12 {
		h.clock.pass(minute)
		h.sends(s)
	}
	if n := len(h.mail.carried()); n != tickets {
		t.Errorf("%d of %d had left twelve minutes later", n, tickets)
	}
}
