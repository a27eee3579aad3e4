package surveys

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Follow lets customers follow their ticket. Looking changes nothing; Ask and Write
// store an errand, which the Courier takes from there.
type Follow struct {
	Store    Store
	Settings func() Settings
	Keys     Keys
	Salt     []byte
	Next     func() // wakes the Courier; nil if nobody waits
}

// ErrEnough is for a ticket that has sent all the messages it may send in one day.
var ErrEnough = errors.New("no more messages today")

const (
	// MaxMessage is how many characters a message may have.
	MaxMessage = 2000
	// maxNumber and maxAddress (RFC 5321 4.5.3.1.3) are how many characters are read of
	// a number and of an address.
	maxNumber  = 100
	maxAddress = 254
)

// Followed is what stands behind a ticket's link.
type Followed struct {
	Ticket   Ticket
	Customer Customer
	Helpdesk string // where a message goes; "" where it can go nowhere
	Now      time.Time
}

// ToTicket signs the link to a ticket for its customer. It opens for them only: once
// the ticket is another's, or they were erased, it is over.
func (k Keys) ToTicket(t TicketKey, customer string) string {
	id := strings.Join([]string{t.Source, t.ID, customer}, "\x00")
	return k.Sign(ToFollow, base64.RawURLEncoding.EncodeToString([]byte(id)))
}

// openTicket reads a link made by ToTicket, or says ErrForged.
func (k Keys) openTicket(token string) (t TicketKey, customer string, err error) {
	id, err := k.Open(ToFollow, token)
	if err != nil {
		return t, "", err
	}
	raw, err := base64.RawURLEncoding.DecodeString(id)
	parts := strings.Split(string(raw), "\x00")
	if err != nil || len(parts) != 3 {
		return t, "", ErrForged
	}
	return TicketKey{Source: parts[0], ID: parts[1]}, parts[2], nil
}

// Find gives the ticket behind a link: ErrForged for a token not made here,
// fs.ErrNotExist for one that leads nowhere, ErrOver once the ticket is in no figure
// or its customer is not known any more.
func (f *Follow) Find(ctx context.Context, token string) (Followed, error) {
	key, customer, err := f.Keys.openTicket(token)
	if err != nil {
		return Followed{}, err
	}
	t, err := f.Store.GetTicket(ctx, key)
	if err != nil {
		return Followed{}, err
	}
	who, err := follower(ctx, f.Store, t)
	if err == nil && (who.ID == "" || who.ID != customer) {
		err = ErrOver
	}
	if err != nil {
		return Followed{}, err
	}
	now, err := f.Store.Now(ctx)
	return Followed{Ticket: t, Customer: who, Helpdesk: f.Settings().HelpdeskFor(t.Team), Now: now}, err
}

// follower gives the customer who may follow a ticket, the zero one if nobody may: it
// is in no figure, or they were erased, after which an id leads to nobody.
func follower(ctx context.Context, st Store, t Ticket) (Customer, error) {
	if t.LeftOut() || t.Customer == "" || t.Person == "" {
		return Customer{}, nil
	}
	// The record goes last of all that is erased; that it will, stands on the list first.
	if erased, err := isErased(ctx, st, t.Person); erased || err != nil {
		return Customer{}, err
	}
	who, err := st.GetCustomer(ctx, t.Person)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (who.ID != t.Customer || who.Address == "") {
		return Customer{}, nil
	}
	return who, err
}

// HelpdeskFor is the address that messages about a team's tickets go to; "" if there
// is none.
func (s Settings) HelpdeskFor(team string) string {
	for _, t := range s.Teams {
		if t.Name == team && t.Address != "" {
			return t.Address
		}
	}
	return s.Organisation.HelpdeskAddress
}

// Ask takes the number of a ticket and an address, and returns once that is durable.
// Whether the two belong together is not looked at here, so that neither the answer
// nor the time it takes can tell. *Invalid holds what cannot be taken.
func (f *Follow) Ask(ctx context.Context, form url.Values, language string) error {
	number, person, err := f.readAsk(form)
	if err != nil {
		return err
	}
	now, err := f.Store.Now(ctx)
	if err != nil {
		return err
	}
	e := Errand{ID: newID(), Kind: LinkAsked, State: ToCarry, Number: number, Person: person, Language: language, MadeAt: now, DueAt: now}
	if err := f.Store.AddErrand(ctx, e); err != nil {
		return fmt.Errorf("storing that a link was asked for: %w", err)
	}
	f.wake()
	return nil
}

