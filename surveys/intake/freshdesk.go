package intake

import (
	"cmp"
	"net/http"
	"time"

	"github.com/entendu/entendu/surveys"
)

// freshdesk reads the webhook of a Freshdesk automation rule
// (support.freshdesk.com/support/solutions/articles/132589): the simple form with
// ticked fields, wrapped in "freshdesk_webhook", or one's own JSON with the same
// keys at the top. To tick: ticket id, status, updated time, requester email and
// name; wanted: subject, group, type, tags, source, product, agent, created time.
// Without the updated time a second closing is the same text as the first, and so
// counts as a repeated delivery of it, since Freshdesk does not number them.
// Freshdesk does not sign: the secret goes into a custom header or Basic.
func freshdesk() Helpdesk {
	return Helpdesk{
		Kind:     "freshdesk",
		Verify:   stated,
		Delivery: func(http.Header, []byte) string { return "" },
		Read:     readFreshdesk,
		trial: trialOf(`{"freshdesk_webhook":{"ticket_id":"$ID","ticket_status":"Closed","ticket_source":"Email","ticket_tags":"",`+
			`"ticket_requester_name":"Test","ticket_requester_email":"$ADDRESS","ticket_created_at":"$OPENED","ticket_updated_at":"$NOW"}}`, writeISO),
		prove: state,
		look:  lookFreshdesk,
	}
}

func readFreshdesk(body []byte, received time.Time, source surveys.Source) ([]surveys.Notice, error) {
	r := &reading{received: received, source: source}
	o, err := open(body, r)
	if err != nil {
		return nil, err
	}
	if o.has("look") {
		return only(whole(o.object("look").freshdeskLook()), r)
	}
	if o.has("freshdesk_webhook") {
		o = r.as("freshdesk_webhook", o.fields["freshdesk_webhook"])
	}
	return only(o.freshdesk(), r)
}

func (o object) freshdesk() surveys.Notice {
	n := surveys.Notice{
		ID: o.need("ticket_id"), Number: o.id("ticket_id"), Subject: o.text("ticket_subject", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: o.word("ticket_group_name"), Product: o.word("ticket_product_name"),
			Category: o.first("ticket_cf_category", "ticket_cf_categorie", "ticket_type"),
			Channel:  freshdeskSource(o.word("ticket_source")),
			Language: language(o.first("ticket_cf_language", "ticket_cf_langue")),
		},
		Tags:         o.tags("ticket_tags"),
		Agent:        o.first("ticket_agent_id", "ticket_agent_email", "ticket_agent_name"),
		OpenedAt:     o.moment("ticket_created_at"),
		FirstReplyAt: o.moment("ticket_first_responded_at"),
		UpdatedAt:    cmp.Or(o.moment("ticket_updated_at"), surveys.Moment(o.received)),
		Customer:     surveys.Contact{Email: o.email("ticket_requester_email"), Name: o.text("ticket_requester_name", maxName)},
	}
	if n.Customer.Email == "" {
		n.Customer.Ref = o.first("ticket_requester_id", "ticket_contact_id")
	}
	word := o.word("ticket_status")
	if word == "" {
		o.fail(join(o.path, "ticket_status"), "missing")
	}
	say(&n, word, o.source, freshdeskWord, french)
	if n.Status.Handled() {
		n.ClosedAt = cmp.Or(o.moment("ticket_resolved_at"), o.moment("ticket_closed_at"))
	}
	return n
}

// freshdeskWord knows the names of the statuses and the numbers that the API has
// for the four that every account has; others are each account's own.
func freshdeskWord(word string) surveys.Status {
	switch fold(word) {
	case "open", "2":
		return surveys.Open
	case "pending", "3", "waitingoncustomer", "waitingonthirdparty":
		return surveys.Pending
	case "resolved", "4":
		return surveys.Resolved
	case "closed", "5":
		return surveys.Closed
	case "spam":
		return surveys.Spam
	case "deleted":
		return surveys.Deleted
	}
	return ""
}

// freshdeskSource knows the API's numbers for the channels.
func freshdeskSource(word string) string {
	switch word {
	case "1", "10":
		return "email"
	case "2", "9":
		return "web"
	case "3":
		return "phone"
	case "7":
		return "chat"
	}
	return channelOf(word)
}
