package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	invitationFields = `survey, version, source, ticket, number, closing, closed_at, made_at, customer, person,
		team, category, product, channel, language, state, code, skipped_at, due_at, owner,
		lease_until, mailed_at, accepted_at, attempts, remind_at, remind_mailed_at, reminded_at, bounced_at, bounce, soft_bounces,
		was, left_out, recount, opened_at, agent`
	invitationHoles   = ten + `, ` + ten + `, ` + ten + `, ?, ?, ?, ?, ?`
	addInvitation     = `INSERT INTO invitations (` + invitationFields + `, ready_at, id, rev) VALUES (` + invitationHoles + `, ?, ?, 1)`
	putInvitation     = `UPDATE invitations SET (` + invitationFields + `, ready_at) = (` + invitationHoles + `, ?), rev = rev + 1 WHERE id = ? AND rev = ?`
	selectInvitations = `SELECT ` + invitationFields + `, id, rev FROM invitations`
	countInvitations  = `SELECT concat_ws(` + separator + `, source, ticket, closing, closed_at, made_at, customer, team, category, product, channel, language,
		state, code, skipped_at, accepted_at, bounced_at, was, left_out, opened_at, agent, id) FROM invitations`
	invitationsOf     = ` WHERE person = ? AND person <> '' AND id > ? ORDER BY id LIMIT +?`
	pageOfInvitations = ` WHERE (closed_at, id) > (?, ?) AND closed_at < ? ORDER BY closed_at, id LIMIT +?`
	selectAsked       = `SELECT id, survey, version, source, ticket, number, closing, closed_at, customer, person,
		team, category, product, channel, language, code, mailed_at, accepted_at, left_out,
		EXISTS (SELECT 1 FROM responses WHERE invitation = invitations.id) FROM invitations WHERE id = ?`
)

// attempt is how invitations keep theirs.
type attempt struct {
	At      int64           `json:"at"`
	Step    surveys.Step    `json:"step,omitempty"`
	Outcome surveys.Outcome `json:"outcome"`
	Reply   string          `json:"reply"`
}

func fromAttempt(a surveys.Attempt) attempt {
	return attempt{millis(a.At), a.Step, a.Outcome, a.Reply}
}

func (a attempt) domain() surveys.Attempt {
	return surveys.Attempt{At: moment(a.At), Step: a.Step, Outcome: a.Outcome, Reply: a.Reply}
}

// readAttempt is domain without package json: see listed.
func readAttempt(c *cursor) (a surveys.Attempt) {
	c.must(`{"at":`)
	a.At = moment(c.number())
	if c.may(`,"step":`) {
		a.Step = surveys.Step(c.text())
	}
	c.must(`,"outcome":`)
	a.Outcome = surveys.Outcome(c.text())
	c.must(`,"reply":`)
	a.Reply = c.text()
	c.must(`}`)
	return a
}

func invitationValues(i surveys.Invitation) []any {
	return []any{
		i.Survey, i.Version, i.Ticket.Source, i.Ticket.ID, i.Number, i.Closing, millis(i.ClosedAt), millis(i.MadeAt), i.Customer, i.Person,
		i.Team, i.Category, i.Product, i.Channel, i.Language, string(i.State), string(i.Code), millis(i.SkippedAt), millis(i.DueAt), i.Owner,
		millis(i.LeaseUntil), millis(i.MailedAt), millis(i.AcceptedAt), list(each(i.Attempts, fromAttempt)),
		millis(i.Reminder.DueAt), millis(i.Reminder.MailedAt), millis(i.Reminder.AcceptedAt), millis(i.Bounce.At), i.Bounce.Reply, i.Bounce.Soft,
		list(each(i.Was, fromInvitationWas)), i.LeftOut, list(i.Recount), millis(i.OpenedAt), i.Agent, readyAt(i), i.ID,
	}
}

// readyAt is NULL, which no range holds, where an invitation may not be claimed.
func readyAt(i surveys.Invitation) any {
	if at, ok := i.ReadyAt(); ok {
		return millis(at)
	}
	return nil
}

func scanInvitation(r row) (i surveys.Invitation, err error) {
	var was []invitationWas
	err = r.Scan(
		&i.Survey, &i.Version, &i.Ticket.Source, &i.Ticket.ID, &i.Number, &i.Closing, at{&i.ClosedAt}, at{&i.MadeAt}, &i.Customer, &i.Person,
		&i.Team, &i.Category, &i.Product, &i.Channel, &i.Language, &i.State, &i.Code, at{&i.SkippedAt}, at{&i.DueAt}, &i.Owner,
		at{&i.LeaseUntil}, at{&i.MailedAt}, at{&i.AcceptedAt}, listed[attempt, surveys.Attempt]{&i.Attempts, readAttempt, attempt.domain},
		at{&i.Reminder.DueAt}, at{&i.Reminder.MailedAt}, at{&i.Reminder.AcceptedAt}, at{&i.Bounce.At}, &i.Bounce.Reply, &i.Bounce.Soft, into{&was}, &i.LeftOut, into{&i.Recount}, at{&i.OpenedAt}, &i.Agent, &i.ID, &i.Rev,
	)
	i.Was = each(was, invitationWas.domain)
	return i, err
}

