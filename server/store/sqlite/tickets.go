package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	ticketFields = `number, subject, status, team, category, product, channel, language, tags, agent,
		opened_at, first_reply_at, updated_at, contacts, merged_into, customer, person, promise, transitions, closings,
		was, settle, recount`
	ticketHoles   = ten + `, ` + ten + `, ?, ?, ?`
	addTicket     = `INSERT INTO tickets (` + ticketFields + `, source, id, rev) VALUES (` + ticketHoles + `, ?, ?, 1)`
	putTicket     = `UPDATE tickets SET (` + ticketFields + `) = (` + ticketHoles + `), rev = rev + 1 WHERE source = ? AND id = ? AND rev = ?`
	selectTickets = `SELECT ` + ticketFields + `, source, id, rev FROM tickets`
	countTickets  = `SELECT concat_ws(` + separator + `, status, team, category, product, channel, language, opened_at, first_reply_at, updated_at,
		contacts, merged_into, customer, agent, promise, transitions, closings, was, source, id) FROM tickets`
	ticketsOf     = ` WHERE person = ? AND person <> '' AND (source, id) > (?, ?) ORDER BY source, id LIMIT +?`
	ticketsNamed  = ` WHERE (person <> '' OR subject <> '') AND (updated_at, source, id) > (?, ?, ?) AND updated_at < ? ORDER BY updated_at, source, id LIMIT +?`
	pageOfTickets = ` WHERE (opened_at, source, id) > (?, ?, ?) AND opened_at < ? ORDER BY opened_at, source, id LIMIT +?`
)

// transition and closing are how tickets keep their lists.
type transition struct {
	Status   surveys.Status `json:"status"`
	At       int64          `json:"at"`
	LearntAt int64          `json:"learnt_at"`
}

type closing struct {
	N        int   `json:"n"`
	At       int64 `json:"at"`
	LearntAt int64 `json:"learnt_at"`
	EndedAt  int64 `json:"ended_at"`
	Quiet    bool  `json:"quiet"`
	Misdated bool  `json:"misdated,omitempty"`
}

func fromTransition(t surveys.Transition) transition {
	return transition{t.Status, millis(t.At), millis(t.LearntAt)}
}

func (t transition) domain() surveys.Transition {
	return surveys.Transition{Status: t.Status, At: moment(t.At), LearntAt: moment(t.LearntAt)}
}

// readTransition is domain without package json, as readClosing is: see listed.
func readTransition(c *cursor) (t surveys.Transition) {
	c.must(`{"status":`)
	t.Status = surveys.Status(c.text())
	c.must(`,"at":`)
	t.At = moment(c.number())
	c.must(`,"learnt_at":`)
	t.LearntAt = moment(c.number())
	c.must(`}`)
	return t
}

func fromClosing(c surveys.Closing) closing {
	return closing{c.N, millis(c.At), millis(c.LearntAt), millis(c.EndedAt), c.Quiet, c.Misdated}
}

func (c closing) domain() surveys.Closing {
	return surveys.Closing{
		N: c.N, At: moment(c.At), LearntAt: moment(c.LearntAt), EndedAt: moment(c.EndedAt), Quiet: c.Quiet, Misdated: c.Misdated,
	}
}

func readClosing(c *cursor) (d surveys.Closing) {
	c.must(`{"n":`)
	d.N = int(c.number())
	c.must(`,"at":`)
	d.At = moment(c.number())
	c.must(`,"learnt_at":`)
	d.LearntAt = moment(c.number())
	c.must(`,"ended_at":`)
	d.EndedAt = moment(c.number())
	c.must(`,"quiet":`)
	d.Quiet = c.truth()
	d.Misdated = c.may(`,"misdated":true`)
	c.must(`}`)
	return d
}

func ticketValues(t surveys.Ticket) []any {
	return []any{
		t.Number, t.Subject, string(t.Status), t.Team, t.Category, t.Product, t.Channel, t.Language, list(t.Tags), t.Agent,
		millis(t.OpenedAt), millis(t.FirstReplyAt), millis(t.UpdatedAt), t.Contacts, t.MergedInto, t.Customer, t.Person, int64(t.Promise),
		list(each(t.Transitions, fromTransition)), list(each(t.Closings, fromClosing)),
		list(each(t.Was, fromTicketWas)), t.Settle, list(t.Recount),
		t.Source, t.ID,
	}
}

func scanTicket(r row) (t surveys.Ticket, err error) {
	var was []ticketWas
	err = r.Scan(
		&t.Number, &t.Subject, &t.Status, &t.Team, &t.Category, &t.Product, &t.Channel, &t.Language, into{&t.Tags}, &t.Agent,
		at{&t.OpenedAt}, at{&t.FirstReplyAt}, at{&t.UpdatedAt}, &t.Contacts, &t.MergedInto, &t.Customer, &t.Person, &t.Promise,
		listed[transition, surveys.Transition]{&t.Transitions, readTransition, transition.domain},
		listed[closing, surveys.Closing]{&t.Closings, readClosing, closing.domain},
		into{&was}, &t.Settle, into{&t.Recount},
		&t.Source, &t.ID, &t.Rev,
	)
	t.Was = each(was, ticketWas.domain)
	return t, err
}

