package surveys_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// post stores an event as the hooks do: one delivery is kept once.
func (h *house) post(kind, source, body string) string {
	h.Helper()
	e := surveys.Event{
		ID: surveys.EventID(source, "", []byte(body), h.clock.Now()), Source: source, Kind: kind,
		ReceivedAt: h.clock.Now(), Body: []byte(body), State: surveys.ToApply,
	}
	if err := h.store.AddEvent(h.Context(), e); err != nil && !taken(err) {
		h.Fatalf("%v", err)
	}
	h.clock.pass(time.Second)
	return e.ID
}

// body is a generic event about a ticket at some minutes after monday.
func body(id string, status surveys.Status, minutes int) string {
	return fmt.Sprintf(`{"id": %q, "status": %q, "opened_at": "2026-03-01T08:00:00Z", "updated_at": %q, "customer": {"email": "lina@example.net"}}`,
		id, status, monday.Add(time.Duration(minutes)*minute).Format(time.RFC3339))
}

func (h *house) event(id string) surveys.Event {
	h.Helper()
	e, err := h.store.GetEvent(h.Context(), id)
	h.must(err)
	return e
}

func (h *house) apply(a *surveys.Applier) {
	h.Helper()
	_, err := a.Pass(h.Context())
	h.must(err)
}

// TestPassUnderstandsOrSaysWhyNot puts all cases into one batch: none stops another.
func TestPassUnderstandsOrSaysWhyNot(t *testing.T) {
	h := open(t)
	h.clock.pass(day)
	type outcome struct {
		State surveys.EventState
		Note  string // part of it
		Kept  surveys.Status
	}
	tests := []struct {
		kind, source, ticket, body string
		want                       outcome
	}{
		{"generic", "desk", "10", body("10", surveys.Closed, 5), outcome{surveys.Applied, "", surveys.Closed}},
		{"generic", "desk", "", `{"id": "11"`, outcome{surveys.NotUnderstood, "not JSON", ""}},
		{"generic", "desk", "", `{"id": "12", "status": "on fire", "updated_at": "2026-03-02T08:00:00Z"}`, outcome{surveys.NotUnderstood, "status", ""}},
		{"freshdesk", "desk", "13", `{"ticket_id": "13", "ticket_status": "On fire", "ticket_updated_at": "2026-03-02T08:00:00Z"}`, outcome{surveys.NotUnderstood, `"On fire"`, ""}},
		{"carrier pigeon", "desk", "", body("14", surveys.Closed, 5), outcome{surveys.NotUnderstood, "kind", ""}},
		{"generic", "gone", "", body("15", surveys.Closed, 5), outcome{surveys.NotUnderstood, "removed", ""}},
		{"generic", "desk", "16", "[" + body("16", surveys.Open, 5) + "," + body("16", surveys.Resolved, 6) + "]", outcome{surveys.Applied, "", surveys.Resolved}},
	}
	var ids []string
	for _, test := range tests {
		ids = append(ids, h.post(test.kind, test.source, test.body))
	}
	h.apply(h.applier())
	for i, test := range tests {
		e := h.event(ids[i])
		if e.State != test.want.State || !strings.Contains(e.Note, test.want.Note) || (e.Note == "") != (test.want.Note == "") {
			t.Errorf("%s: %s, %q; want %+v", test.body, e.State, e.Note, test.want)
		}
		if test.ticket != "" && h.ticket(test.ticket).Status != test.want.Kept {
			t.Errorf("%s: the ticket is %q; want %q", test.body, h.ticket(test.ticket).Status, test.want.Kept)
		}
	}
	if _, err := h.store.GetTicket(t.Context(), surveys.TicketKey{Source: "gone", ID: "15"}); !absent(err) {
		t.Errorf("an event of a removed source made a ticket: %v", err)
	}
	if again, err := h.store.FindEvents(t.Context(), surveys.ToApply, 10); err != nil || len(again) > 0 {
		t.Errorf("%d events are still marked, %v", len(again), err)
	}
}

// TestPassKeepsTheOrderOfATicket also over more events than one batch takes.
func TestPassKeepsTheOrderOfATicket(t *testing.T) {
	h := open(t)
	h.clock.pass(day)
	const rounds = 40
	for i := range rounds {
		h.post("generic", "desk", body("1", surveys.Closed, 2*i+1))
		h.post("generic", "desk", body("1", surveys.Reopened, 2*i+2))
	}
	for more, err := true, error(nil); more; {
		more, err = h.applier().Pass(t.Context())
		h.must(err)
	}
	ticket := h.ticket("1")
	if len(ticket.Closings) != rounds || len(ticket.Transitions) != 2*rounds {
		t.Errorf("%d closings and %d transitions; want %d and %d", len(ticket.Closings), len(ticket.Transitions), rounds, 2*rounds)
	}
	soundClosings(t, ticket)
}

