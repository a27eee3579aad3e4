package mailer

import (
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// parcel is one that nothing is wrong with.
func parcel(kind surveys.ErrandKind, language string) surveys.Parcel {
	keys := surveys.NewKeys("a secret for tests")
	ticket := surveys.TicketKey{Source: "desk", ID: "48213"}
	return surveys.Parcel{
		Errand:       surveys.Errand{ID: "e-1", Kind: kind, Text: "Bonjour,\n\nla facture <12> a deux pages.\n.\nÉlise", MadeAt: time.Date(2026, 3, 3, 8, 30, 0, 0, time.UTC)},
		Ticket:       surveys.Ticket{TicketKey: ticket, Number: "48213", Status: surveys.Closed},
		Customer:     surveys.Customer{Address: "lina@example.net", Name: "Lina Roche"},
		Organisation: surveys.Organisation{Name: "Maison Poulain", Timezone: "Europe/Paris", HelpdeskAddress: "support@example.org"},
		Waiting:      surveys.WaitingFollowUps{N: 3, Overdue: 1},
		News:         surveys.News{Will: true, Language: language, Theme: "Les colis arrivent tard.\nLe lundi surtout.", Decision: "Un second <transporteur> depuis mars."},
		StopToken:    keys.Sign(surveys.ToStop, "p-1"),
		Public:       true,
		Language:     language, Helpdesk: "billing@example.org", Token: keys.ToTicket(ticket, "c-1"),
		Name: string(kind) + "." + keys.Sign(surveys.ToErrand, "e-1"), Date: time.Date(2026, 3, 3, 8, 31, 0, 0, time.UTC),
	}
}

func TestGoldenErrands(t *testing.T) {
	for _, tag := range config(t).Words.Languages() {
		for _, kind := range []surveys.ErrandKind{surveys.LinkMail, surveys.MessageMail, surveys.TeamMail, surveys.NewsMail, surveys.ReplyMail} {
			t.Run(string(kind)+" "+tag, func(t *testing.T) {
				c := config(t)
				if got := newMailer(t, c).CarryErrand(t.Context(), parcel(kind, tag)); got.Outcome != surveys.Accepted {
					t.Fatalf("%+v", got)
				}
				golden(t, c, string(kind)+"."+tag)
			})
		}
	}
}

// caughtOf carries one parcel and reads what the outbox holds.
func caughtOf(t *testing.T, p surveys.Parcel) Caught {
	t.Helper()
	c := config(t)
	if got := newMailer(t, c).CarryErrand(t.Context(), p); got.Outcome != surveys.Accepted {
		t.Fatalf("%+v", got)
	}
	all, err := ReadOutbox(c.Outbox)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d mails, %v", len(all), err)
	}
	return all[0]
}

// What a customer wrote reaches the helpdesk to the letter, and no header.
func TestWordsStayInTheBody(t *testing.T) {
	p := parcel(surveys.MessageMail, "en")
	p.Errand.Text = "Bcc: x@example.com\r\nSubject: evil\n\n.\n<script>alert(1)</script> =41 " + strings.Repeat("é", 1900)
	p.Ticket.Number = "1\r\nBcc: y@example.com"
	p.Customer.Name = "Lina\r\nBcc: z@example.com"
	m := caughtOf(t, p)
	if m.Headers.Get("Bcc") != "" || strings.Contains(m.Subject, "evil") || strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("headers: %v", m.Headers)
	}
	if !strings.Contains(m.Text, strings.ReplaceAll(p.Errand.Text, "\r\n", "\n")) || strings.Contains(m.HTML, "<script>") {
		t.Errorf("the body: %.300s", m.Text)
	}
}

func TestWhoAnswersWhom(t *testing.T) {
	m := caughtOf(t, parcel(surveys.MessageMail, "en"))
	if !strings.Contains(m.To, "<billing@example.org>") || !strings.Contains(m.Headers.Get("Reply-To"), "<lina@example.net>") {
		t.Errorf("to %s, answers to %s", m.To, m.Headers.Get("Reply-To"))
	}
	if m.Headers.Get("Auto-Submitted") != "" {
		t.Error("a person's words say that a machine wrote them: helpdesks put such mail aside")
	}
	m = caughtOf(t, parcel(surveys.ReplyMail, "en"))
	if !strings.Contains(m.To, "<lina@example.net>") || !strings.Contains(m.Headers.Get("Reply-To"), "<billing@example.org>") {
		t.Errorf("to %s, answers to %s", m.To, m.Headers.Get("Reply-To"))
	}
	if m.Headers.Get("Auto-Submitted") != "" || m.Headers.Get("List-Unsubscribe") != "" {
		t.Errorf("an adviser's words say that they are a machine's: %v", m.Headers)
	}
	m = caughtOf(t, parcel(surveys.LinkMail, "en"))
	if !strings.Contains(m.To, "<lina@example.net>") || !strings.Contains(m.Headers.Get("Reply-To"), "<billing@example.org>") {
		t.Errorf("to %s, answers to %s", m.To, m.Headers.Get("Reply-To"))
	}
	if m.Headers.Get("Auto-Submitted") != "auto-generated" || m.Headers.Get("List-Unsubscribe") != "" {
		t.Errorf("headers: %v", m.Headers)
	}
	p := parcel(surveys.LinkMail, "en")
	p.Helpdesk = ""
	if m := caughtOf(t, p); m.Headers.Get("Reply-To") != "" || !strings.Contains(m.Text, "not read") {
		t.Errorf("nobody answers, and the mail says: %s", m.Text)
	}
	p.Customer.Address = "nobody"
	if got := newMailer(t, config(t)).CarryErrand(t.Context(), p); got.Outcome != surveys.Refused {
		t.Errorf("to no address: %+v", got)
	}
}
