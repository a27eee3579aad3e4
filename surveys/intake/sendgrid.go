package intake

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// sendgrid reads the signed event webhook of Twilio SendGrid
// (www.twilio.com/docs/sendgrid/for-developers/tracking-events/event). The source's
// secret is the verification key that SendGrid shows. It keeps our Message-ID and
// tells it as smtp-id.
func sendgrid() MailService {
	return MailService{
		Kind: "sendgrid", theirs: true, Verify: timeless(verifySendGrid), Read: readSendGrid,
		Delivery: func(http.Header, []byte) string { return "" },
	}
}

// verifySendGrid checks ECDSA over P-256 and SHA-256 of the timestamp and the body.
func verifySendGrid(h http.Header, body []byte, source surveys.Source, now time.Time) error {
	const header = "X-Twilio-Email-Event-Webhook-"
	stamp := h.Get(header + "Timestamp")
	at, err := unixSeconds(stamp)
	if err != nil || !source.Freshness.Off() && now.Sub(at).Abs() > source.Freshness.Fixed() {
		return ErrUnsigned
	}
	signature, err := base64.StdEncoding.DecodeString(h.Get(header + "Signature"))
	if err != nil {
		return ErrUnsigned
	}
	sum := sha256.Sum256(append([]byte(stamp), body...))
	for _, secret := range secrets(source.Secret) {
		if key := ecdsaKey(secret); key != nil && ecdsa.VerifyASN1(key, sum[:], signature) {
			return nil
		}
	}
	return ErrUnsigned
}

// ecdsaKey is a public key of P-256 in base64 of its DER form, or nil.
func ecdsaKey(text string) *ecdsa.PublicKey {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	found, err := x509.ParsePKIXPublicKey(der)
	key, ok := found.(*ecdsa.PublicKey)
	if err != nil || !ok || key.Curve != elliptic.P256() {
		return nil
	}
	return key
}

func readSendGrid(body []byte, received time.Time) ([]surveys.Feedback, error) {
	events, err := openAll(body, received)
	if err != nil {
		return nil, err
	}
	var all []surveys.Feedback
	for _, o := range events {
		what := o.word("event")
		if what == "" {
			return nil, &surveys.Unreadable{Where: join(o.path, "event"), What: "missing"}
		}
		f := fact{
			name: nameOf(o.raw("smtp-id")), address: o.email("email"), status: enhanced(o.word("status")),
			words: o.text("reason", maxSubject), at: o.moment("timestamp"),
		}
		all = append(all, f.sendgrid(what, o)...)
	}
	return all, nil
}

// sendgrid judges an event. What was dropped was not sent, because of what had been
// learnt of the address before.
func (f fact) sendgrid(what string, o object) []surveys.Feedback {
	switch what {
	case "bounce":
		return []surveys.Feedback{f.bounced(o.word("type") != "blocked" && f.final(o.word("bounce_classification")))}
	case "spamreport":
		return []surveys.Feedback{f.as(surveys.Complaint)}
	case "unsubscribe", "group_unsubscribe":
		return []surveys.Feedback{f.as(surveys.OptedOut)}
	case "dropped":
		switch f.words {
		case "Bounced Address":
			return []surveys.Feedback{f.bounced(true)}
		case "Spam Reporting Address":
			return []surveys.Feedback{f.as(surveys.Complaint)}
		case "Unsubscribed Address":
			return []surveys.Feedback{f.as(surveys.OptedOut)}
		}
	}
	return nil
}

// final says whether a bounce of a class is one of the address.
func (f fact) final(class string) bool {
	switch strings.ToLower(class) {
	case "technical", "content", "reputation", "frequency/volume", "frequency or volume too high":
		return false
	case "invalid address":
		return true
	}
	return !strings.HasPrefix(f.status, "4.")
}
