package intake

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/entendu/entendu/surveys"
)

// mailgun reads the webhooks of Mailgun
// (documentation.mailgun.com/docs/mailgun/user-manual/webhooks); the source's secret
// is the HTTP webhook signing key. The signature lies in the body and covers a
// timestamp and a token, not the event: whoever saw one could put it on another
// event. So the token is the id of the delivery, which is kept for ever, and a
// second event with it is known already.
func mailgun() MailService {
	return MailService{
		Kind: "mailgun", theirs: true, Verify: timeless(verifyMailgun), Read: readMailgun,
		Delivery: func(_ http.Header, body []byte) string {
			o, _ := open(body, &reading{})
			return o.object("signature").raw("token")
		},
	}
}

func verifyMailgun(_ http.Header, body []byte, source surveys.Source, now time.Time) error {
	o, err := open(body, &reading{})
	if err != nil {
		return ErrUnsigned
	}
	o = o.object("signature")
	stamp, token := o.word("timestamp"), o.raw("token")
	at, err := unixSeconds(stamp)
	if err != nil || token == "" || !source.Freshness.Off() && now.Sub(at).Abs() > source.Freshness.Fixed() {
		return ErrUnsigned
	}
	got, err := hex.DecodeString(o.raw("signature"))
	if err != nil {
		return ErrUnsigned
	}
	for _, secret := range secrets(source.Secret) {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(stamp + token))
		if hmac.Equal(got, mac.Sum(nil)) {
			return nil
		}
	}
	return ErrUnsigned
}

func readMailgun(body []byte, received time.Time) ([]surveys.Feedback, error) {
	r := &reading{received: received}
	o, err := open(body, r)
	if err != nil {
		return nil, err
	}
	o = r.as("event-data", o.fields["event-data"])
	what, status := o.word("event"), o.object("delivery-status")
	if what == "" {
		o.fail("event-data.event", "missing")
	}
	if r.bad != nil {
		return nil, r.bad
	}
	f := fact{
		name: nameOf(o.object("message").object("headers").raw("message-id")), address: o.email("recipient"),
		status: enhanced(status.word("enhanced-code")), at: o.moment("timestamp"),
		words: cmp.Or(status.text("message", maxSubject), status.text("description", maxSubject)),
	}
	if code := status.word("code"); code != "" {
		f.words = code + " " + f.words
	}
	return f.mailgun(what, o), nil
}

// mailgun judges an event; for the reasons it knows, Mailgun did not even try.
func (f fact) mailgun(what string, o object) []surveys.Feedback {
	reason := o.word("reason")
	switch {
	case what == "complained", what == "failed" && reason == "suppress-complaint":
		return []surveys.Feedback{f.as(surveys.Complaint)}
	case what == "unsubscribed", what == "failed" && reason == "suppress-unsubscribe":
		return []surveys.Feedback{f.as(surveys.OptedOut)}
	case what == "failed":
		final := o.word("severity") == "permanent" && reason != "espblock" && reason != "old"
		return []surveys.Feedback{f.bounced(final)}
	}
	return nil
}
