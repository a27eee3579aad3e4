package mailer

import (
	"net/url"
	"strconv"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// invitationWords is what the templates of an invitation say, and of its reminder.
type invitationWords struct {
	lang.Words
	Subject      string
	Preheader    string   // what a list of mails shows beside the subject
	Opening      []string // paragraphs
	Number       string
	Organisation string
	Controller   string // "" if the organisation itself
	Helpdesk     string // "" if nobody reads replies
	ClosedOn     string
	Question     string
	Levels       []level // worst first
	Kept         string  // how long the answer is kept; "" without end
	Open         string  // the survey, nothing chosen
	Follow       string  // the ticket's page; "" for none
	Privacy      string
	Stop         string
}

// level is one answer to tap.
type level struct {
	Words string
	Score int
	Of    int
	Link  string
}

func (m *Mailer) invitationWords(w lang.Words, l surveys.Letter, p particulars) invitationWords {
	asked := l.Survey.Questions[0]
	words := invitationWords{
		Words: w, Number: p[number], Organisation: clean(l.Organisation.Name, 80),
		Controller: clean(l.Controller, 120), ClosedOn: p[closedOn],
		Question: l.Survey.Say(w.Tag(), "question."+asked.Name, w.Look), Kept: kept(w, l.Keep),
		Open: m.answerLink(w, p, asked.Name, ""), Privacy: m.base + "/privacy?lang=" + w.Tag(), Stop: m.stopLink(p),
	}
	if l.Step == surveys.ReminderMail {
		words.remind(p)
	} else {
		words.invite(l.Survey)
	}
	if p[follow] != "" {
		words.Follow = m.ticketLink(w, p[follow])
	}
	if a, err := address("", l.Organisation.HelpdeskAddress); err == nil {
		words.Helpdesk = a.Address
	}
	for n := asked.Low; n <= asked.High; n++ {
		score := strconv.Itoa(n)
		said, ok := l.Survey.Own(w.Tag(), "question."+asked.Name+"."+score)
		if !ok {
			said = w.T("level." + score)
		}
		words.Levels = append(words.Levels, level{Words: said, Score: n, Of: asked.High, Link: m.answerLink(w, p, asked.Name, score)})
	}
	return words
}

// invite says what the mail is about: in the organisation's own words, if it has any.
func (w *invitationWords) invite(of surveys.Survey) {
	w.Subject, w.Preheader = w.T("mail.subject", "Number", w.Number), w.T("mail.preheader")
	opening := w.T("mail.opening", "Number", w.Number, "Date", w.ClosedOn)
	if own, ok := of.Own(w.Tag(), surveys.MailSubject, "{number}", w.Number); ok {
		w.Subject = own
	}
	if own, ok := of.Own(w.Tag(), surveys.MailOpening, "{number}", w.Number, "{date}", w.ClosedOn); ok {
		opening = own
	}
	w.Opening = []string{opening}
}

// remind says the same in the manner of a reminder: that it is the only one, until
// when there is time, and that nothing need be done.
func (w *invitationWords) remind(p particulars) {
	w.Subject, w.Preheader = w.T("mail.reminder.subject", "Number", w.Number), w.T("mail.reminder.preheader")
	only := w.T("mail.reminder.only")
	if p[until] != "" {
		only += " " + w.T("mail.reminder.closes", "Date", p[until])
	}
	w.Opening = []string{w.T("mail.reminder.opening", "Number", w.Number, "Date", w.ClosedOn), only}
}

// answerLink opens the survey with a score chosen, or none. Opening it stores
// nothing, because machines open every link of a mail.
func (m *Mailer) answerLink(w lang.Words, p particulars, question, score string) string {
	query := url.Values{"lang": {w.Tag()}}
	if score != "" {
		query.Set(question, score)
	}
	return m.base + "/a/" + p[answer] + "?" + query.Encode()
}

func (m *Mailer) stopLink(p particulars) string { return m.base + "/u/" + p[stop] }

// ticketLink opens a ticket's page.
func (m *Mailer) ticketLink(w lang.Words, token string) string {
	return m.base + "/t/" + token + "?lang=" + w.Tag()
}

func kept(w lang.Words, s surveys.Span) string {
	if s.Off() {
		return ""
	}
	return w.T("mail.span."+s.Unit, "Count", s.N)
}
