package web

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// The tests here are named after the rows of the fault table that they hold.

// desk is a kind of helpdesk and what it tells of a ticket, with %s for the status and
// %d for the minute.
type desk struct {
	kind, body   string
	closed, open string // in its words
	stamps       bool   // signs a time
	signs        bool   // signs the body
	numbers      bool   // its deliveries
}

func desks() []desk {
	return []desk{
		{"generic", `{"id":"48213","status":"%s","updated_at":"2026-03-04T09:%02d:00Z","customer":{"email":"canary@example.net"}}`, "closed", "reopened", true, true, true},
		{"zendesk", `{"id":"48213","status":"%s","updated_at":"2026-03-04T09:%02d:00Z","customer_email":"canary@example.net"}`, "Solved", "Open", true, true, false},
		{"freshdesk", `{"freshdesk_webhook":{"ticket_id":48213,"ticket_status":"%s","ticket_updated_at":"2026-03-04T09:%02d:00Z"}}`, "Closed", "Open", false, false, false},
		{"zammad", `{"ticket":{"id":48213,"state":"%s","updated_at":"2026-03-04T09:%02d:00Z"}}`, "closed", "open", false, true, true},
		{"chatwoot", `{"event":"conversation_status_changed","id":48213,"status":"%s","updated_at":"2026-03-04T09:%02d:00Z"}`, "resolved", "open", true, true, true},
	}
}

func (d desk) says(status string, minute int) string { return fmt.Sprintf(d.body, status, minute) }

// sign gives the headers with which the helpdesk sends a body.
func (d desk) sign(body, delivery, secret string, at time.Time) []string {
	mac := func(signed string) []byte {
		m := hmac.New(sha256.New, []byte(secret))
		io.WriteString(m, signed)
		return m.Sum(nil)
	}
	unix, iso := fmt.Sprint(at.Unix()), at.UTC().Format(time.RFC3339)
	switch d.kind {
	case "generic":
		return []string{"webhook-id", delivery, "webhook-timestamp", unix, "webhook-signature",
			"v1," + base64.StdEncoding.EncodeToString(mac(delivery+"."+unix+"."+body))}
	case "zendesk":
		return []string{"X-Zendesk-Webhook-Signature-Timestamp", iso, "X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac(iso + body))}
	case "zammad":
		m := hmac.New(sha1.New, []byte(secret))
		io.WriteString(m, body)
		return []string{"X-Zammad-Delivery", delivery, "X-Hub-Signature", "sha1=" + hex.EncodeToString(m.Sum(nil))}
	case "chatwoot":
		return []string{"X-Chatwoot-Delivery", delivery, "X-Chatwoot-Timestamp", unix, "X-Chatwoot-Signature", "sha256=" + hex.EncodeToString(mac(unix+"."+body))}
	}
	return []string{"X-Entendu-Secret", secret}
}

// heeded is a house with a source of each kind, called so, that hears what it is told.
func heeded(t *testing.T) (h *house, apply func()) {
	h = open(t, func(c *Config) { c.WakeApplier, c.Log = nil, slog.New(slog.DiscardHandler) })
	h.settings.Sources = nil
	for _, d := range desks() {
		h.settings.Sources = append(h.settings.Sources, surveys.Source{Name: d.kind, Kind: d.kind, Secret: secret, Freshness: surveys.Span{N: 5, Unit: "m"}})
	}
	applier := &surveys.Applier{Store: h.store, Read: intake.Read, Settings: h.Settings, Salt: []byte("salt"), Log: h.Log}
	return h, func() {
		_, err := applier.Pass(t.Context())
		h.must(err)
	}
}

func (h *house) ticketOf(d desk) surveys.Ticket {
	h.t.Helper()
	t, err := h.store.GetTicket(h.t.Context(), surveys.TicketKey{Source: d.kind, ID: "48213"})
	h.must(err)
	return t
}

// TestE01SameEvent told once, twice and fifty times, at once and an hour later: each
// time 2xx, one closing. Every kind of helpdesk, over the wire.
func TestE01SameEvent(t *testing.T) {
	if len(desks()) != len(intake.Helpdesks()) {
		t.Fatal("a kind of helpdesk has no event here")
	}
	for _, times := range []int{1, 2, 50} {
		h, apply := heeded(t)
		live := httptest.NewServer(h)
		defer live.Close()
		tell := func(d desk) (stored int) {
			var all sync.WaitGroup
			codes := make([]int, times)
			body := d.says(d.closed, 5)
			head := d.sign(body, "d-1", secret, h.now)
			for n := range codes {
				all.Go(func() { codes[n] = post(t, live.URL+"/hooks/"+d.kind, body, head) })
			}
			all.Wait()
			for _, code := range codes {
				if code/100 != 2 {
					t.Errorf("%s, %d times: answered %d", d.kind, times, code)
				}
				if code == http.StatusAccepted {
					stored++
				}
			}
			return stored
		}
		first := h.now
		for _, d := range desks() {
			if n := tell(d); n != 1 {
				t.Errorf("%s, %d times: stored %d times", d.kind, times, n)
			}
		}
		apply()
		for _, d := range desks() {
			if got := h.ticketOf(d); len(got.Closings) != 1 || got.Rev != 1 {
				t.Errorf("%s, %d times: %+v", d.kind, times, got)
			}
		}
		h.now = first.Add(time.Hour)
		for _, d := range desks() {
			if n := tell(d); n > 1 || n == 1 == d.numbers {
				t.Errorf("%s, %d times an hour later: stored %d times", d.kind, times, n)
			}
		}
		apply()
		for _, d := range desks() {
			if got := h.ticketOf(d); len(got.Closings) != 1 || len(got.Transitions) != 1 {
				t.Errorf("%s, %d times an hour later: %+v", d.kind, times, got)
			}
		}
	}
}

// post sends a body over the wire and gives the status.
func post(t *testing.T, url, body string, head []string) int {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0
	}
	got.Body.Close()
	return got.StatusCode
}

