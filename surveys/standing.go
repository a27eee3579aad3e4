package surveys

// Standing is how things stand when a Sender looks before a dialogue. What is not there is zero.
type Standing struct {
	Ticket      Ticket // no more of it than Outline gives
	Customer    Customer
	Suppressed  bool
	Reservation Reservation
}

// Outline is t with no more than says whether a closing may still be asked about. Its
// Rev is gone too, so it cannot be put.
func (t Ticket) Outline() Ticket {
	return Ticket{TicketKey: t.TicketKey, Status: t.Status, MergedInto: t.MergedInto, Closings: t.Closings}
}

// standing says why a closing is no longer to be asked about, or "".
func (t Ticket) standing(closing int) Skip {
	switch {
	case t.LeftOut():
		return Tag
	case closing > len(t.Closings) || !t.Closings[closing-1].EndedAt.IsZero():
		return WasReopened
	default:
		return ""
	}
}
