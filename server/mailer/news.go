package mailer

import (
	"net/url"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// newsWords is what the templates of the mail say that tells what was decided.
type newsWords struct {
	lang.Words
	Subject      string
	Number       string
	Organisation string
	Will         bool
	Theme        string
	Decision     string
	Open         string // where all decisions stand; "" where they are not public
	Helpdesk     string // "" if nobody reads replies
	Privacy      string
	Stop         string
}

// teamWords is what the templates of the mail say that tells a team who waits: how
// many, and nothing of anybody.
type teamWords struct {
	lang.Words
	Subject string
	Waiting string
	Overdue string // "" where nobody waits too long
	Open    string
}

// news makes the mail that tells a customer what was decided.
func (m *Mailer) news(p surveys.Parcel) (*message, error) {
	w := m.words.For(p.Language)
	words := newsWords{
		Words: w, Number: clean(p.Ticket.Number, 40), Organisation: clean(p.Organisation.Name, 80),
		Will: p.News.Will, Theme: p.News.Theme, Decision: p.News.Decision,
		Privacy: m.base + "/privacy?lang=" + w.Tag(), Stop: m.base + "/u/" + url.PathEscape(p.StopToken),
	}
	words.Subject = w.T("news.subject", "Organisation", words.Organisation)
	if p.Public {
		words.Open = m.base + "/?lang=" + w.Tag() + "#actions"
	}
	to, err := address(p.Customer.Name, p.Customer.Address)
	if err != nil {
		return nil, err
	}
	replyTo, err := address(p.Organisation.Name, p.Organisation.HelpdeskAddress)
	if err == nil {
		words.Helpdesk = replyTo.Address
	}
	return m.errand(p, &message{to: to, replyTo: replyTo, language: w.Tag(), subject: words.Subject, stop: words.Stop}, "news", words)
}

// team makes the mail that tells a team that follow-ups wait.
func (m *Mailer) team(p surveys.Parcel) (*message, error) {
	w := m.words.For(p.Language)
	words := teamWords{
		Words: w, Subject: w.T("team.subject"), Waiting: w.T("team.waiting", "Count", p.Waiting.N), Open: m.base + "/manage/followups",
	}
	if team := clean(p.Errand.About, 60); team != "" {
		words.Subject = w.T("team.subject_of", "Team", team)
	}
	if p.Waiting.More {
		words.Waiting = w.T("team.waiting_more", "Count", p.Waiting.N)
	}
	if p.Waiting.Overdue > 0 {
		words.Overdue = w.T("team.overdue", "Count", p.Waiting.Overdue)
	}
	to, err := address(p.Organisation.Name, p.Helpdesk)
	if err != nil {
		return nil, err
	}
	return m.errand(p, &message{to: to, language: w.Tag(), subject: words.Subject}, "team", words)
}
