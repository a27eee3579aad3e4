package surveys_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/entendu/entendu/surveys"
)

// TestC01ClockIsSet while mail is in every stage: nobody gets more of it, nothing is
// lost for good, and rest and window go by the store's time.
func TestC01ClockIsSet(t *testing.T) {
	const years = 10 * 365 * day
	for _, test := range []struct {
		name       string
		jump, back time.Duration
		want       map[string]int // mails by domain
	}{
		{"an hour ahead", hour, 0, map[string]int{"sent": 1, "unknown": 2, "deferred": 1, "claimed": 1, "soon": 1, "new": 1}},
		{"an hour back", -hour, 0, map[string]int{"sent": 1, "unknown": 2, "deferred": 1, "claimed": 1, "soon": 1, "new": 1}},
		// After 48 hours what was tried is given up.
		{"ten years ahead, and back", years, -years, map[string]int{"sent": 1, "unknown": 1, "deferred": 0, "claimed": 1, "soon": 1, "new": 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := openOffice(t)
			h, s := postedBy(t, o)
			h.decide(func(s *surveys.Settings) { s.Asking.TooOld = surveys.Span{} })
			h.everyStage(o, s)
			link := h.keys.Sign(surveys.ToAnswer, idOf("sent.example0", 1))

			h.clock.pass(test.jump)
			h.sendsFor(s, 2*hour)
			if _, err := h.answers().Find(t.Context(), link); errors.Is(err, surveys.ErrOver) != (test.jump == years) {
				t.Errorf("the window of an answer does not go by the store's time: %v", err)
			}
			h.clock.pass(test.back)
			h.closesNow("new.example")
			resting := h.closesNow("claimed.example")
			h.sendsFor(s, 4*hour)
			if _, err := h.answers().Find(t.Context(), link); err != nil {
				t.Errorf("the window of an answer is over: %v", err)
			}
			got := map[string]int{}
			for domain := range test.want {
				got[domain] = o.to("p0@" + domain + ".example")
			}
			if !maps.Equal(got, test.want) {
				t.Errorf("mails %v, want %v", got, test.want)
			}
			h.stands(resting, 1, surveys.Skipped, surveys.Rest)
			for _, i := range h.invitations() {
				if i.State != surveys.Sent && i.State != surveys.Skipped {
					t.Errorf("an invitation is stuck: %+v", i)
				}
			}
			h.keepsTheLaw(o)

			h.clock.pass(31 * day)
			h.closesNow("claimed.example")
			h.sendsFor(s, 2*hour)
			if n := o.to("p0@claimed.example"); n != 2 {
				t.Errorf("%d mails once the rest is over, want 2", n)
			}
		})
	}
}

// everyStage leaves one invitation sent, one of unknown outcome, one put off, one
// claimed by a process that died and one not due yet.
func (h *house) everyStage(o *office, s *surveys.Sender) {
	h.Helper()
	h.closes(1, "sent.example")
	h.sends(s)
	o.answers(nil, func(*smtp.Conn) error { return errCut })
	h.closes(1, "unknown.example")
	h.sends(s)
	o.answers(func(string) error { return said(450, smtp.EnhancedCode{4, 2, 0}, "not now") }, nil)
	h.closes(1, "deferred.example")
	h.sends(s)
	o.answers(nil, nil)
	h.closes(1, "claimed.example")
	dead := h.sender()
	dead.At = dying("K8")
	if _, err := dead.Pass(h.Context()); !errors.Is(err, errKilled) {
		h.Fatalf("%v", err)
	}
	h.hear(about(told(surveys.Closed, 0), "soon.example0", "p0@soon.example"))
}

// closesNow lets the first customer of a domain close a further ticket.
func (h *house) closesNow(domain string) (ticket string) {
	h.Helper()
	now := h.clock.Now()
	n := about(told(surveys.Closed, 0), domain+now.String(), "p0@"+domain)
	n.OpenedAt, n.UpdatedAt = now.Add(-hour), now
	h.hear(n)
	return n.ID
}

