package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/entendu/entendu/surveys"
)

// chatwoot reads the account webhooks of Chatwoot
// (www.chatwoot.com/docs, "Webhooks") that speak of a conversation as a whole:
// created, status changed, updated. All others are taken and say nothing.
// Chatwoot signs since 4.11.2; for an older one put the secret into the address
// of the webhook, as the password: https://entendu:SECRET@host/hooks/name.
func chatwoot() Helpdesk {
	s := scheme{
		signature: "X-Chatwoot-Signature", prefix: "sha256=", decode: hex.DecodeString, encode: hex.EncodeToString, hash: sha256.New,
		stamp: "X-Chatwoot-Timestamp", moment: unixSeconds, write: writeSeconds, sep: ".",
	}
	return Helpdesk{
		Kind:     "chatwoot",
		Verify:   signed(s),
		Delivery: deliveredAs("X-Chatwoot-Delivery"),
		Read:     readChatwoot,
		trial: trialOf(`{"event":"conversation_status_changed","id":"$ID","status":"resolved","channel":"Channel::Email","labels":[],"created_at":$OPENED,`+
			`"first_reply_created_at":$REPLIED,"updated_at":$NOW,"meta":{"sender":{"name":"Test","email":"$ADDRESS"}}}`, writeSeconds),
		prove:  s.sign,
		theirs: true,
		look:   lookChatwoot,
	}
}

func readChatwoot(body []byte, received time.Time, source surveys.Source) ([]surveys.Notice, error) {
	r := &reading{received: received, source: source}
	o, err := open(body, r)
	if err != nil {
		return nil, err
	}
	if o.has("look") {
		return only(whole(o.object("look").chatwootLook()), r)
	}
	switch o.word("event") {
	case "conversation_created", "conversation_status_changed", "conversation_updated":
		return only(o.chatwoot(), r)
	case "":
		return nil, &surveys.Unreadable{Where: "event", What: "missing"}
	}
	return nil, nil
}

func (o object) chatwoot() surveys.Notice {
	meta, custom, more := o.object("meta"), o.object("custom_attributes"), o.object("additional_attributes")
	sender := meta.object("sender")
	n := surveys.Notice{
		ID: o.need("id"), Number: o.id("id"), Subject: more.text("mail_subject", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: meta.word("team"), Category: custom.first("category", "categorie"), Product: custom.first("product", "produit"),
			Channel:  channelOf(o.word("channel")),
			Language: cmp.Or(language(custom.first("language", "langue")), more.language("browser_language")),
		},
		Tags: o.tags("labels"), Agent: meta.object("assignee").id("id"),
		OpenedAt: o.moment("created_at"), FirstReplyAt: o.moment("first_reply_created_at"),
		UpdatedAt: cmp.Or(o.moment("updated_at"), surveys.Moment(o.received)),
		Customer:  surveys.Contact{Email: sender.email("email"), Name: sender.text("name", maxName)},
	}
	if n.Customer.Email == "" {
		n.Customer.Ref = sender.id("id")
	}
	word := o.word("status")
	if word == "" {
		o.fail(join(o.path, "status"), "missing")
	}
	say(&n, word, o.source, chatwootWord)
	return n
}

func chatwootWord(word string) surveys.Status {
	switch fold(word) {
	case "open":
		return surveys.Open
	case "pending", "snoozed":
		return surveys.Pending
	case "resolved":
		return surveys.Resolved
	}
	return ""
}
