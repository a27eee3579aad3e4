package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
)

// settings are those of every program here: mail leaves as soon as a ticket closes.
const settings = `
[organisation]
name = "Maison Poulain"
helpdesk_address = "support@example.org"

[promise]
default = "48h"

[asking]
delay = "0"
hours = ""

[mail]
per_second = 1000.0

[[source]]
name = "desk"
kind = "generic"
secret = "` + hookSecret + `"

[[source]]
name = "service"
kind = "mailgun"
secret = "` + hookSecret + `"
`

// scene is a program with everybody around it.
type scene struct {
	*testing.T
	*program
	store    string // address, as in --store
	postbox  *postbox
	diary    *diary
	helpdesk *helpdesk
	customer *customer
}

// newScene sets one up; nothing is started yet.
func newScene(t *testing.T, at place, more ...string) *scene {
	t.Helper()
	s := &scene{T: t, store: at.fresh(t), postbox: newPostbox(t), diary: newDiary()}
	more = append([]string{"ENTENDU_SMTP=" + s.postbox.url}, more...)
	if s.store != "" {
		more = append(more, "ENTENDU_STORE="+s.store)
	}
	s.program = newProgram(t, settings, more...)
	s.program.canaries = s.canaries
	http := s.client()
	s.helpdesk = &helpdesk{s.program, http, s.diary}
	s.customer = &customer{http, s.diary}
	return s
}

// canaries are what no log may hold: addresses and names, subjects and comments
// (all of which say so), and the token of every link that was mailed.
func (s *scene) canaries() []string {
	all := []string{"canary.example", "Canary", "canary"}
	for _, l := range s.postbox.letters() {
		all = append(all, l.tokens()...)
	}
	return all
}

// look opens the store.
func (s *scene) look() store.Store {
	s.Helper()
	return openStore(s, s.store, s.data)
}

// settled waits until nothing is on its way.
func (s *scene) settled(st store.Store) {
	s.Helper()
	var stuck []string
	err := await(s.Context(), "nothing is on its way", func() bool {
		stuck = onTheWay(s.Context(), st)
		return len(stuck) == 0
	})
	if err != nil {
		s.Fatalf("%v: %q", err, stuck)
	}
}

// holds ends with every law that is broken.
func (s *scene) holds(st store.Store) {
	s.Helper()
	for _, law := range check(s.Context(), st, s.postbox.letters(), s.diary) {
		s.Error(law)
	}
}

// figures is /figures.json.
func (s *scene) figures(ctx context.Context) (d reports.Document, text string) {
	s.Helper()
	status, text, err := s.customer.open(ctx, http.MethodGet, baseURL+"/figures.json")
	must(s, err)
	if status != http.StatusOK {
		s.Fatalf("/figures.json: %d", status)
	}
	must(s, json.Unmarshal([]byte(text), &d))
	return d, text
}

// shown waits until serve shows an edition.
func (s *scene) shown(id string) (d reports.Document, text string) {
	s.Helper()
	must(s, await(s.Context(), "edition "+id+" was shown", func() bool {
		d, text = s.figures(s.Context())
		return d.Edition != nil && d.Edition.ID == id
	}))
	return d, text
}
