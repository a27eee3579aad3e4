package e2e

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// helpdesk posts events and sends each again until it is acknowledged, as
// helpdesks do.
type helpdesk struct {
	program *program
	http    *http.Client
	diary   *diary
}

// event is what it says of a ticket, in the generic form.
type event map[string]any

// about begins an event: a ticket of a customer of its own, as most are.
func about(id, status string) event {
	return event{
		"id": id, "status": status, "subject": "Canary subject " + id, "category": "delivery", "team": "logistics", "channel": "email",
		"opened_at": "2026-03-12T08:00:00Z", "first_reply_at": "2026-03-12T09:00:00Z",
		"closed_at": "2026-03-17T10:00:00Z", "updated_at": "2026-03-17T10:00:00Z", "contacts": 1,
		"customer": map[string]any{"email": mailOf(id), "name": "Canary " + id, "language": "en"},
	}
}

// opened is about a ticket that waits.
func opened(id string) event {
	return about(id, "open").with("closed_at", nil, "first_reply_at", nil, "updated_at", "2026-03-12T08:00:00Z")
}

func mailOf(id string) string { return "customer-" + id + "@canary.example" }

// with sets fields; nil takes one away.
func (e event) with(fields ...any) event {
	changed := event{}
	for name, v := range e {
		changed[name] = v
	}
	for i := 0; i < len(fields); i += 2 {
		if changed[fields[i].(string)] = fields[i+1]; fields[i+1] == nil {
			delete(changed, fields[i].(string))
		}
	}
	return changed
}

func (e event) json() string {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// post sends an event until it is acknowledged.
func (h *helpdesk) post(ctx context.Context, e event) error {
	body := e.json()
	sum := sha256.Sum256([]byte(body))
	delivery := base64.RawURLEncoding.EncodeToString(sum[:12]) // the same event is the same delivery
	kept := h.diary.say(surveys.EventID("desk", delivery, []byte(body), time.Time{}), body)
	last := ""
	err := await(ctx, "an event was acknowledged", func() bool {
		status, said, err := h.send(ctx, delivery, body)
		last = fmt.Sprint(status, said, err)
		return err == nil && status/100 == 2
	})
	if err != nil {
		return fmt.Errorf("%w: %s", err, last)
	}
	kept()
	return nil
}

// send sends a body once, signed as Standard Webhooks say.
func (h *helpdesk) send(ctx context.Context, delivery, body string) (status int, said string, err error) {
	return h.request(ctx, "desk", strings.NewReader(body), h.signed(delivery, body))
}

// signed are the headers that prove who sent a body.
func (h *helpdesk) signed(delivery, body string) http.Header {
	return signature(delivery, fmt.Sprint(h.program.now().Unix()), body, hookSecret)
}

func signature(delivery, stamp, body, secret string) http.Header {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(delivery + "." + stamp + "." + body))
	return http.Header{
		"Webhook-Id": {delivery}, "Webhook-Timestamp": {stamp},
		"Webhook-Signature": {"v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}
}

// request posts anything to a source.
func (h *helpdesk) request(ctx context.Context, source string, body io.Reader, header http.Header) (status int, said string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, baseURL+"/hooks/"+source, body)
	if err != nil {
		return 0, "", err
	}
	r.Header = header
	return exchange(h.http, r)
}

// exchange makes one request and reads all of the response.
func exchange(c *http.Client, r *http.Request) (status int, said string, err error) {
	response, err := c.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}
