package surveys

import (
	"slices"
	"strconv"
	"time"
)

// Errand is something to carry that is no survey: a link to a ticket, a message to the
// helpdesk, word to a team that customers wait for it, or to a customer of what was
// done, or an adviser's reply. It is a row from the click to the server that accepts the
// mail; what a person wrote lies in it no longer than that. It holds no address: those
// are read when the mail leaves, so that erasure and a changed setting count at once.
type Errand struct {
	ID       string
	Kind     ErrandKind
	State    ErrandState
	Cause    string // what made it: the same cause never makes two of one ticket
	About    string // of a TeamMail the team, of a NewsMail the action
	Number   string // of a LinkAsked: what was typed
	Ticket   TicketKey
	Customer string // Customer.ID
	Person   string
	Language string // of the page it was asked on
	Text     string // the customer's words; cut once a server accepted them

	MadeAt   time.Time
	MailedAt time.Time // the Date header, fixed by the first attempt
	DueAt    time.Time // when to look at it next: to go, or to be forgotten; zero for never
	Attempts []Attempt
	Rev      int64
}

// ErrandKind is what an errand carries.
type ErrandKind string

// The kinds. A LinkAsked is only a number and who asked, of whom nobody has looked yet
// whether they belong together; it makes the LinkMails.
const (
	LinkAsked   ErrandKind = "asked"
	LinkMail    ErrandKind = "link"
	MessageMail ErrandKind = "message"
	TeamMail    ErrandKind = "team"  // follow-ups wait for a team
	NewsMail    ErrandKind = "news"  // what was done, to who asked to be told
	ReplyMail   ErrandKind = "reply" // an adviser's, to who asked for a call back: see Desk
)

// ErrandState is where an errand stands.
type ErrandState string

// The states. Whatever is over is kept, without its words, until the day that it
// counts for is over too.
const (
	ToCarry   ErrandState = "to_carry"
	Delivered ErrandState = "carried"  // a server accepted it
	GivenUp   ErrandState = "given_up" // it cannot be carried, or must not be any more
)

const (
	// linksPerDay and messagesPerDay bound what leaves for one ticket.
	linksPerDay    = 3
	messagesPerDay = 10
	// rememberFor is how long what is over counts: longer than any day of a zone. News is
	// told once, so it is known for as long as telling it may have stood still.
	rememberFor  = 48 * time.Hour
	rememberNews = 30 * 24 * time.Hour
)

// isWritten says whether a person wrote what is carried.
func (k ErrandKind) isWritten() bool { return k == MessageMail || k == ReplyMail }

// most is how many errands of a kind one ticket may make on one day.
func (k ErrandKind) most() int {
	if k == LinkMail {
		return linksPerDay
	}
	return messagesPerDay
}

// errandID is the id of the n-th errand of a kind that a ticket makes on a day: who
// comes first takes it, and the store lets nobody take it twice.
func errandID(kind ErrandKind, t TicketKey, day Day, n int) string {
	return nameOf("errand", string(kind), t.Source, t.ID, string(day), strconv.Itoa(n))
}

// unknowns counts the attempts that a server may have accepted without our knowing.
func (e Errand) unknowns() int {
	n := 0
	for _, a := range e.Attempts {
		if a.Outcome == Unknown {
			n++
		}
	}
	return n
}

// inHand says whether a dialogue may be running.
func (e Errand) inHand(now time.Time) bool {
	last := len(e.Attempts) - 1
	return e.State == ToCarry && last >= 0 && e.Attempts[last].Outcome == Unknown && now.Before(e.Attempts[last].At.Add(Lease))
}

// tried is the errand with an attempt, as it is stored before the dialogue begins. Its
// outcome is unknown until it is known, so that is when it is looked at again.
func (e Errand) tried(now time.Time) Errand {
	if e.MailedAt.IsZero() {
		e.MailedAt = now.Truncate(time.Second) // a Date header has no finer time
	}
	e.Attempts = append(slices.Clone(e.Attempts), Attempt{At: now, Outcome: Unknown})
	e.DueAt = now.Add(doubtAfter)
	return e
}

// followed is the errand after its attempt. A message waits for as long as no server
// took it: only the customer has it else.
func (e Errand) followed(c Carried, now time.Time, keep Span) Errand {
	e.Attempts = slices.Clone(e.Attempts)
	last := &e.Attempts[len(e.Attempts)-1]
	last.Outcome, last.Reply = c.Outcome, c.Reply
	isMessage := e.Kind == MessageMail
	switch {
	case c.Outcome == Accepted:
		return e.over(Delivered, now)
	case c.Outcome == Unknown && e.unknowns() == 1:
		e.DueAt = now.Add(doubtAfter)
		return e
	case c.Outcome == Deferred, c.Outcome == Refused && isMessage:
		e.DueAt = now.Add(retryAfter(e.ID, len(e.Attempts)))
		if isMessage || e.DueAt.Before(e.MailedAt.Add(giveUpAfter)) {
			return e
		}
	}
	return e.doubtful(now, keep)
}

// doubtful gives up what may have arrived, or what nobody takes. Of a message the words
// stay for as long as a raw event does: nobody knows whether they were read.
func (e Errand) doubtful(now time.Time, keep Span) Errand {
	words := e.Text
	e = e.over(GivenUp, now)
	if words != "" {
		e.Text, e.DueAt = words, time.Time{}
		if !keep.Off() {
			e.DueAt = keep.After(now)
		}
	}
	return e
}

// over ends the errand and puts away what was written. That an adviser replied stays
// known for good, and of the customer nothing.
func (e Errand) over(state ErrandState, now time.Time) Errand {
	e.State, e.Text, e.Number = state, "", ""
	e.DueAt = now.Add(rememberFor)
	switch e.Kind {
	case NewsMail:
		e.DueAt = now.Add(rememberNews)
	case ReplyMail:
		e.DueAt, e.Person, e.Customer = time.Time{}, "", ""
	}
	return e
}