// faulty is the real store, of which some writes of tickets fail as told.
type faulty struct {
	surveys.Store
	fails func(surveys.Ticket) error
}

func (f faulty) AddTicket(ctx context.Context, t surveys.Ticket) error {
	if err := f.fails(t); err != nil {
		return err
	}
	return f.Store.AddTicket(ctx, t)
}

// TestFailureHoldsBackWhatFollows: an event whose ticket could not be written stays
// marked, and so do the later ones of that ticket; others are applied.
func TestFailureHoldsBackWhatFollows(t *testing.T) {
	h := open(t)
	h.clock.pass(day)
	held := []string{h.post("generic", "desk", body("1", surveys.Closed, 1)), h.post("generic", "desk", body("1", surveys.Reopened, 2))}
	free := h.post("generic", "desk", body("2", surveys.Closed, 3))
	a := h.applier()
	a.Store = faulty{h.store, func(t surveys.Ticket) error {
		if t.ID == "1" {
			return errKilled
		}
		return nil
	}}
	if more, err := a.Pass(t.Context()); !errors.Is(err, errKilled) || more {
		t.Fatalf("Pass = %v, %v; want the store's error", more, err)
	}
	for _, id := range held {
		if e := h.event(id); e.State != surveys.ToApply {
			t.Errorf("an event that is in no ticket is %s", e.State)
		}
	}
	if e := h.event(free); e.State != surveys.Applied {
		t.Errorf("an event of another ticket is %s", e.State)
	}
	h.apply(h.applier())
	if got := h.ticket("1"); len(got.Transitions) != 2 || got.Status != surveys.Reopened {
		t.Errorf("after the repetition the ticket is %s with %v", got.Status, got.Transitions)
	}
}

// TestKilledBeforeTheMarkIsCleared repeats the work and finds it done.
func TestKilledBeforeTheMarkIsCleared(t *testing.T) {
	h := open(t)
	h.clock.pass(day)
	id := h.post("generic", "desk", "["+body("1", surveys.Closed, 1)+","+body("2", surveys.Closed, 1)+"]")
	a := h.applier()
	a.At = dying("K5")
	var first surveys.Ticket
	for range 3 {
		if _, err := a.Pass(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("Pass = %v; want to be killed", err)
		}
		if first.ID == "" {
			first = h.ticket("1")
		}
		if diff := cmp.Diff(first, h.ticket("1")); diff != "" {
			t.Fatalf("repeating changed the ticket (-first +now):\n%s", diff)
		}
		if h.event(id).State != surveys.ToApply {
			t.Fatal("the mark is gone before the work was said to be done")
		}
	}
	h.apply(h.applier())
	if e := h.event(id); e.State != surveys.Applied {
		t.Errorf("the event is %s", e.State)
	}
	if diff := cmp.Diff(first, h.ticket("1")); diff != "" {
		t.Errorf("the last pass changed the ticket (-first +now):\n%s", diff)
	}
}

// TestE01OneDeliveryFiftyTimes has one effect, whoever applies it.
func TestE01OneDeliveryFiftyTimes(t *testing.T) {
	h := open(t)
	other := h.beside(h.clock)
	text := []byte(body("1", surveys.Closed, -5))
	e := surveys.Event{
		ID: surveys.EventID("desk", "d-1", text, monday), Source: "desk", Kind: "generic",
		ReceivedAt: h.clock.Now(), Body: text, State: surveys.ToApply,
	}
	together(50, func(n int) {
		store := h.store
		if n%2 == 1 {
			store = other
		}
		if err := store.AddEvent(t.Context(), e); err != nil && !taken(err) {
			t.Errorf("delivery %d: %v", n, err)
		}
		a := h.applier()
		a.Store = store
		if _, err := a.Pass(t.Context()); err != nil {
			t.Errorf("applying %d: %v", n, err)
		}
	})
	if got := h.ticket("1"); got.Rev != 1 || len(got.Closings) != 1 {
		t.Errorf("the ticket was written %d times and has %d closings", got.Rev, len(got.Closings))
	}
	if got := h.event(e.ID); got.State != surveys.Applied || got.Rev != 2 {
		t.Errorf("the event is %s at revision %d", got.State, got.Rev)
	}
}

