package intake

import (
	"cmp"
	"net/http"
	"time"

	"github.com/entendu/entendu/surveys"
)

// brevo reads the transactional webhooks of Brevo, one event or a batch
// (developers.brevo.com/docs/transactional-webhooks). Brevo does not sign: the
// secret is the webhook's token, or the password of its basic authentication.
func brevo() MailService {
	return MailService{
		Kind: "brevo", Verify: timeless(stated), Read: readBrevo,
		Delivery: func(http.Header, []byte) string { return "" }, // its id is that of the webhook
	}
}

func readBrevo(body []byte, received time.Time) ([]surveys.Feedback, error) {
	events, err := openAll(body, received)
	if err != nil {
		return nil, err
	}
	var all []surveys.Feedback
	for _, o := range events {
		f := fact{
			name: nameOf(o.raw("message-id")), address: o.email("email"), words: o.text("reason", maxSubject),
			at: cmp.Or(o.moment("ts_epoch"), o.moment("ts_event")), // "date" is in a zone of the account
		}
		switch o.word("event") {
		case "":
			return nil, &surveys.Unreadable{Where: join(o.path, "event"), What: "missing"}
		case "hard_bounce", "invalid_email", "invalid":
			all = append(all, f.bounced(true))
		case "soft_bounce", "blocked":
			all = append(all, f.bounced(false))
		case "spam", "complaint":
			all = append(all, f.as(surveys.Complaint))
		case "unsubscribed":
			all = append(all, f.as(surveys.OptedOut))
		}
	}
	return all, nil
}
