package intake

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/entendu/entendu/surveys"
)

// ses reads what Amazon SES publishes through an SNS topic by HTTPS, without raw
// delivery (docs.aws.amazon.com/ses, "Notification contents" and "Event publishing";
// docs.aws.amazon.com/sns, "Verifying message signatures"). The source's secret is
// the topic's ARN: anybody may have a topic, and Amazon signs for all of them. With
// "include original headers" on, reports name our mail, else its recipient only.
//
// SNS repeats a message for an hour or more with the time of the first attempt, so
// its age says nothing; it is known by its id, which is signed and kept for ever.
func ses(fetch Fetch) MailService {
	keys := &snsKeys{fetch: fetch, known: map[string]*rsa.PublicKey{}}
	return MailService{
		Kind: "ses", theirs: true, Verify: keys.verify, Greet: keys.greet, Read: readSES,
		Delivery: func(_ http.Header, body []byte) string {
			o, _ := open(body, &reading{})
			return o.id("MessageId")
		},
	}
}

// snsKeys are the keys that Amazon signs with, by the address of their certificate.
type snsKeys struct {
	fetch Fetch
	mu    sync.Mutex
	known map[string]*rsa.PublicKey
}

// maxSNSKeys is more than there are regions in one life of a process with reports.
const maxSNSKeys = 16

func (k *snsKeys) verify(ctx context.Context, _ http.Header, body []byte, source surveys.Source, _ time.Time) error {
	o, err := open(body, &reading{})
	if err != nil || !slices.Contains(secrets(source.Secret), o.raw("TopicArn")) {
		return ErrUnsigned
	}
	signature, err := base64.StdEncoding.DecodeString(o.raw("Signature"))
	if err != nil {
		return ErrUnsigned
	}
	key, err := k.at(ctx, o.raw("SigningCertURL"))
	if err != nil {
		return err
	}
	hash, sum := crypto.SHA256, sha256Of(o.snsSigned())
	if o.raw("SignatureVersion") == "1" {
		hash, sum = crypto.SHA1, sha1Of(o.snsSigned())
	}
	if rsa.VerifyPKCS1v15(key, hash, sum, signature) != nil {
		return ErrUnsigned
	}
	return nil
}

func sha256Of(text string) []byte { sum := sha256.Sum256([]byte(text)); return sum[:] }

func sha1Of(text string) []byte { sum := sha1.Sum([]byte(text)); return sum[:] }

// snsSigned is what SNS signs: some fields, each as its name and its value in a line.
func (o object) snsSigned() string {
	names := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if o.raw("Type") != "Notification" {
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	var text strings.Builder
	for _, name := range names {
		if o.has(name) {
			text.WriteString(name + "\n" + o.raw(name) + "\n")
		}
	}
	return text.String()
}

// raw is a text as it stands.
func (o object) raw(key string) string {
	text, _ := o.fields[key].(string)
	return text
}

// snsURL says whether an address is one of SNS itself, in any region.
func snsURL(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return nil, false
	}
	return u, regexp.MustCompile(`^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`).MatchString(u.Host)
}

// at gives the key of a certificate. What Amazon does not have, nobody signed.
func (k *snsKeys) at(ctx context.Context, address string) (*rsa.PublicKey, error) {
	u, ok := snsURL(address)
	if !ok || u.RawQuery != "" || !regexp.MustCompile(`^/SimpleNotificationService-[0-9A-Za-z]+\.pem$`).MatchString(u.Path) {
		return nil, ErrUnsigned
	}
	k.mu.Lock()
	key := k.known[address]
	k.mu.Unlock()
	if key != nil {
		return key, nil
	}
	text, err := k.get(ctx, address)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrUnsigned
	}
	if err != nil {
		return nil, err
	}
	if key = rsaKey(text); key == nil {
		return nil, ErrUnsigned
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= maxSNSKeys {
		clear(k.known)
	}
	k.known[address] = key
	return key, nil
}

func (k *snsKeys) get(ctx context.Context, address string) ([]byte, error) {
	if k.fetch == nil {
		return nil, ErrUnchecked
	}
	text, err := k.fetch(ctx, address)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrUnchecked, err)
	}
	return text, err
}

// rsaKey is the key in a certificate, or nil. That Amazon's server gave it, by its
// own name over TLS, is all that there is to check about it.
func rsaKey(text []byte) *rsa.PublicKey {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	key, _ := certificate.PublicKey.(*rsa.PublicKey)
	return key
}

// greet confirms a subscription to the topic, which begins it.
func (k *snsKeys) greet(ctx context.Context, body []byte) error {
	o, err := open(body, &reading{})
	if err != nil || o.raw("Type") != "SubscriptionConfirmation" {
		return err
	}
	if _, ok := snsURL(o.raw("SubscribeURL")); !ok {
		return &surveys.Unreadable{Where: "SubscribeURL", What: "not an address of Amazon SNS"}
	}
	_, err = k.get(ctx, o.raw("SubscribeURL"))
	if errors.Is(err, fs.ErrNotExist) {
		return &surveys.Unreadable{Where: "SubscribeURL", What: "Amazon SNS does not know it any more: subscribe again"}
	}
	return err
}

func readSES(body []byte, received time.Time) ([]surveys.Feedback, error) {
	r := &reading{received: received}
	envelope, err := open(body, r)
	if err != nil {
		return nil, err
	}
	switch envelope.word("Type") {
	case "":
		return nil, &surveys.Unreadable{Where: "Type", What: "missing"}
	case "Notification":
	default:
		return nil, nil
	}
	o, err := open([]byte(envelope.raw("Message")), r)
	if err != nil {
		return nil, nil // SNS also carries plain words, such as those of a first trial
	}
	return o.ses(), nil
}

func (o object) ses() (all []surveys.Feedback) {
	mail := o.object("mail")
	name := mail.sesName()
	switch o.first("notificationType", "eventType") {
	case "Bounce":
		bounce := o.object("bounce")
		final, at := bounce.word("bounceType") == "Permanent", bounce.moment("timestamp")
		recipients, _ := bounce.objects("bouncedRecipients")
		for _, r := range recipients {
			words := strings.TrimPrefix(r.text("diagnosticCode", maxSubject), "smtp; ")
			f := fact{name: name, address: r.email("emailAddress"), status: enhanced(r.word("status")), words: words, at: at}
			all = append(all, f.bounced(final))
		}
	case "Complaint":
		complaint := o.object("complaint")
		words, at := complaint.first("complaintFeedbackType", "complaintSubType"), complaint.moment("timestamp")
		if words == "not-spam" {
			return nil
		}
		recipients, _ := complaint.objects("complainedRecipients")
		for _, r := range recipients {
			all = append(all, fact{name: name, address: r.email("emailAddress"), words: words, at: at}.as(surveys.Complaint))
		}
	}
	return all
}

// sesName finds the name of our mail among the headers as we sent them: Amazon gives
// the mail another Message-ID on its way.
func (o object) sesName() string {
	headers, _ := o.objects("headers")
	for _, header := range headers {
		switch strings.ToLower(header.raw("name")) {
		case "x-entendu-invitation", "message-id":
			if name := nameOf(header.raw("value")); name != "" {
				return name
			}
		}
	}
	return nameOf(o.object("commonHeaders").raw("messageId"))
}
