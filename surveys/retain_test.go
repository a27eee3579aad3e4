package surveys_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// forget lets the Forgetter work until nothing more is to be done.
func (h *house) forget() (passes int) {
	h.Helper()
	f := &surveys.Forgetter{Store: h.store, Settings: h.inForce}
	for more := true; more; passes++ {
		var err error
		more, err = f.Pass(h.Context())
		h.must(err)
	}
	return passes
}

// named says what is left of a person in a ticket and its first invitation.
func (h *house) named(ticket string) string {
	h.Helper()
	t, i := h.ticket(ticket), h.invitation(ticket, 1)
	if t.Customer == "" || i.Customer == "" {
		h.Errorf("ticket %s lost the id that distinct customers are counted by", ticket)
	}
	return strings.TrimSpace(fmt.Sprintf("%t %t %s", t.Person != "", i.Person != "", t.Subject))
}

func (h *house) knows(email string) bool {
	h.Helper()
	_, err := h.store.GetCustomer(h.Context(), personOf(email))
	if err != nil && !absent(err) {
		h.must(err)
	}
	return err == nil
}

// TestAddressesGoAfterTheSurveyIsOver: 28 days to answer and 90 more, and then nothing
// leads from a ticket to a person, whatever else of theirs is still young.
func TestAddressesGoAfterTheSurveyIsOver(t *testing.T) {
	h, token := asked(t)
	n := told(surveys.Closed, 0)
	n.Subject, n.UpdatedAt = "Facture en double", h.clock.Now()
	h.hear(about(n, "2", "paul@example.net"))
	h.send()
	h.passes(2 * hour)
	_, err := h.answers().Confirm(t.Context(), token, form("comment", "Merci !"), "fr")
	h.must(err)
	before := h.response()

	h.clock.until(monday.Add(118*day - minute)) // the first mail left on monday
	h.forget()
	if h.named("1") != "true true" || h.named("2") != "true true Facture en double" || !h.knows("lina@example.net") {
		t.Fatalf("too soon: %q, %q", h.named("1"), h.named("2"))
	}
	n = told(surveys.Closed, 0)
	n.UpdatedAt = h.clock.Now() // lina has asked something else since
	h.hear(about(n, "3", "lina@example.net"))
	h.clock.pass(2 * day)
	for range 2 { // repeating does no harm
		h.forget()
		if h.named("1") != "false false" || h.named("2") != "false false" || h.named("3") != "true true" {
			t.Errorf("who is left: %q, %q, %q", h.named("1"), h.named("2"), h.named("3"))
		}
		if !h.knows("lina@example.net") || h.knows("paul@example.net") {
			t.Errorf("lina, who came back, is known: %t; paul: %t", h.knows("lina@example.net"), h.knows("paul@example.net"))
		}
	}
	if r := h.response(); r.Customer != before.Customer || r.Last().Values["comment"] != "Merci !" {
		t.Errorf("the answer lost more than its person: %+v", r)
	}
	if _, err := h.answers().Find(t.Context(), token); !errors.Is(err, surveys.ErrOver) {
		t.Errorf("the link still opens: %v", err)
	}
}

// TestAddressesStayWhileTheyAreNeeded: with who still waits for help, or for our mail.
func TestAddressesStayWhileTheyAreNeeded(t *testing.T) {
	h := open(t)
	h.hear(about(told(surveys.Open, 0), "1", "lina@example.net"), about(told(surveys.Withdrawn, 0), "2", "paul@example.net"))
	h.hear(about(told(surveys.Closed, 0), "3", "zoe@example.net"))
	h.clock.pass(200 * day)
	h.forget()
	if h.ticket("1").Person == "" || h.ticket("3").Person == "" || !h.knows("lina@example.net") || !h.knows("zoe@example.net") {
		t.Error("who still waits was forgotten")
	}
	if h.ticket("2").Person != "" || h.knows("paul@example.net") {
		t.Error("who gave up long ago is still known")
	}
}

// TestWordsGoAfterTheirTime: what was chosen stays; an answer of the last day is kept.
func TestWordsGoAfterTheirTime(t *testing.T) {
	h, token := asked(t)
	_, err := h.answers().Confirm(t.Context(), token, form("comment", "C'est Lina Roche qui parle.", "recommend", "9"), "fr")
	h.must(err)
	h.clock.until(monday.AddDate(0, 25, 0).Add(-minute))
	h.forget()
	if h.response().Last().Values["comment"] == "" {
		t.Fatal("a comment went before its time")
	}
	h.clock.pass(2 * day)
	h.forget()
	r := h.response()
	if v := r.Last().Values; v["comment"] != "" || v["recommend"] != "9" || v["delay"] != "4" || r.Customer == "" {
		t.Errorf("what is left: %+v", r)
	}
}

// TestRetentionIsOffWhereItSaysSo also shows that a sweep is made once a day.
func TestRetentionIsOffWhereItSaysSo(t *testing.T) {
	h, token := asked(t)
	_, err := h.answers().Confirm(t.Context(), token, form("comment", "Merci !"), "fr")
	h.must(err)
	h.decide(func(s *surveys.Settings) { s.Privacy.Addresses, s.Privacy.Answers = surveys.Span{}, surveys.Span{} })
	h.clock.pass(3000 * day)
	h.forget()
	if h.named("1") != "true true" || !h.knows("lina@example.net") || h.response().Last().Values["comment"] == "" {
		t.Error("forgotten all the same")
	}
	h.decide(func(s *surveys.Settings) { s.Privacy = surveys.DefaultSettings().Privacy })
	h.forget()
	if h.named("1") != "false false" || h.knows("lina@example.net") || h.response().Last().Values["comment"] != "" {
		t.Error("kept after it was put on")
	}
}

// TestRetentionGoesThroughEverything: also where there is more than one pass takes, and
// what cannot go yet stands in front.
func TestRetentionGoesThroughEverything(t *testing.T) {
	h := open(t)
	const many = 600
	for n := range many {
		k := surveys.Ticket{TicketKey: key(fmt.Sprint(n)), Status: surveys.Closed, UpdatedAt: monday, Subject: "x", Customer: "c", Person: fmt.Sprint("p", n)}
		k.Settle = n < 300 // a closing of theirs is still to be looked at
		h.must(h.store.AddTicket(t.Context(), k))
		h.must(h.store.AddCustomer(t.Context(), surveys.Customer{Person: k.Person, ID: "c", SeenAt: monday}))
	}
	h.clock.pass(119 * day)
	h.forget()
	left, known := 0, 0
	for _, err := range h.store.TicketsNamed(t.Context(), time.Time{}) {
		h.must(err)
		left++
	}
	for _, err := range h.store.Customers(t.Context(), "") {
		h.must(err)
		known++
	}
	if left != 300 || known != 300 {
		t.Errorf("%d tickets and %d customers are left, want the 300 that wait", left, known)
	}
}
