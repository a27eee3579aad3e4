package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// A past that was multiplied is whole: each closing of each ticket has its invitation,
// each answer its invitation, and nothing is left to settle or to count.
func TestPastIsWhole(t *testing.T) {
	p := past{folder: t.TempDir(), tickets: 40, answers: 10, began: time.Now()}
	if err := p.make(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := rewrite(t.Context(), p.folder, func(ctx context.Context, conn *sql.Conn) error { return multiplyPast(ctx, conn, 3) }); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(p.folder, storeFile), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tickets, closings, answers := map[surveys.TicketKey]int{}, 0, 0
	for one, err := range store.TicketsOpened(t.Context(), time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		tickets[one.TicketKey] = len(one.Closings)
	}
	asked := map[string]surveys.TicketKey{}
	for i, err := range store.InvitationsClosed(t.Context(), time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		if i.Closing > tickets[i.Ticket] || i.ClosedAt.After(p.began) {
			t.Errorf("an invitation for closing %d, at %s, of %v", i.Closing, i.ClosedAt, i.Ticket)
		}
		asked[i.ID] = i.Ticket
		closings++
	}
	for r, err := range store.ResponsesClosed(t.Context(), time.Time{}, time.Time{}) {
		if err != nil || asked[r.Invitation] != r.Ticket {
			t.Errorf("the answer to %s of %v belongs to %v, %v", r.Invitation, r.Ticket, asked[r.Invitation], err)
		}
		answers++
	}
	if len(tickets) != 120 || closings != 3*(40+2) || answers != 30 {
		t.Errorf("%d tickets, %d closings, %d answers; want 120, 126, 30", len(tickets), closings, answers)
	}
	marks, err := store.FindMarks(t.Context(), 1)
	unsettled, err2 := store.FindTicketsToSettle(t.Context(), 1)
	if len(marks)+len(unsettled) > 0 || err != nil || err2 != nil {
		t.Errorf("%v, %v are left to do; %v, %v", marks, unsettled, err, err2)
	}
}
