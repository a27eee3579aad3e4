package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
)

// Courier carries errands: it finds out whose ticket a link was asked for, and hands
// links, messages, word to teams and news to a mail server. It may be killed between any two lines, and
// several may work on one store, as with the Sender: each attempt is in the store
// before its dialogue begins, and each write compares the Rev.
type Courier struct {
	Store    Store
	Carrier  ErrandCarrier
	Settings func() Settings
	Keys     Keys
	News     NewsReader               // what NewsMails tell; nil where nobody tells any
	Clock    *Clock                   // this instance's, beside the store's
	Share    func(now time.Time) bool // whether one more mail may leave this second: Sender.Share; nil for always
	Log      *slog.Logger
	Wake     <-chan struct{}
}

// ErrandCarrier carries the mails of errands as a Mailer does letters.
type ErrandCarrier interface {
	CarryErrand(ctx context.Context, p Parcel) Carried
}

// Parcel is an errand as it is to be carried: everything the words need, and what must
// be the same on every attempt.
type Parcel struct {
	Errand       Errand
	Ticket       Ticket
	Customer     Customer
	Organisation Organisation
	Language     string           // the one to write in
	Helpdesk     string           // who answers: a message or word to a team goes there
	Token        string           // of the ticket's page
	Waiting      WaitingFollowUps // of a TeamMail: its team's
	News         News             // of a NewsMail
	StopToken    string           // of a NewsMail
	Public       bool             // whether there is a public page that decisions stand on
	Name         string           // local part of the Message-ID; the same on each attempt
	Date         time.Time
}

const errandBatch = 32

// Run carries until ctx ends.
func (c *Courier) Run(ctx context.Context) error {
	return Work(ctx, c.Log, "courier", time.Second, c.Wake, c.Pass)
}

// Pass takes what is due, the longest due first, mails one after the other; more says
// that another may be due.
func (c *Courier) Pass(ctx context.Context) (more bool, err error) {
	now, err := c.Store.Now(ctx)
	if err != nil || c.Clock.Apart(now) {
		return false, err
	}
	due, err := c.Store.FindDueErrands(ctx, now, errandBatch)
	if err != nil {
		return false, err
	}
	more = len(due) == errandBatch
	var errs []error
	for _, e := range due {
		switch err := c.take(ctx, e, now); {
		case errors.Is(err, errNotNow):
			more = false
		case err != nil && !errors.Is(err, fs.ErrExist): // else somebody else has it
			errs = append(errs, fmt.Errorf("errand %s: %w", e.ID, err))
		}
	}
	return more, errors.Join(errs...)
}

func (c *Courier) take(ctx context.Context, e Errand, now time.Time) error {
	switch {
	case ctx.Err() != nil:
		return errNotNow
	case e.State != ToCarry:
		return c.forget(ctx, e)
	case e.Kind == LinkAsked:
		return c.match(ctx, e, now)
	}
	return c.carry(ctx, e)
}