func (f *Follow) readAsk(form url.Values) (number, person string, err error) {
	var problems []Problem
	number, key := oneLine(form["number"], maxNumber)
	number = strings.TrimSpace(strings.TrimPrefix(number, "#"))
	if number == "" && key == "" {
		key = "required"
	}
	if key != "" {
		problems = append(problems, Problem{Field: "number", Key: key})
	}
	address, key := oneLine(form["email"], maxAddress)
	normal, err := Normalise(address)
	if key == "" && err != nil {
		key = "address"
	}
	if key != "" {
		problems = append(problems, Problem{Field: "email", Key: key})
	}
	if problems != nil {
		return "", "", &Invalid{Problems: problems, Values: map[string]string{"number": number, "email": address}}
	}
	return number, PersonOf(f.Salt, normal), nil
}

// oneLine reads a field of one line and, where it cannot be taken, says why.
func oneLine(posted []string, most int) (value, problem string) {
	if len(posted) > 1 {
		return "", "repeated"
	}
	if len(posted) == 0 || strings.TrimSpace(posted[0]) == "" {
		return "", "required"
	}
	value = strings.TrimSpace(posted[0])
	switch {
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl):
		return "", "unreadable"
	case utf8.RuneCountInString(value) > most:
		return value, "long"
	}
	return value, ""
}

// Write takes a message about a ticket and returns once it is durable. The same text
// from the same page is one message, however often it is sent. ErrEnough says that the
// day's are used up; *Invalid holds what cannot be taken.
func (f *Follow) Write(ctx context.Context, token string, form url.Values, language string) (Followed, error) {
	followed, err := f.Find(ctx, token)
	if err != nil {
		return followed, err
	}
	text, key := Question{Kind: Text, Required: true, Max: MaxMessage}.check(form["message"])
	if key == "" && followed.Helpdesk == "" {
		key = "nowhere"
	}
	if key != "" {
		return followed, &Invalid{Problems: []Problem{{Field: "message", Key: key}}, Values: map[string]string{"message": text}}
	}
	t := followed.Ticket
	e := Errand{
		Kind: MessageMail, State: ToCarry, Cause: f.Keys.cause(token, form.Get("once"), text), Ticket: t.TicketKey,
		Customer: t.Customer, Person: t.Person, Language: language, Text: text, MadeAt: followed.Now, DueAt: followed.Now,
	}
	added, err := addErrand(ctx, f.Store, e, DayOf(e.MadeAt, f.Settings().Zone()))
	if err != nil {
		return followed, fmt.Errorf("storing a message about ticket %s of %s: %w", t.ID, t.Source, err)
	}
	if !added {
		return followed, ErrEnough
	}
	f.wake()
	return followed, nil
}

// cause tells whether two messages are one, sent twice: it cannot be told without the
// secret, so that it says nothing about words that were put away. A page without its
// mark always makes another message.
func (k Keys) cause(token, once, text string) string {
	if once == "" {
		return newID()
	}
	return base64.RawURLEncoding.EncodeToString(mac(k.secrets[0], ToFollow, []byte(strings.Join([]string{token, once, text}, "\x00"))))
}

// addErrand stores an errand under the first id of its ticket and day that is free, and
// says whether there was one. One of the same cause is this one.
func addErrand(ctx context.Context, st Store, e Errand, day Day) (added bool, err error) {
	for n := range e.Kind.most() {
		e.ID = errandID(e.Kind, e.Ticket, day, n)
		err := st.AddErrand(ctx, e)
		if !errors.Is(err, fs.ErrExist) {
			return err == nil, err
		}
		there, err := st.GetErrand(ctx, e.ID)
		if err != nil || there.Cause == e.Cause {
			return err == nil, err
		}
	}
	return false, nil
}

func (f *Follow) wake() {
	if f.Next != nil {
		f.Next()
	}
}
