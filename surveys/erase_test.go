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
