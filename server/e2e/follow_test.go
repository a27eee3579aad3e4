package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// TestFollowingATicket: the helpdesk tells of a request, its customer asks for the link
// with number and address, opens the page, and writes; the helpdesk can answer them.
// Who gives another address meets the same words and gets nothing.
func TestFollowingATicket(t *testing.T) {
	eachPlace(t, func(t *testing.T, at place) {
		s := newScene(t, at)
		s.started()
		must(t, s.helpdesk.post(t.Context(), opened("7").with("number", "48213")))
		st := s.look()
		must(t, await(t.Context(), "the ticket is known", func() bool {
			_, err := st.GetTicket(t.Context(), surveys.TicketKey{Source: "desk", ID: "7"})
			return err == nil
		}))
		right, wrong := s.asks("48213", mailOf("7")), s.asks("48213", mailOf("8"))
		if right != wrong {
			t.Errorf("a wrong address is told %q, a right one %q", wrong, right)
		}
		l, err := s.postbox.to(t.Context(), mailOf("7"))
		must(t, err)
		link := l.ticket()
		status, page, err := s.customer.open(t.Context(), http.MethodGet, link)
		if err != nil || status != http.StatusOK || !strings.Contains(page, "48213") || !strings.Contains(page, "Canary subject 7") {
			t.Fatalf("the link opens %d, %v: %.400s", status, err, page)
		}
		s.writes(http.StatusSeeOther, link, "Canary: une <b>précision</b>.\r\nMerci.")
		m, err := s.postbox.to(t.Context(), "support@example.org")
		must(t, err)
		if answers, err := m.header.AddressList("Reply-To"); err != nil || answers[0].Address != mailOf("7") || !strings.Contains(m.text, "Canary: une <b>précision</b>.\r\nMerci.") {
			t.Errorf("the helpdesk reads %q, and answers %v: %v", m.text, answers, err)
		}
		must(t, await(t.Context(), "the words are put away", func() bool {
			for e, err := range st.Errands(t.Context()) {
				if err != nil || e.Text != "" || e.State != surveys.Delivered {
					return false
				}
			}
			return true
		}))
		s.limits(link)
		for _, forged := range []string{link[:strings.LastIndex(link, "?")-1], baseURL + "/t/forged", strings.Replace(l.ticket(), "/t/", "/a/", 1)} {
			if status, _, err := s.customer.open(t.Context(), http.MethodGet, forged); err != nil || status != http.StatusNotFound {
				t.Errorf("a forged link: %d, %v", status, err)
			}
		}
		if n := s.mailsTo(mailOf("8")); n != 0 {
			t.Errorf("%d mails to who gave another's number", n)
		}
		s.stopped()
	})
}

// limits uses up the day: three links and ten messages, and some more.
func (s *scene) limits(link string) {
	s.Helper()
	for range 5 {
		s.asks("48213", mailOf("7"))
	}
	for n := range 9 {
		s.writes(http.StatusSeeOther, link, fmt.Sprint("Canary ", n))
	}
	s.writes(http.StatusTooManyRequests, link, "Canary, encore")
	must(s, await(s.Context(), "all mails have left", func() bool {
		return s.mailsTo(mailOf("7")) == 3 && s.mailsTo("support@example.org") == 10
	}))
	s.restarted(time.Hour) // a day is not over by starting again
	s.asks("48213", mailOf("7"))
	s.writes(http.StatusTooManyRequests, link, "Canary, encore")
	st := s.look()
	must(s, await(s.Context(), "the last ask was looked at", func() bool {
		due, err := st.FindDueErrands(s.Context(), s.now(), 10)
		return err == nil && len(due) == 0
	}))
	if links, messages := s.mailsTo(mailOf("7")), s.mailsTo("support@example.org"); links != 3 || messages != 10 {
		s.Errorf("%d links and %d messages in one day", links, messages)
	}
}

// asks posts a number and an address, and gives all that the asker is shown.
func (s *scene) asks(number, email string) string {
	s.Helper()
	status, said, err := s.customer.post(s.Context(), baseURL+"/t?lang=en", url.Values{"number": {number}, "email": {email}})
	if err != nil || status != http.StatusSeeOther {
		s.Fatalf("asking for a link: %d, %v", status, err)
	}
	shown, page, err := s.customer.open(s.Context(), http.MethodGet, baseURL+"/t?asked=1&lang=en")
	must(s, err)
	return fmt.Sprint(status, said, shown, page)
}

func (s *scene) writes(want int, link, message string) {
	s.Helper()
	status, page, err := s.customer.post(s.Context(), link, url.Values{"message": {message}})
	if err != nil || status != want {
		s.Fatalf("writing: %d, %v, want %d: %.300s", status, err, want, page)
	}
}

func (s *scene) mailsTo(address string) (n int) {
	for _, l := range s.postbox.letters() {
		if l.address == address {
			n++
		}
	}
	return n
}

// ticket is the link to a ticket's page; "" if the mail has none.
func (l letter) ticket() string {
	i := slices.IndexFunc(l.links, func(link string) bool { return strings.HasPrefix(link, baseURL+"/t/") })
	if i < 0 {
		return ""
	}
	return l.links[i]
}
