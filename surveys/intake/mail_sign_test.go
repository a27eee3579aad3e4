package intake

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// signer makes what each mail service sends, written here apart from what it tests.
type signer struct {
	secret string // as in the settings
	sign   func(body []byte, at time.Time) (http.Header, []byte)
}

// newSigner makes one with a key of its own.
func newSigner(t testing.TB, kind string) signer {
	t.Helper()
	switch kind {
	case "sendgrid":
		return newSendGrid(t)
	case "mailgun":
		return signMailgun("key-" + rand.Text())
	}
	secret := "token " + rand.Text()
	return signer{secret, func(body []byte, _ time.Time) (http.Header, []byte) {
		return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("entendu:"+secret))}}, body
	}}
}

func newSendGrid(t testing.TB) signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return signer{base64.StdEncoding.EncodeToString(der), func(body []byte, at time.Time) (http.Header, []byte) {
		stamp := strconv.FormatInt(at.Unix(), 10)
		sum := sha256.Sum256([]byte(stamp + string(body)))
		signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		h.Set("X-Twilio-Email-Event-Webhook-Timestamp", stamp)
		h.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
		return h, body
	}}
}

func signMailgun(secret string) signer {
	return signer{secret, func(body []byte, at time.Time) (http.Header, []byte) {
		stamp, token := strconv.FormatInt(at.Unix(), 10), rand.Text()
		mac := hmac.New(sha256.New, []byte(secret))
		io.WriteString(mac, stamp+token)
		return http.Header{}, fmt.Appendf(nil, `{"signature":{"timestamp":%q,"token":%q,"signature":%q},"event-data":%s}`,
			stamp, token, hex.EncodeToString(mac.Sum(nil)), body)
	}}
}

// amazon is SNS: a key, and the certificate where it lies.
type amazon struct {
	key         *rsa.PrivateKey
	certificate []byte
	mu          sync.Mutex
	asked       []string
	down        error
}

const (
	topic       = "arn:aws:sns:eu-west-3:111122223333:entendu"
	certificate = "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
	subscribe   = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37fb"
)

func newAmazon(t testing.TB) *amazon {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	plan := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: received.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &amazon{key: key, certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// fetch answers for sns.eu-west-3.amazonaws.com.
func (a *amazon) fetch(_ context.Context, address string) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, address)
	switch {
	case a.down != nil:
		return nil, a.down
	case address == certificate:
		return a.certificate, nil
	case address == subscribe:
		return []byte("<ConfirmSubscriptionResponse/>"), nil
	}
	return nil, fs.ErrNotExist
}

