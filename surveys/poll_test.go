package surveys_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	compare "github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// token is what the made-up helpdesks want to see; it must never be shown.
const token = "canary-token-9f3a"

// helpdesk is a made-up one of a kind, with an API and a clock of its own.
type helpdesk struct {
	*httptest.Server
	kind  string
	clock *clock

	mu      sync.Mutex
	tickets []*deskTicket
	asked   int
	fault   func(http.ResponseWriter, *http.Request) bool // answers instead, if it says true
}

type deskTicket struct {
	id                       int
	closed                   bool
	opened, closedAt, change time.Time
}

func newHelpdesk(t *testing.T, kind string, c *clock) *helpdesk {
	d := &helpdesk{kind: kind, clock: c}
	d.Server = httptest.NewServer(d)
	t.Cleanup(d.Close)
	return d
}

// source is how a house is told of it.
func (d *helpdesk) source(name string) surveys.Source {
	api := d.URL
	if d.kind == "chatwoot" {
		api += "/api/v1/accounts/3"
	}
	return surveys.Source{Name: name, Kind: d.kind, Secret: "sixteen letters!", API: api, Token: token}
}

// open, close and touch change a ticket as agents do.
func (d *helpdesk) open(id int) { d.change(id, func(t *deskTicket) {}) }

func (d *helpdesk) close(id int) {
	d.change(id, func(t *deskTicket) { t.closed, t.closedAt = true, t.change })
}

func (d *helpdesk) change(id int, how func(*deskTicket)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.clock.Now().Truncate(time.Second)
	i := slices.IndexFunc(d.tickets, func(t *deskTicket) bool { return t.id == id })
	if i < 0 {
		i = len(d.tickets)
		d.tickets = append(d.tickets, &deskTicket{id: id, opened: now})
	}
	d.tickets[i].change = now
	how(d.tickets[i])
}

func (d *helpdesk) fails(fault func(http.ResponseWriter, *http.Request) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = fault
}

func (d *helpdesk) requests() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

func (d *helpdesk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	w.Header().Set("Date", d.clock.Now().Format(http.TimeFormat))
	if d.fault != nil && d.fault(w, r) {
		return
	}
	if !d.knows(r) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	json.NewEncoder(w).Encode(map[string]func(*http.Request) any{
		"zendesk": d.zendesk, "freshdesk": d.freshdesk, "zammad": d.zammad, "chatwoot": d.chatwoot,
	}[d.kind](r))
}

func (d *helpdesk) knows(r *http.Request) bool {
	user, _, _ := r.BasicAuth()
	return r.Header.Get("Authorization") == "Bearer "+token || user == token ||
		r.Header.Get("Authorization") == "Token token="+token || r.Header.Get("api_access_token") == token
}

// since gives the tickets that changed, the oldest change first.
func (d *helpdesk) since(at time.Time) (changed []*deskTicket) {
	for _, t := range d.tickets {
		if !t.change.Before(at) {
			changed = append(changed, t)
		}
	}
	slices.SortStableFunc(changed, func(a, b *deskTicket) int { return cmp.Or(a.change.Compare(b.change), a.id-b.id) })
	return changed
}

// page cuts out a page.
func page(all []*deskTicket, r *http.Request, size int) []*deskTicket {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	from := min((n-1)*size, len(all))
	return all[from:min(from+size, len(all))]
}

func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339)
}

func (t *deskTicket) word(open, closed string) string {
	if t.closed {
		return closed
	}
	return open
}

func (t *deskTicket) cursor() string { return fmt.Sprintf("%d/%05d", t.change.Unix(), t.id) }

func (t *deskTicket) email() string { return fmt.Sprintf("lina%d@example.net", t.id) }

