package intake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// sign makes the headers that each kind of helpdesk sends, written here apart
// from the schemes that it tests. Freshdesk's is its custom header.
func sign(kind, secret string, body []byte, at time.Time) http.Header {
	mac := func(signed string) []byte {
		m := hmac.New(sha256.New, []byte(secret))
		m.Write([]byte(signed + string(body)))
		return m.Sum(nil)
	}
	h := http.Header{}
	unix := strconv.FormatInt(at.Unix(), 10)
	switch kind {
	case "generic":
		h.Set("Webhook-Id", "msg_1")
		h.Set("Webhook-Timestamp", unix)
		h.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac("msg_1."+unix+".")))
	case "zendesk":
		stamp := at.UTC().Format(time.RFC3339)
		h.Set("X-Zendesk-Webhook-Signature-Timestamp", stamp)
		h.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac(stamp)))
	case "zammad":
		m := hmac.New(sha1.New, []byte(secret))
		m.Write(body)
		h.Set("X-Hub-Signature", "sha1="+hex.EncodeToString(m.Sum(nil)))
	case "chatwoot":
		h.Set("X-Chatwoot-Timestamp", unix)
		h.Set("X-Chatwoot-Signature", "sha256="+hex.EncodeToString(mac(unix+".")))
	case "freshdesk":
		h.Set("X-Entendu-Secret", secret)
	}
	return h
}

func TestE04Verify(t *testing.T) {
	body := []byte(`{"id":"48213","status":"closed"}`)
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	for _, h := range Helpdesks() {
		stamped := h.Kind != "zammad" && h.Kind != "freshdesk"
		signs := h.Kind != "freshdesk"
		bears := h.Kind == "generic" || !signs
		for _, test := range []struct {
			name   string
			header http.Header
			body   []byte
			secret string
			fresh  surveys.Span
			good   bool
		}{
			{"good", sign(h.Kind, "s3cret", body, now), body, "s3cret", surveys.Span{N: 5, Unit: "m"}, true},
			{"no header", http.Header{}, body, "s3cret", surveys.Span{}, false},
			{"wrong secret", sign(h.Kind, "other", body, now), body, "s3cret", surveys.Span{}, false},
			{"new one of two secrets", sign(h.Kind, "new", body, now), body, "new,old", surveys.Span{}, true},
			{"old one of two secrets", sign(h.Kind, "old", body, now), body, "new, old", surveys.Span{}, true},
			{"no secret, signed with none", sign(h.Kind, "", body, now), body, "", surveys.Span{}, false},
			{"only commas, signed with none", sign(h.Kind, "", body, now), body, ",, ,", surveys.Span{}, false},
			{"the separator is no secret", sign(h.Kind, "new,old", body, now), body, "new,old", surveys.Span{}, false},
			{"half of a secret with a space", sign(h.Kind, "my", body, now), body, "my secret", surveys.Span{}, false},
			{"one byte changed", sign(h.Kind, "s3cret", body, now), bytes.Replace(body, []byte("3"), []byte("4"), 1), "s3cret", surveys.Span{}, !signs},
			{"one byte more", sign(h.Kind, "s3cret", body, now), append(body[:len(body):len(body)], ' '), "s3cret", surveys.Span{}, !signs},
			{"nearly too old", sign(h.Kind, "s3cret", body, now.Add(-5*time.Minute)), body, "s3cret", surveys.Span{N: 5, Unit: "m"}, true},
			{"too old", sign(h.Kind, "s3cret", body, now.Add(-5*time.Minute-time.Second)), body, "s3cret", surveys.Span{N: 5, Unit: "m"}, !stamped},
			{"from the future", sign(h.Kind, "s3cret", body, now.Add(6*time.Minute)), body, "s3cret", surveys.Span{N: 5, Unit: "m"}, !stamped},
			{"old, freshness off", sign(h.Kind, "s3cret", body, now.Add(-30*24*time.Hour)), body, "s3cret", surveys.Span{}, true},
			{"bearer", http.Header{"Authorization": {"Bearer s3cret"}}, body, "s3cret", surveys.Span{N: 5, Unit: "m"}, bears},
			{"bearer in lower case", http.Header{"Authorization": {"bearer s3cret"}}, body, "s3cret", surveys.Span{}, bears},
			{"bearer, wrong", http.Header{"Authorization": {"Bearer s3cre"}}, body, "s3cret", surveys.Span{}, false},
			{"bearer, empty", http.Header{"Authorization": {"Bearer "}}, body, "", surveys.Span{}, false},
			{"basic", http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("anyone:s3cret"))}}, body, "s3cret", surveys.Span{}, !signs},
			{"basic, as the user", http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("s3cret:x"))}}, body, "s3cret", surveys.Span{}, false},
			{"basic, not base64", http.Header{"Authorization": {"Basic s3cret"}}, body, "s3cret", surveys.Span{}, false},
			{"no scheme", http.Header{"Authorization": {"s3cret"}}, body, "s3cret", surveys.Span{}, false},
			{"our header", http.Header{"X-Entendu-Secret": {"s3cret"}}, body, "s3cret", surveys.Span{}, !signs},
			{"our header, empty", http.Header{"X-Entendu-Secret": {""}}, body, "", surveys.Span{}, false},
		} {
			t.Run(h.Kind+"/"+test.name, func(t *testing.T) {
				src := surveys.Source{Kind: h.Kind, Secret: test.secret, Freshness: test.fresh}
				err := h.Verify(test.header, test.body, src, now)
				if test.good && err != nil {
					t.Errorf("refused: %v", err)
				}
				if !test.good && !errors.Is(err, ErrUnsigned) {
					t.Errorf("got %v, want ErrUnsigned", err)
				}
			})
		}
	}
}

