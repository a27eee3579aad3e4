package storetest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"testing"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// rounds is how often each race is run.
const rounds = 100

// Races lets two clients of one store do the same thing at the same time, again and
// again: exactly one of them may succeed, and the store must hold what that one
// wrote. It needs an engine that keeps its promises to more than one connection.
func Races(t *testing.T, fresh func(t testing.TB) Open) {
	for _, p := range races() {
		t.Run(p.name, func(t *testing.T) { p.check(t, fresh(t)) })
	}
}

func races() []part {
	return []part{
		{"two deliveries of one event", adding(events())},
		{"two events make one ticket", adding(tickets())},
		{"two invitations for one closing", adding(invitations())},
		{"two first answers", adding(responses())},
		{"two customers at one address", adding(customers())},
		{"two suppressions", adding(suppressions())},
		{"two reservations of one person", adding(reservations())},
		{"two errands of one place", adding(errands())},
		{"two publications of one survey", adding(questionnaires())},
		{"two makers of one follow-up", adding(followUps())},
		{"two invitations of one colleague", adding(people())},
		{"two sessions of one secret", adding(sessions())},
		{"two passes of one id", adding(passes())},
		{"two first tallies", adding(tallies())},
		{"two editions of one day", adding(editions())},
		{"two outlooks of one day", adding(outlooks())},
		{"two changes of the settings", raceSettings},
		{"two appliers of one event", changing(events())},
		{"two changes of one ticket", changing(tickets())},
		{"two claims of one invitation", changing(invitations())},
		{"two second answers", changing(responses())},
		{"two holders of one rest", changing(reservations())},
		{"two carriers of one errand", changing(errands())},
		{"two editors of one draft", changing(questionnaires())},
		{"two answers to one proposal", changing(proposals())},
		{"two who take one follow-up", changing(followUps())},
		{"one code used twice", changing(people())},
		{"two visits of one session", changing(sessions())},
		{"two porters of one pass", changing(passes())},
		{"two readers of one comment", changing(voices())},
		{"one pass spent twice", raceRemovals},
		{"two recounts of one day", changing(tallies())},
		{"two changes of one action", changing(actions())},
		{"a mark set while it is cleared", raceMarks},
	}
}

// adding races to add the same id, with all else different.
func adding[R any](r record[R]) func(T, Open) {
	return func(t T, open Open) {
		clients := two(t, open)
		defer clients.close()
		for n := range rounds {
			records := [2]R{r.full(n, 1), r.full(n, 2)}
			winner := clients.race(t, func(s store.Store, who int) error { return r.add(s, t.Context(), records[who]) })
			r.holds(t, clients[1-winner], r.at(records[winner], 1), "after a race to add it")
		}
	}
}

// changing races to change the same record as it was read.
func changing[R any](r record[R]) func(T, Open) {
	return func(t T, open Open) {
		clients := two(t, open)
		defer clients.close()
		must(t, r.add(clients[0], t.Context(), r.full(1, 1)), "adding")
		for n := range int64(rounds) {
			records := [2]R{r.at(r.full(1, 2), n+1), r.at(r.full(1, 3), n+1)}
			winner := clients.race(t, func(s store.Store, who int) error { return r.put(s, t.Context(), records[who]) })
			r.holds(t, clients[1-winner], r.at(records[winner], n+2), "after a race to change it")
		}
	}
}

func raceSettings(t T, open Open) {
	clients := two(t, open)
	defer clients.close()
	for n := range int64(rounds) {
		change := func(who int) surveys.SettingsChange {
			return surveys.SettingsChange{N: n + 1, By: fmt.Sprint("client ", who)}
		}
		winner := clients.race(t, func(s store.Store, who int) error { return s.AddSettings(t.Context(), change(who)) })
		got, err := clients[1-winner].LatestSettings(t.Context())
		must(t, err, "reading the settings")
		same(t, "the settings after a race", change(winner), got)
	}
}

// raceRemovals lets two spend one pass: the first administrator is who was not told
// fs.ErrNotExist.
func raceRemovals(t T, open Open) {
	clients := two(t, open)
	defer clients.close()
	for n := range rounds {
		p := passes().full(n, 1)
		must(t, clients[0].AddPass(t.Context(), p), "adding a pass")
		errs := clients.both(func(s store.Store, _ int) error { return s.RemovePass(t.Context(), p.ID) })
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantError(t, err, fs.ErrNotExist, "spending a pass that another spent")
			}
		}
		if won != 1 {
			t.Errorf("%d clients spent one pass", won)
		}
	}
}

// raceMarks clears a mark while the row is written with a new one. Whoever comes
// first, the new mark stands.
func raceMarks(t T, open Open) {
	clients := two(t, open)
	defer clients.close()
	before, after := []surveys.Day{"2026-03-01"}, []surveys.Day{"2026-03-02"}
	for _, m := range markedKinds() {
		m.add(t, clients[0], 1, before)
		for n := range int64(rounds / 4) {
			errs := clients.both(func(s store.Store, who int) error {
				if who == 1 {
					return s.ClearMark(t.Context(), m.mark(1, n+1, before))
				}
				m.touch(t, s, 1, after)
				return nil
			})
			if errs[1] != nil {
				wantError(t, errs[1], fs.ErrExist, "clearing a mark")
			}
			wantMarks(t, clients[0], m.kind, "after one was set while it was cleared", m.mark(1, n+2, after))
		}
		must(t, clients[0].ClearMark(t.Context(), m.mark(1, rounds/4+1, after)), "clearing the last mark")
	}
}

// clients are two of one store.
type clients [2]store.Store

func two(t T, open Open) clients {
	t.Helper()
	return clients{opened(t, open), opened(t, open)}
}

func (c clients) close() {
	c[0].Close()
	c[1].Close()
}

// both lets both act at once and gives what each got.
func (c clients) both(act func(s store.Store, who int) error) (errs [2]error) {
	start, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		<-start
		errs[1] = act(c[1], 1)
	}()
	close(start)
	errs[0] = act(c[0], 0)
	<-done
	return errs
}

// race is both where exactly one may succeed, and tells which one did.
func (c clients) race(t T, act func(s store.Store, who int) error) (winner int) {
	t.Helper()
	errs := c.both(act)
	winner = slices.Index(errs[:], nil)
	if winner < 0 || errs[1-winner] == nil {
		t.Fatalf("of two who raced, exactly one may win; they got: %v", errs)
	}
	if !errors.Is(errs[1-winner], fs.ErrExist) {
		t.Fatalf("who lost a race got %v, want fs.ErrExist", errs[1-winner])
	}
	return winner
}
