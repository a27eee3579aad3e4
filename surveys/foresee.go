package surveys

import "time"

// Foreseen is what would become of a notice about a ticket that is not known yet, if
// nothing else were known of its customer. Finding it out keeps nothing.
type Foreseen struct {
	Ticket Ticket
	Closes bool      // it begins a closing
	Code   Skip      // why nobody would be asked about that closing, "" if somebody would
	DueAt  time.Time // when they would be, not before
}

// Foresee goes the way that a notice goes, without the store.
func (s Settings) Foresee(source string, n Notice, now time.Time) Foreseen {
	who := Customer{Person: "foreseen", Address: n.Customer.Email, Timezone: n.Customer.Timezone}
	t, _ := Ticket{TicketKey: TicketKey{Source: source, ID: n.ID}}.Apply(n, who, now, s)
	f := Foreseen{Ticket: t, Closes: len(t.Closings) > 0}
	if !f.Closes {
		return f
	}
	c := t.Closings[0]
	nobody := func(string) bool { return false }
	f.Code = s.skips(t, c, who, false, nobody, InvitationID(AfterHandling, t.TicketKey, c.N))
	f.DueAt = s.MayLeave(s.Asking.Delay.After(c.At), who.Timezone)
	return f
}