// AddTicket is surveys.Store's.
func (s *Store) AddTicket(ctx context.Context, t surveys.Ticket) error {
	return in(s.write(ctx, addTicket, ticketValues(t)...), "keeping ticket %s of %s", t.ID, t.Source)
}

// GetTicket is surveys.Store's.
func (s *Store) GetTicket(ctx context.Context, key surveys.TicketKey) (surveys.Ticket, error) {
	t, err := get(ctx, s, scanTicket, selectTickets+` WHERE source = ? AND id = ?`, key.Source, key.ID)
	return t, in(err, "reading ticket %s of %s", key.ID, key.Source)
}

// PutTicket is surveys.Store's.
func (s *Store) PutTicket(ctx context.Context, t surveys.Ticket) error {
	return in(s.change(ctx, putTicket, append(ticketValues(t), t.Rev)...), "changing ticket %s of %s", t.ID, t.Source)
}

// FindTickets is surveys.Store's.
func (s *Store) FindTickets(ctx context.Context, number string, limit int) ([]surveys.Ticket, error) {
	found, err := find(ctx, s, scanTicket, selectTickets+` WHERE number = ? LIMIT +?`, number, limit)
	return found, in(err, "looking for tickets of a number")
}

// TicketsOf is surveys.Store's.
func (s *Store) TicketsOf(ctx context.Context, person string) iter.Seq2[surveys.Ticket, error] {
	return walk(ctx, surveys.Ticket{}, func(last surveys.Ticket) ([]surveys.Ticket, error) {
		found, err := find(ctx, s, scanTicket, selectTickets+ticketsOf, person, last.Source, last.ID, pageSize)
		return found, in(err, "walking the tickets of %s", person)
	})
}

// TicketsNamed is surveys.Store's.
func (s *Store) TicketsNamed(ctx context.Context, before time.Time) iter.Seq2[surveys.Ticket, error] {
	return walk(ctx, surveys.Ticket{}, func(last surveys.Ticket) ([]surveys.Ticket, error) {
		found, err := find(ctx, s, scanTicket, selectTickets+ticketsNamed, millis(last.UpdatedAt), last.Source, last.ID, until(before), pageSize)
		return found, in(err, "walking the tickets with names")
	})
}

// FindTicketsToSettle is surveys.Store's.
func (s *Store) FindTicketsToSettle(ctx context.Context, limit int) ([]surveys.Ticket, error) {
	found, err := find(ctx, s, scanTicket, selectTickets+` WHERE settle = 1 LIMIT +?`, limit)
	return found, in(err, "looking for tickets to settle")
}

// countedTicket reads what surveys.Ticket.Counted gives.
func countedTicket(f *fields) (t surveys.Ticket) {
	var was []ticketWas
	t.Status = surveys.Status(f.text())
	t.Dimensions = f.dimensions()
	t.OpenedAt, t.FirstReplyAt, t.UpdatedAt = f.moment(), f.moment(), f.moment()
	t.Contacts, t.MergedInto, t.Customer, t.Agent, t.Promise = int(f.number()), f.text(), f.own(), f.text(), time.Duration(f.number())
	f.list(listed[transition, surveys.Transition]{&t.Transitions, readTransition, transition.domain}.read)
	f.list(listed[closing, surveys.Closing]{&t.Closings, readClosing, closing.domain}.read)
	f.list(func(text string) error { return into{&was}.Scan(text) })
	t.Source, t.ID = f.text(), f.own()
	t.Was = each(was, ticketWas.domain)
	return t
}

// TicketsOpened is surveys.Store's.
func (s *Store) TicketsOpened(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error] {
	return s.walkTickets(ctx, from, to, func(args ...any) ([]surveys.Ticket, error) {
		return find(ctx, s, scanTicket, selectTickets+pageOfTickets, args...)
	})
}

// TicketsToCount is reports.Store's.
func (s *Store) TicketsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error] {
	return s.walkTickets(ctx, from, to, counting(ctx, s, countTickets+pageOfTickets, countedTicket, selectTickets+pageOfTickets, scanTicket, surveys.Ticket.Counted))
}

func (s *Store) walkTickets(ctx context.Context, from, to time.Time, page func(args ...any) ([]surveys.Ticket, error)) iter.Seq2[surveys.Ticket, error] {
	return walk(ctx, surveys.Ticket{OpenedAt: from}, func(last surveys.Ticket) ([]surveys.Ticket, error) {
		found, err := page(millis(last.OpenedAt), last.Source, last.ID, until(to), pageSize)
		return found, in(err, "walking the tickets")
	})
}
