package surveys_test

import (
	"errors"
	"testing"

	"github.com/entendu/entendu/surveys"
)

func (h *house) erase(email string) (inHand int) {
	h.Helper()
	inHand, err := (&surveys.Eraser{Store: h.store, Settings: h.inForce}).Erase(h.Context(), personOf(email))
	h.must(err)
	return inHand
}

// TestE06Erased: an answered closing, one whose mail waits, and another person's.
func TestE06Erased(t *testing.T) {
	h, token := asked(t)
	n := told(surveys.Closed, -60)
	n.Subject = "Facture en double"
	h.hear(about(n, "3", "paul@example.net"))
	n.UpdatedAt = monday
	h.hear(about(n, "2", "lina@example.net"))
	_, err := h.answers().Confirm(t.Context(), token, form("comment", "C'est Lina Roche qui parle."), "fr")
	h.must(err)
	before := h.response()

	for range 2 { // repeating does no harm
		if n := h.erase("lina@example.net"); n != 0 {
			t.Fatalf("%d in hand", n)
		}
		if _, err := h.store.GetCustomer(t.Context(), personOf("lina@example.net")); !absent(err) {
			t.Errorf("the address is still known: %v", err)
		}
		if s, err := h.store.GetSuppression(t.Context(), personOf("lina@example.net")); err != nil || s.Reason != surveys.Forgotten {
			t.Errorf("the suppression: %+v, %v", s, err)
		}
		if h.ticket("2").Subject != "" || h.ticket("3").Subject == "" {
			t.Errorf("subjects: %q, of somebody else %q", h.ticket("2").Subject, h.ticket("3").Subject)
		}
		h.stands("2", 1, surveys.Skipped, surveys.Erased)
		h.stands("1", 1, surveys.Sent, "")
		h.stands("3", 1, surveys.Waiting, "")
		last := h.response().Last()
		if last.Values["comment"] != "" || last.Values["delay"] != "4" || last.Values["listening"] != "5" || h.response().Customer != before.Customer {
			t.Errorf("the response: %+v", h.response())
		}
		if _, err := h.answers().Find(t.Context(), token); !errors.Is(err, surveys.ErrOver) {
			t.Errorf("the link still opens: %v", err)
		}
		if _, err := h.answers().Confirm(t.Context(), token, form(), "fr"); !errors.Is(err, surveys.ErrOver) {
			t.Errorf("the link still takes answers: %v", err)
		}
	}

	// What the helpdesk goes on telling is not kept again, and nobody is written to.
	n = told(surveys.Reopened, 10)
	h.hear(n)
	n = told(surveys.Closed, 20)
	h.hear(n, about(n, "4", "Lina@example.net"))
	h.stands("1", 2, surveys.Skipped, surveys.Suppressed)
	h.stands("4", 1, surveys.Skipped, surveys.Suppressed)
	if _, err := h.store.GetCustomer(t.Context(), personOf("lina@example.net")); !absent(err) {
		t.Errorf("the address is known again: %v", err)
	}
	h.passes(30 * day)
	for _, l := range h.mail.carried()[1:] {
		if l.To != "paul@example.net" {
			t.Errorf("mail to %s", l.To)
		}
	}
}

// TestE06ErasedAfterAStop: who had stopped all mail before is erased like everybody,
// and what is told of them later is not kept again.
func TestE06ErasedAfterAStop(t *testing.T) {
	h, _ := asked(t)
	lina := personOf("lina@example.net")
	h.must(h.store.AddSuppression(t.Context(), surveys.Suppression{Person: lina, Reason: surveys.Unsubscribed, At: monday}))
	h.erase("lina@example.net")
	if s, err := h.store.GetSuppression(t.Context(), lina); err != nil || s.Reason != surveys.Forgotten || !s.At.Equal(monday) {
		t.Errorf("the suppression: %+v, %v", s, err)
	}
	n := told(surveys.Reopened, 10)
	n.Subject = "Encore moi, Lina Roche"
	h.hear(n)
	if _, err := h.store.GetCustomer(t.Context(), lina); !absent(err) {
		t.Errorf("the address is known again: %v", err)
	}
	if subject := h.ticket("1").Subject; subject != "" {
		t.Errorf("the subject is %q", subject)
	}
}

