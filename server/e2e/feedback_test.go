package e2e

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// webhook is one delivery of a mail service and the event that it makes.
type webhook struct{ id, body string }

// mailgun tells what became of a mail, as that service does: it signs a token and a
// time.
func (s *scene) mailgun(secret string, about map[string]any) webhook {
	s.Helper()
	token, stamp := rand.Text(), fmt.Sprint(s.now().Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + token))
	body, err := json.Marshal(map[string]any{
		"signature":  map[string]string{"timestamp": stamp, "token": token, "signature": hex.EncodeToString(mac.Sum(nil))},
		"event-data": about,
	})
	must(s, err)
	return webhook{surveys.EventID("service", token, nil, time.Time{}), string(body)}
}

// failed is a bounce of a letter, the way the service words it.
func failed(l letter, severity, words string) map[string]any {
	return map[string]any{
		"event": "failed", "severity": severity, "reason": "bounce", "recipient": l.address,
		"message":         map[string]any{"headers": map[string]any{"message-id": strings.Trim(l.id, "<>")}},
		"delivery-status": map[string]any{"code": 550, "message": words},
	}
}

// told posts it and gives the answer's status.
func (s *scene) told(w webhook) int {
	s.Helper()
	kept := s.diary.say(w.id, w.body)
	status, _, err := s.helpdesk.request(s.Context(), "mail/service", strings.NewReader(w.body), http.Header{})
	must(s, err)
	if status/100 == 2 {
		kept()
	}
	return status
}

// TestBouncedByWebhook: a mail that a server had taken comes back, told fifty times
// at once. It is not delivered, its person is not written to again, and what a forger
// tells of another one changes nothing.
func TestBouncedByWebhook(t *testing.T) {
	s := newScene(t, onSQLite())
	s.started()
	for _, id := range []string{"1", "2"} {
		must(t, s.helpdesk.post(t.Context(), about(id, "closed")))
	}
	gone, there, st := s.letterTo("1"), s.letterTo("2"), s.look()
	s.settled(st)
	s.wantDelivered(st, 2)

	bounce := s.mailgun(hookSecret, failed(gone, "permanent", "5.1.1 canary unknown"))
	codes := make(chan int)
	for range 50 {
		go func() { codes <- s.told(bounce) }()
	}
	for range 50 {
		if code := <-codes; code/100 != 2 {
			t.Errorf("answered %d", code)
		}
	}
	soft := failed(there, "temporary", "4.2.2 full")
	if code := s.told(s.mailgun(hookSecret, soft)); code != http.StatusAccepted {
		t.Errorf("a soft bounce: %d", code)
	}
	forged := failed(there, "permanent", "5.1.1 unknown")
	if code := s.told(s.mailgun(hookSecret+"x", forged)); code != http.StatusUnauthorized {
		t.Errorf("a forged signature: %d", code)
	}
	headers := forged["message"].(map[string]any)["headers"].(map[string]any)
	headers["message-id"] = "inv.AAAA" + headers["message-id"].(string)[8:]
	if code := s.told(s.mailgun(hookSecret, forged)); code != http.StatusAccepted {
		t.Errorf("a forged name: %d", code)
	}
	s.settled(st)
	s.wantDelivered(st, 1)

	i, err := st.GetInvitation(t.Context(), gone.invitation)
	must(t, err)
	if i.Bounce.At.IsZero() || !strings.HasSuffix(i.Bounce.Reply, "hard 550 5.1.1 canary unknown") || strings.Contains(i.Bounce.Reply, "\n") {
		t.Errorf("%+v", i.Bounce)
	}
	suppressed, err := st.GetSuppression(t.Context(), i.Person)
	if err != nil || suppressed.Reason != surveys.Bounced {
		t.Errorf("%+v, %v", suppressed, err)
	}
	i, err = st.GetInvitation(t.Context(), there.invitation)
	must(t, err)
	if !i.Bounce.At.IsZero() || i.Bounce.Soft != 1 {
		t.Errorf("the other: %+v", i.Bounce)
	}
	refused, err := st.FindEvents(t.Context(), surveys.NotUnderstood, 9)
	if err != nil || len(refused) != 1 || !strings.Contains(refused[0].Note, "not sent from here") {
		t.Errorf("%+v, %v", refused, err)
	}
	s.wantNobodyWrittenTo(st, gone)
	s.holds(st)
	s.stopped()
}

// wantNobodyWrittenTo closes another ticket of a letter's customer.
func (s *scene) wantNobodyWrittenTo(st store.Store, gone letter) {
	s.Helper()
	must(s, s.helpdesk.post(s.Context(), about("3", "closed").with("customer", map[string]any{"email": gone.address})))
	s.settled(st)
	i, err := st.GetInvitation(s.Context(), surveys.InvitationID(surveys.AfterHandling, surveys.TicketKey{Source: "desk", ID: "3"}, 1))
	if err != nil || i.State != surveys.Skipped || i.Code != surveys.Suppressed || len(s.postbox.letters()) != 2 {
		s.Errorf("%s %q, %d mails, %v", i.State, i.Code, len(s.postbox.letters()), err)
	}
}

// wantDelivered waits until the tallies say how many mails were delivered.
func (s *scene) wantDelivered(st store.Store, want int) {
	s.Helper()
	got := 0
	err := await(s.Context(), "the tallies say so", func() bool {
		got = delivered(s.Context(), st)
		return got == want
	})
	if err != nil {
		s.Errorf("delivered %d, want %d: %v", got, want, err)
	}
}

func delivered(ctx context.Context, st reports.Store) (n int) {
	for tally, err := range st.Tallies(ctx, "", "") {
		if err != nil {
			return -1
		}
		for _, c := range tally.Closed {
			n += c.Sent
		}
	}
	return n
}