// zendesk gives three tickets at once; its cursor is the last one's change and id.
func (d *helpdesk) zendesk(r *http.Request) any {
	from, _ := strconv.ParseInt(r.URL.Query().Get("start_time"), 10, 64)
	changed, cursor := d.since(time.Unix(from, 0)), r.URL.Query().Get("cursor")
	if cursor != "" {
		changed = slices.DeleteFunc(d.since(time.Time{}), func(t *deskTicket) bool { return t.cursor() <= cursor })
	}
	slice := changed[:min(3, len(changed))]
	tickets, users, sets := []any{}, []any{}, []any{}
	for _, t := range slice {
		cursor = t.cursor()
		tickets = append(tickets, map[string]any{
			"id": t.id, "status": t.word("open", "solved"), "subject": "Facture", "requester_id": 9000 + t.id, "group_id": 77,
			"created_at": stamp(t.opened), "updated_at": stamp(t.change), "via": map[string]any{"channel": "email"},
		})
		users = append(users, map[string]any{"id": 9000 + t.id, "name": "Lina", "email": t.email(), "locale": "fr", "iana_time_zone": "Europe/Paris"})
		sets = append(sets, map[string]any{"ticket_id": t.id, "solved_at": stamp(t.closedAt)})
	}
	return map[string]any{
		"tickets": tickets, "users": users, "metric_sets": sets, "groups": []any{map[string]any{"id": 77, "name": "billing"}},
		"after_cursor": cursor, "end_of_stream": len(slice) == len(changed),
	}
}

func (d *helpdesk) freshdesk(r *http.Request) any {
	if r.URL.Path != "/api/v2/tickets" {
		return []any{map[string]any{"id": 77, "name": "billing"}}
	}
	from, _ := time.Parse(time.RFC3339, r.URL.Query().Get("updated_since"))
	tickets, changed := []any{}, d.since(from)
	slices.Reverse(changed)
	for _, t := range page(changed, r, 100) {
		tickets = append(tickets, map[string]any{
			"id": t.id, "status": map[bool]int{false: 2, true: 4}[t.closed], "subject": "Facture", "group_id": 77, "product_id": 77,
			"created_at": stamp(t.opened), "updated_at": stamp(t.change), "requester": map[string]any{"name": "Lina", "email": t.email()},
			"stats": map[string]any{"resolved_at": stamp(t.closedAt)},
		})
	}
	return tickets
}

func (d *helpdesk) zammad(r *http.Request) any {
	if id, ok := strings.CutPrefix(r.URL.Path, "/api/v1/users/"); ok {
		n, _ := strconv.Atoi(id)
		return map[string]any{"id": n, "firstname": "Lina", "lastname": "Roche", "email": (&deskTicket{id: n - 9000}).email()}
	}
	query := strings.TrimPrefix(r.URL.Query().Get("query"), "updated_at:[")
	from, _ := time.Parse(time.RFC3339, strings.TrimSuffix(query, " TO *]"))
	tickets := []any{}
	for _, t := range page(d.since(from), r, 50) {
		tickets = append(tickets, map[string]any{
			"id": t.id, "number": fmt.Sprint(t.id), "state": t.word("open", "closed"), "title": "Facture", "group": "billing",
			"customer_id": 9000 + t.id, "customer": "lina", "owner_id": 1, "owner": "-",
			"created_at": stamp(t.opened), "updated_at": stamp(t.change), "last_close_at": stamp(t.closedAt),
		})
	}
	return tickets
}

func (d *helpdesk) chatwoot(r *http.Request) any {
	all := d.since(time.Time{})
	slices.Reverse(all)
	list := []any{}
	for _, t := range page(all, r, 25) {
		list = append(list, map[string]any{
			"id": t.id, "status": t.word("open", "resolved"), "created_at": t.opened.Unix(), "last_activity_at": t.change.Unix(),
			"meta": map[string]any{"sender": map[string]any{"id": 9000 + t.id, "name": "Lina", "email": t.email()}, "channel": "Channel::Email"},
		})
	}
	return map[string]any{"data": map[string]any{"meta": map[string]any{}, "payload": list}}
}

// poller looks with the real client.
func (h *house) poller() *surveys.Poller {
	return &surveys.Poller{Store: h.store, Look: intake.Looker{Client: intake.NewClient()}.Look, Settings: h.inForce, Log: silent()}
}

// works lets a Poller and all who come after it work for some minutes, and says how
// many events came in.
func (h *house) works(p *surveys.Poller, minutes int) (events int) {
	h.Helper()
	a := h.applier()
	p.Next = func() {}
	for range minutes {
		_, err := p.Pass(h.Context())
		h.must(err)
		waiting, err := h.store.FindEvents(h.Context(), surveys.ToApply, 10_000)
		h.must(err)
		events += len(waiting)
		for more := true; more; {
			more, err = a.Pass(h.Context())
			h.must(err)
		}
		for more := true; more; {
			more, err = h.inviter().Pass(h.Context())
			h.must(err)
		}
		h.clock.pass(minute)
	}
	return events
}