// Every header that takes part in a signature is bound by it.
func TestE04VerifyBindsHeaders(t *testing.T) {
	body := []byte(`{}`)
	for kind, header := range map[string]string{
		"generic": "webhook-id", "zendesk": "X-Zendesk-Webhook-Signature-Timestamp", "chatwoot": "X-Chatwoot-Timestamp",
	} {
		h, _ := Find(kind)
		src := surveys.Source{Secret: "s3cret", Freshness: surveys.Span{N: 5, Unit: "m"}}
		headers := sign(kind, "s3cret", body, received)
		for _, changed := range []string{"", "x", "1772701201", "2026-03-05T09:00:01Z"} {
			headers.Set(header, changed)
			if err := h.Verify(headers, body, src, received); !errors.Is(err, ErrUnsigned) {
				t.Errorf("%s: %s changed to %q and still taken", kind, header, changed)
			}
		}
	}
}

// The vector of the Standard Webhooks specification's own libraries.
func TestStandardWebhooks(t *testing.T) {
	h, _ := Find("generic")
	at := time.Unix(1614265330, 0)
	body := []byte(`{"test": 2432232314}`)
	src := surveys.Source{Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
	header := func(signature string) http.Header {
		return http.Header{
			"Webhook-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Webhook-Timestamp": {"1614265330"}, "Webhook-Signature": {signature},
		}
	}
	good := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	for signature, want := range map[string]bool{
		good:                      true,
		"v1,AAAA v1a,abc " + good: true,
		"v2" + good[2:]:           false,
		good[3:]:                  false,
		"v1,":                     false,
		fmt.Sprintf("v1,%s", good[3:len(good)-1]): false,
	} {
		if err := h.Verify(header(signature), body, src, at); (err == nil) != want {
			t.Errorf("%q: %v, want taken %v", signature, err, want)
		}
	}
}

func TestDelivery(t *testing.T) {
	event := []byte(`{"type":"zen:event-type:ticket.created","id":"e-1","detail":{"id":"48213"}}`)
	for _, test := range []struct {
		kind   string
		header http.Header
		body   []byte
		want   string
	}{
		{"generic", http.Header{"Webhook-Id": {"msg_1"}}, nil, "msg_1"},
		{"generic", http.Header{}, []byte(`{"id":"48213"}`), ""},
		{"zendesk", http.Header{}, event, "e-1"},
		{"zendesk", http.Header{}, []byte(`{"id":"48213","status":"Solved"}`), ""},
		{"zendesk", http.Header{}, []byte(`not JSON`), ""},
		{"freshdesk", http.Header{}, []byte(`{"freshdesk_webhook":{"ticket_id":1}}`), ""},
		{"zammad", http.Header{"X-Zammad-Delivery": {"j-1"}}, nil, "j-1"},
		{"chatwoot", http.Header{"X-Chatwoot-Delivery": {"c-1"}}, nil, "c-1"},
	} {
		h, _ := Find(test.kind)
		if got := h.Delivery(test.header, test.body); got != test.want {
			t.Errorf("%s: got %q, want %q", test.kind, got, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	if _, ok := Find("lotus notes"); ok {
		t.Error("found a helpdesk that does not exist")
	}
	if _, err := Read(surveys.Event{Kind: "lotus notes"}, surveys.Source{}); err == nil {
		t.Error("read an event of a kind that does not exist")
	}
}
