package intake

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// postmark reads the bounce, spam complaint and subscription webhooks of Postmark
// (postmarkapp.com/developer/webhooks). Postmark does not sign: the secret goes into
// the address of the webhook, as the password, or into a header. It gives our mail
// another Message-ID, so that only the metadata "entendu" can name it
// (header X-PM-Metadata-entendu); without it the recipient does.
func postmark() MailService {
	return MailService{
		Kind: "postmark", Verify: timeless(stated), Read: readPostmark,
		Delivery: func(_ http.Header, body []byte) string {
			o, _ := open(body, &reading{})
			if id := o.id("ID"); id != "" {
				return o.word("RecordType") + " " + id
			}
			return ""
		},
	}
}

func readPostmark(body []byte, received time.Time) ([]surveys.Feedback, error) {
	o, err := open(body, &reading{received: received})
	if err != nil {
		return nil, err
	}
	f := fact{
		name: nameOf(o.object("Metadata").raw("entendu")), address: cmp.Or(o.email("Email"), o.email("Recipient")),
		words: strings.TrimPrefix(o.text("Details", maxSubject), "smtp;"), at: cmp.Or(o.moment("BouncedAt"), o.moment("ChangedAt")),
	}
	what := o.word("Type")
	switch o.word("RecordType") {
	case "":
		return nil, &surveys.Unreadable{Where: "RecordType", What: "missing"}
	case "Bounce", "SpamComplaint":
	case "SubscriptionChange":
		if o.fields["SuppressSending"] != true {
			return nil, nil // nobody is written to again because a service says so
		}
		what = o.word("SuppressionReason")
	default:
		return nil, nil
	}
	f.words = cmp.Or(f.words, what)
	return f.postmark(what), nil
}

// postmark judges by Postmark's own types; what it does not list is soft.
func (f fact) postmark(what string) []surveys.Feedback {
	switch what {
	case "HardBounce", "BadEmailAddress", "ManuallyDeactivated":
		return []surveys.Feedback{f.bounced(true)}
	case "SpamComplaint":
		return []surveys.Feedback{f.as(surveys.Complaint)}
	case "Unsubscribe", "ManualSuppression":
		return []surveys.Feedback{f.as(surveys.OptedOut)}
	case "", "Subscribe", "AutoResponder", "AddressChange", "ChallengeVerification", "OpenRelayTest", "Unconfirmed",
		"InboundError", "SMTPApiError", "TemplateRenderingFailed":
		return nil // an answer, or a fault of ours
	}
	return []surveys.Feedback{f.bounced(false)}
}