func (h *house) kept() map[string]surveys.Invitation {
	h.Helper()
	all := map[string]surveys.Invitation{}
	for _, i := range h.invitations() {
		all[i.ID] = i
	}
	return all
}

// TestE08MissedClosingsAreFound: Entendu is down for three hours and no helpdesk
// sends again what it sent meanwhile.
func TestE08MissedClosingsAreFound(t *testing.T) {
	for _, kind := range []string{"zendesk", "freshdesk", "zammad", "chatwoot"} {
		t.Run(kind, func(t *testing.T) {
			h := open(t)
			desk := newHelpdesk(t, kind, h.clock)
			h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{desk.source("desk")} })
			for id := 1; id <= 70; id++ {
				desk.open(id)
			}
			desk.close(70) // and only touched after its time
			h.clock.pass(hour)
			h.works(h.poller(), 40)
			if n := len(h.invitations()); n != 1 {
				t.Fatalf("%d invitations before anything else was closed", n)
			}

			for id := 1; id <= 60; id++ { // nobody hears of it
				h.clock.pass(3 * minute)
				desk.close(id)
			}
			h.works(h.poller(), 20)
			for id := 1; id <= 60; id++ {
				h.stands(fmt.Sprint(id), 1, surveys.Waiting, "")
			}
			before := h.kept()
			if len(before) != 61 {
				t.Errorf("%d invitations for 61 closings", len(before))
			}
			if events := h.works(h.poller(), 30); events > 0 {
				t.Errorf("looking again found %d events", events)
			}
			again := h.poller()
			h.must(h.store.PutSlot(t.Context(), "look/desk", "")) // and from the beginning
			if events := h.works(again, 30); events > 0 {
				t.Errorf("looking from the beginning found %d events", events)
			}
			if diff := compare.Diff(before, h.kept()); diff != "" {
				t.Errorf("looking twice changed an invitation (-before +after):\n%s", diff)
			}
		})
	}
}

// TestE08LateClosingsAreNotAskedAbout: what closed longer ago than too_old is found
// and counted, and nobody is asked.
func TestE08LateClosingsAreNotAskedAbout(t *testing.T) {
	for _, kind := range []string{"zendesk", "freshdesk", "zammad"} { // Chatwoot does not tell when
		t.Run(kind, func(t *testing.T) {
			h := open(t)
			desk := newHelpdesk(t, kind, h.clock)
			h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{desk.source("desk")} })
			for id := 1; id <= 3; id++ {
				desk.open(id)
			}
			h.clock.pass(day)
			desk.close(1)
			desk.close(2)
			h.clock.pass(8 * day)
			desk.change(2, func(*deskTicket) {}) // a note, which makes it show up
			desk.close(3)
			h.clock.pass(hour)
			h.works(h.poller(), 5)
			h.stands("2", 1, surveys.Skipped, surveys.TooOld)
			h.stands("3", 1, surveys.Waiting, "")
			if _, err := h.store.GetTicket(t.Context(), key("1")); !absent(err) {
				t.Errorf("the first look went back further than too_old: %v", err)
			}
		})
	}
}

// zendeskEvent is what Zendesk posts of a solved ticket: an id for who asked, and a
// time that is a little later than the ticket's own.
func zendeskEvent(d *helpdesk, id int) string {
	at := d.clock.Now().Truncate(time.Second)
	return fmt.Sprintf(`{"type": "zen:event-type:ticket.status_changed", "id": "e%d", "time": %q, "detail": {"id": "%d", "status": "SOLVED",
		"created_at": %q, "updated_at": %q, "requester_id": "%d", "group_id": "77"}, "event": {"current": "SOLVED", "previous": "OPEN"}}`,
		id, at.Add(250*time.Millisecond).Format(time.RFC3339Nano), id, at.Add(-hour).Format(time.RFC3339), at.Format(time.RFC3339), 9000+id)
}

