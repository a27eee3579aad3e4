package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// TestCheckerPlanted shows that the checker says nothing of a good history, and
// names the fault where there is one.
func TestCheckerPlanted(t *testing.T) {
	for _, planted := range []struct {
		name  string
		fault func(h *history)
		want  string // in one of the laws named; "" for none
	}{
		{"nothing", func(h *history) {}, ""},
		{"a second mail after an unknown attempt", func(h *history) {
			h.invitation.Attempts = append([]surveys.Attempt{{At: h.at, Outcome: surveys.Unknown}}, h.invitation.Attempts...)
			h.mail(h.invitation.ID, "")
		}, ""},
		{"a reminder", func(h *history) { h.remind(1) }, ""},
		{"an answer that was not thanked for and is not there", func(h *history) { h.diary.give(h.invitation.ID, scores(1, 1)) }, ""},
		{"an event that was not acknowledged and is not there", func(h *history) { h.diary.say("other", "{}") }, ""},

		{"an acknowledged event is lost", func(h *history) { h.diary.say("other", "{}")() }, "lost"},
		{"an event was changed", func(h *history) { h.event.Body = []byte("{ }") }, "not as it was posted"},
		{"an event of nobody", func(h *history) { h.event.ID = "other" }, "never posted"},
		{"an event is not applied", func(h *history) { h.event.State = surveys.ToApply }, "not applied"},
		{"a ticket is not settled", func(h *history) { h.ticket.Settle = true }, "not settled"},
		{"a closing is not asked about", func(h *history) { h.ticket.Closings = append(h.ticket.Closings, surveys.Closing{N: 2, At: h.at}) }, "has no invitation"},
		{"an invitation of nothing", func(h *history) { h.ticket.Closings = nil }, "of no closing"},
		{"two invitations", func(h *history) {
			other := h.invitation
			other.ID = "other"
			must(h, h.store.AddInvitation(h.Context(), other))
			h.mail("other", "")
		}, "two invitations"},
		{"one Message-ID for two", func(h *history) {
			other := h.invitation
			other.ID, other.Closing = "other", 2
			h.ticket.Closings = append(h.ticket.Closings, surveys.Closing{N: 2, At: h.at})
			must(h, h.store.AddInvitation(h.Context(), other))
			h.mail("other", "Message-ID: "+h.mails[0].id+"\r\n")
		}, "share Message-ID"},
		{"an invitation waits", func(h *history) { h.invitation.State = surveys.Waiting }, "is waiting"},
		{"an invitation is claimed", func(h *history) { h.invitation.State = surveys.Claimed }, "is claimed"},
		{"a doubled mail", func(h *history) { h.mail(h.invitation.ID, "") }, "mailed 2 times"},
		{"a mail too many after an unknown attempt", func(h *history) {
			h.invitation.Attempts = append([]surveys.Attempt{{At: h.at, Outcome: surveys.Unknown}}, h.invitation.Attempts...)
			h.mail(h.invitation.ID, "")
			h.mail(h.invitation.ID, "")
		}, "mailed 3 times"},
		{"a mail without attempt", func(h *history) { h.invitation.Attempts = nil }, "after 0 attempts"},
		{"two reminders", func(h *history) {
			h.remind(1)
			h.mail(h.invitation.ID, "In-Reply-To: <first>\r\nMessage-ID: <rem.1@example.org>\r\n")
		}, `mailed 2 times (step "reminder")`},
		{"a reminder that nobody attempted", func(h *history) { h.remind(0) }, "after 0 attempts"},
		{"a reminder that never was", func(h *history) { h.invitation.Reminder.AcceptedAt = h.at }, `is called sent (step "reminder") and no server`},
		{"one Message-ID for a mail and its reminder", func(h *history) {
			h.remind(1)
			h.mails[1].id = h.mails[0].id
		}, "share Message-ID"},
		{"a mail of nothing", func(h *history) { h.mail("other", "") }, "of no invitation"},
		{"a mail that never was", func(h *history) { h.mails = nil }, "no server has it"},
		{"another subject the second time", func(h *history) { h.again("Subject: Another\r\n") }, "differ in their Subject"},
		{"another Message-ID the second time", func(h *history) { h.again("Message-ID: <another@example.org>\r\n") }, "differ in their Message-Id"},
		{"another date the second time", func(h *history) { h.again("Date: Thu, 19 Mar 2026 12:00:00 +0000\r\n") }, "differ in their Date"},
		{"another link the second time", func(h *history) { h.again("\r\nhttp://avis.test/a/other\r\n") }, "differ in their links"},
		{"a lost answer", func(h *history) { h.response.Answers[0].Values = scores(1, 1) }, "thanked for and is lost"},
		{"an answer of nobody", func(h *history) {
			h.response.Answers = append([]surveys.Answer{{At: h.at, Values: scores(2, 2)}}, h.response.Answers...)
		}, "not as it was posted"},
		{"an answer is stored twice", func(h *history) { h.response.Answers = append(h.response.Answers, h.response.Answers[0]) }, "stored twice"},
		{"an older answer counts", func(h *history) { h.diary.give(h.invitation.ID, scores(1, 1))() }, "thanked for and is lost"},
		{"the answers changed places", func(h *history) {
			h.diary.give(h.invitation.ID, scores(1, 1))()
			h.response.Answers = append([]surveys.Answer{{At: h.at, Values: scores(1, 1)}}, h.response.Answers...)
		}, "that counts is not the last"},
		{"two responses", func(h *history) {
			other := h.response
			other.Invitation = "other"
			must(h, h.store.AddResponse(h.Context(), other))
		}, "two responses"},
		{"a response to nothing", func(h *history) { h.response.Invitation = "other" }, "to no invitation"},
	} {
		t.Run(planted.name, func(t *testing.T) {
			h := newHistory(t)
			planted.fault(h)
			broken := check(t.Context(), h.keep(), h.mails, h.diary)
			if said := strings.Join(broken, "\n"); !strings.Contains(said, planted.want) || planted.want == "" && said != "" {
				t.Errorf("the checker says %q, not %q", broken, planted.want)
			}
		})
	}
}

