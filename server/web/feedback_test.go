package web

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	bounce    = `{"RecordType":"Bounce","ID":901542550,"Type":"HardBounce","Email":"canary@example.net","Details":"smtp;550 5.1.1 canary"}`
	topic     = "arn:aws:sns:eu-west-3:111122223333:entendu"
	pem1      = "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-01.pem"
	subscribe = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=canary"
)

// mailed is a house that also hears two mail services, and Amazon's by the way that
// fetch goes.
func mailed(t *testing.T, fetch func(context.Context, string) ([]byte, error)) (h *house, heard *int) {
	heard = new(int)
	h = open(t, func(c *Config) { c.Fetch, c.WakeListener = fetch, func() { *heard++ } })
	five := surveys.Span{N: 5, Unit: "m"}
	h.settings.Sources = append(h.settings.Sources,
		surveys.Source{Name: "stamp", Kind: "postmark", Secret: secret, Freshness: five},
		surveys.Source{Name: "gun", Kind: "mailgun", Secret: secret, Freshness: five},
		surveys.Source{Name: "aws", Kind: "ses", Secret: topic, Freshness: five},
		surveys.Source{Name: "later", Kind: "of another version", Secret: secret, Freshness: five},
	)
	return h, heard
}

// gun is a webhook of Mailgun; it signs a token and a time, not the event.
func gun(token string, at time.Time, event string) string {
	stamp := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, stamp+token)
	return fmt.Sprintf(`{"signature":{"timestamp":%q,"token":%q,"signature":%q},"event-data":%s}`, stamp, token, hex.EncodeToString(mac.Sum(nil)), event)
}

func (h *house) feedback() []surveys.Event {
	events, err := h.store.FindEvents(context.Background(), surveys.ToHear, 100)
	h.must(err)
	return events
}

func TestFeedbackIsKeptOnce(t *testing.T) {
	h, heard := mailed(t, nil)
	for _, code := range []int{http.StatusAccepted, http.StatusOK, http.StatusOK} {
		h.want(code, h.ask("POST", "/hooks/mail/stamp", bounce, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("postmark:"+secret))))
	}
	events := h.feedback()
	if len(events) != 1 || string(events[0].Body) != bounce || events[0].Source != "stamp" || events[0].Kind != "postmark" || !events[0].ReceivedAt.Equal(h.now) {
		t.Errorf("kept %+v", events)
	}
	if *heard != 1 || h.woken != 0 {
		t.Errorf("the listener was woken %d times, the applier %d", *heard, h.woken)
	}
}

// TestE01FeedbackFiftyTimes: fifty deliveries at once, each answered 2xx, are one event.
func TestE01FeedbackFiftyTimes(t *testing.T) {
	h, _ := mailed(t, nil)
	var all sync.WaitGroup
	body := gun("t-1", h.now, `{"event":"complained","recipient":"canary@example.net"}`)
	codes := make([]int, 50)
	for i := range codes {
		all.Go(func() { codes[i] = h.ask("POST", "/hooks/mail/gun", body).StatusCode })
	}
	all.Wait()
	stored := 0
	for _, code := range codes {
		if code == http.StatusAccepted {
			stored++
		}
		if code/100 != 2 {
			t.Errorf("answered %d", code)
		}
	}
	if stored != 1 || len(h.feedback()) != 1 {
		t.Errorf("stored %d times, %d events", stored, len(h.feedback()))
	}
}

