package intake

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// zammad reads the webhook of a Zammad trigger
// (admin-docs.zammad.org, "Webhook"), which holds the ticket and its last article;
// the article is not read. A trigger on "state is modified" tells all that is
// needed. Zammad signs if the webhook has a token. Names of attributes that an
// administrator may have added are taken as they lie near: language, category,
// product.
func zammad() Helpdesk {
	s := scheme{signature: "X-Hub-Signature", prefix: "sha1=", decode: hex.DecodeString, encode: hex.EncodeToString, hash: sha1.New}
	return Helpdesk{
		Kind:     "zammad",
		Verify:   signed(s),
		Delivery: deliveredAs("X-Zammad-Delivery"),
		Read:     readZammad,
		trial: trialOf(`{"ticket":{"id":"$ID","number":"$ID","title":"Test","state":"closed","group":{"name":"Test"},"created_at":"$OPENED",`+
			`"first_response_at":"$REPLIED","last_close_at":"$NOW","updated_at":"$NOW","customer":{"email":"$ADDRESS","firstname":"Test"}}}`, writeISO),
		prove: s.sign,
		look:  lookZammad,
	}
}

func readZammad(body []byte, received time.Time, source surveys.Source) ([]surveys.Notice, error) {
	r := &reading{received: received, source: source}
	o, err := open(body, r)
	if err != nil {
		return nil, err
	}
	if o.has("look") {
		return only(whole(o.object("look").zammadLook()), r)
	}
	return only(r.as("ticket", o.fields["ticket"]).zammad(), r)
}

func (o object) zammad() surveys.Notice {
	customer := o.object("customer")
	n := surveys.Notice{
		ID: o.need("id"), Number: o.id("number"), Subject: o.text("title", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: o.word("group"), Category: o.first("category", "type"), Product: o.word("product"),
			Channel: channelOf(o.word("create_article_type")), Language: language(o.first("language", "langue")),
		},
		Tags: o.tags("tags"), Agent: o.object("owner").id("id"),
		OpenedAt: o.moment("created_at"), FirstReplyAt: o.moment("first_response_at"),
		UpdatedAt: cmp.Or(o.moment("updated_at"), surveys.Moment(o.received)),
		Customer: surveys.Contact{
			Email: customer.email("email"),
			Name:  clean(strings.TrimSpace(customer.word("firstname")+" "+customer.word("lastname")), maxName),
		},
	}
	if n.Customer.Email == "" {
		n.Customer.Ref = customer.id("id")
	}
	if n.Agent == "1" { // the system's own user, which owns what nobody does
		n.Agent = ""
	}
	word := o.word("state")
	if word == "" {
		o.fail(join(o.path, "state"), "missing")
	}
	say(&n, word, o.source, zammadWord, french)
	if fold(word) == "merged" {
		n.MergedInto = elsewhere
	}
	if n.Status.Handled() {
		// close_at would be the first closing's for ever.
		n.ClosedAt = o.moment("last_close_at")
	}
	return n
}

func zammadWord(word string) surveys.Status {
	switch fold(word) {
	case "new", "open":
		return surveys.Open
	case "pendingreminder", "pendingclose":
		return surveys.Pending
	case "closed", "merged":
		return surveys.Closed
	case "removed":
		return surveys.Deleted
	}
	return ""
}
