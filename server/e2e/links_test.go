package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// TestOpeningEveryLinkChangesNothing does what mail scanners do: it opens every link
// of every mail, of a reminder too, over and over. Then a person posts, and that
// counts.
func TestOpeningEveryLinkChangesNothing(t *testing.T) {
	eachPlace(t, func(t *testing.T, at place) {
		s := newScene(t, at, reminding(t))
		s.started()
		for _, e := range []event{about("fr", "closed").with("customer", map[string]any{"email": mailOf("fr"), "name": "Canary", "language": "fr"}), about("en", "closed")} {
			must(t, s.helpdesk.post(t.Context(), e))
		}
		letters := []letter{s.letterTo("fr"), s.letterTo("en")}
		st := s.look()
		s.settled(st)
		s.restarted(4*24*time.Hour + time.Minute)
		letters = append(letters, s.reminderTo("fr"), s.reminderTo("en"))
		s.nothingIsDue(st)
		before := s.snapshot(st)
		for _, l := range letters {
			s.openAll(l)
		}
		if diff := cmp.Diff(before, s.snapshot(st)); diff != "" {
			t.Errorf("opening links changed the store (before -, after +):\n%s", diff)
		}
		s.holds(st)

		// A person answers the one and stops the other, as a mail program does (RFC 8058).
		must(t, s.customer.answer(t.Context(), letters[0], scores(2, 3)))
		s.stopsMail(letters[3])
		s.holds(st)
		responses, suppressed := 0, 0
		for range st.ResponsesClosed(t.Context(), time.Time{}, time.Time{}) {
			responses++
		}
		for range st.Suppressions(t.Context()) {
			suppressed++
		}
		if responses != 1 || suppressed != 1 {
			t.Errorf("one answer and one stop made %d responses and %d suppressions", responses, suppressed)
		}

		// Whoever stopped is not written to again.
		must(t, s.helpdesk.post(t.Context(), about("en-2", "closed").with("customer", map[string]any{"email": mailOf("en")})))
		s.settled(st)
		s.holds(st)
		again, err := st.GetInvitation(t.Context(), surveys.InvitationID(surveys.AfterHandling, surveys.TicketKey{Source: "desk", ID: "en-2"}, 1))
		if err != nil || again.Code != surveys.Suppressed || len(s.postbox.letters()) != len(letters) {
			t.Errorf("asked again: %+v %v", again, err)
		}
	})
}

// openAll opens every link of a mail, each by GET and HEAD, ten times, and the pages
// that its survey leads to.
func (s *scene) openAll(l letter) {
	s.Helper()
	links := append(slices.Clone(l.links), l.stop)
	for _, link := range links {
		if strings.HasPrefix(link, "mailto:") {
			continue
		}
		if !strings.HasPrefix(link, baseURL+"/") {
			s.Errorf("a mail links to another host: %s", link)
			continue
		}
		for range 10 {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				if status, _, err := s.customer.open(s.Context(), method, link); err != nil || status != http.StatusOK {
					s.Errorf("%s of a link: %d %v", method, status, err)
				}
			}
		}
	}
	for score := range 6 {
		if l.survey(score) == "" || !slices.Contains(links, l.survey(score)) {
			s.Errorf("the mail has no link for score %d", score)
		}
	}
	if !strings.Contains(l.stop, "/u/") || l.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || l.header.Get("Auto-Submitted") != "auto-generated" {
		s.Errorf("headers are missing: %v", l.header)
	}
	if len(l.raw) > 20_000 || strings.Contains(l.html, "<img") {
		s.Errorf("the mail has %d bytes, or an image", len(l.raw))
	}
}
