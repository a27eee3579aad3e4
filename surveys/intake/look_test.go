package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// lookFrom is where the looks of the tests begin.
var lookFrom = time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC)

// canary is the token of the tests; it must never be shown.
const canary = "canary-token-9f3a"

// asked is a source whose API stands at an address.
func asked(kind, api string) surveys.Source {
	s := source(kind)
	s.API, s.Token = api, canary
	return s
}

// served answers each path and query with what a file holds for it; null is 403.
func served(t *testing.T, kind string, signed func(*http.Request) bool) *httptest.Server {
	text, err := os.ReadFile("testdata/look/" + kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var pages map[string]json.RawMessage
	if err := json.Unmarshal(text, &pages); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", received.Format(http.TimeFormat))
		page, ok := pages[r.URL.String()]
		switch {
		case !signed(r):
			t.Errorf("%s is asked without the token: %v", r.URL, r.Header)
			w.WriteHeader(http.StatusUnauthorized)
		case !ok:
			t.Errorf("asked for %s", r.URL)
			w.WriteHeader(http.StatusNotFound)
		case string(page) == "null":
			w.WriteHeader(http.StatusForbidden)
		default:
			w.Write(page)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestLook takes recorded pages to their end, and reads what was found.
func TestLook(t *testing.T) {
	for kind, signed := range map[string]func(*http.Request) bool{
		"zendesk": func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+canary },
		"freshdesk": func(r *http.Request) bool {
			user, password, _ := r.BasicAuth()
			return user == canary && password == "X"
		},
		"zammad":   func(r *http.Request) bool { return r.Header.Get("Authorization") == "Token token="+canary },
		"chatwoot": func(r *http.Request) bool { return r.Header.Get("api_access_token") == canary },
	} {
		t.Run(kind, func(t *testing.T) {
			src := asked(kind, served(t, kind, signed).URL)
			var all []any
			looked := surveys.Looked{More: true}
			for looked.More {
				var err error
				if looked, err = (Looker{NewClient()}).Look(t.Context(), src, lookFrom, looked.Cursor); err != nil {
					t.Fatal(err)
				}
				for _, f := range looked.Found {
					notices, err := Read(surveys.Event{Kind: kind, Body: f.Body, ReceivedAt: received}, src)
					all = append(all, map[string]any{
						"ticket": f.Ticket, "version": f.Version, "body": json.RawMessage(f.Body), "notices": result(t, notices, err),
					})
				}
			}
			golden(t, "testdata/look/"+kind+".want.json", map[string]any{"cursor": looked.Cursor, "found": all})
		})
	}
}

func TestZendeskTokens(t *testing.T) {
	for token, want := range map[string]string{
		canary: "Bearer " + canary, "lina@example.org/token:k": "Basic bGluYUBleGFtcGxlLm9yZy90b2tlbjpr",
	} {
		h := http.Header{}
		if (api{source: surveys.Source{Token: token}}).zendeskSign(h); h.Get("Authorization") != want {
			t.Errorf("%s is sent as %s", token, h.Get("Authorization"))
		}
	}
}

// TestLookRefused is what a helpdesk may answer instead.
func TestLookRefused(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a redirect was followed with %v", r.Header)
	}))
	defer inside.Close()
	says := func(status int, headers ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(status)
			fmt.Fprint(w, "the canary is ", canary)
		}
	}
	body := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	const noon, later = "Thu, 05 Mar 2026 12:00:00 GMT", "Thu, 05 Mar 2026 12:02:00 GMT"
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		why    string
		after  time.Duration
		lost   bool
	}{
		{"token", says(401), "(401)", 0, false},
		{"rights", says(403), "(403)", 0, false},
		{"address", says(404), "(404)", 0, false},
		{"too often", says(429, "Retry-After", "93"), "(429)", 93 * time.Second, false},
		{"too often until", says(429, "Retry-After", later, "Date", noon), "(429)", 2 * time.Minute, false},
		{"too often until before", says(429, "Retry-After", noon, "Date", later), "(429)", time.Minute, false},
		{"too often, it does not say how much", says(429, "Retry-After", "soon"), "(429)", time.Minute, false},
		{"out of order", says(503, "Retry-After", "5"), "(503)", 5 * time.Second, false},
		{"out of order, less than no time", says(500, "Retry-After", "-5"), "(500)", 0, false},
		{"bad question", says(400), "(400)", 0, true},
		{"bad cursor", says(422), "(422)", 0, true},
		{"elsewhere", says(302, "Location", inside.URL+"/"), "(302)", 0, false},
		{"elsewhere for good", says(308, "Location", inside.URL+"/"), "(308)", 0, false},
		{"a page", body("<html>canary-token-9f3a"), "not JSON", 0, false},
		{"nothing", body(""), "not JSON", 0, false},
		{"null", body("null"), "tickets", 0, false},
		{"a text", body(`"canary-token-9f3a"`), "tickets", 0, false},
		{"an object without them", body(`{"error": "canary-token-9f3a"}`), "tickets", 0, false},
		{"too much", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxAnswer+2)) }, "32 MiB", 0, false},
		{"cut short", says(200, "Content-Length", "1000"), "EOF", 0, false},
	} {
		for _, kind := range []string{"zendesk", "freshdesk", "zammad", "chatwoot"} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				server := httptest.NewServer(test.answer)
				defer server.Close()
				_, err := Looker{NewClient()}.Look(t.Context(), asked(kind, server.URL), lookFrom, "x")
				var no *surveys.Unanswered
				if !errors.As(err, &no) {
					t.Fatalf("not *Unanswered: %v", err)
				}
				why := strings.ReplaceAll(no.Why, "conversations", "tickets")
				if !strings.Contains(why, test.why) || no.After != test.after || no.Lost != test.lost {
					t.Errorf("%+v", no)
				}
				if strings.Contains(no.Why, "canary") || strings.Contains(no.Why, "127.0.0.1:") {
					t.Errorf("it tells too much: %s", no.Why)
				}
			})
		}
	}
}