// TestAppliersAtOnce gives the history of each ticket to many Appliers on two
// clients, each in an order of its own.
func TestAppliersAtOnce(t *testing.T) {
	h := open(t)
	stores := []surveys.Store{h.store, h.beside(h.clock)}
	history := says(surveys.Open, surveys.Closed, surveys.Reopened, surveys.Resolved, surveys.Closed, surveys.Pending, surveys.Resolved)
	together(8, func(n int) {
		a := h.applier()
		a.Store = stores[n%2]
		for id := range 3 {
			for i := range history {
				if n >= 4 {
					i = (i*5 + n) % len(history)
				}
				if _, err := a.ApplyNotice(t.Context(), "desk", about(history[i], fmt.Sprint(id), "lina@example.net"), monday); err != nil {
					t.Errorf("applying: %v", err)
				}
			}
		}
	})
	for id := range 3 {
		got := h.ticket(fmt.Sprint(id))
		soundClosings(t, got)
		if got.Status != surveys.Resolved || !got.UpdatedAt.Equal(history[6].UpdatedAt) {
			t.Errorf("ticket %d ends %s at %v", id, got.Status, got.UpdatedAt)
		}
		if got.Person != personOf("lina@example.net") || got.Customer != h.ticket("0").Customer || got.Customer == "" {
			t.Errorf("ticket %d is of %q, %q", id, got.Customer, got.Person)
		}
	}
}

func TestApplyAll(t *testing.T) {
	h := open(t)
	var notices []surveys.Notice
	for i := range 50 {
		notices = append(notices, about(told(surveys.Open, 1), fmt.Sprint(i%20), "lina@example.net"), about(told(surveys.Closed, 2), fmt.Sprint(i%20), ""))
	}
	for round, want := range []int{40, 0} {
		changed, err := h.applier().ApplyAll(t.Context(), "desk", notices, monday)
		h.must(err)
		if n := len(slices.DeleteFunc(changed, func(c bool) bool { return !c })); n != want {
			t.Errorf("round %d changed %d; want %d", round, n, want)
		}
	}
	for i := range 20 {
		if got := h.ticket(fmt.Sprint(i)); len(got.Closings) != 1 || len(got.Transitions) != 2 {
			t.Errorf("ticket %d has %v", i, got.Transitions)
		}
	}
}

// TestWhoAsked: one record per person, by address or else by the helpdesk's id.
func TestWhoAsked(t *testing.T) {
	h := open(t)
	hear := func(ticket string, c surveys.Contact) surveys.Ticket {
		n := told(surveys.Open, 1)
		n.ID, n.Customer, n.Language = ticket, c, "fr"
		h.hear(n)
		return h.ticket(ticket)
	}
	lina := hear("1", surveys.Contact{Email: "Lina@Example.net", Name: "Lina Roche", Ref: "7"})
	for _, test := range []struct {
		name string
		who  surveys.Contact
		same bool
		none bool
	}{
		{"the same in other letters", surveys.Contact{Email: " lina@EXAMPLE.NET"}, true, false},
		{"a plus-tag is another", surveys.Contact{Email: "lina+shop@example.net"}, false, false},
		{"an id alone", surveys.Contact{Ref: "7"}, false, false},
		{"an id where the address is none", surveys.Contact{Email: "not an address", Ref: "7"}, false, false},
		{"nobody", surveys.Contact{Name: "Lina Roche"}, false, true},
	} {
		got := hear("2"+test.name, test.who)
		if (got.Customer == lina.Customer) != test.same || (got.Person == lina.Person) != test.same || (got.Person == "") != test.none {
			t.Errorf("%s: %q, %q", test.name, got.Customer, got.Person)
		}
	}
	c, err := h.store.GetCustomer(t.Context(), lina.Person)
	want := surveys.Customer{Person: lina.Person, ID: lina.Customer, Address: "Lina@Example.net", Name: "Lina Roche", Language: "fr", SeenAt: monday}
	if diff := cmp.Diff(want, c); diff != "" || err != nil {
		t.Errorf("the customer (-want +got), %v:\n%s", err, diff)
	}
	if a, b := hear("3", surveys.Contact{Ref: "7"}), hear("4", surveys.Contact{Ref: "7"}); a.Person != b.Person || a.Customer != b.Customer {
		t.Error("one id of the helpdesk made two customers")
	}
}

// TestLearntWhenApplied: what could not be applied at once is learnt when it was, for the
// editions of in between did not know of it; else it is learnt when it was received.
func TestLearntWhenApplied(t *testing.T) {
	for _, test := range []struct {
		waits, learnt time.Duration
	}{
		{4 * time.Second, 0},
		{time.Hour, time.Hour},
	} {
		h := open(t)
		received := h.clock.Now()
		h.post("generic", "desk", body("20", surveys.Closed, 5))
		h.clock.pass(test.waits - time.Second) // that post let pass
		h.apply(h.applier())
		k := h.ticket("20")
		if got := k.Transitions[0].LearntAt.Sub(received); got != test.learnt || !k.Closings[0].LearntAt.Equal(k.Transitions[0].LearntAt) {
			t.Errorf("applied after %s, learnt after %s", test.waits, got)
		}
	}
}