// history is one ticket's, by the book: closed, asked about, answered.
type history struct {
	*testing.T
	at         time.Time
	store      store.Store
	event      surveys.Event
	ticket     surveys.Ticket
	invitation surveys.Invitation
	response   surveys.Response
	mails      []letter
	diary      *diary
}

func newHistory(t *testing.T) *history {
	h := &history{T: t, at: epoch(), diary: newDiary(), store: openStore(t, "", t.TempDir())}
	key := surveys.TicketKey{Source: "desk", ID: "1"}
	h.event = surveys.Event{ID: "event", Source: "desk", Kind: "generic", ReceivedAt: h.at, Body: []byte("{}"), State: surveys.Applied}
	h.ticket = surveys.Ticket{TicketKey: key, Status: surveys.Closed, OpenedAt: h.at, UpdatedAt: h.at, Closings: []surveys.Closing{{N: 1, At: h.at, LearntAt: h.at}}}
	h.invitation = surveys.Invitation{
		ID: surveys.InvitationID(surveys.AfterHandling, key, 1), Survey: surveys.AfterHandling, Version: 1, Ticket: key, Closing: 1, ClosedAt: h.at,
		State: surveys.Sent, AcceptedAt: h.at, Attempts: []surveys.Attempt{{At: h.at, Outcome: surveys.Accepted}},
	}
	h.response = surveys.Response{
		Invitation: h.invitation.ID, Survey: surveys.AfterHandling, Ticket: key, Closing: 1, ClosedAt: h.at,
		Answers: []surveys.Answer{{At: h.at, Version: 1, Values: scores(4, 5)}},
	}
	h.mail(h.invitation.ID, "")
	h.diary.say("event", "{}")()
	h.diary.give(h.invitation.ID, scores(4, 5))()
	return h
}