// forget removes what has counted long enough.
func (c *Courier) forget(ctx context.Context, e Errand) error {
	err := c.Store.RemoveErrand(ctx, e.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// match makes a link for each ticket of that number whose customer asked, and forgets
// that anybody asked. Several sources may have given one number. The ask is the cause
// of the links, so that doing it twice makes none twice. Who stopped surveys still gets
// the link that they ask for; an address that mail came back from, or that called it
// spam, gets none: whoever asks need not be who reads there.
func (c *Courier) match(ctx context.Context, asked Errand, now time.Time) error {
	refused, err := refusesMail(ctx, c.Store, asked.Person)
	if err != nil {
		return err
	}
	if refused {
		return c.forget(ctx, asked)
	}
	found, err := c.Store.FindTickets(ctx, asked.Number, errandBatch)
	if err != nil {
		return err
	}
	for _, t := range found {
		who, err := follower(ctx, c.Store, t)
		if err != nil {
			return err
		}
		if who.ID == "" || t.Person != asked.Person {
			continue
		}
		e := Errand{
			Kind: LinkMail, State: ToCarry, Cause: asked.ID, Ticket: t.TicketKey, Customer: t.Customer, Person: t.Person,
			Language: asked.Language, MadeAt: asked.MadeAt, DueAt: now,
		}
		if _, err := addErrand(ctx, c.Store, e, DayOf(asked.MadeAt, c.Settings().Zone())); err != nil {
			return err
		}
	}
	return c.forget(ctx, asked)
}

// refusesMail says whether mail to a person came back, or was called spam. That somebody
// wants no surveys is no reason to leave unanswered what they ask for.
func refusesMail(ctx context.Context, st Store, person string) (bool, error) {
	s, err := st.GetSuppression(ctx, person)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return s.Reason == Bounced || s.Reason == Complained, err
}

// carry takes one errand through one attempt, and errNotNow leaves it as it is. What is
// recorded is brought to its end even while the process is told to stop.
func (c *Courier) carry(ctx context.Context, e Errand) error {
	steady, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
	defer cancel()
	now, err := c.Store.Now(steady)
	if err != nil {
		return err
	}
	halt, err := GetHalt(steady, c.Store)
	if err == nil && (halt.holds(now) || c.Share != nil && !c.Share(now)) {
		err = errNotNow
	}
	if err != nil {
		return err
	}
	p, leaves, err := c.parcel(steady, e, now)
	switch {
	case err != nil:
		return err
	case leaves.IsZero():
		return c.Store.PutErrand(steady, e.over(GivenUp, now))
	case leaves.After(now):
		e.DueAt = leaves
		return c.Store.PutErrand(steady, e)
	case e.unknowns() > 1:
		return c.Store.PutErrand(steady, e.doubtful(now, c.Settings().Privacy.RawEvents))
	}
	e = e.tried(now)
	if err := c.Store.PutErrand(steady, e); err != nil {
		return err
	}
	e.Rev++
	p.Errand, p.Date = e, e.MailedAt
	return c.deliver(ctx, e, p, halt)
}

// deliver lets the carrier carry, and stores how it ended.
func (c *Courier) deliver(ctx context.Context, e Errand, p Parcel, halt Halt) error {
	dialogue, cancel := context.WithTimeout(ctx, Lease-15*time.Second)
	defer cancel()
	carried := c.Carrier.CarryErrand(dialogue, p)
	steady, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
	defer cancel()
	now, err := c.Store.Now(steady)
	if err != nil {
		return err
	}
	e = e.followed(carried, now, c.Settings().Privacy.RawEvents)
	switch {
	case e.State == GivenUp:
		c.Log.Error("a mail was given up", "kind", e.Kind, "errand", e.ID, "reply", carried.Reply)
	case e.Kind == MessageMail && (carried.Outcome == Refused || carried.Fault == OfSender): // no halt tells of it
		c.Log.Error("a customer's message was refused and will be tried again", "kind", e.Kind, "errand", e.ID)
	}
	return errors.Join(c.Store.PutErrand(steady, e), c.heed(steady, e.Kind, carried, halt, now))
}

// heed halts all sending for what is not the recipients' fault, and lets it go on once
// a mail was taken, as the Sender does. Servers that judge content refuse what a person
// wrote as they would us, for words that are not ours: it waits alone.
func (c *Courier) heed(ctx context.Context, kind ErrandKind, carried Carried, halt Halt, now time.Time) error {
	switch {
	case carried.Outcome == Accepted && halt.Tries > 0:
		return c.Store.PutSlot(ctx, haltSlot, "")
	case carried.Fault == OfServer, carried.Fault == OfSender && !kind.isWritten():
		return putHalt(ctx, c.Store, halt.again(now, carried))
	}
	return nil
}

// parcel is the last look before the attempt is recorded; who was erased after it makes
// that record come too late. leaves is when the mail may leave; zero for never any more.
func (c *Courier) parcel(ctx context.Context, e Errand, now time.Time) (p Parcel, leaves time.Time, err error) {
	s := c.Settings()
	p = Parcel{Organisation: s.Organisation, Public: s.Publishing.Public, Language: s.LanguageFor(e.Language), Name: string(e.Kind) + "." + c.Keys.Sign(ToErrand, e.ID)}
	if e.Kind == TeamMail {
		return c.toTeam(ctx, e, p, now)
	}
	if p.Ticket, err = c.Store.GetTicket(ctx, e.Ticket); err != nil {
		return p, leaves, err
	}
	p.Customer, err = follower(ctx, c.Store, p.Ticket)
	if err != nil || p.Customer.ID == "" || p.Customer.ID != e.Customer {
		return p, leaves, err
	}
	p.Helpdesk, p.Token = s.HelpdeskFor(p.Ticket.Team), c.Keys.ToTicket(p.Ticket.TicketKey, p.Ticket.Customer)
	switch {
	case e.Kind == NewsMail:
		return c.news(ctx, e, p, now)
	case e.Kind == ReplyMail:
		if refused, err := refusesMail(ctx, c.Store, e.Person); refused || err != nil {
			return p, leaves, err
		}
	case e.Kind == MessageMail:
		p.Language = s.Organisation.Languages[0] // that of who reads it
	}
	if p.Helpdesk == "" && e.Kind == MessageMail {
		c.Log.Error("a customer's message waits: no address is set that it could go to", "kind", e.Kind, "errand", e.ID)
		return p, now.Add(time.Hour), nil // the address was taken away: it may come back
	}
	return p, now, nil
}

// toTeam completes the parcel that tells a team who waits for it: not any more once
// nobody does, or there is no address it could go to.
func (c *Courier) toTeam(ctx context.Context, e Errand, p Parcel, now time.Time) (_ Parcel, leaves time.Time, err error) {
	s := c.Settings()
	p.Language, p.Helpdesk = s.Organisation.Languages[0], s.HelpdeskFor(e.About)
	p.Waiting, err = countWaiting(ctx, c.Store, []string{e.About}, now)
	if err != nil || p.Waiting.N == 0 || p.Helpdesk == "" {
		return p, leaves, err
	}
	return p, now, nil
}