// sendsFor lets a Sender work for so long.
func (h *house) sendsFor(s *surveys.Sender, d time.Duration) {
	h.Helper()
	for range d / (5 * minute) {
		h.sends(s)
		h.clock.pass(5 * minute)
	}
	h.sends(s)
}

// TestC01NothingWaitsForTheYearAfterNext: while the clock was ten years ahead our mail
// server was down, or a domain wanted to be left alone. Set right, it goes on.
func TestC01NothingWaitsForTheYearAfterNext(t *testing.T) {
	const years = 10 * 365 * day
	for name, trouble := range map[string]func(*office){
		"server down": func(o *office) { o.shuts() },
		"domain is busy": func(o *office) {
			o.answers(func(string) error { return said(421, smtp.EnhancedCode{4, 7, 0}, "slow down") }, nil)
		},
		"bad sender": func(o *office) {
			o.answers(func(string) error { return said(550, smtp.EnhancedCode{5, 7, 1}, "not you") }, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t)
			h, s := postedBy(t, o)
			h.decide(func(s *surveys.Settings) { s.Asking.TooOld = surveys.Span{} })
			h.closes(1, "x.example")
			h.clock.pass(years)
			trouble(o)
			h.sendsFor(s, hour)
			h.clock.pass(-years)
			o.shuts()
			o.answers(nil, nil)
			o.opens()
			h.hear(about(told(surveys.Closed, 0), "2", "paul@x.example"))
			h.sendsFor(s, 2*hour)
			if n := o.to("paul@x.example"); n != 1 {
				t.Errorf("%d mails to who closed a ticket after that, want 1", n)
			}
			h.keepsTheLaw(o)
		})
	}
}

// TestC01ExpiryIsByTheStoresTime also for what was waiting when the clock was set.
func TestC01ExpiryIsByTheStoresTime(t *testing.T) {
	h := due(t)
	h.clock.pass(10 * 365 * day)
	h.send()
	h.stands("1", 1, surveys.Skipped, surveys.Expired)
	h.clock.until(monday)
	h.send()
	if n := len(h.mail.carried()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// TestC01ClocksApart: an instance warns of its own clock, and from five minutes on it
// claims nothing, whichever of the two is wrong.
func TestC01ClocksApart(t *testing.T) {
	for _, sign := range []time.Duration{1, -1} {
		h := due(t)
		var log bytes.Buffer
		var off time.Duration
		s := h.sender()
		s.Clock = &surveys.Clock{
			Own: func() time.Time { return h.clock.Now().Add(sign * off) },
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		}
		look := func(apart time.Duration, level string, mails int) {
			t.Helper()
			log.Reset()
			off = apart
			before := h.invitation("1", 1)
			for range 3 {
				_, err := s.Pass(t.Context())
				h.must(err)
			}
			if n := strings.Count(log.String(), "\n"); (n == 1) != (level != "") || !strings.Contains(log.String(), level) || n > 1 {
				t.Errorf("%v apart it says %q, want %s once", sign*off, log.String(), level)
			}
			if n := len(h.mail.carried()); n != mails {
				t.Errorf("%v apart: %d mails, want %d", sign*off, n, mails)
			}
			if after := h.invitation("1", 1); mails == 0 && after.Rev != before.Rev {
				t.Errorf("%v apart it was claimed: %+v", sign*off, after)
			}
		}
		look(5*minute+time.Millisecond, "ERROR", 0)
		look(10*365*day, "", 0)
		look(5*minute, "WARN", 1)
		look(30*time.Second+time.Millisecond, "", 1)
		look(30*time.Second, "INFO", 1)
		look(0, "", 1)
	}
}

// TestC02TheZoneIsKeptByName, so that a change of clocks, or of the law about them, is
// followed.
func TestC02TheZoneIsKeptByName(t *testing.T) {
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Organisation.Timezone = "Pacific/Kiritimati" })
	h.must(h.store.AddSettings(t.Context(), surveys.SettingsChange{N: 1, At: monday, Settings: h.inForce().Prepared()}))
	change, err := h.beside(h.clock).LatestSettings(t.Context())
	h.must(err)
	if got := change.Settings.Organisation.Timezone; got != "Pacific/Kiritimati" {
		t.Errorf("the zone is kept as %q", got)
	}
	if got := surveys.DayOf(time.Date(2026, 12, 31, 10, 0, 0, 0, time.UTC), change.Settings.Zone()); got != "2027-01-01" {
		t.Errorf("in UTC+14 the year begins on %s", got)
	}
	n := told(surveys.Closed, -10)
	n.Customer.Timezone = "Africa/Casablanca"
	h.hear(n)
	if c, err := h.store.GetCustomer(t.Context(), personOf("lina@example.net")); err != nil || c.Timezone != "Africa/Casablanca" {
		t.Errorf("the customer's zone is kept as %q, %v", c.Timezone, err)
	}
}

