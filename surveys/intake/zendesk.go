package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// zendesk reads both webhooks that Zendesk sends.
//
// One is subscribed to ticket events
// (developer.zendesk.com/api-reference/webhooks/event-types/ticket-events). It
// tells an id of the requester but no address: figures can be counted, and who
// asked is known once a look has told, where the source has api and token.
//
// The other is called by a trigger with a body of one's own; let it be zendeskTemplate,
// as far as wanted, without free text (Zendesk does not escape quotes in it).
//
// Signature: developer.zendesk.com/documentation/webhooks/verifying.
func zendesk() Helpdesk {
	s := scheme{
		signature: "X-Zendesk-Webhook-Signature", decode: base64.StdEncoding.DecodeString, encode: base64.StdEncoding.EncodeToString, hash: sha256.New,
		stamp: "X-Zendesk-Webhook-Signature-Timestamp", moment: isoStamp, write: writeISO,
	}
	return Helpdesk{
		Kind:     "zendesk",
		Verify:   signed(s),
		Delivery: zendeskDelivery,
		Read:     readZendesk,
		trial: trialOf(`{"id":"$ID","status":"solved","category":"question","channel":"email","tags":"","opened_at":"$OPENED",`+
			`"updated_at":"$NOW","customer_email":"$ADDRESS","customer_name":"Test","customer_language":"fr"}`, writeISO),
		prove:    s.sign,
		theirs:   true,
		template: zendeskTemplate,
		look:     lookZendesk,
	}
}

const zendeskTemplate = `{"id": "{{ticket.id}}",
 "status": "{{ticket.status}}",
 "team": "{{ticket.group.name}}",
 "category": "{{ticket.ticket_type}}",
 "product": "{{ticket.brand.name}}",
 "channel": "{{ticket.via}}",
 "tags": "{{ticket.tags}}",
 "agent": "{{ticket.assignee.id}}",
 "opened_at": "{{ticket.created_at_with_timestamp}}",
 "updated_at": "{{ticket.updated_at_with_timestamp}}",
 "customer_email": "{{ticket.requester.email}}",
 "customer_name": "{{ticket.requester.first_name}}",
 "customer_language": "{{ticket.requester.language}}"}`

const zendeskEvent = "zen:event-type:"

// zendeskDelivery is the id of an event. The "id" of a trigger's body is the
// ticket's, and says nothing of the delivery.
func zendeskDelivery(_ http.Header, body []byte) string {
	v, _ := parse(body)
	fields, _ := v.(map[string]any)
	kind, _ := fields["type"].(string)
	id, _ := fields["id"].(string)
	if !strings.HasPrefix(kind, zendeskEvent) {
		return ""
	}
	return id
}

func readZendesk(body []byte, received time.Time, source surveys.Source) ([]surveys.Notice, error) {
	r := &reading{received: received, source: source}
	o, err := open(body, r)
	if err != nil {
		return nil, err
	}
	kind, isEvent := strings.CutPrefix(o.word("type"), zendeskEvent)
	what, ofTicket := strings.CutPrefix(kind, "ticket.")
	switch {
	case o.has("look"):
		return only(whole(o.object("look").zendeskLook()), r)
	case !isEvent:
		return only(o.zendeskTrigger(), r)
	case !ofTicket:
		return nil, nil
	}
	return only(o.zendeskEvent(what), r)
}

func (o object) zendeskEvent(what string) surveys.Notice {
	detail, event := o.object("detail"), o.object("event")
	n := surveys.Notice{
		ID: detail.need("id"), Number: detail.id("id"), Subject: detail.text("subject", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: nonzero(detail.word("group_id")), Category: strings.ToLower(detail.word("type")),
			Channel: channelOf(detail.object("via").word("channel")),
		},
		Tags: detail.tags("tags"), Agent: nonzero(detail.id("assignee_id")),
		OpenedAt: detail.moment("created_at"), UpdatedAt: detail.moment("updated_at"),
		Customer: surveys.Contact{Ref: detail.id("requester_id")},
	}
	if o.source.API != "" {
		n.Team = "" // a look tells its name; a number beside it would be a second team
	}
	word := detail.word("status")
	switch what {
	case "status_changed":
		// event.current is of the event's time; detail may be younger.
		if current := event.word("current"); current != "" {
			word, n.UpdatedAt = current, cmp.Or(o.moment("time"), n.UpdatedAt)
		}
	case "merged":
		if into := event.id("target_ticket_id"); into != n.ID {
			n.MergedInto = into
		}
	case "marked_as_spam":
		word = "spam"
	case "soft_deleted", "permanently_deleted":
		word = "deleted"
	}
	return o.zendeskStatus(n, word, o.moment("time"))
}