// envelope signs a message; change may alter it before that. Version 1 is with SHA-1.
func (a *amazon) envelope(t testing.TB, version, message string, change ...func(map[string]string)) map[string]string {
	t.Helper()
	e := map[string]string{
		"Type": "Notification", "MessageId": "22b80b92", "TopicArn": topic, "Message": message, "Timestamp": "2026-03-04T09:00:03.000Z",
		"SignatureVersion": version, "SigningCertURL": certificate,
	}
	for _, f := range change {
		f(e)
	}
	text := ""
	for _, name := range []string{"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"} {
		if value, ok := e[name]; ok {
			text += name + "\n" + value + "\n"
		}
	}
	one, two := sha1.Sum([]byte(text)), sha256.Sum256([]byte(text))
	hash, sum := crypto.SHA256, two[:]
	if version == "1" {
		hash, sum = crypto.SHA1, one[:]
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, a.key, hash, sum)
	if err != nil {
		t.Fatal(err)
	}
	e["Signature"] = base64.StdEncoding.EncodeToString(signature)
	return e
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// The services other than SES, each with what only it can have sent.
func TestVerifyFeedback(t *testing.T) {
	now, body := received, []byte(`{"event":"failed","recipient":"lina@example.net"}`)
	for _, kind := range []string{"postmark", "sendgrid", "mailgun", "brevo"} {
		m, mine, theirs := mailService(t, kind, nil), newSigner(t, kind), newSigner(t, kind)
		stamped, signsAll := kind == "sendgrid" || kind == "mailgun", kind == "sendgrid"
		five := surveys.Span{N: 5, Unit: "m"}
		for _, test := range []struct {
			name   string
			by     signer
			at     time.Time
			secret string
			fresh  surveys.Span
			change func(http.Header, []byte) []byte
			good   bool
		}{
			{"good", mine, now, mine.secret, five, nil, true},
			{"of another account", theirs, now, mine.secret, five, nil, false},
			{"new of two", mine, now, mine.secret + "," + theirs.secret, five, nil, true},
			{"old of two", theirs, now, mine.secret + ", " + theirs.secret, five, nil, true},
			{"no secret", mine, now, "", five, nil, false},
			{"a secret that is none", mine, now, "not the secret at all", five, nil, false},
			{"nothing signed", mine, now, mine.secret, five, func(h http.Header, _ []byte) []byte { clear(h); return body }, false},
			{"one byte changed", mine, now, mine.secret, five, func(_ http.Header, b []byte) []byte { return bytes.Replace(b, []byte("lina"), []byte("line"), 1) }, !signsAll},
			{"nearly too old", mine, now.Add(-5 * time.Minute), mine.secret, five, nil, true},
			{"too old", mine, now.Add(-5*time.Minute - time.Second), mine.secret, five, nil, !stamped},
			{"from the future", mine, now.Add(6 * time.Minute), mine.secret, five, nil, !stamped},
			{"old, freshness off", mine, now.AddDate(0, -1, 0), mine.secret, surveys.Span{}, nil, true},
		} {
			header, sent := test.by.sign(body, test.at)
			if test.change != nil {
				sent = test.change(header, sent)
			}
			err := m.Verify(t.Context(), header, sent, surveys.Source{Kind: kind, Secret: test.secret, Freshness: test.fresh}, now)
			if test.good && err != nil || !test.good && !errors.Is(err, ErrUnsigned) {
				t.Errorf("%s/%s: %v, want taken %t", kind, test.name, err, test.good)
			}
		}
	}
}

// What is signed cannot be taken apart.
func TestVerifyFeedbackBinds(t *testing.T) {
	grid, gun := newSigner(t, "sendgrid"), newSigner(t, "mailgun")
	header, body := grid.sign([]byte(`[]`), received)
	for _, stamp := range []string{"", "x", "1772701201"} {
		header.Set("X-Twilio-Email-Event-Webhook-Timestamp", stamp)
		err := mailService(t, "sendgrid", nil).Verify(t.Context(), header, body, surveys.Source{Secret: grid.secret}, received)
		if !errors.Is(err, ErrUnsigned) {
			t.Errorf("sendgrid: the time changed to %q and still taken", stamp)
		}
	}
	_, body = gun.sign([]byte(`{}`), received)
	for _, change := range [][2]string{{`"timestamp":"17`, `"timestamp":"18`}, {`"token":"`, `"token":"x`}, {`"token":"`, `"tokens":"`}, {`"signature":{`, `"signatures":{`}} {
		changed := bytes.Replace(body, []byte(change[0]), []byte(change[1]), 1)
		err := mailService(t, "mailgun", nil).Verify(t.Context(), nil, changed, surveys.Source{Secret: gun.secret}, received)
		if !errors.Is(err, ErrUnsigned) {
			t.Errorf("mailgun: %s and still taken", changed)
		}
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&p384.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{base64.StdEncoding.EncodeToString(der), "AAAA", "%"} {
		if ecdsaKey(secret) != nil {
			t.Errorf("%q is a key of P-256", secret)
		}
	}
}

func TestVerifySES(t *testing.T) {
	a, other := newAmazon(t), newAmazon(t)
	set := func(name, value string) func(map[string]string) { return func(e map[string]string) { e[name] = value } }
	confirm := func(e map[string]string) {
		e["Type"], e["Token"], e["SubscribeURL"] = "SubscriptionConfirmation", "2336412f37fb", subscribe
	}
	for _, test := range []struct {
		name   string
		body   []byte
		secret string
		good   bool
	}{
		{"SHA-1", asJSON(t, a.envelope(t, "1", "{}")), topic, true},
		{"SHA-256", asJSON(t, a.envelope(t, "2", "{}")), topic, true},
		{"with a subject", asJSON(t, a.envelope(t, "2", "{}", set("Subject", "Amazon SES"))), topic, true},
		{"a confirmation", asJSON(t, a.envelope(t, "1", "{}", confirm)), topic, true},
		{"old", asJSON(t, a.envelope(t, "2", "{}", set("Timestamp", "2020-03-04T09:00:03.000Z"))), topic, true},
		{"one of two topics", asJSON(t, a.envelope(t, "2", "{}")), "arn:aws:sns:eu-west-1:1:old, " + topic, true},
		{"another topic of Amazon's", asJSON(t, a.envelope(t, "2", "{}", set("TopicArn", topic+"2"))), topic, false},
		{"no topic", asJSON(t, a.envelope(t, "2", "{}", set("TopicArn", ""))), topic, false},
		{"no secret", asJSON(t, a.envelope(t, "2", "{}", set("TopicArn", ""))), "", false},
		{"of another key", asJSON(t, other.envelope(t, "2", "{}")), topic, false},
		{"changed after signing", asJSON(t, with(a.envelope(t, "2", "{}"), "Message", "{ }")), topic, false},
		{"renumbered after signing", asJSON(t, with(a.envelope(t, "2", "{}"), "MessageId", "2")), topic, false},
		{"a subject added", asJSON(t, with(a.envelope(t, "2", "{}"), "Subject", "x")), topic, false},
		{"a confirmation made of a message", asJSON(t, with(a.envelope(t, "2", "{}"), "Type", "SubscriptionConfirmation")), topic, false},
		{"the other hash", asJSON(t, with(a.envelope(t, "1", "{}"), "SignatureVersion", "2")), topic, false},
		{"no signature", asJSON(t, with(a.envelope(t, "1", "{}"), "Signature", "")), topic, false},
		{"not base64", asJSON(t, with(a.envelope(t, "1", "{}"), "Signature", "%")), topic, false},
		{"a certificate that is not there", asJSON(t, a.envelope(t, "2", "{}", set("SigningCertURL", strings.Replace(certificate, "0123", "3210", 1)))), topic, false},
		{"not JSON", []byte("{"), topic, false},
	} {
		err := mailService(t, "ses", a.fetch).Verify(t.Context(), nil, test.body, surveys.Source{Secret: test.secret, Freshness: surveys.Span{N: 5, Unit: "m"}}, received)
		if test.good && err != nil || !test.good && !errors.Is(err, ErrUnsigned) {
			t.Errorf("%s: %v, want taken %t", test.name, err, test.good)
		}
	}
}

func with(e map[string]string, name, value string) map[string]string {
	e[name] = value
	return e
}

// Nothing is fetched but certificates of Amazon SNS, by https and its own name.
func TestSESFetchesFromAmazonOnly(t *testing.T) {
	a := newAmazon(t)
	m := mailService(t, "ses", a.fetch)
	for _, address := range []string{
		"", "http" + certificate[5:], "https://sns.eu-west-3.amazonaws.com.example.net/SimpleNotificationService-01.pem",
		"https://evil.example.net/SimpleNotificationService-01.pem", "https://sns.eu-west-3.amazonaws.com@evil.example.net/SimpleNotificationService-01.pem",
		"https://evil.example.net#sns.eu-west-3.amazonaws.com/SimpleNotificationService-01.pem", "https://xsns.eu-west-3.amazonaws.com/SimpleNotificationService-01.pem",
		"https://sns.eu-west-3.amazonaws.com:444/SimpleNotificationService-01.pem", "https://user@sns.eu-west-3.amazonaws.com/SimpleNotificationService-01.pem",
		"https://sns.eu.west.amazonaws.com/SimpleNotificationService-01.pem", "https://sns.eu-west-3.amazonaws.com/other.pem",
		"https://sns.eu-west-3.amazonaws.com/a/../SimpleNotificationService-01.pem", certificate + "?x", "https://SNS.eu-west-3.amazonaws.com/SimpleNotificationService-01.pem",
		"file:///etc/passwd", "https://127.0.0.1/SimpleNotificationService-01.pem",
	} {
		body := asJSON(t, a.envelope(t, "2", "{}", func(e map[string]string) { e["SigningCertURL"] = address }))
		if err := m.Verify(t.Context(), nil, body, surveys.Source{Secret: topic}, received); !errors.Is(err, ErrUnsigned) {
			t.Errorf("%q: %v", address, err)
		}
		confirm := asJSON(t, map[string]string{"Type": "SubscriptionConfirmation", "SubscribeURL": address})
		var bad *surveys.Unreadable
		if _, ok := snsURL(address); !ok && !errors.As(m.Greet(t.Context(), confirm), &bad) {
			t.Errorf("%q: confirmed", address)
		}
	}
	if len(a.asked) > 0 {
		t.Errorf("fetched %q", a.asked)
	}
	for _, host := range []string{"sns.cn-north-1.amazonaws.com.cn", "sns.us-gov-west-1.amazonaws.com"} {
		if _, ok := snsURL("https://" + host + "/"); !ok {
			t.Errorf("%s is refused", host)
		}
	}
}

// A certificate is fetched once; one that cannot be had now is a reason to ask again.
func TestSESCertificates(t *testing.T) {
	a := newAmazon(t)
	m := mailService(t, "ses", a.fetch)
	body := asJSON(t, a.envelope(t, "2", "{}"))
	check := func() error { return m.Verify(t.Context(), nil, body, surveys.Source{Secret: topic}, received) }
	a.down = errors.New("no route to host")
	if err := check(); !errors.Is(err, ErrUnchecked) || errors.Is(err, ErrUnsigned) {
		t.Errorf("without a network: %v", err)
	}
	a.down = nil
	for range 3 {
		if err := check(); err != nil {
			t.Error(err)
		}
	}
	if len(a.asked) != 2 {
		t.Errorf("fetched %d times, want one failure and one success", len(a.asked))
	}
	keys := &snsKeys{known: map[string]*rsa.PublicKey{}, fetch: func(context.Context, string) ([]byte, error) { return a.certificate, nil }}
	for n := range 3 * maxSNSKeys {
		if _, err := keys.at(t.Context(), strings.Replace(certificate, "0123", fmt.Sprint(1000+n), 1)); err != nil {
			t.Fatal(err)
		}
	}
	if len(keys.known) > maxSNSKeys {
		t.Errorf("%d certificates are remembered", len(keys.known))
	}
}

func TestGreetSES(t *testing.T) {
	a := newAmazon(t)
	m := mailService(t, "ses", a.fetch)
	greet := func(kind, address string) error {
		return m.Greet(t.Context(), asJSON(t, map[string]string{"Type": kind, "SubscribeURL": address}))
	}
	if err := errors.Join(greet("Notification", subscribe), greet("UnsubscribeConfirmation", subscribe)); err != nil || len(a.asked) != 0 {
		t.Errorf("confirmed what asks for nothing: %v %q", err, a.asked)
	}
	if err := greet("SubscriptionConfirmation", subscribe); err != nil || len(a.asked) != 1 || a.asked[0] != subscribe {
		t.Errorf("%v %q", err, a.asked)
	}
	var bad *surveys.Unreadable
	if err := greet("SubscriptionConfirmation", subscribe+"x"); !errors.As(err, &bad) {
		t.Errorf("an outdated token: %v", err)
	}
	a.down = errors.New("no route to host")
	if err := greet("SubscriptionConfirmation", subscribe); !errors.Is(err, ErrUnchecked) {
		t.Errorf("without a network: %v", err)
	}
}

func TestFeedbackDelivery(t *testing.T) {
	for _, test := range []struct{ kind, body, want string }{
		{"ses", `{"Type":"Notification","MessageId":"22b80b92"}`, "22b80b92"},
		{"ses", `not JSON`, ""},
		{"postmark", `{"RecordType":"Bounce","ID":901542550}`, "Bounce 901542550"},
		{"postmark", `{"RecordType":"SubscriptionChange"}`, ""},
		{"sendgrid", `[{"sg_event_id":"1"}]`, ""},
		{"mailgun", `{"signature":{"token":"t-1"}}`, "t-1"},
		{"brevo", `{"id":26224}`, ""},
	} {
		if got := mailService(t, test.kind, nil).Delivery(nil, []byte(test.body)); got != test.want {
			t.Errorf("%s: %q, want %q", test.kind, got, test.want)
		}
	}
}

func TestFetchBy(t *testing.T) {
	served := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served++
		switch r.URL.Path {
		case "/good":
			io.WriteString(w, "good")
		case "/away":
			http.Redirect(w, r, "/good", http.StatusFound)
		case "/large":
			w.Write(make([]byte, maxFetched+1))
		case "/broken":
			w.WriteHeader(http.StatusBadGateway)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	fetch := FetchBy(server.Client())
	if body, err := fetch(t.Context(), server.URL+"/good"); err != nil || string(body) != "good" {
		t.Errorf("%q, %v", body, err)
	}
	for path, absent := range map[string]bool{"/away": false, "/large": false, "/broken": false, "/nothing": true} {
		before := served
		body, err := fetch(t.Context(), server.URL+path)
		if err == nil || body != nil || errors.Is(err, fs.ErrNotExist) != absent || served != before+1 {
			t.Errorf("%s: %q, %v, %d requests", path, body, err, served-before)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fetch(gone, server.URL+"/good?Token=canary"); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "canary") {
		t.Errorf("a canceled fetch: %v", err)
	}
}
