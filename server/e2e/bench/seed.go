package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

const (
	// neverAnswered invitations are only looked at.
	neverAnswered = 1000
	// told is how many tickets are behind the figures on the public page.
	told = 3000
	// days is how far back the closings go.
	days = 200
	// source is the helpdesk connection of everything here.
	source = "bench"
	// secret signs the links, bearer the events.
	secret = "not secret: the bench signs its own links"
	bearer = "not secret: the bench posts its own events"
)

// settings let mail leave at any time and take events.
const settings = `
[organisation]
name = "Maison Poulain"
[asking]
hours = ""
[[source]]
name = "` + source + `"
kind = "generic"
secret = "` + bearer + `"
`

// makeLinks signs a link for every invitation.
func makeLinks(invitations int) []link {
	links, keys := make([]link, invitations), surveys.NewKeys(secret)
	for n := range links {
		id := surveys.InvitationID(surveys.AfterHandling, invitedTicket(n), 1)
		links[n] = link{id, keys.Sign(surveys.ToAnswer, id)}
	}
	return links
}

func invitedTicket(n int) surveys.TicketKey {
	return surveys.TicketKey{Source: source, ID: "invited-" + strconv.Itoa(n)}
}

// seed makes the store that every round begins with: invitations whose mail was
// accepted just now, and told tickets with their answers.
func seed(ctx context.Context, path string, links []link, progress io.Writer) error {
	store, err := sqlite.Open(ctx, path, time.Now)
	if err != nil {
		return err
	}
	began, now := time.Now(), surveys.Moment(time.Now())
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(256) // who wait together share a commit
	for n, l := range links {
		g.Go(func() error {
			return store.AddInvitation(ctx, invitation(l.id, invitedTicket(n), closing(n, now), now))
		})
	}
	for n := range told {
		g.Go(func() error { return tell(ctx, store, n, now) })
	}
	err = g.Wait()
	fmt.Fprintf(progress, "stored in %.0f s\n", time.Since(began).Seconds())
	if closed := store.Close(); err == nil {
		err = closed
	}
	return err
}

// closing spreads the closings evenly over the days, at all hours.
func closing(n int, now time.Time) time.Time {
	back := time.Duration(n%days)*24*time.Hour + time.Duration(n/days%86_400)*time.Second
	return now.Add(-time.Hour - back)
}

// invitation is one that was sent.
func invitation(id string, ticket surveys.TicketKey, closed, now time.Time) surveys.Invitation {
	return surveys.Invitation{
		ID: id, Survey: surveys.AfterHandling, Version: 1,
		Ticket: ticket, Number: ticket.ID, Closing: 1, ClosedAt: closed, MadeAt: closed,
		Customer: "customer of " + ticket.ID, Person: "person of " + ticket.ID, Dimensions: dimensions(),
		State: surveys.Sent, DueAt: closed, MailedAt: now, AcceptedAt: now,
		Attempts: []surveys.Attempt{{At: now, Outcome: surveys.Accepted, Reply: "250 2.0.0 taken"}},
	}
}

func dimensions() surveys.Dimensions {
	return surveys.Dimensions{Team: "billing", Category: "invoice", Product: "shop", Channel: "email", Language: "fr"}
}

// tell stores a ticket that was opened, answered, closed and judged.
func tell(ctx context.Context, store *sqlite.Store, n int, now time.Time) error {
	key := surveys.TicketKey{Source: source, ID: "told-" + strconv.Itoa(n)}
	closed := closing(n, now)
	opened := closed.Add(-time.Duration(1+n%96) * time.Hour)
	ticket, _ := surveys.Ticket{TicketKey: key}.Apply(surveys.Notice{
		ID: key.ID, Number: key.ID, Status: surveys.Closed, Dimensions: dimensions(),
		OpenedAt: opened, FirstReplyAt: opened.Add(time.Duration(n%60) * time.Minute), ClosedAt: closed, UpdatedAt: closed, Contacts: 1,
	}, surveys.Customer{ID: "customer of " + key.ID, Person: "person of " + key.ID}, closed, surveys.DefaultSettings())
	if err := store.AddTicket(ctx, ticket); err != nil {
		return err
	}
	asked := invitation(surveys.InvitationID(surveys.AfterHandling, key, 1), key, closed, closed)
	if err := store.AddInvitation(ctx, asked); err != nil {
		return err
	}
	delay, listening := scores(n)
	return store.AddResponse(ctx, surveys.Response{
		Invitation: asked.ID, Survey: asked.Survey, Ticket: key, Closing: 1, ClosedAt: closed,
		Customer: asked.Customer, Dimensions: dimensions(),
		Answers: []surveys.Answer{{At: closed.Add(time.Hour), Version: 1, Language: "fr", Values: map[string]string{
			"delay": strconv.Itoa(delay), "listening": strconv.Itoa(listening), "resolved": "yes", "recommend": "9",
		}}},
	})
}

// copyStore makes a round's own store and waits until it is on the disk, so that
// its way there is in no measurement.
func copyStore(from, to string) error {
	in, err := os.Open(filepath.Join(from, storeFile))
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(filepath.Join(to, storeFile), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Sync()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
