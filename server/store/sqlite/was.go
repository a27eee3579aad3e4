package sqlite

import (
	"time"

	"github.com/entendu/entendu/surveys"
)

// ticketWas and invitationWas are how rows keep what was known of them before.
type ticketWas struct {
	Until int64 `json:"until"`
	dimensions
	OpenedAt     int64  `json:"opened_at"`
	Promise      int64  `json:"promise,omitempty"` // nanoseconds
	FirstReplyAt int64  `json:"first_reply_at"`
	Contacts     int    `json:"contacts,omitempty"`
	MergedInto   string `json:"merged_into,omitempty"`
	Customer     string `json:"customer,omitempty"`
}

type invitationWas struct {
	Until int64 `json:"until"`
	dimensions
	Customer  string       `json:"customer,omitempty"`
	Code      surveys.Skip `json:"code,omitempty"`
	SkippedAt int64        `json:"skipped_at"`
	LeftOut   bool         `json:"left_out,omitempty"`
}

func fromTicketWas(w surveys.TicketWas) ticketWas {
	return ticketWas{millis(w.Until), dimensions(w.Dimensions), millis(w.OpenedAt), int64(w.Promise), millis(w.FirstReplyAt), w.Contacts, w.MergedInto, w.Customer}
}

func (w ticketWas) domain() surveys.TicketWas {
	return surveys.TicketWas{
		Until: moment(w.Until), Dimensions: surveys.Dimensions(w.dimensions), OpenedAt: moment(w.OpenedAt), Promise: time.Duration(w.Promise), FirstReplyAt: moment(w.FirstReplyAt),
		Contacts: w.Contacts, MergedInto: w.MergedInto, Customer: w.Customer,
	}
}

func fromInvitationWas(w surveys.InvitationWas) invitationWas {
	return invitationWas{millis(w.Until), dimensions(w.Dimensions), w.Customer, w.Code, millis(w.SkippedAt), w.LeftOut}
}

func (w invitationWas) domain() surveys.InvitationWas {
	return surveys.InvitationWas{
		Until: moment(w.Until), Dimensions: surveys.Dimensions(w.dimensions), Customer: w.Customer,
		Code: w.Code, SkippedAt: moment(w.SkippedAt), LeftOut: w.LeftOut,
	}
}
