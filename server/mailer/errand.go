package mailer

import (
	"cmp"
	"fmt"
	"net/url"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// linkWords is what the templates of a ticket's link say.
type linkWords struct {
	lang.Words
	Subject      string
	Number       string
	Organisation string
	Helpdesk     string // "" if nobody reads replies
	Open         string // the ticket's page
	Privacy      string
}

// messageWords is what the templates of a customer's message say. Only the body holds
// what the customer wrote: no header does.
type messageWords struct {
	lang.Words
	Subject   string
	Number    string
	Customer  string
	WrittenOn string
	Message   string
	Closed    bool
}

// link makes the mail that a customer asked for.
func (m *Mailer) link(p surveys.Parcel) (*message, error) {
	w := m.words.For(p.Language)
	words := linkWords{
		Words: w, Number: clean(p.Ticket.Number, 40), Organisation: clean(p.Organisation.Name, 80),
		Open: m.ticketLink(w, url.PathEscape(p.Token)), Privacy: m.base + "/privacy?lang=" + w.Tag(),
	}
	words.Subject = w.T("mail.link.subject", "Number", words.Number)
	to, err := address(p.Customer.Name, p.Customer.Address)
	if err != nil {
		return nil, err
	}
	replyTo, err := address(p.Organisation.Name, p.Helpdesk)
	if err == nil {
		words.Helpdesk = replyTo.Address
	}
	return m.errand(p, &message{to: to, replyTo: replyTo, language: w.Tag(), subject: words.Subject}, "link", words)
}

// customerMessage makes the mail in which the helpdesk reads what a customer wrote;
// answering it writes to the customer.
func (m *Mailer) customerMessage(p surveys.Parcel) (*message, error) {
	w := m.words.For(p.Language)
	words := messageWords{
		Words: w, Number: clean(p.Ticket.Number, 40), Customer: clean(cmp.Or(p.Customer.Name, p.Customer.Address), 120),
		WrittenOn: w.DateTime(p.Errand.MadeAt, m.zones.of(p.Organisation)), Message: p.Errand.Text, Closed: p.Ticket.Status.Handled(),
	}
	words.Subject = w.T("mail.message.subject", "Number", words.Number)
	to, err := address(p.Organisation.Name, p.Helpdesk)
	if err != nil {
		return nil, err
	}
	replyTo, _ := address(p.Customer.Name, p.Customer.Address)
	return m.errand(p, &message{to: to, replyTo: replyTo, language: w.Tag(), subject: words.Subject, written: true}, "message", words)
}

// replyWords is what the templates of an adviser's reply say. Only the body holds what
// the adviser wrote: no header does.
type replyWords struct {
	lang.Words
	Subject      string
	Number       string
	Organisation string
	Helpdesk     string
	Message      string
	Privacy      string
}

// reply makes the mail with which an adviser calls a customer back.
func (m *Mailer) reply(p surveys.Parcel) (*message, error) {
	w := m.words.For(p.Language)
	words := replyWords{
		Words: w, Number: clean(p.Ticket.Number, 40), Organisation: clean(p.Organisation.Name, 80),
		Message: p.Errand.Text, Privacy: m.base + "/privacy?lang=" + w.Tag(),
	}
	words.Subject = w.T("mail.desk.subject", "Number", words.Number)
	to, err := address(p.Customer.Name, p.Customer.Address)
	if err != nil {
		return nil, err
	}
	replyTo, err := address(p.Organisation.Name, p.Helpdesk)
	if err != nil {
		return nil, err
	}
	words.Helpdesk = replyTo.Address
	return m.errand(p, &message{to: to, replyTo: replyTo, language: w.Tag(), subject: words.Subject, written: true}, "reply", words)
}

// errand completes the message of a parcel.
func (m *Mailer) errand(p surveys.Parcel, msg *message, name string, words any) (_ *message, err error) {
	if !isName(p.Name) {
		return nil, fmt.Errorf("errand %s has no name for its message", p.Errand.ID)
	}
	msg.id, msg.from, msg.date = p.Name+"@"+m.Domain(), m.from, p.Date
	msg.text, msg.html, err = m.templates.render(name, words)
	if err != nil {
		return nil, fmt.Errorf("writing the mail of errand %s: %w", p.Errand.ID, err)
	}
	return msg, m.seal(msg)
}