func TestFeedbackIsRefused(t *testing.T) {
	h, heard := mailed(t, nil)
	plain := []string{"X-Entendu-Secret", secret}
	failed := `{"event":"failed"}`
	for _, c := range []struct {
		name, method, path, body string
		head                     []string
		code                     int
	}{
		{"no secret", "POST", "/hooks/mail/stamp", bounce, nil, 401},
		{"wrong secret", "POST", "/hooks/mail/stamp", bounce, []string{"X-Entendu-Secret", "canary"}, 401},
		{"unsigned nonsense", "POST", "/hooks/mail/stamp", "{", nil, 401},
		{"not JSON", "POST", "/hooks/mail/stamp", "{", plain, 400},
		{"empty", "POST", "/hooks/mail/stamp", "", plain, 400},
		{"no type", "POST", "/hooks/mail/stamp", `{"Email":"canary@example.net"}`, plain, 400},
		{"deep", "POST", "/hooks/mail/stamp", strings.Repeat("[", 100_000), plain, 400},
		{"8 MB", "POST", "/hooks/mail/stamp", `"` + strings.Repeat("x", 8<<20) + `"`, plain, 413},
		{"compressed", "POST", "/hooks/mail/stamp", bounce, append([]string{"Content-Encoding", "gzip"}, plain...), 415},
		{"stale", "POST", "/hooks/mail/gun", gun("t", h.now.Add(-6*time.Minute), failed), nil, 401},
		{"ahead", "POST", "/hooks/mail/gun", gun("t", h.now.Add(6*time.Minute), failed), nil, 401},
		{"one byte changed", "POST", "/hooks/mail/gun", strings.Replace(gun("t", h.now, failed), `"t"`, `"u"`, 1), nil, 401},
		{"signed, and nothing in it", "POST", "/hooks/mail/gun", gun("t", h.now, "{}"), nil, 400},
		{"no such source", "POST", "/hooks/mail/other", bounce, plain, 404},
		{"no source", "POST", "/hooks/mail/", bounce, plain, 404},
		{"the source of that name", "POST", "/hooks/mail", bounce, plain, 404},
		{"a helpdesk", "POST", "/hooks/mail/desk", event, []string{"Authorization", "Bearer " + secret}, 404},
		{"a mail service as a helpdesk", "POST", "/hooks/stamp", bounce, plain, 404},
		{"an unknown kind", "POST", "/hooks/mail/later", bounce, plain, 404},
		{"a slash too many", "POST", "/hooks/mail/stamp/", bounce, plain, 404},
		{"looking", "GET", "/hooks/mail/stamp", "", nil, 405},
		{"another's topic", "POST", "/hooks/mail/aws", `{"Type":"Notification","TopicArn":"` + topic + `2"}`, nil, 401},
		{"nothing to check a signature with", "POST", "/hooks/mail/aws", `{"Type":"Notification","TopicArn":"` + topic + `","SigningCertURL":"` + pem1 + `"}`, nil, 503},
	} {
		r := h.ask(c.method, c.path, c.body, c.head...)
		said := text(t, r)
		if r.StatusCode != c.code || c.code == 503 && r.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d, want %d: %.200s", c.name, r.StatusCode, c.code, said)
		}
		if strings.Contains(said, "canary") {
			t.Errorf("%s: the answer repeats the body: %s", c.name, said)
		}
	}
	if len(h.feedback()) != 0 || *heard != 0 {
		t.Errorf("kept %d events, woken %d times", len(h.feedback()), *heard)
	}
	h.fails()
	r := h.want(http.StatusServiceUnavailable, h.ask("POST", "/hooks/mail/stamp", bounce, plain...))
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if strings.Contains(h.log.String(), "canary") {
		t.Error("the log repeats the body")
	}
}

// TestE04TokenOnAnotherEvent: Mailgun's signature, seen by somebody and put on an
// event of theirs, is the delivery that is known already.
func TestE04TokenOnAnotherEvent(t *testing.T) {
	h, _ := mailed(t, nil)
	h.want(http.StatusAccepted, h.ask("POST", "/hooks/mail/gun", gun("t-1", h.now, `{"event":"delivered"}`)))
	h.want(http.StatusOK, h.ask("POST", "/hooks/mail/gun", gun("t-1", h.now, `{"event":"complained","recipient":"canary@example.net"}`)))
	if events := h.feedback(); len(events) != 1 || !strings.Contains(string(events[0].Body), "delivered") {
		t.Errorf("kept %+v", events)
	}
}

// amazon signs as SNS does, in its second version.
func amazon(t *testing.T, key *rsa.PrivateKey, fields ...string) string {
	t.Helper()
	e := map[string]string{"SignatureVersion": "2", "SigningCertURL": pem1}
	signed := ""
	for i := 0; i < len(fields); i += 2 {
		e[fields[i]] = fields[i+1]
		signed += fields[i] + "\n" + fields[i+1] + "\n"
	}
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	e["Signature"] = base64.StdEncoding.EncodeToString(signature)
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestSubscriptionIsConfirmed: Amazon asks first whether its reports are wanted. It is
// answered before the request is kept, so that it asks again where that failed.
func TestSubscriptionIsConfirmed(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	plan := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, down, confirmed := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), true, 0
	h, heard := mailed(t, func(_ context.Context, address string) ([]byte, error) {
		switch {
		case address == pem1:
			return certificate, nil
		case address == subscribe && !down:
			confirmed++
			return nil, nil
		}
		return nil, errors.New("no route to host")
	})
	confirm := amazon(t, key, "Message", "You have chosen…", "MessageId", "1", "SubscribeURL", subscribe, "Timestamp", "2026-03-04T09:00:03.000Z",
		"Token", "canary", "TopicArn", topic, "Type", "SubscriptionConfirmation")
	h.want(http.StatusServiceUnavailable, h.ask("POST", "/hooks/mail/aws", confirm))
	if len(h.feedback()) != 0 {
		t.Error("kept what was not confirmed")
	}
	down = false
	h.want(http.StatusAccepted, h.ask("POST", "/hooks/mail/aws", confirm))
	note := amazon(t, key, "Message", `{"notificationType":"Delivery"}`, "MessageId", "2", "Timestamp", "2026-03-04T09:00:03.000Z", "TopicArn", topic, "Type", "Notification")
	h.want(http.StatusAccepted, h.ask("POST", "/hooks/mail/aws", note))
	h.now = h.now.AddDate(0, 0, 9)
	h.want(http.StatusOK, h.ask("POST", "/hooks/mail/aws", note)) // a replay: known
	h.want(http.StatusUnauthorized, h.ask("POST", "/hooks/mail/aws", strings.Replace(note, "Delivery", "Bounce", 1)))
	if confirmed != 1 || len(h.feedback()) != 2 || *heard != 2 {
		t.Errorf("confirmed %d times, %d events, woken %d times", confirmed, len(h.feedback()), *heard)
	}
	if strings.Contains(h.log.String(), "canary") {
		t.Error("the log holds the token")
	}
}