// TestLookIsImpatient with a helpdesk that says nothing, and one that is not there.
func TestLookIsImpatient(t *testing.T) {
	stop := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer slow.Close()
	defer close(stop)
	client := NewClient()
	client.Timeout = 50 * time.Millisecond
	_, err := Looker{client}.Look(t.Context(), asked("zendesk", slow.URL), lookFrom, "")
	if no := (*surveys.Unanswered)(nil); !errors.As(err, &no) || !strings.Contains(no.Why, "cannot be reached") {
		t.Errorf("the slow one: %v", err)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	_, err = Looker{client}.Look(t.Context(), asked("zendesk", gone.URL), lookFrom, "")
	if no := (*surveys.Unanswered)(nil); !errors.As(err, &no) || !strings.Contains(no.Why, "connection refused") {
		t.Errorf("the one that is gone: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = (Looker{client}).Look(ctx, asked("zendesk", slow.URL), lookFrom, ""); err == nil {
		t.Error("a look that was called off gave something")
	}
}

// TestLookKeepsToItsAddress: nothing is asked that Validate would not have let pass.
func TestLookKeepsToItsAddress(t *testing.T) {
	for _, address := range []string{"", "http://desk.example.org", "ftp://desk.example.org", "https://", "https://u:p@desk.example.org", "://"} {
		if _, err := (Looker{http.DefaultClient}).Look(t.Context(), asked("zendesk", address), lookFrom, ""); err == nil {
			t.Errorf("%q was asked", address)
		}
	}
	if client := NewClient(); client.Transport.(*http.Transport).Proxy != nil {
		t.Error("the token would go through a proxy of the environment")
	}
	for address, near := range map[string]bool{
		"169.254.169.254:80": true, "[fe80::1]:443": true, "0.0.0.0:443": true, "[::]:443": true, "224.0.0.1:443": true, "[ff02::1]:443": true,
		"[::ffff:169.254.169.254]:80": true, "[64:ff9b::a9fe:a9fe]:80": true, "[fd00:ec2::254]:80": true,
		"127.0.0.1:80": false, "10.1.2.3:443": false, "192.168.0.5:443": false, "[fd12::5]:443": false, "198.51.100.7:443": false, "[64:ff9b::c633:6407]:443": false,
	} {
		if err := onlyFar("tcp", address, nil); (err != nil) != near {
			t.Errorf("%s: %v", address, err)
		}
	}
	_, err := Looker{NewClient()}.Look(t.Context(), asked("zendesk", "https://169.254.169.254"), lookFrom, "")
	if no := (*surveys.Unanswered)(nil); !errors.As(err, &no) || !strings.Contains(no.Why, "no address of a helpdesk") {
		t.Errorf("metadata: %v", err)
	}
}
