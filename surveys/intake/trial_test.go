package intake

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Every helpdesk's trial passes the way of a real event, and tells of one closing.
func TestATrialIsReadLikeAnEvent(t *testing.T) {
	now := time.Date(2026, 3, 5, 9, 30, 15, 0, time.UTC)
	for _, h := range Helpdesks() {
		src := surveys.Source{Name: "desk", Kind: h.Kind, Secret: "0123456789abcdef,fedcba9876543210", Freshness: surveys.Span{N: 5, Unit: "m"}}
		header, body := h.Try(src, now)
		if err := h.Verify(header, body, src, now); err != nil {
			t.Errorf("%s: %v", h.Kind, err)
		}
		notices, err := h.Read(body, now, src)
		if err != nil || len(notices) != 1 {
			t.Errorf("%s: %v, %v", h.Kind, notices, err)
			continue
		}
		f := surveys.DefaultSettings().Foresee("desk", notices[0], now)
		if !f.Closes || f.Ticket.ID != trialTicket || f.Code != "" || !f.Ticket.Closings[0].At.Equal(now) || !f.Ticket.OpenedAt.Equal(now.Add(-26*time.Hour)) {
			t.Errorf("%s: %+v", h.Kind, f)
		}
	}
}

// What a page says to paste into a helpdesk is read as an event, once its placeholders
// are filled in.
func TestTemplatesAreRead(t *testing.T) {
	placeholder := regexp.MustCompile(`{{ticket\.(\w+)[^}]*}}`)
	for _, k := range Kinds() {
		if k.Template == "" {
			continue
		}
		body := placeholder.ReplaceAllStringFunc(k.Template, func(found string) string {
			return map[string]string{"status": "solved", "created_at_with_timestamp": "2026-03-02T08:01:11Z", "updated_at_with_timestamp": "2026-03-04T10:12:31Z", "id": "1"}[placeholder.FindStringSubmatch(found)[1]]
		})
		h, _ := Find(k.Name)
		notices, err := h.Read([]byte(body), time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC), surveys.Source{})
		if err != nil || len(notices) != 1 || !notices[0].Status.Handled() {
			t.Errorf("%s: %+v, %v", k.Name, notices, err)
		}
	}
}

// Who sets a source up is told what was wrong with a proof.
func TestWhyUnsigned(t *testing.T) {
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	const old = "1772699999"
	for _, x := range []struct {
		kind, name, value, want string
	}{
		{"freshdesk", "X-Other", "x", "missing"},
		{"freshdesk", "X-Entendu-Secret", "x", "mismatch"},
		{"freshdesk", "Authorization", "Basic x", "mismatch"},
		{"zammad", "Authorization", "Bearer x", "missing"},
		{"zammad", "X-Hub-Signature", "sha1=00", "mismatch"},
		{"generic", "Authorization", "Bearer x", "mismatch"},
		{"generic", "webhook-signature", "v1,x", "stale"},
		{"generic", "webhook-id", "x", "missing"},
	} {
		h, _ := Find(x.kind)
		header, _ := h.Try(surveys.Source{}, now)
		header.Set("webhook-timestamp", old)
		header.Set(x.name, x.value)
		var why *Unsigned
		err := h.Verify(header, nil, surveys.Source{Secret: "0123456789abcdef", Freshness: surveys.Span{N: 5, Unit: "m"}}, now)
		if !errors.Is(err, ErrUnsigned) || !errors.As(err, &why) || why.Why != x.want {
			t.Errorf("%s with %s: %s: %+v, want %s", x.kind, x.name, x.value, why, x.want)
		}
	}
}
