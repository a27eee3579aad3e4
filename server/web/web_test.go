package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

// house is a whole Server over a real store, with one source and one invitation.
type house struct {
	people int // made by as
	*Server
	t          testing.TB
	store      *sqlite.Store
	settings   surveys.Settings
	now        time.Time
	log        *bytes.Buffer
	invitation surveys.Invitation
	token      string
	stop       string
	woken      int
	keys       surveys.Keys
	ticket     string // token of the page of a ticket that waits
	follower   *surveys.Follow
	expected   *Expectation
}

const secret = "a secret of the desk"

// open builds a house; change may alter its Config before it is built.
func open(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC), log: &bytes.Buffer{}}
	clock := func() time.Time { return h.now }
	var err error
	h.store, err = sqlite.Open(t.Context(), blank.Path(t), clock)
	h.must(err)
	t.Cleanup(func() { h.store.Close() })
	h.settings = surveys.DefaultSettings()
	h.settings.Organisation.Name = "Maison Poulain"
	h.settings.Organisation.HelpdeskAddress = "support@example.org"
	h.settings.Sources = []surveys.Source{{Name: "desk", Kind: "generic", Secret: secret, Freshness: surveys.Span{N: 5, Unit: "m"}}}
	words, err := lang.Load(static.Lang())
	h.must(err)
	keys := surveys.NewKeys("the secret of the house")
	settings := func() surveys.Settings { return h.settings }
	c := Config{
		Answers: &surveys.Answers{Store: h.store, Settings: settings, Keys: keys}, Store: h.store, Settings: settings,
		Words: words, Pages: static.Pages(), Assets: static.Assets(), URL: "https://avis.example.org", Now: clock,
		Log:         slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		WakeApplier: func() { h.woken++ },
		Parts:       []Part{h.tickets(settings, keys)},
	}
	for _, f := range change {
		f(&c)
	}
	h.Server, err = New(c)
	h.must(err)
	h.invite(keys)
	h.openTicket(keys)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) invite(keys surveys.Keys) {
	closed := time.Date(2026, 3, 3, 10, 12, 31, 0, time.UTC)
	key := surveys.TicketKey{Source: "desk", ID: "48213"}
	h.invitation = surveys.Invitation{
		ID: surveys.InvitationID(surveys.AfterHandling, key, 1), Survey: surveys.AfterHandling, Version: 1,
		Ticket: key, Number: "48213", Closing: 1, ClosedAt: closed, MadeAt: closed, Customer: "c-1",
		Person: surveys.PersonOf([]byte("salt"), "lina@example.net"), Dimensions: surveys.Dimensions{Language: "fr"},
		State: surveys.Sent, DueAt: closed, MailedAt: closed.Add(time.Hour), AcceptedAt: closed.Add(time.Hour),
	}
	h.must(h.store.AddInvitation(context.Background(), h.invitation))
	h.token = keys.Sign(surveys.ToAnswer, h.invitation.ID)
	h.stop = keys.Sign(surveys.ToStop, h.invitation.Person)
}

// ask sends one request. Each pair of head is a header.
func (h *house) ask(method, target, body string, head ...string) *http.Response {
	h.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func (h *house) get(target string, head ...string) *http.Response {
	h.t.Helper()
	return h.ask(http.MethodGet, target, "", head...)
}

// want asks and checks the status.
func (h *house) want(code int, r *http.Response) *http.Response {
	h.t.Helper()
	if r.StatusCode != code {
		h.t.Fatalf("status %d, want %d: %.300s", r.StatusCode, code, text(h.t, r))
	}
	return r
}

func text(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func document(t testing.TB, r *http.Response) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (h *house) response() *surveys.Response {
	r, err := h.store.GetResponse(context.Background(), h.invitation.ID)
	if err != nil {
		return nil
	}
	return &r
}

// tickets is the Part of tickets, which expects what the house does.
func (h *house) tickets(settings func() surveys.Settings, keys surveys.Keys) *Tickets {
	h.follower = &surveys.Follow{Store: h.store, Settings: settings, Keys: keys, Salt: []byte("salt")}
	return &Tickets{
		Follow: h.follower,
		Expected: func(context.Context, string) (Expectation, bool) {
			if h.expected == nil {
				return Expectation{}, false
			}
			return *h.expected, true
		},
	}
}

// openTicket adds lina, the ticket of the invitation, and one of hers that waits.
func (h *house) openTicket(keys surveys.Keys) {
	h.keys = keys
	ctx, lina := context.Background(), h.invitation.Person
	h.must(h.store.AddCustomer(ctx, surveys.Customer{Person: lina, ID: "c-1", Address: "lina@example.net", Name: "Lina Roche", Language: "fr"}))
	opened := h.now.Add(-26 * time.Hour)
	t := surveys.Ticket{
		TicketKey: surveys.TicketKey{Source: "desk", ID: "48300"}, Number: "48300", Subject: "Facture <en> double", Status: surveys.Open,
		OpenedAt: opened, UpdatedAt: opened, Promise: 48 * time.Hour, Customer: "c-1", Person: lina, Dimensions: surveys.Dimensions{Category: "invoice", Language: "fr"},
		Transitions: []surveys.Transition{{Status: surveys.Open, At: opened, LearntAt: opened}},
	}
	h.must(h.store.AddTicket(ctx, t))
	h.ticket = keys.ToTicket(t.TicketKey, t.Customer)
	t.TicketKey, t.Number, t.Status, t.Subject = h.invitation.Ticket, h.invitation.Number, surveys.Closed, ""
	t.FirstReplyAt, t.UpdatedAt = opened.Add(3*time.Hour), opened.Add(20*time.Hour)
	t.Closings = []surveys.Closing{
		{N: 1, At: opened.Add(5 * time.Hour), LearntAt: h.now, EndedAt: opened.Add(6 * time.Hour)}, {N: 2, At: opened.Add(20 * time.Hour), LearntAt: h.now},
	}
	h.must(h.store.AddTicket(ctx, t))
}