// TestC03WrongTimesAreKept: what a helpdesk's wrong clock says is in the ticket, marked
// where it is a closing's, and its customer is asked all the same.
func TestC03WrongTimesAreKept(t *testing.T) {
	const stamp = "2006-01-02T15:04:05Z"
	at := func(minutes int) string { return monday.Add(time.Duration(minutes) * minute).Format(stamp) }
	for _, test := range []struct {
		name                             string
		opened, replied, closed, updated int // minutes from now
		want                             int // when the closing begins
		misdated                         bool
	}{
		{"right", -120, -90, -60, -60, -60, false},
		{"closed before it was opened", -120, -90, -122, -60, -60, true},
		{"closed years before it was opened", -120, -90, -3 * 365 * 24 * 60, -60, -60, true},
		{"seconds cut off", -120, -121, -121, -60, -121, false},
		{"closed to come", -120, -90, 6, -60, -60, true},
		{"closed a little to come", -120, -90, 5, -60, 5, false},
		{"all to come", 60, 90, 120, 120, 120, true},
		{"replied before it was opened", -120, -500, -60, -60, -60, false},
		{"replied to come", -120, 600, -60, -60, -60, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := open(t)
			h.post("generic", "desk", fmt.Sprintf(`{"id": "1", "status": "closed", "opened_at": %q, "first_reply_at": %q, "closed_at": %q, "updated_at": %q, "customer": {"email": "lina@example.net"}}`,
				at(test.opened), at(test.replied), at(test.closed), at(test.updated)))
			h.workedOff()
			k := h.ticket("1")
			if k.OpenedAt.Format(stamp) != at(test.opened) || k.FirstReplyAt.Format(stamp) != at(test.replied) || k.UpdatedAt.Format(stamp) != at(test.updated) {
				t.Errorf("kept %+v", k)
			}
			if c := k.Closings[0]; c.At.Format(stamp) != at(test.want) || c.Misdated != test.misdated {
				t.Errorf("closed at %v, misdated %v; want %s, %v", c.At, c.Misdated, at(test.want), test.misdated)
			}
			for range 4 {
				h.passes(hour)
			}
			h.stands("1", 1, surveys.Sent, "")
		})
	}
}

// TestC03ImpossibleTimesAreRefused: a time before 1990, or more than a day to come, is
// a slip of who wrote the script.
func TestC03ImpossibleTimesAreRefused(t *testing.T) {
	for _, field := range []string{"opened_at", "first_reply_at", "closed_at", "updated_at"} {
		for _, time := range []string{"1989-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-03-03T08:00:01Z", "9999-12-31T23:59:59Z"} {
			h := open(t)
			text := fmt.Sprintf(`{"id": "1", "status": "closed", "updated_at": "2026-03-02T07:00:00Z", %q: %q}`, field, time)
			if field == "updated_at" {
				text = fmt.Sprintf(`{"id": "1", "status": "closed", "updated_at": %q}`, time)
			}
			id := h.post("generic", "desk", text)
			h.workedOff()
			if e := h.event(id); e.State != surveys.NotUnderstood || !strings.HasPrefix(e.Note, field) {
				t.Errorf("%s %s: %s %q", field, time, e.State, e.Note)
			}
		}
	}
}