// mail lets the server have accepted a mail. The lines of other come first, so that
// they stand for those of the same name; after an empty line they are the text.
func (h *history) mail(invitation, other string) {
	h.Helper()
	text := "http://avis.test/a/token\r\n"
	if lines, changed, ok := strings.Cut(other, "\r\n"); ok && lines == "" {
		other, text = "", changed
	}
	raw := other + fmt.Sprintf("Message-ID: <inv.%s@example.org>\r\nDate: Wed, 18 Mar 2026 12:00:00 +0000\r\nSubject: Your request\r\n"+
		"To: customer@canary.example\r\nFrom: avis@example.org\r\nX-Entendu-Invitation: %[1]s\r\nList-Unsubscribe: <http://avis.test/u/token>\r\n"+
		"Content-Type: multipart/alternative; boundary=part\r\n\r\n--part\r\nContent-Type: text/plain\r\n\r\n%s--part--\r\n", invitation, text)
	l, err := readLetter([]byte(raw))
	must(h, err)
	h.mails = append(h.mails, l)
}

// again is a second mail after an attempt of unknown outcome, which would be all
// right if it were like the first.
func (h *history) again(other string) {
	h.invitation.Attempts = append([]surveys.Attempt{{At: h.at, Outcome: surveys.Unknown}}, h.invitation.Attempts...)
	h.mail(h.invitation.ID, other)
}

// remind lets a reminder have followed, after so many attempts.
func (h *history) remind(attempts int) {
	for range attempts {
		h.invitation.Attempts = append(h.invitation.Attempts, surveys.Attempt{At: h.at, Step: surveys.ReminderMail, Outcome: surveys.Accepted})
	}
	h.invitation.Reminder.AcceptedAt = h.at
	h.mail(h.invitation.ID, "In-Reply-To: <first>\r\nMessage-ID: <rem.1@example.org>\r\n")
}

// keep puts the history into the store.
func (h *history) keep() store.Store {
	h.Helper()
	must(h, h.store.AddEvent(h.Context(), h.event))
	must(h, h.store.AddTicket(h.Context(), h.ticket))
	must(h, h.store.AddInvitation(h.Context(), h.invitation))
	must(h, h.store.AddResponse(h.Context(), h.response))
	return h.store
}

// TestCountedPlanted shows that figures which are not what the rows add up to are
// noticed.
func TestCountedPlanted(t *testing.T) {
	answers := []surveys.Answer{{Values: scores(1, 5)}, {Values: scores(4, 5)}, {Values: scores(4, 2)}}
	right := func() reports.Period {
		return reports.Period{
			Opened: &reports.Count{N: 3}, Chain: &reports.Chain{Closed: 3, Eligible: 3, Invited: 3, Delivered: 3, Answered: 3},
			Delay: &reports.Levels{Levels: []int{1, 0, 0, 2, 0}}, Listening: &reports.Levels{Levels: []int{0, 1, 0, 0, 2}},
		}
	}
	if !saysAll(right(), answers) {
		t.Error("right figures are called wrong")
	}
	for name, fault := range map[string]func(p *reports.Period){
		"a ticket twice":      func(p *reports.Period) { p.Opened.N++ },
		"a closing twice":     func(p *reports.Period) { p.Chain.Closed++ },
		"not delivered":       func(p *reports.Period) { p.Chain.Delivered-- },
		"an answer less":      func(p *reports.Period) { p.Chain.Answered-- },
		"another delay":       func(p *reports.Period) { p.Delay.Levels[0], p.Delay.Levels[1] = 0, 1 },
		"a listening twice":   func(p *reports.Period) { p.Listening.Levels[4]++ },
		"everything withheld": func(p *reports.Period) { *p = reports.Period{} },
	} {
		p := right()
		if fault(&p); saysAll(p, answers) {
			t.Errorf("%s was let through", name)
		}
	}
}