// TestE04Replay tells a closing again, with the signature of then, after the ticket was
// reopened: at once and late it is known, refused, or older than the ticket.
func TestE04Replay(t *testing.T) {
	for _, d := range desks() {
		h, apply := heeded(t)
		body := d.says(d.closed, 5)
		head := d.sign(body, "d-1", secret, h.now)
		h.want(http.StatusAccepted, h.ask("POST", "/hooks/"+d.kind, body, head...))
		reopening := d.says(d.open, 10)
		h.want(http.StatusAccepted, h.ask("POST", "/hooks/"+d.kind, reopening, d.sign(reopening, "d-2", secret, h.now)...))
		apply()
		before := h.ticketOf(d)
		if len(before.Transitions) != 2 {
			t.Fatalf("%s: %+v", d.kind, before)
		}
		h.want(http.StatusOK, h.ask("POST", "/hooks/"+d.kind, body, head...))
		for _, later := range []time.Duration{6 * time.Minute, time.Hour, 400 * 24 * time.Hour} {
			h.now = h.now.Add(later)
			r := h.ask("POST", "/hooks/"+d.kind, body, head...)
			if refused := r.StatusCode == http.StatusUnauthorized; refused != d.stamps || !refused && r.StatusCode/100 != 2 {
				t.Errorf("%s, %v later: %d", d.kind, later, r.StatusCode)
			}
			apply()
		}
		if after := h.ticketOf(d); after.Rev != before.Rev {
			t.Errorf("%s: the replay made %+v of %+v", d.kind, after, before)
		}
	}
}

