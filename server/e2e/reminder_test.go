package e2e

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// reminding lets a reminder follow after four days.
func reminding(t *testing.T) string {
	t.Helper()
	return settingsWith(t, `hours = ""`, "hours = \"\"\nreminder_after = \"4d\"")
}

// isReminder tells a reminder by the mail that it comes back to.
func (l letter) isReminder() bool { return l.header.Get("In-Reply-To") != "" }

// step is which of an invitation's mails it is.
func (l letter) step() surveys.Step {
	if l.isReminder() {
		return surveys.ReminderMail
	}
	return surveys.FirstMail
}

// reminders are the addresses that a reminder came to, in order of the alphabet.
func (b *postbox) reminders() (to []string) {
	for _, l := range b.letters() {
		if l.isReminder() {
			to = append(to, l.address)
		}
	}
	slices.Sort(to)
	return to
}

// TestReminder: whoever did not answer is reminded once, after the days that were set;
// whoever answered, stopped or came back to the helpdesk is not. An answer by the
// reminder's link counts as any other.
func TestReminder(t *testing.T) {
	eachPlace(t, func(t *testing.T, at place) {
		s := newScene(t, at, reminding(t))
		s.started()
		for _, id := range []string{"silent", "late", "answered", "stopped", "reopened"} {
			must(t, s.helpdesk.post(t.Context(), about(id, "closed")))
		}
		st := s.look()
		s.settled(st)
		must(t, s.customer.answer(t.Context(), s.letterTo("answered"), scores(4, 5)))
		s.stopsMail(s.letterTo("stopped"))
		must(t, s.helpdesk.post(t.Context(), about("reopened", "open").with("closed_at", nil, "updated_at", "2026-03-18T10:00:00Z")))
		s.settled(st)

		s.restarted(3 * 24 * time.Hour)
		must(t, s.helpdesk.post(t.Context(), about("another", "closed"))) // when that has left, so would have a reminder
		s.letterTo("another")
		s.nothingIsDue(st)
		if to := s.postbox.reminders(); len(to) > 0 {
			t.Errorf("reminders after three days: %q", to)
		}
		s.restarted(24*time.Hour + time.Minute)
		late := s.reminderTo("late")
		must(t, s.customer.answer(t.Context(), late, scores(2, 3)))
		s.restarted(5 * 24 * time.Hour)
		s.reminderTo("another")
		s.restarted(20 * 24 * time.Hour)
		s.nothingIsDue(st)
		if to, want := s.postbox.reminders(), []string{mailOf("another"), mailOf("late"), mailOf("silent")}; !slices.Equal(to, want) {
			t.Errorf("reminders to %q, want %q", to, want)
		}
		s.settled(st)
		s.holds(st)
		if r, err := st.GetResponse(t.Context(), late.invitation); err != nil || r.Last().Values["delay"] != "2" {
			t.Errorf("the answer to a reminder: %+v %v", r, err)
		}
		s.stopped()
	})
}

// reminderTo waits for the reminder to a customer, which must be of their invitation.
func (s *scene) reminderTo(id string) (found letter) {
	s.Helper()
	must(s, await(s.Context(), id+" was reminded", func() bool {
		all := s.postbox.letters()
		i := slices.IndexFunc(all, func(l letter) bool { return l.isReminder() && l.address == mailOf(id) })
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	}))
	first := s.letterTo(id)
	if found.header.Get("In-Reply-To") != first.id || found.id == first.id || found.invitation != first.invitation || found.subject == first.subject {
		s.Errorf("the reminder to %s is not one: %v, after %v", id, found.header, first.header)
	}
	return found
}

// stopsMail is the one click of a mail program (RFC 8058).
func (s *scene) stopsMail(l letter) {
	s.Helper()
	status, _, err := s.customer.post(s.Context(), l.stop, url.Values{"List-Unsubscribe": {"One-Click"}})
	if err != nil || status != http.StatusOK {
		s.Errorf("stopping by one click: %d %v", status, err)
	}
}

// nothingIsDue waits until the program has nothing to send by now, reminders among it.
func (s *scene) nothingIsDue(st store.Store) {
	s.Helper()
	s.settled(st)
	must(s, await(s.Context(), "nothing was due", func() bool {
		due, err := st.FindDueInvitations(s.Context(), s.now(), 1)
		if err != nil || len(due) > 0 {
			return false
		}
		for i, err := range st.InvitationsClosed(s.Context(), time.Time{}, time.Time{}) {
			if err != nil || i.Owner != "" {
				return false
			}
		}
		return true
	}))
}
