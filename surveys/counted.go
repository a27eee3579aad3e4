package surveys

// Counting every figure again reads every row there ever was, and a little of each.

// Counted is t with what figures are counted from, and without the rest. Its Rev is
// gone too, so it cannot be put.
func (t Ticket) Counted() Ticket {
	return Ticket{
		TicketKey: t.TicketKey, Status: t.Status, Dimensions: t.Dimensions, OpenedAt: t.OpenedAt, FirstReplyAt: t.FirstReplyAt,
		UpdatedAt: t.UpdatedAt, Contacts: t.Contacts, MergedInto: t.MergedInto, Customer: t.Customer, Agent: t.Agent, Promise: t.Promise,
		Transitions: t.Transitions, Closings: t.Closings, Was: t.Was,
	}
}

// Counted is the same of an invitation.
func (i Invitation) Counted() Invitation {
	return Invitation{
		ID: i.ID, Ticket: i.Ticket, Closing: i.Closing, ClosedAt: i.ClosedAt, MadeAt: i.MadeAt, Customer: i.Customer, Dimensions: i.Dimensions, OpenedAt: i.OpenedAt, Agent: i.Agent, State: i.State, Code: i.Code,
		SkippedAt: i.SkippedAt, AcceptedAt: i.AcceptedAt, Bounce: Bounce{At: i.Bounce.At}, Was: i.Was, LeftOut: i.LeftOut,
	}
}

// Counted is the same of a response.
func (r Response) Counted() Response {
	return Response{
		Invitation: r.Invitation, Ticket: r.Ticket, Closing: r.Closing, ClosedAt: r.ClosedAt, Customer: r.Customer, Dimensions: r.Dimensions,
		Answers: r.Answers, Imported: r.Imported,
	}
}