// TestLookTellsWhoAsked: an event that names nobody skips its closing; the look that
// tells the address has it asked about, if that is not too late.
func TestLookTellsWhoAsked(t *testing.T) {
	h := open(t)
	desk := newHelpdesk(t, "zendesk", h.clock)
	h.decide(func(s *surveys.Settings) {
		s.Sources = []surveys.Source{desk.source("desk")}
		s.Asking.Hours = ""
	})
	desk.open(1)
	h.clock.pass(hour)
	desk.close(1)
	closed := h.clock.Now()
	h.post("zendesk", "desk", zendeskEvent(desk, 1))
	h.apply(h.applier())
	h.settle()
	h.stands("1", 1, surveys.Skipped, surveys.NoAddress)
	skipped := h.invitation("1", 1)

	h.works(h.poller(), 2)
	h.stands("1", 1, surveys.Waiting, "")
	i, ticket := h.invitation("1", 1), h.ticket("1")
	if i.Person != personOf("lina1@example.net") || i.Team != "billing" || i.Language != "fr" || !i.DueAt.Equal(closed.Add(hour+250*time.Millisecond)) {
		t.Errorf("asked is %+v", i)
	}
	if !i.MadeAt.Equal(skipped.MadeAt) || len(i.Recount) != 1 || len(ticket.Closings) != 1 || ticket.Settle {
		t.Errorf("the closing is not the same one: %+v, %+v", i, ticket)
	}
	who, err := h.store.GetCustomer(t.Context(), i.Person)
	if h.must(err); who.Name != "Lina" || who.Timezone != "Europe/Paris" || who.Language != "fr" {
		t.Errorf("the customer is %+v", who)
	}
	h.clock.pass(2 * hour)
	h.send()
	h.stands("1", 1, surveys.Sent, "")
}

// TestAddressLearntTooLate: also a closing that was heard of in time.
func TestAddressLearntTooLate(t *testing.T) {
	h := open(t)
	nobody := told(surveys.Closed, 1)
	nobody.Customer = surveys.Contact{Ref: "9001"}
	h.hear(nobody, about(nobody, "2", ""))
	h.clock.pass(8 * day)
	h.hear(told(surveys.Closed, 1))
	h.stands("1", 1, surveys.Skipped, surveys.TooOld)
	h.stands("2", 1, surveys.Skipped, surveys.NoAddress)
	if again := about(nobody, "2", ""); true {
		again.Customer.Ref = "9002"
		again.UpdatedAt = again.UpdatedAt.Add(hour)
		h.hear(again)
	}
	h.stands("2", 1, surveys.Skipped, surveys.NoAddress)
}

// TestOlderNoticeDisplacesNobody who can be written to, and brings nobody back who
// was cut from the ticket.
func TestOlderNoticeDisplacesNobody(t *testing.T) {
	h := open(t)
	lina, sam := told(surveys.Closed, 5), about(told(surveys.Closed, 1), "1", "sam@example.net")
	sam.Whole = true
	h.hear(lina, sam)
	if got := h.ticket("1"); got.Person != personOf("lina@example.net") {
		t.Error("an older notice put somebody else in")
	}
	erased := h.ticket("1")
	erased.Person = ""
	h.must(h.store.PutTicket(t.Context(), erased))
	h.hear(sam)
	if got := h.ticket("1"); got.Person != "" || got.Customer != erased.Customer {
		t.Error("an older notice brought somebody back")
	}
	anonymous := about(told(surveys.Closed, 5), "2", "")
	anonymous.Customer.Ref = "9001"
	h.hear(anonymous)
	h.must(h.store.RemoveCustomer(t.Context(), h.ticket("2").Person))
	h.hear(about(sam, "2", "sam@example.net"))
	if got := h.ticket("2"); got.Person == personOf("sam@example.net") {
		t.Error("an older notice put somebody in the place of one who was erased")
	}
}

// TestLaterNoticeCompletesTheCustomer and never empties or replaces what is known.
func TestLaterNoticeCompletesTheCustomer(t *testing.T) {
	h := open(t)
	n := told(surveys.Open, 1)
	n.Customer.Name = ""
	h.hear(n)
	n = told(surveys.Open, 2)
	n.Customer.Timezone, n.Language = "Europe/Lisbon", "pt"
	h.hear(n)
	n = told(surveys.Open, 3)
	n.Customer.Name, n.Customer.Timezone, n.Language = "L.", "", "fr"
	h.hear(n)
	c, err := h.store.GetCustomer(t.Context(), personOf("lina@example.net"))
	if h.must(err); c.Name != "Lina Roche" || c.Timezone != "Europe/Lisbon" || c.Language != "pt" || !c.SeenAt.Equal(monday) {
		t.Errorf("%+v", c)
	}
}