func (o object) zendeskTrigger() surveys.Notice {
	for key, v := range o.fields {
		if text, ok := v.(string); ok && strings.Contains(text, "{{") {
			delete(o.fields, key) // a placeholder that Zendesk does not know
		}
	}
	customer := o.object("customer")
	n := surveys.Notice{
		ID: o.need("id"), Number: o.id("number"), Subject: o.text("subject", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: o.word("team"), Category: strings.ToLower(o.word("category")), Product: o.word("product"),
			Channel: channelOf(o.word("channel")), Language: o.language("customer_language"),
		},
		Agent: o.id("agent"), OpenedAt: o.moment("opened_at"), FirstReplyAt: o.moment("first_reply_at"),
		UpdatedAt: sharpen(o.moment("updated_at"), o.received),
		Contacts:  o.count("contacts"), MergedInto: o.id("merged_into"),
		Customer: surveys.Contact{Email: o.email("customer_email"), Name: o.text("customer_name", maxName), Ref: o.id("requester_id")},
	}
	if customer.fields != nil {
		n.Customer.Email, n.Customer.Name = customer.email("email"), customer.text("name", maxName)
		n.Language = customer.language("language")
	}
	if n.Customer.Email != "" {
		n.Customer.Ref = ""
	}
	if o.has("tags") {
		n.Tags = spaced(o.word("tags"))
		if _, list := o.fields["tags"].([]any); list {
			n.Tags = o.tags("tags")
		}
	}
	if o.word("status") == "" {
		o.fail("status", "missing")
	}
	return o.zendeskStatus(n, o.word("status"), time.Time{})
}

// nonzero is an id, where Zendesk writes 0 for nobody and nothing.
func nonzero(id string) string {
	if id == "0" {
		return ""
	}
	return id
}

// zendeskStatus ends both: the number, which is the id, the status, and the time
// that no notice may lack.
func (o object) zendeskStatus(n surveys.Notice, word string, at time.Time) surveys.Notice {
	if n.Number == "" {
		n.Number = n.ID
	}
	noteMerge(&n)
	say(&n, word, o.source, zendeskWord, french)
	n.UpdatedAt = cmp.Or(n.UpdatedAt, at, surveys.Moment(o.received))
	return n
}

// noteMerge heeds the tag that Zendesk puts on a ticket which it merged.
func noteMerge(n *surveys.Notice) {
	if n.MergedInto == "" && slices.Contains(n.Tags, "closed_by_merge") {
		n.MergedInto = elsewhere
	}
}

func zendeskWord(word string) surveys.Status {
	switch fold(word) {
	case "new", "open":
		return surveys.Open
	case "pending", "hold", "onhold":
		return surveys.Pending
	case "solved":
		return surveys.Resolved
	case "closed":
		return surveys.Closed
	case "spam", "suspended":
		return surveys.Spam
	case "deleted":
		return surveys.Deleted
	}
	return ""
}

// sharpen mends {{ticket.updated_at_with_timestamp}}, which is cut to the minute:
// solving and reopening in one minute would look simultaneous. A trigger calls at
// once, so the time of receipt is nearer, as far as it lies in that minute.
func sharpen(t, received time.Time) time.Time {
	if t.IsZero() || t.Second() != 0 || !received.After(t) {
		return t
	}
	last := t.Add(time.Minute - time.Millisecond)
	if received.Before(last) {
		return surveys.Moment(received)
	}
	return last
}