// TestE04Secrets: a wrong one is refused, and while one replaces another both are taken.
func TestE04Secrets(t *testing.T) {
	const older, newer = "an old secret of the desk", "a new secret of the desk"
	for _, d := range desks() {
		h, _ := heeded(t)
		for i := range h.settings.Sources {
			h.settings.Sources[i].Secret = newer + ", " + older
		}
		h.must(h.settings.Validate([]string{"generic", "zendesk", "freshdesk", "zammad", "chatwoot"}, []string{"en", "fr"}))
		for n, test := range []struct {
			secret string
			code   int
		}{{newer, 202}, {older, 202}, {secret, 401}, {newer + ", " + older, 401}, {"", 401}, {newer[1:], 401}} {
			body := d.says(d.closed, n)
			h.want(test.code, h.ask("POST", "/hooks/"+d.kind, body, d.sign(body, fmt.Sprint(n), test.secret, h.now)...))
		}
	}
}

// TestE04OneBitChanged: a body whose signature was made for another is refused.
func TestE04OneBitChanged(t *testing.T) {
	for _, d := range desks() {
		if !d.signs {
			continue // there is nothing but the secret and TLS
		}
		helpdesk, _ := intake.Find(d.kind)
		body, source := d.says(d.closed, 5), surveys.Source{Kind: d.kind, Secret: secret}
		now := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
		header := http.Header{}
		for i, head := 0, d.sign(body, "d-1", secret, now); i < len(head); i += 2 {
			header.Set(head[i], head[i+1])
		}
		h := []byte(body)
		if err := helpdesk.Verify(header, h, source, now); err != nil {
			t.Fatalf("%s: %v", d.kind, err)
		}
		for bit := range 8 * len(h) {
			h[bit/8] ^= 1 << (bit % 8)
			if helpdesk.Verify(header, h, source, now) == nil {
				t.Errorf("%s: taken with bit %d of byte %d changed", d.kind, bit%8, bit/8)
			}
			h[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// TestC01SignedTimes: while this machine's clock and the store's are far apart, whoever
// signs a time is told to come again, and nobody else; a little apart, the store's is
// the one that counts.
func TestC01SignedTimes(t *testing.T) {
	for _, d := range desks() {
		h, _ := heeded(t)
		off := 5*time.Minute + time.Second
		h.Clock = &surveys.Clock{Own: func() time.Time { return h.now.Add(off) }, Log: h.Log}
		tell := func(n int) *http.Response {
			body := d.says(d.closed, n)
			return h.ask("POST", "/hooks/"+d.kind, body, d.sign(body, fmt.Sprint(n), secret, h.now.Add(-4*time.Minute))...)
		}
		code := http.StatusAccepted
		if d.stamps {
			code = http.StatusServiceUnavailable
		}
		if r := h.want(code, tell(1)); d.stamps && r.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", d.kind)
		}
		if d.kind == "generic" {
			h.want(http.StatusAccepted, h.ask("POST", "/hooks/generic", d.says(d.closed, 2), "Authorization", "Bearer "+secret))
		}
		off = 5 * time.Minute
		h.want(http.StatusAccepted, tell(3))
	}
}

// TestE05HugeAndHostile events are refused one by one and eight at once, and the heap
// stays flat, over the wire.
func TestE05HugeAndHostile(t *testing.T) {
	h, _ := heeded(t)
	live := httptest.NewUnstartedServer(nil)
	live.Config = h.HTTP("")
	live.Start()
	defer live.Close()
	address := live.Listener.Addr().String()
	good := desks()[0].says("closed", 5)
	head := "POST /hooks/generic HTTP/1.1\r\nHost: avis.test\r\nAuthorization: Bearer " + secret + "\r\n"
	plain := func(body string) (string, io.Reader) {
		return fmt.Sprintf("%sContent-Length: %d\r\n\r\n", head, len(body)), strings.NewReader(body)
	}
	const large, chunk = 100 << 20, 64 << 10
	chunked := head + "Transfer-Encoding: chunked\r\n\r\n"
	for _, test := range []struct {
		name  string
		code  string
		begin func() (head string, body io.Reader)
	}{
		{"100 MB", " 413 ", func() (string, io.Reader) {
			return fmt.Sprintf("%sContent-Length: %d\r\n\r\n", head, large), io.LimitReader(endless(" "), large)
		}},
		{"100 MB of one text", " 413 ", func() (string, io.Reader) {
			return fmt.Sprintf("%sContent-Length: %d\r\n\r\n", head, large), io.MultiReader(strings.NewReader(`{"subject":"`), io.LimitReader(endless("x"), large-12))
		}},
		{"unsigned, 100 MB", " 413 ", func() (string, io.Reader) {
			return strings.Replace(fmt.Sprintf("%sContent-Length: %d\r\n\r\n", head, large), secret, "nobody's", 1), io.LimitReader(endless(" "), large)
		}},
		{"chunked without end", " 413 ", func() (string, io.Reader) {
			return chunked, endless(fmt.Sprintf("%x\r\n%s\r\n", chunk, strings.Repeat("x", chunk)))
		}},
		{"in chunks of a byte", " 413 ", func() (string, io.Reader) { return chunked, endless("1\r\n[\r\n") }},
		{"lists in lists", " 400 ", func() (string, io.Reader) { return plain(strings.Repeat("[", 1<<20)) }},
		{"objects in objects", " 400 ", func() (string, io.Reader) { return plain(strings.Repeat(`{"a":`, 200_000)) }},
		{"half a million numbers", " 400 ", func() (string, io.Reader) { return plain("[" + strings.Repeat("0,", 500_000) + "0]") }},
		{"as many as are read", " 400 ", func() (string, io.Reader) {
			return plain("[" + strings.Repeat(`{"a":0},`, 60_000) + "{}" + strings.Repeat(" ", 500_000) + "]")
		}},
		{"a key twice", " 400 ", func() (string, io.Reader) { return plain(strings.Replace(good, "{", `{"id":"1",`, 1)) }},
		{"a key twice, within", " 400 ", func() (string, io.Reader) {
			return plain(strings.Replace(good, `"email"`, `"email":"x@example.net","email"`, 1))
		}},
		{"a key twice, escaped", " 400 ", func() (string, io.Reader) { return plain(strings.Replace(good, "{", `{"\u0069d":"1",`, 1)) }},
		{"bad UTF-8", " 400 ", func() (string, io.Reader) { return plain(strings.Replace(good, "canary", "can\xc3\x28ary", 1)) }},
		{"a surrogate in UTF-8", " 400 ", func() (string, io.Reader) { return plain(strings.Replace(good, "canary", "can\xed\xa0\x80ary", 1)) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			grown := watchHeap(t)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					if line := converse(t, address, test.begin); !strings.Contains(line, test.code) {
						t.Errorf("answered %q, want%s", line, test.code)
					}
				})
			}
			all.Wait()
			if n := grown(); n > 256<<20 { // 32 MB each: a value needs many times its bytes
				t.Errorf("the heap grew by %d MB", n>>20)
			}
		})
	}
	events, err := h.store.FindEvents(t.Context(), surveys.ToApply, 10)
	if err != nil || len(events) != 0 {
		t.Errorf("%d events were kept, %v", len(events), err)
	}
}

// endless is a text again and again.
type endless string

func (e endless) Read(p []byte) (n int, err error) {
	for n+len(e) <= len(p) {
		n += copy(p[n:], e)
	}
	if n == 0 {
		return 0, io.ErrShortBuffer
	}
	return n, nil
}

// converse writes a request for as long as nobody answers, and gives the first line of
// the answer.
func converse(t *testing.T, address string, begin func() (string, io.Reader)) string {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	head, body := begin()
	go func() {
		io.WriteString(conn, head)
		io.CopyBuffer(struct{ io.Writer }{conn}, struct{ io.Reader }{body}, make([]byte, 80<<10))
	}()
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return line
}

// watchHeap begins to look at the heap; what it gives tells by how much it grew.
func watchHeap(t *testing.T) (grown func() uint64) {
	size := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	before, most := size(), uint64(0)
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, size())
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() uint64 {
		close(done)
		all.Wait()
		return max(most, before) - before
	}
}
