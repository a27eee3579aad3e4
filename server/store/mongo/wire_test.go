package mongo

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store/storetest"
	"github.com/entendu/entendu/surveys"
)

// wire keeps what the driver sends.
type wire struct {
	mu       sync.Mutex
	commands []bson.Raw
}

func (w *wire) started(_ context.Context, e *event.CommandStartedEvent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.commands = append(w.commands, slices.Clone(e.Command))
}

func (w *wire) sent() []bson.Raw {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.commands)
}

func watched(t *testing.T) (*Store, *wire) {
	o, name, err := settle(storetest.Ferret(t))
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{}
	s, err := open(t.Context(), o.SetMonitor(&event.CommandMonitor{Started: w.started}), name, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, w
}

// TestWhatIsSent calls every method and looks at every command: each write names
// one document by its _id and asks for majority and journal, each read is bounded
// and asks for majority, and there is no kind of command but these.
func TestWhatIsSent(t *testing.T) {
	s, w := watched(t)
	callEverything(t, s)
	kinds := map[string]int{}
	for _, c := range w.sent() {
		kind := c.Index(0).Key()
		kinds[kind]++
		switch kind {
		case "hello", "createIndexes", "endSessions":
		case "insert", "update", "delete":
			checkWrite(t, kind, c)
		case "find":
			checkRead(t, c)
		default:
			t.Errorf("a command of another kind: %v", c)
		}
		for _, word := range []string{"startTransaction", "autocommit", "$changeStream", "$where", "$function", "$$NOW"} {
			if strings.Contains(c.String(), `"`+word) {
				t.Errorf("%s in a command: %v", word, c)
			}
		}
	}
	for kind, atLeast := range map[string]int{"hello": 1, "createIndexes": len(indexes()), "insert": 10, "update": 9, "delete": 1, "find": 20} {
		if kinds[kind] < atLeast {
			t.Errorf("%d commands %s, want at least %d: not every method was called", kinds[kind], kind, atLeast)
		}
	}
}

func checkWrite(t *testing.T, kind string, c bson.Raw) {
	t.Helper()
	wc := c.Lookup("writeConcern")
	if d, ok := wc.DocumentOK(); !ok || d.Lookup("w").StringValue() != "majority" || !d.Lookup("j").Boolean() {
		t.Errorf("write concern %v: %v", wc, c)
	}
	list, ok := c.Lookup(map[string]string{"insert": "documents", "update": "updates", "delete": "deletes"}[kind]).ArrayOK()
	values, err := list.Values()
	if !ok || err != nil || len(values) != 1 {
		t.Errorf("not one statement: %v", c)
		return
	}
	statement := values[0].Document()
	if kind == "insert" {
		return // the driver would add an _id, but each document has its own
	}
	if id, ok := statement.Lookup("q", "_id").StringValueOK(); !ok || id == "" {
		t.Errorf("a write that does not name its document: %v", c)
	}
	if multi, ok := statement.Lookup("multi").BooleanOK(); ok && multi {
		t.Errorf("a write of many documents: %v", c)
	}
	if kind == "update" && statement.Lookup("u").Type != bson.TypeEmbeddedDocument {
		t.Errorf("an update that computes: %v", c)
	}
}

func checkRead(t *testing.T, c bson.Raw) {
	t.Helper()
	if level, _ := c.Lookup("readConcern", "level").StringValueOK(); level != "majority" {
		t.Errorf("read concern: %v", c)
	}
	if limit, _ := c.Lookup("limit").AsInt64OK(); limit < 1 || limit > 1000 {
		t.Errorf("a read without a limit: %v", c)
	}
}

// callEverything uses each method once where it succeeds.
func callEverything(t *testing.T, s *Store) {
	ctx := t.Context()
	e := surveys.Event{ID: "e", State: surveys.ToApply}
	k := surveys.Ticket{TicketKey: surveys.TicketKey{Source: "desk", ID: "1"}, Settle: true, Recount: []surveys.Day{"2026-03-01"}}
	i := surveys.Invitation{ID: "i", State: surveys.Waiting}
	r := surveys.Response{Invitation: "i"}
	c := surveys.Customer{Person: "p"}
	v := surveys.Reservation{Person: "p"}
	y := reports.Tally{Day: "2026-03-01"}
	calls := []error{
		s.AddEvent(ctx, e), s.AddTicket(ctx, k), s.AddInvitation(ctx, i), s.AddResponse(ctx, r), s.AddCustomer(ctx, c),
		s.AddSuppression(ctx, surveys.Suppression{Person: "p"}), s.AddReservation(ctx, v),
		s.AddSettings(ctx, surveys.SettingsChange{N: 1}), s.AddFact(ctx, "f", "v"), s.PutGeneration(ctx, "g"),
		s.AddRefusal(ctx, surveys.Refusal{ID: "f", Source: "desk"}), s.PutTally(ctx, y), s.AddEdition(ctx, reports.Edition{ID: "2026-03-02"}), s.Ready(ctx),
		s.ClearMark(ctx, reports.Mark{Kind: reports.MarkedTicket, Key: k.TicketKey, Rev: 1}),
	}
	e.Rev, k.Rev, i.Rev, r.Rev, v.Rev, y.Rev = 1, 1, 1, 1, 1, 1
	calls = append(calls, s.PutEvent(ctx, e), s.PutTicket(ctx, k), s.PutInvitation(ctx, i), s.PutResponse(ctx, r),
		s.PutCustomer(ctx, c), s.PutReservation(ctx, v), s.PutTally(ctx, y), s.RemoveSuppression(ctx, "p"), s.RemoveRefusal(ctx, "f"))
	for n, err := range calls {
		if err != nil {
			t.Errorf("write %d: %v", n, err)
		}
	}
	readEverything(t, s)
}

func readEverything(t *testing.T, s *Store) {
	ctx, key := t.Context(), surveys.TicketKey{Source: "desk", ID: "1"}
	errs := map[string]error{}
	_, errs["event"] = s.GetEvent(ctx, "e")
	_, errs["events"] = s.FindEvents(ctx, surveys.ToApply, 1)
	_, errs["events of a source"] = s.FindSourceEvents(ctx, "desk", 1)
	_, errs["refusals"] = s.FindRefusals(ctx, "desk", 1)
	_, errs["changes of the settings"] = s.FindSettings(ctx, 0, 1)
	_, errs["ticket"] = s.GetTicket(ctx, key)
	_, errs["tickets to settle"] = s.FindTicketsToSettle(ctx, 1)
	_, errs["invitation"] = s.GetInvitation(ctx, "i")
	_, errs["due invitations"] = s.FindDueInvitations(ctx, time.Now(), 1)
	_, errs["response"] = s.GetResponse(ctx, "i")
	_, errs["customer"] = s.GetCustomer(ctx, "p")
	_, errs["reservation"] = s.GetReservation(ctx, "p")
	_, errs["settings"] = s.LatestSettings(ctx)
	_, errs["fact"] = s.GetFact(ctx, "f")
	_, errs["generation"] = s.Generation(ctx)
	_, errs["marks"] = s.FindMarks(ctx, 1)
	_, errs["tally"] = s.GetTally(ctx, "2026-03-01")
	_, errs["edition"] = s.GetEdition(ctx, "2026-03-02")
	_, errs["latest edition"] = s.LatestEdition(ctx)
	always := time.Time{}
	for _, errs["walked ticket"] = range s.TicketsOpened(ctx, always, always) {
	}
	for _, errs["walked invitation"] = range s.InvitationsClosed(ctx, always, always) {
	}
	for _, errs["walked response"] = range s.ResponsesClosed(ctx, always, always) {
	}
	for _, errs["walked suppression"] = range s.Suppressions(ctx) {
	}
	for _, errs["walked tally"] = range s.Tallies(ctx, "", "") {
	}
	for _, errs["walked edition"] = range s.Editions(ctx) {
	}
	for what, err := range errs {
		if err != nil {
			t.Errorf("reading the %s: %v", what, err)
		}
	}
}

func TestIndexThatCannotBeMadeStopsTheStart(t *testing.T) {
	uri := storetest.Ferret(t)
	s, err := Open(t.Context(), uri, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	indexes := s.in(tickets).Indexes()
	if err := indexes.DropOne(t.Context(), "order_1"); err != nil {
		t.Fatal(err)
	}
	other := driver.IndexModel{Keys: bson.D{{Key: "agent", Value: 1}}, Options: options.Index().SetName("order_1")}
	if _, err := indexes.CreateOne(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if again, err := Open(t.Context(), uri, Options{}); err == nil || !strings.Contains(err.Error(), "index of tickets on order") {
		if err == nil {
			again.Close()
		}
		t.Errorf("Open: %v", err)
	}
}