// lines is a log that is kept.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// TestAFailingHelpdeskIsLeftAlone: longer each time, logged once, and without making
// others wait.
func TestAFailingHelpdeskIsLeftAlone(t *testing.T) {
	h := open(t)
	ill, well := newHelpdesk(t, "zammad", h.clock), newHelpdesk(t, "freshdesk", h.clock)
	h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{ill.source("ill"), well.source("well")} })
	var log lines
	p := h.poller()
	p.Log = slog.New(slog.NewTextHandler(&log, nil))
	status, after := http.StatusUnauthorized, ""
	ill.fails(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(status)
		return status != http.StatusOK
	})
	for _, test := range []struct {
		name     string
		minutes  int
		requests int
	}{
		{"after 0, 1, 3, 7, 15, 31 and 63 minutes", 64, 7},
		{"once an hour", 120, 2},
	} {
		before, others := ill.requests(), well.requests()
		if h.works(p, test.minutes); ill.requests()-before != test.requests {
			t.Errorf("%s: asked %d times", test.name, ill.requests()-before)
		}
		if n := well.requests() - others; n < test.minutes/5 {
			t.Errorf("%s: the other helpdesk was asked %d times", test.name, n)
		}
	}
	status, after = http.StatusTooManyRequests, "7200"
	h.works(p, 60)
	before := ill.requests()
	if h.works(p, 60); ill.requests() != before {
		t.Error("asked sooner than the helpdesk wished")
	}
	ill.fails(nil)
	h.works(p, 120)
	if n := strings.Count(log.text.String(), "\n"); n != 3 || !strings.Contains(log.text.String(), "401") || !strings.Contains(log.text.String(), "429") {
		t.Errorf("not one line for each change:\n%s", log.text.String())
	}
	if strings.Contains(log.text.String(), token) {
		t.Error("the log tells the token")
	}
}

// TestAnotherTokenIsTriedAtOnce and another address begins anew.
func TestAnotherTokenIsTriedAtOnce(t *testing.T) {
	h := open(t)
	desk := newHelpdesk(t, "zendesk", h.clock)
	src := desk.source("desk")
	src.Token = "not " + token
	h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{src} })
	desk.close(1)
	h.clock.pass(minute)
	h.works(h.poller(), 30)
	src.Token = token
	h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{src} })
	if events := h.works(h.poller(), 1); events != 1 {
		t.Fatalf("%d events after the token was put right", events)
	}
	other := newHelpdesk(t, "zendesk", h.clock)
	other.close(2)
	h.clock.pass(minute)
	h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{other.source("desk")} })
	if events := h.works(h.poller(), 1); events != 1 {
		t.Errorf("%d events of the other helpdesk", events)
	}
}

// TestALostCursorBeginsAnew where the helpdesk says that it knows it no more.
func TestALostCursorBeginsAnew(t *testing.T) {
	h := open(t)
	desk := newHelpdesk(t, "zendesk", h.clock)
	h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{desk.source("desk")} })
	desk.close(1)
	h.clock.pass(minute)
	h.works(h.poller(), 1)
	desk.fails(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("cursor") == "" {
			return false
		}
		w.WriteHeader(http.StatusUnprocessableEntity)
		return true
	})
	desk.close(2)
	h.works(h.poller(), 10)
	h.stands("2", 1, surveys.Waiting, "")
}

// forgetful is a store in which a process died before it noted how far it got.
type forgetful struct{ surveys.Store }

func (forgetful) PutSlot(context.Context, string, string) error { return errKilled }

func TestPollerKilledBeforeItNoted(t *testing.T) {
	h := open(t)
	desk := newHelpdesk(t, "freshdesk", h.clock)
	h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{desk.source("desk")} })
	desk.close(1)
	h.clock.pass(minute)
	p := h.poller()
	p.Store = forgetful{h.store}
	if _, err := p.Pass(t.Context()); !errors.Is(err, errKilled) {
		t.Fatalf("Pass = %v", err)
	}
	h.clock.pass(minute)
	if events := h.works(h.poller(), 10); events != 1 {
		t.Errorf("%d events of one closing", events)
	}
	h.stands("1", 1, surveys.Waiting, "")
}

// TestNobodyToAsk: a source without token, and one of a kind that has no API.
func TestNobodyToAsk(t *testing.T) {
	h := open(t)
	desk := newHelpdesk(t, "zendesk", h.clock)
	silent, strange := desk.source("silent"), desk.source("strange")
	silent.Token, strange.Kind = "", "generic"
	h.decide(func(s *surveys.Settings) { s.Sources = []surveys.Source{silent, strange} })
	if h.works(h.poller(), 10); desk.requests() > 0 {
		t.Errorf("%d requests", desk.requests())
	}
}
