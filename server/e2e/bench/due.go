package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// connections is how many mails are handed over at once, on both sides.
const connections = 8

// mailing lets mail leave at any time, at a pace. Rest and all else are as they are
// for everybody.
func mailing(perSecond string) string {
	return settings + fmt.Sprintf("[mail]\nconnections = %d\nper_second = %s\n", connections, perSecond)
}

// The paces: hardly any mail, ten times what is usual, and as fast as can be.
const (
	hardly    = "0.001"
	steadily  = "100"
	unbounded = "10000"
)

// domains is how many the recipients are spread over: one domain never has all of the
// connections.
const domains = 997

// addDue gives a data folder so many invitations whose mail is due, each of another
// person about another ticket, and lets mail leave at a pace.
func (s *stage) addDue(ctx context.Context, folder string, count int, pace string) error {
	began := time.Now()
	store, err := sqlite.Open(ctx, filepath.Join(folder, storeFile), time.Now)
	if err != nil {
		return err
	}
	err = storeDue(ctx, store, count)
	if closed := store.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	fmt.Printf("%d due invitations stored in %.0f s\n", count, time.Since(began).Seconds())
	return s.apply(ctx, folder, mailing(pace))
}

// apply puts settings in force.
func (s *stage) apply(ctx context.Context, folder, text string) error {
	file := filepath.Join(s.folder, "settings.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	if out, err := s.command(ctx, folder, "settings", "apply", file).CombinedOutput(); err != nil {
		return fmt.Errorf("entendu settings apply: %w: %s", err, out)
	}
	return nil
}

func storeDue(ctx context.Context, store *sqlite.Store, count int) error {
	now := surveys.Moment(time.Now())
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(256) // who wait together share a commit
	for n := range count {
		g.Go(func() error { return addOne(ctx, store, n, now) })
	}
	return g.Wait()
}

// addOne stores a customer, their ticket as it stands once its closing was looked at,
// and the invitation.
func addOne(ctx context.Context, store *sqlite.Store, n int, now time.Time) error {
	c := customer(n)
	closed := now.Add(-48*time.Hour + time.Duration(n%86_400)*time.Second)
	t, _ := surveys.Ticket{TicketKey: dueTicket(n)}.Apply(surveys.Notice{
		ID: dueTicket(n).ID, Number: strconv.Itoa(n), Status: surveys.Closed, Dimensions: dimensions(), Subject: "Facture en double",
		OpenedAt: closed.Add(-30 * time.Hour), FirstReplyAt: closed.Add(-29 * time.Hour), ClosedAt: closed, UpdatedAt: closed, Contacts: 1,
	}, c, closed, surveys.DefaultSettings())
	t.Settle, t.Recount = false, nil
	if err := store.AddTicket(ctx, t); err != nil {
		return err
	}
	if err := store.AddCustomer(ctx, c); err != nil {
		return err
	}
	return store.AddInvitation(ctx, surveys.Invitation{
		ID: dueID(n), Survey: surveys.AfterHandling, Version: 1,
		Ticket: t.TicketKey, Number: t.Number, Closing: 1, ClosedAt: closed, MadeAt: closed,
		Customer: c.ID, Person: c.Person, Dimensions: dimensions(), State: surveys.Waiting, DueAt: closed,
	})
}

// customer is the n-th, at one of the domains.
func customer(n int) surveys.Customer {
	address := fmt.Sprintf("lina.roche.%d@shop-%d.example", n, n%domains)
	person := surveys.PersonOf([]byte("salt"), address)
	return surveys.Customer{Person: person, ID: "customer-" + strconv.Itoa(n), Address: address, Name: "Lina Roche", Language: "fr"}
}

func dueTicket(n int) surveys.TicketKey {
	return surveys.TicketKey{Source: source, ID: "due-" + strconv.Itoa(n)}
}

func dueID(n int) string { return surveys.InvitationID(surveys.AfterHandling, dueTicket(n), 1) }

// awaited are the Message-IDs of so many due invitations.
func awaited(count int) []string {
	all, keys := make([]string, count), surveys.NewKeys(secret)
	for n := range all {
		all[n] = "<inv." + keys.Sign(surveys.ToName, dueID(n)) + "@localhost>"
	}
	return all
}

// left says how many of the mails in a store are still to leave, now or later, at
// most as many as asked.
func left(ctx context.Context, store *sqlite.Store, most int) (int, error) {
	due, err := store.FindDueInvitations(ctx, time.Now().Add(1000*time.Hour), most)
	return len(due), err
}
