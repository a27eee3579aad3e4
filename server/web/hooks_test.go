package web

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

const event = `{"id":"48213","status":"closed","updated_at":"2026-03-04T09:00:00Z","subject":"canary-subject","customer":{"email":"canary@example.net"}}`

// signed are the headers of Standard Webhooks.
func signed(id, body string, at time.Time) []string {
	stamp := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, id+"."+stamp+"."+body)
	return []string{"webhook-id", id, "webhook-timestamp", stamp, "webhook-signature", "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))}
}

func (h *house) tell(id, body string) *http.Response {
	return h.ask("POST", "/hooks/desk", body, signed(id, body, h.now)...)
}

func TestEventIsKeptOnce(t *testing.T) {
	h := open(t)
	for i, want := range []struct {
		code int
		says string
	}{{http.StatusAccepted, `{"stored":true}`}, {http.StatusOK, `{"stored":false,"known":true}`}, {http.StatusOK, `{"stored":false,"known":true}`}} {
		r := h.want(want.code, h.tell("msg-1", event))
		if got := strings.TrimSpace(text(t, r)); got != want.says {
			t.Errorf("delivery %d: %s, want %s", i+1, got, want.says)
		}
	}
	events, err := h.store.FindEvents(t.Context(), surveys.ToApply, 10)
	h.must(err)
	if len(events) != 1 || string(events[0].Body) != event || events[0].Source != "desk" || events[0].Kind != "generic" || !events[0].ReceivedAt.Equal(h.now) {
		t.Errorf("kept %+v", events)
	}
	if h.woken != 1 {
		t.Errorf("the applier was woken %d times, want once", h.woken)
	}
}

func TestEventIsRefused(t *testing.T) {
	h := open(t)
	plain := []string{"Authorization", "Bearer " + secret}
	for _, c := range []struct {
		name, method, path, body string
		head                     []string
		code                     int
	}{
		{"no signature", "POST", "/hooks/desk", event, nil, http.StatusUnauthorized},
		{"wrong secret", "POST", "/hooks/desk", event, []string{"Authorization", "Bearer nope"}, http.StatusUnauthorized},
		{"another body", "POST", "/hooks/desk", event + " ", signed("m", event, h.now), http.StatusUnauthorized},
		{"stale", "POST", "/hooks/desk", event, signed("m", event, h.now.Add(-6*time.Minute)), http.StatusUnauthorized},
		{"unsigned nonsense", "POST", "/hooks/desk", "{", nil, http.StatusUnauthorized},
		{"not JSON", "POST", "/hooks/desk", "{", plain, http.StatusBadRequest},
		{"empty", "POST", "/hooks/desk", "", plain, http.StatusBadRequest},
		{"bad UTF-8", "POST", "/hooks/desk", "{\"id\":\"\xff\"}", plain, http.StatusBadRequest},
		{"deep", "POST", "/hooks/desk", strings.Repeat("[", 100_000), plain, http.StatusBadRequest},
		{"an id that is an object", "POST", "/hooks/desk", strings.Replace(event, `"48213"`, `{"$gt":""}`, 1), plain, http.StatusBadRequest},
		{"an unknown status", "POST", "/hooks/desk", strings.Replace(event, "closed", "done", 1), plain, http.StatusBadRequest},
		{"one bad of two", "POST", "/hooks/desk", "[" + event + ",{}]", plain, http.StatusBadRequest},
		{"8 MB", "POST", "/hooks/desk", `"` + strings.Repeat("x", 8<<20) + `"`, plain, http.StatusRequestEntityTooLarge},
		{"compressed", "POST", "/hooks/desk", event, append([]string{"Content-Encoding", "gzip"}, plain...), http.StatusUnsupportedMediaType},
		{"no such source", "POST", "/hooks/other", event, plain, http.StatusNotFound},
		{"a slash too many", "POST", "/hooks/desk/", event, plain, http.StatusNotFound},
		{"looking", "GET", "/hooks/desk", "", nil, http.StatusMethodNotAllowed},
	} {
		r := h.ask(c.method, c.path, c.body, c.head...)
		said := text(t, r)
		if r.StatusCode != c.code {
			t.Errorf("%s: %d, want %d: %.200s", c.name, r.StatusCode, c.code, said)
		}
		if strings.Contains(said, "canary") {
			t.Errorf("%s: the answer repeats the body: %s", c.name, said)
		}
	}
	events, err := h.store.FindEvents(t.Context(), surveys.ToApply, 10)
	h.must(err)
	if len(events) != 0 {
		t.Errorf("kept %d events", len(events))
	}
}

func TestUnreadableSaysWhatAndWhere(t *testing.T) {
	h := open(t)
	r := h.want(http.StatusBadRequest, h.tell("m", strings.Replace(event, "canary@example.net", "canary", 1)))
	var said problem
	h.must(json.NewDecoder(r.Body).Decode(&said))
	if said.Where != "customer.email" || said.What == "" || strings.Contains(said.What, "canary") {
		t.Errorf("said %+v", said)
	}
}

func TestEventThatIsNotDurable(t *testing.T) {
	h := open(t)
	h.fails()
	r := h.want(http.StatusServiceUnavailable, h.tell("m", event))
	if r.Header.Get("Retry-After") != "5" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		t.Errorf("headers %v", r.Header)
	}
	if said := text(t, r); strings.Contains(said, errGone.Error()) {
		t.Errorf("the answer tells the error: %s", said)
	}
}

func TestStepsOfAnEvent(t *testing.T) {
	var steps []string
	dies := ""
	h := open(t, func(c *Config) {
		c.At = func(step string) error {
			if steps = append(steps, step); step == dies {
				return errors.New("died at " + step)
			}
			return nil
		}
	})
	h.want(http.StatusAccepted, h.tell("a", event))
	if got := strings.Join(steps, " "); got != "K1 K2 K3 K4" {
		t.Errorf("passed %s", got)
	}
	for _, step := range []string{"K1", "K2", "K3"} {
		dies = step
		h.want(http.StatusServiceUnavailable, h.tell("b", event))
	}
	dies = ""
	h.want(http.StatusOK, h.tell("b", event)) // K3 had kept it
}

func TestEventOverTheWire(t *testing.T) {
	h := open(t)
	live := httptest.NewUnstartedServer(nil)
	live.Config = h.HTTP("")
	live.Start()
	defer live.Close()
	for _, c := range []struct {
		size, code int
	}{{len(event), http.StatusAccepted}, {2 << 20, http.StatusRequestEntityTooLarge}} {
		r, _ := http.NewRequest("POST", live.URL+"/hooks/desk", bytes.NewReader([]byte(event+strings.Repeat(" ", c.size-len(event)))))
		r.Header.Set("Authorization", "Bearer "+secret)
		got, err := http.DefaultClient.Do(r)
		if err != nil && c.code == http.StatusAccepted {
			t.Fatal(err)
		}
		if err == nil && got.StatusCode != c.code { // an oversized body may also be cut off
			t.Errorf("%d bytes: %d, want %d", c.size, got.StatusCode, c.code)
		}
	}
}
