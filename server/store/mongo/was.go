package mongo

import (
	"time"

	"github.com/entendu/entendu/surveys"
)

// ticketWas and invitationWas are how documents keep what was known of them before.
type ticketWas struct {
	Until        time.Time  `bson:"until,omitempty"`
	Dimensions   dimensions `bson:",inline"`
	OpenedAt     time.Time  `bson:"opened_at,omitempty"`
	Promise      int64      `bson:"promise,omitempty"` // nanoseconds
	FirstReplyAt time.Time  `bson:"first_reply_at,omitempty"`
	Contacts     int        `bson:"contacts,omitempty"`
	MergedInto   string     `bson:"merged_into,omitempty"`
	Customer     string     `bson:"customer,omitempty"`
}

type invitationWas struct {
	Until      time.Time    `bson:"until,omitempty"`
	Dimensions dimensions   `bson:",inline"`
	Customer   string       `bson:"customer,omitempty"`
	Code       surveys.Skip `bson:"code,omitempty"`
	SkippedAt  time.Time    `bson:"skipped_at,omitempty"`
	LeftOut    bool         `bson:"left_out,omitempty"`
}

func ticketWasOf(w surveys.TicketWas) ticketWas {
	return ticketWas{w.Until, dimensions(w.Dimensions), w.OpenedAt, int64(w.Promise), w.FirstReplyAt, w.Contacts, w.MergedInto, w.Customer}
}

func (w ticketWas) record() surveys.TicketWas {
	return surveys.TicketWas{
		Until: w.Until, Dimensions: surveys.Dimensions(w.Dimensions), OpenedAt: w.OpenedAt, Promise: time.Duration(w.Promise), FirstReplyAt: w.FirstReplyAt,
		Contacts: w.Contacts, MergedInto: w.MergedInto, Customer: w.Customer,
	}
}

func invitationWasOf(w surveys.InvitationWas) invitationWas {
	return invitationWas{w.Until, dimensions(w.Dimensions), w.Customer, w.Code, w.SkippedAt, w.LeftOut}
}

func (w invitationWas) record() surveys.InvitationWas {
	return surveys.InvitationWas{
		Until: w.Until, Dimensions: surveys.Dimensions(w.Dimensions), Customer: w.Customer,
		Code: w.Code, SkippedAt: w.SkippedAt, LeftOut: w.LeftOut,
	}
}
