package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

const (
	// pastDays is how far back the tickets of a past go, 24 months; the last was
	// opened lastOpened days ago, so that all of them are closed.
	pastDays, lastOpened = 730, 20
	// pastBase is how many tickets are stored by the store's own verbs, which make
	// every row durable; a greater past is made of these by SQL.
	pastBase = 10_000
)

// past is 24 months of a helpdesk: tickets that were opened evenly over them, told
// twice each, closed, some again after a reopening; and the answers to some closings.
type past struct {
	folder           string
	tickets, answers int
	began            time.Time
}

// make stores a past in a folder, with nothing left to settle or to count.
func (p past) make(ctx context.Context) error {
	began := time.Now()
	store, err := sqlite.Open(ctx, filepath.Join(p.folder, storeFile), time.Now)
	if err != nil {
		return err
	}
	base := min(p.tickets, pastBase)
	err = inParallel(ctx, base, func(ctx context.Context, n int) error { return p.add(ctx, store, n, base) })
	if closed := store.Close(); err == nil {
		err = closed
	}
	if err == nil && p.tickets > base {
		err = rewrite(ctx, p.folder, func(ctx context.Context, conn *sql.Conn) error { return multiplyPast(ctx, conn, p.tickets/base) })
	}
	fmt.Printf("%d tickets and %d answers over %d days stored in %.0f s\n", p.tickets, p.answers, pastDays, time.Since(began).Seconds())
	return err
}

// inParallel does something so many times; who wait together share a commit.
func inParallel(ctx context.Context, times int, do func(ctx context.Context, n int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(256)
	for n := range times {
		g.Go(func() error { return do(ctx, n) })
	}
	return g.Wait()
}

// multiplyPast makes of each ticket many of the same time, each of a customer of its own.
func multiplyPast(ctx context.Context, conn *sql.Conn, times int) error {
	for table, renamed := range map[string][]string{
		"tickets":     {"id", "number", "customer", "person"},
		"invitations": {"id", "ticket", "number", "customer", "person"},
		"responses":   {"invitation", "ticket", "customer"},
	} {
		if err := multiply(ctx, conn, table, times, renamed...); err != nil {
			return err
		}
	}
	return nil
}

// add stores the n-th of so many tickets, and what became of its closings.
func (p past) add(ctx context.Context, store *sqlite.Store, n, of int) error {
	const day = 24 * time.Hour
	every := (pastDays - lastOpened) * day / time.Duration(of)
	t := pastTicket(n, p.began.Add(every*time.Duration(n)-pastDays*day), time.Duration(50+n%200)*time.Hour)
	if n%20 == 0 {
		t = heard(t, 400*time.Hour, surveys.Reopened)
		t = heard(t, 450*time.Hour, surveys.Closed)
	}
	answered := n*p.answers/p.tickets < (n+1)*p.answers/p.tickets
	return keepPast(ctx, store, n, t, answered)
}

// keepPast stores a ticket, its invitations, of which only the first may have been
// sent, and the answer.
func keepPast(ctx context.Context, store *sqlite.Store, n int, t surveys.Ticket, answered bool) error {
	t.Settle, t.Recount = false, nil
	if err := store.AddTicket(ctx, t); err != nil {
		return err
	}
	for _, c := range t.Closings {
		i := asked(t, c)
		answered := answered && c.N == 1
		if !answered {
			i.State, i.Code, i.SkippedAt = surveys.Skipped, surveys.SourceOff, c.At
			i.MailedAt, i.AcceptedAt, i.Attempts = time.Time{}, time.Time{}, nil
		}
		if err := store.AddInvitation(ctx, i); err != nil {
			return err
		}
		if !answered {
			continue
		}
		if err := store.AddResponse(ctx, response(n, i)); err != nil {
			return err
		}
	}
	return nil
}

// pastTicket is the n-th, opened at a time and closed after another.
func pastTicket(n int, opened time.Time, took time.Duration) surveys.Ticket {
	key := pastKey(n)
	t := surveys.Ticket{
		TicketKey: key, Number: key.ID, Subject: "Facture en double, demande de remboursement", OpenedAt: surveys.Moment(opened), Contacts: 1 + n%3,
		Dimensions: surveys.Dimensions{
			Team: "team-" + strconv.Itoa(n%4), Category: "category-" + strconv.Itoa(n%7), Product: "shop",
			Channel: channels()[n%3], Language: []string{"fr", "en"}[n%2],
		},
		Customer: "customer of " + key.ID, Person: surveys.PersonOf([]byte("salt"), key.ID), Agent: "u-" + strconv.Itoa(n%37),
	}
	return heard(heard(t, 0, surveys.Open), took, surveys.Closed)
}

func pastKey(n int) surveys.TicketKey {
	return surveys.TicketKey{Source: source, ID: fmt.Sprintf("past-%07d", n)}
}

func channels() []string { return []string{"email", "phone", "chat"} }

// heard is a ticket once its helpdesk has said, so long after it was opened, how it
// stands. The first reply came with the closing, or before.
func heard(t surveys.Ticket, after time.Duration, status surveys.Status) surveys.Ticket {
	at := t.OpenedAt.Add(after)
	n := surveys.Notice{ID: t.ID, Status: status, OpenedAt: t.OpenedAt, UpdatedAt: at}
	if status.Handled() {
		n.ClosedAt, n.FirstReplyAt = at, t.OpenedAt.Add(after/4)
	}
	t, _ = t.Apply(n, surveys.Customer{ID: t.Customer, Person: t.Person}, at, surveys.DefaultSettings())
	return t
}

// asked is the invitation of a closing, sent a day later.
func asked(t surveys.Ticket, c surveys.Closing) surveys.Invitation {
	i := invitation(surveys.InvitationID(surveys.AfterHandling, t.TicketKey, c.N), t.TicketKey, c.At, c.At.Add(24*time.Hour))
	i.Closing, i.Customer, i.Person, i.Dimensions = c.N, t.Customer, t.Person, t.Dimensions
	i.OpenedAt, i.Agent = t.OpenedAt, t.Agent
	return i
}

// response is the n-th customer's, an hour after the mail.
func response(n int, asked surveys.Invitation) surveys.Response {
	delay, listening := scores(n)
	return surveys.Response{
		Invitation: asked.ID, Survey: asked.Survey, Ticket: asked.Ticket, Closing: asked.Closing, ClosedAt: asked.ClosedAt,
		Customer: asked.Customer, Dimensions: asked.Dimensions,
		Answers: []surveys.Answer{{At: asked.AcceptedAt.Add(time.Hour), Version: 1, Language: "fr", Values: map[string]string{
			"delay": strconv.Itoa(delay), "listening": strconv.Itoa(listening), "resolved": "yes", "recommend": "9", "comment": comment,
		}}},
	}
}
