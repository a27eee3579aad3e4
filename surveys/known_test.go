package surveys

import (
	"strconv"
	"testing"
	"time"
)

// TestTicketKnownAt: what was told of a ticket stands until something else is learnt.
func TestTicketKnownAt(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	notices := []Notice{
		{ID: "1", Status: Open, UpdatedAt: at, OpenedAt: at, Dimensions: Dimensions{Category: "delivery"}},
		{ID: "1", Status: Open, UpdatedAt: at.Add(2 * time.Hour), FirstReplyAt: at.Add(time.Hour), Contacts: 1},
		{ID: "1", Status: Closed, UpdatedAt: at.Add(4 * time.Hour), Dimensions: Dimensions{Category: "refund"}, Contacts: 2},
	}
	var ticket Ticket
	for _, n := range notices {
		ticket, _ = ticket.Apply(n, Customer{ID: "c"}, n.UpdatedAt.Add(time.Minute), DefaultSettings())
		ticket.Rev++
	}
	for _, row := range []struct {
		after    time.Duration
		category string
		contacts int
		replied  bool
	}{
		{2 * time.Hour, "delivery", 0, false}, // the reply was given, and we had not learnt of it
		{2*time.Hour + time.Minute, "delivery", 1, true},
		{4 * time.Hour, "delivery", 1, true},
		{5 * time.Hour, "refund", 2, true},
	} {
		got := ticket.KnownAt(at.Add(row.after))
		if got.Category != row.category || got.Contacts != row.contacts || got.FirstReplyAt.IsZero() == row.replied {
			t.Errorf("after %s: %s, %d contacts, replied %s; want %v", row.after, got.Category, got.Contacts, got.FirstReplyAt, row)
		}
	}
	if n := len(ticket.Was); n != 2 {
		t.Errorf("%d former states are kept of two changes", n)
	}
}

// TestInvitationKnownAt: a closing that came to be left out was counted before that.
func TestInvitationKnownAt(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	i := Invitation{State: Skipped, Code: NoAddress, SkippedAt: at}
	known, _ := i.settled(Ticket{Status: Spam}, Closing{}, at.Add(time.Hour), time.UTC)
	if before := known.KnownAt(at.Add(time.Minute)); before.LeftOut || before.Code != NoAddress || before.State != Skipped {
		t.Errorf("before it became spam it was %+v", before)
	}
	if after := known.KnownAt(at.Add(time.Hour)); !after.LeftOut {
		t.Error("spam is in the figures")
	}
}

// TestWhatStoodLongIsKept: among many changes of a minute each, what was known for days
// can be known again.
func TestWhatStoodLongIsKept(t *testing.T) {
	when := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var ticket Ticket
	days := map[time.Time]string{} // when each stood
	for n := range 4 * mostWas {
		name := strconv.Itoa(n)
		ticket, _ = ticket.Apply(Notice{ID: "1", Status: Open, UpdatedAt: when, Dimensions: Dimensions{Category: name}}, Customer{}, when, DefaultSettings())
		ticket.Rev++
		if when = when.Add(time.Minute); n%10 == 3 {
			days[when.Add(24*time.Hour)] = name
			when = when.Add(48 * time.Hour)
		}
	}
	for at, name := range days {
		if got := ticket.KnownAt(at).Category; got != name {
			t.Errorf("at %s it was of category %s, and %s is known", at, name, got)
		}
	}
}

// TestWhatWasIsBounded: a helpdesk that changes its mind for ever fills no store.
func TestWhatWasIsBounded(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var ticket Ticket
	for n := range 3 * mostWas {
		when := at.Add(time.Duration(n) * time.Minute)
		notice := Notice{ID: "1", Status: Open, UpdatedAt: when, Dimensions: Dimensions{Category: strconv.Itoa(n)}}
		ticket, _ = ticket.Apply(notice, Customer{}, when, DefaultSettings())
		ticket.Rev++
	}
	if len(ticket.Was) != mostWas || ticket.Was[mostWas-1].Category != strconv.Itoa(3*mostWas-2) {
		t.Errorf("%d are kept, the last %q", len(ticket.Was), ticket.Was[mostWas-1].Category)
	}
}
