package intake

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// generic is the event of the README: for helpdesks that this package does not
// know, and for the scripts of the house. It is signed as Standard Webhooks say
// (https://www.standardwebhooks.com) or carries the secret as bearer token.
func generic() Helpdesk {
	s := scheme{
		signature: "webhook-signature", prefix: "v1,", decode: base64.StdEncoding.DecodeString, encode: base64.StdEncoding.EncodeToString, hash: sha256.New,
		id: "webhook-id", stamp: "webhook-timestamp", moment: unixSeconds, write: writeSeconds, sep: ".",
	}
	return Helpdesk{
		Kind:     "generic",
		Verify:   signedOrBearer(s),
		Delivery: deliveredAs("webhook-id"),
		Read:     readGeneric,
		trial: trialOf(`{"id":"$ID","status":"closed","subject":"Test","opened_at":"$OPENED","first_reply_at":"$REPLIED","closed_at":"$NOW",`+
			`"updated_at":"$NOW","customer":{"email":"$ADDRESS","name":"Test","language":"fr"}}`, writeISO),
		prove: s.sign,
		template: `{"id": "48213", "number": "48213", "status": "closed",
 "subject": "Facture en double", "team": "billing", "category": "invoice",
 "opened_at": "2026-03-02T08:01:11Z", "first_reply_at": "2026-03-02T08:40:02Z",
 "closed_at": "2026-03-04T10:12:31Z", "updated_at": "2026-03-04T10:12:31Z",
 "customer": {"email": "lina@example.net", "name": "Lina Roche", "language": "fr"}}`,
	}
}

// readGeneric takes one object or a list of them, all or none.
func readGeneric(body []byte, received time.Time, source surveys.Source) ([]surveys.Notice, error) {
	v, err := parse(body)
	if err != nil {
		return nil, err
	}
	r := &reading{received: received, source: source, strict: true}
	list, several := v.([]any)
	if !several {
		n := r.notice(r.as("", v))
		return only(n, r)
	}
	notices := []surveys.Notice{} // a list of anything is no list of tickets
	for i, v := range list {
		notices = append(notices, r.notice(r.as(fmt.Sprintf("[%d]", i), v)))
		if r.bad != nil {
			return nil, r.bad
		}
	}
	return notices, nil
}

// only is what a Read returns for a body about one ticket.
func only(n surveys.Notice, r *reading) ([]surveys.Notice, error) {
	if r.bad != nil {
		return nil, r.bad
	}
	return []surveys.Notice{n}, nil
}

func (r *reading) notice(o object) surveys.Notice {
	customer := o.object("customer")
	n := surveys.Notice{
		ID: o.need("id"), Number: o.id("number"), Subject: o.text("subject", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: o.word("team"), Category: o.word("category"), Product: o.word("product"),
			Channel: o.word("channel"), Language: customer.language("language"),
		},
		Tags: o.tags("tags"), Agent: o.id("agent"),
		OpenedAt: o.moment("opened_at"), FirstReplyAt: o.moment("first_reply_at"), ClosedAt: o.moment("closed_at"),
		UpdatedAt: o.moment("updated_at"),
		Contacts:  o.count("contacts"), MergedInto: o.id("merged_into"),
		Customer: surveys.Contact{Email: customer.email("email"), Name: customer.text("name", maxName), Timezone: timezone(customer.word("timezone"))},
	}
	n.Status = o.ourStatus("status")
	if !o.has("updated_at") {
		o.wrong("updated_at", "missing")
	}
	return n
}

// ourStatus is one of our own words, or one that the source's settings translate.
func (o object) ourStatus(key string) surveys.Status {
	word := o.word(key)
	if !o.has(key) {
		o.wrong(key, "missing")
	}
	status := translate(word, o.source, ours)
	if status == "" {
		o.wrong(key, fmt.Sprintf("%q is none of %v", shown(word), surveys.Statuses()))
	}
	return status
}

// ours knows our own words, letter by letter.
func ours(word string) surveys.Status {
	if slices.Contains(surveys.Statuses(), surveys.Status(word)) {
		return surveys.Status(word)
	}
	return ""
}