// TestE06ErasedWhileAMailLeaves: its outcome is not lost, and the second time is enough.
func TestE06ErasedWhileAMailLeaves(t *testing.T) {
	h := due(t)
	h.mail.during = func(surveys.Letter) {
		h.mail.during = nil
		if n := h.erase("lina@example.net"); n != 1 {
			t.Errorf("%d in hand, want the one that leaves", n)
		}
	}
	h.send()
	h.stands("1", 1, surveys.Sent, "")
	if n := h.erase("lina@example.net"); n != 0 || h.invitation("1", 1).Person != "" {
		t.Errorf("%d in hand, person %q", n, h.invitation("1", 1).Person)
	}
}

// TestHeldIsWhatErasingReaches: everything of one person and nothing of another's, and
// afterwards nothing that was written by hand.
func TestHeldIsWhatErasingReaches(t *testing.T) {
	h, token := asked(t)
	n := told(surveys.Closed, -60)
	n.Subject = "Facture en double"
	h.hear(about(n, "2", "lina@example.net"), about(n, "3", "paul@example.net"))
	_, err := h.answers().Confirm(t.Context(), token, form("comment", "C'est moi", "delay", "1"), "fr")
	h.must(err)
	h.must(h.store.AddFollowUp(t.Context(), surveys.FollowUp{ID: h.invitation("1", 1).ID, State: surveys.FollowUpClosed, Note: "Lina Roche, 06"}))
	h.must(h.store.AddErrand(t.Context(), surveys.Errand{ID: "of lina", Person: personOf("lina@example.net"), State: surveys.ToCarry, Text: "Bonjour"}))
	h.must(h.store.AddErrand(t.Context(), surveys.Errand{ID: "of paul", Person: personOf("paul@example.net"), State: surveys.ToCarry, Text: "Bonjour"}))
	for id, body := range map[string]string{"hers": `{"email":"Lina@example.net"}`, "form": "email=lina%40example.net", "his": `{"email":"paul@example.net"}`} {
		h.must(h.store.AddEvent(t.Context(), surveys.Event{ID: id, State: surveys.Applied, Body: []byte(body)}))
	}
	hold := func(email string) surveys.Held {
		t.Helper()
		held, err := (&surveys.Eraser{Store: h.store, Settings: h.inForce}).Hold(t.Context(), personOf(email))
		h.must(err)
		return held
	}
	held := hold("lina@example.net")
	if held.Customer.Address != "lina@example.net" || len(held.Tickets) != 2 || len(held.Invitations) != 2 || len(held.Responses) != 1 ||
		len(held.FollowUps) != 1 || len(held.Errands) != 1 || held.Nothing() || !held.Erasable() {
		t.Errorf("held of lina: %+v", held)
	}
	if !hold("nobody@example.net").Nothing() {
		t.Error("something is held of nobody")
	}
	if n := h.erase("lina@example.net"); n != 0 {
		t.Errorf("%d in hand", n)
	}
	held = hold("lina@example.net")
	if held.Customer.Person != "" || len(held.Responses) != 0 || held.Errands[0].Text != "" || held.Erasable() || held.Nothing() {
		t.Errorf("held of lina once she is erased: %+v", held)
	}
	if f, err := h.store.GetFollowUp(t.Context(), h.invitation("1", 1).ID); err != nil || f.Note != "" {
		t.Errorf("the note is %q, %v", f.Note, err)
	}
	if his := hold("paul@example.net"); len(his.Tickets) != 1 || his.Errands[0].Text == "" {
		t.Errorf("held of paul: %+v", his)
	}
	for id, left := range map[string]bool{"hers": false, "form": false, "his": true} {
		if e, err := h.store.GetEvent(t.Context(), id); err != nil || (len(e.Body) > 0) != left {
			t.Errorf("event %s holds %q, %v", id, e.Body, err)
		}
	}
}

// TestErasureSaysWhatStillWaits: an event that is not applied yet would tell of them again.
func TestErasureSaysWhatStillWaits(t *testing.T) {
	h, _ := asked(t)
	h.must(h.store.AddEvent(t.Context(), surveys.Event{ID: "waits", State: surveys.ToApply, Body: []byte("lina@example.net")}))
	if n := h.erase("lina@example.net"); n != 1 {
		t.Errorf("%d in hand", n)
	}
}