// AddInvitation is surveys.Store's.
func (s *Store) AddInvitation(ctx context.Context, i surveys.Invitation) error {
	return in(s.write(ctx, addInvitation, invitationValues(i)...), "keeping invitation %s", i.ID)
}

// GetInvitation is surveys.Store's.
func (s *Store) GetInvitation(ctx context.Context, id string) (surveys.Invitation, error) {
	i, err := get(ctx, s, scanInvitation, selectInvitations+` WHERE id = ?`, id)
	return i, in(err, "reading invitation %s", id)
}

// GetAsked is surveys.Store's. It reads no column more than it gives: the driver
// takes about as long for eight columns as SQLite for the look-up.
func (s *Store) GetAsked(ctx context.Context, id string) (surveys.Invitation, bool, error) {
	answered := false
	i, err := get(ctx, s, func(r row) (i surveys.Invitation, err error) {
		err = r.Scan(
			&i.ID, &i.Survey, &i.Version, &i.Ticket.Source, &i.Ticket.ID, &i.Number, &i.Closing, at{&i.ClosedAt}, &i.Customer, &i.Person,
			&i.Team, &i.Category, &i.Product, &i.Channel, &i.Language, &i.Code, at{&i.MailedAt}, at{&i.AcceptedAt}, &i.LeftOut, &answered,
		)
		return i, err
	}, selectAsked, id)
	return i, answered, in(err, "reading invitation %s", id)
}

// PutInvitation is surveys.Store's.
func (s *Store) PutInvitation(ctx context.Context, i surveys.Invitation) error {
	return in(s.change(ctx, putInvitation, append(invitationValues(i), i.Rev)...), "changing invitation %s", i.ID)
}

// FindDueInvitations is surveys.Store's.
func (s *Store) FindDueInvitations(ctx context.Context, now time.Time, limit int) ([]surveys.Invitation, error) {
	found, err := find(ctx, s, scanInvitation, selectInvitations+` WHERE ready_at <= ? ORDER BY ready_at LIMIT +?`, millis(now), limit)
	return found, in(err, "looking for due invitations")
}

// InvitationsOf is surveys.Store's.
func (s *Store) InvitationsOf(ctx context.Context, person string) iter.Seq2[surveys.Invitation, error] {
	return walk(ctx, surveys.Invitation{}, func(last surveys.Invitation) ([]surveys.Invitation, error) {
		found, err := find(ctx, s, scanInvitation, selectInvitations+invitationsOf, person, last.ID, pageSize)
		return found, in(err, "walking the invitations of %s", person)
	})
}

// countedInvitation reads what surveys.Invitation.Counted gives.
func countedInvitation(f *fields) (i surveys.Invitation) {
	var was []invitationWas
	i.Ticket.Source, i.Ticket.ID, i.Closing = f.text(), f.text(), int(f.number())
	i.ClosedAt, i.MadeAt, i.Customer = f.moment(), f.moment(), f.own()
	i.Dimensions = f.dimensions()
	i.State, i.Code = surveys.State(f.text()), surveys.Skip(f.text())
	i.SkippedAt, i.AcceptedAt, i.Bounce.At = f.moment(), f.moment(), f.moment()
	f.list(func(text string) error { return into{&was}.Scan(text) })
	i.LeftOut, i.OpenedAt, i.Agent, i.ID = f.number() == 1, f.moment(), f.text(), f.own()
	i.Was = each(was, invitationWas.domain)
	return i
}

// InvitationsClosed is surveys.Store's.
func (s *Store) InvitationsClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error] {
	return s.walkInvitations(ctx, from, to, func(args ...any) ([]surveys.Invitation, error) {
		return find(ctx, s, scanInvitation, selectInvitations+pageOfInvitations, args...)
	})
}

// InvitationsToCount is reports.Store's.
func (s *Store) InvitationsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error] {
	return s.walkInvitations(ctx, from, to, counting(ctx, s, countInvitations+pageOfInvitations, countedInvitation, selectInvitations+pageOfInvitations, scanInvitation, surveys.Invitation.Counted))
}

func (s *Store) walkInvitations(ctx context.Context, from, to time.Time, page func(args ...any) ([]surveys.Invitation, error)) iter.Seq2[surveys.Invitation, error] {
	return walk(ctx, surveys.Invitation{ClosedAt: from}, func(last surveys.Invitation) ([]surveys.Invitation, error) {
		found, err := page(millis(last.ClosedAt), last.ID, until(to), pageSize)
		return found, in(err, "walking the invitations")
	})
}
