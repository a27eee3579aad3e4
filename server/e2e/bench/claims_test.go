package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
)

// TestGreaterStoreHasTheSameDue makes forty invitations of ten: those added were sent,
// each to a customer who is there, and what is due is what was due before.
func TestGreaterStoreHasTheSameDue(t *testing.T) {
	data := t.TempDir()
	open := func() *sqlite.Store {
		store, err := sqlite.Open(t.Context(), filepath.Join(data, storeFile), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	store := open()
	if err := storeDue(t.Context(), store, 10); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := enlarge(t.Context(), data, 10, 4); err != nil {
		t.Fatal(err)
	}
	store = open()
	defer store.Close()
	all := 0
	for i, err := range store.InvitationsClosed(t.Context(), time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		all++
		if _, err := store.GetCustomer(t.Context(), i.Person); err != nil {
			t.Error(err)
		}
	}
	if due, err := store.FindDueInvitations(t.Context(), time.Now(), 100); all != 40 || len(due) != 10 || err != nil {
		t.Errorf("%d invitations, %d due, %v", all, len(due), err)
	}
}
