package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// snapshot is every record of a store that tells of tickets and people, as text by
// kind and id: two of them are equal if nothing was written between.
func (s *scene) snapshot(st store.Store) map[string]string {
	s.Helper()
	all := map[string]string{}
	put := func(kind, id string, record any, err error) {
		must(s, err)
		text, err := json.Marshal(record)
		must(s, err)
		all[kind+" "+id] = string(text)
	}
	persons := map[string]bool{}
	for _, state := range []surveys.EventState{surveys.ToApply, surveys.Applied, surveys.NotUnderstood} {
		events, err := st.FindEvents(s.Context(), state, everything)
		must(s, err)
		for _, e := range events {
			put("event", e.ID, e, nil)
		}
	}
	for r, err := range st.TicketsOpened(s.Context(), time.Time{}, time.Time{}) {
		r.Recount = nil // the worker that counts comes when it likes
		put("ticket", fmt.Sprint(r.TicketKey), r, err)
		persons[r.Person] = true
	}
	for r, err := range st.InvitationsClosed(s.Context(), time.Time{}, time.Time{}) {
		r.Recount = nil
		put("invitation", r.ID, r, err)
	}
	for r, err := range st.ResponsesClosed(s.Context(), time.Time{}, time.Time{}) {
		r.Recount, r.FollowUp, r.Transcribe, r.Rev = nil, false, false, 0 // so do those that make follow-ups and voices, and take their marks off
		put("response", r.Invitation, r, err)
	}
	for r, err := range st.Suppressions(s.Context()) {
		put("suppression", r.Person, r, err)
	}
	for r, err := range st.Errands(s.Context()) {
		put("errand", r.ID, r, err)
	}
	for r, err := range st.Editions(s.Context()) {
		put("edition", r.ID, r, err)
	}
	change, err := st.LatestSettings(s.Context())
	put("settings", "latest", change, err)
	for person := range persons {
		s.snapshotPerson(st, person, put)
	}
	return all
}

func (s *scene) snapshotPerson(st store.Store, person string, put func(kind, id string, record any, err error)) {
	s.Helper()
	c, err := st.GetCustomer(s.Context(), person)
	if !errors.Is(err, fs.ErrNotExist) {
		put("customer", person, c, err)
	}
	r, err := st.GetReservation(s.Context(), person)
	if !errors.Is(err, fs.ErrNotExist) {
		put("reservation", person, r, err)
	}
}
