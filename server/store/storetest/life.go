package storetest

import (
	"context"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

func checkSettings(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	_, err := s.LatestSettings(t.Context())
	wantError(t, err, fs.ErrNotExist, "the settings before the first change")
	change := func(n int64, seed int) surveys.SettingsChange {
		c := filled[surveys.SettingsChange](seed)
		c.N = n
		return c
	}
	bare := surveys.SettingsChange{N: 3}
	latest := func(want surveys.SettingsChange, when string) {
		t.Helper()
		got, err := s.LatestSettings(t.Context())
		must(t, err, "reading the settings")
		same(t, "settings "+when, want, got)
	}
	for _, c := range []surveys.SettingsChange{change(1, 1), change(2, 2), bare} {
		must(t, s.AddSettings(t.Context(), c), "adding settings")
		latest(c, "after they were added")
	}
	wantError(t, s.AddSettings(t.Context(), change(3, 4)), fs.ErrExist, "adding a change that somebody made first")
	wantError(t, s.AddSettings(t.Context(), change(1, 4)), fs.ErrExist, "adding a change made long ago")
	latest(bare, "after late changes")
	for n := int64(4); n <= 11; n++ { // 10 comes after 9
		must(t, s.AddSettings(t.Context(), change(n, int(n))), "adding settings")
	}
	latest(change(11, 11), "after eleven changes")
	wantError(t, s.AddSettings(t.Context(), change(10, 12)), fs.ErrExist, "adding the tenth again")
}

func checkFacts(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	_, err := s.GetFact(t.Context(), surveys.SaltFact)
	wantError(t, err, fs.ErrNotExist, "reading no fact")
	must(t, s.AddFact(t.Context(), surveys.SaltFact, text(1)), "adding a fact")
	must(t, s.AddFact(t.Context(), surveys.KindFact, ""), "adding an empty fact")
	wantError(t, s.AddFact(t.Context(), surveys.SaltFact, text(2)), fs.ErrExist, "adding a fact twice")
	wantError(t, s.AddFact(t.Context(), surveys.KindFact, text(2)), fs.ErrExist, "adding an empty fact twice")
	for name, want := range map[string]string{surveys.SaltFact: text(1), surveys.KindFact: ""} {
		got, err := s.GetFact(t.Context(), name)
		must(t, err, "reading a fact")
		same(t, "fact "+name, want, got)
	}
}

// checkSlots writes texts that are replaced, under names that the adapters may use
// themselves.
func checkSlots(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	must(t, s.PutGeneration(t.Context(), text(9)), "raising the generation")
	must(t, s.Ready(t.Context()), "asking whether the store is ready")
	names := []string{"generation", "ready", text(5), "poll/desk"}
	for round := range 3 {
		for n, name := range names {
			want := ""
			if round > 0 {
				want = text(10*round + n)
				must(t, s.PutSlot(t.Context(), name, want), "writing a slot")
			}
			got, err := s.GetSlot(t.Context(), name)
			must(t, err, "reading a slot")
			same(t, "slot "+name, want, got)
		}
	}
	must(t, s.PutSlot(t.Context(), names[3], ""), "emptying a slot")
	for n, name := range names {
		want := text(20 + n)
		if n == 3 {
			want = ""
		}
		got, err := s.GetSlot(t.Context(), name)
		must(t, err, "reading a slot")
		same(t, "slot "+name+" after all were written", want, got)
	}
	got, err := s.Generation(t.Context())
	must(t, err, "reading the generation")
	same(t, "the generation beside slots", text(9), got)
}

// checkLearnt keeps an answer of ours beside one that another tool took: only the
// second has a time of its own at which it was learnt.
func checkLearnt(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	r := responses().full(1, 1)
	r.Answers[0].LearntAt = time.Time{}
	responses().added(t, s, r)
	r.Answers[0].LearntAt, r.Answers[1].LearntAt = r.Answers[1].LearntAt, time.Time{}
	must(t, s.PutResponse(t.Context(), responses().at(r, 1)), "changing when answers were learnt")
	responses().holds(t, s, responses().at(r, 2), "after changing when answers were learnt")
}

// checkRemoval removes a customer, and makes the same person anew.
func checkRemoval(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	wantError(t, s.RemoveCustomer(t.Context(), id(1)), fs.ErrNotExist, "removing nobody")
	for n := range 2 {
		must(t, s.AddCustomer(t.Context(), customers().full(n, n+1)), "adding a customer")
	}
	must(t, s.RemoveCustomer(t.Context(), id(1)), "removing a customer")
	wantError(t, s.RemoveCustomer(t.Context(), id(1)), fs.ErrNotExist, "removing a customer twice")
	_, err := s.GetCustomer(t.Context(), id(1))
	wantError(t, err, fs.ErrNotExist, "reading a removed customer")
	wantError(t, s.PutCustomer(t.Context(), customers().full(1, 3)), fs.ErrNotExist, "changing a removed customer")
	customers().holds(t, s, customers().full(0, 1), "after another was removed")
	must(t, s.AddCustomer(t.Context(), customers().full(1, 4)), "adding the person again")
	customers().holds(t, s, customers().full(1, 4), "after they were removed and added")
}

// checkGeneration also removes a suppression: the two that are neither added once
// nor compared.
func checkGeneration(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for _, want := range []string{"", text(1), text(2)} {
		if want != "" {
			must(t, s.PutGeneration(t.Context(), want), "raising the generation")
		}
		got, err := s.Generation(t.Context())
		must(t, err, "reading the generation")
		same(t, "the generation", want, got)
	}
	wantError(t, s.RemoveSuppression(t.Context(), id(1)), fs.ErrNotExist, "removing no suppression")
	for n := range 2 {
		must(t, s.AddSuppression(t.Context(), suppressions().full(n, n+1)), "suppressing")
	}
	must(t, s.RemoveSuppression(t.Context(), id(1)), "removing a suppression")
	_, err := s.GetSuppression(t.Context(), id(1))
	wantError(t, err, fs.ErrNotExist, "reading a removed suppression")
	suppressions().holds(t, s, suppressions().full(0, 1), "after another was removed")
	must(t, s.AddSuppression(t.Context(), suppressions().full(1, 3)), "suppressing again")
	suppressions().holds(t, s, suppressions().full(1, 3), "after it was removed and added")
}

// checkTimes writes times of a zone, finer than they are kept, and old ones.
func checkTimes(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	zone := time.FixedZone("", 2*3600)
	for n, at := range []time.Time{
		moment(1).Add(999 * time.Microsecond).In(zone),
		time.Unix(0, 0),
		time.Date(1969, 12, 31, 23, 59, 59, 1e6, zone),
		time.Date(1900, 1, 1, 0, 0, 0, 0, zone),
		time.Date(2999, 12, 31, 23, 59, 59, 999e6, zone),
		{},
	} {
		want := surveys.Moment(at)
		k := surveys.Ticket{TicketKey: surveys.TicketKey{Source: "desk", ID: id(n)}, OpenedAt: at, Transitions: []surveys.Transition{{At: at}}}
		must(t, s.AddTicket(t.Context(), k), "adding a ticket")
		got, err := s.GetTicket(t.Context(), k.TicketKey)
		must(t, err, "reading a ticket")
		same(t, "times", []time.Time{want, want}, []time.Time{got.OpenedAt, got.Transitions[0].At})
	}
}

func checkNow(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for range 3 {
		now, err := s.Now(t.Context())
		must(t, err, "reading the store's time")
		same(t, "the store's time", surveys.Moment(now), now)
		must(t, s.Ready(t.Context()), "asking whether the store is ready")
	}
}

// checkCancelled calls every method that there is with a context that has ended.
func checkCancelled(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range callAll(s, ctx) {
		if err == nil {
			t.Errorf("%s gave no error in a cancelled context", name)
		}
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
			t.Errorf("%s in a cancelled context says what it cannot know: %v", name, err)
		}
	}
}

// callAll calls each method of a Store that takes a context, all else being zero,
// and gives its last result: an error, or the first that a walk meets.
func callAll(s store.Store, ctx context.Context) map[string]error {
	errs := map[string]error{}
	for i := range reflect.TypeFor[store.Store]().NumMethod() {
		name := reflect.TypeFor[store.Store]().Method(i).Name
		method := reflect.ValueOf(s).MethodByName(name)
		if method.Type().NumIn() == 0 {
			continue // Close
		}
		args := []reflect.Value{reflect.ValueOf(ctx)}
		for n := 1; n < method.Type().NumIn(); n++ {
			args = append(args, reflect.Zero(method.Type().In(n)))
		}
		results := method.Call(args)
		last := results[len(results)-1]
		if last.Kind() == reflect.Func {
			for _, err := range last.Seq2() {
				last = err
				break
			}
		}
		errs[name], _ = last.Interface().(error)
	}
	return errs
}

// checkReopen expects that all is there after closing, and that opening again, twice
// at a time, changes nothing.
func checkReopen(t T, open Open) {
	s := opened(t, open)
	keep(t, s)
	must(t, s.Close(), "closing")
	for name, err := range callAll(s, t.Context()) {
		if err == nil && name != "Now" {
			t.Errorf("%s gave no error after closing", name)
		}
	}
	again, besides := opened(t, open), opened(t, open)
	kept(t, again)
	kept(t, besides)
	must(t, besides.Close(), "closing one of two")
	kept(t, again)
	must(t, again.Close(), "closing the other")
}

// keep adds one record of each kind, and kept reads them back.
func keep(t T, s store.Store) {
	events().added(t, s, events().full(1, 1))
	tickets().added(t, s, tickets().full(1, 2))
	invitations().added(t, s, invitations().full(1, 3))
	responses().added(t, s, responses().full(1, 4))
	customers().added(t, s, customers().full(1, 5))
	suppressions().added(t, s, suppressions().full(1, 6))
	reservations().added(t, s, reservations().full(1, 7))
	errands().added(t, s, errands().full(1, 14))
	questionnaires().added(t, s, questionnaires().full(1, 15))
	proposals().added(t, s, proposals().full(1, 16))
	followUps().added(t, s, followUps().full(1, 15))
	tallies().added(t, s, tallies().full(1, 8))
	editions().added(t, s, editions().full(1, 9))
	must(t, s.AddSettings(t.Context(), surveys.SettingsChange{N: 1, By: text(10)}), "adding settings")
	must(t, s.AddFact(t.Context(), surveys.SaltFact, text(11)), "adding a fact")
	must(t, s.PutGeneration(t.Context(), text(12)), "raising the generation")
	must(t, s.PutSlot(t.Context(), "look", text(13)), "writing a slot")
}

func kept(t T, s store.Store) {
	const when = "after opening again"
	events().holds(t, s, events().at(events().full(1, 1), 1), when)
	tickets().holds(t, s, tickets().at(tickets().full(1, 2), 1), when)
	invitations().holds(t, s, invitations().at(invitations().full(1, 3), 1), when)
	responses().holds(t, s, responses().at(responses().full(1, 4), 1), when)
	customers().holds(t, s, customers().full(1, 5), when)
	suppressions().holds(t, s, suppressions().full(1, 6), when)
	reservations().holds(t, s, reservations().at(reservations().full(1, 7), 1), when)
	errands().holds(t, s, errands().at(errands().full(1, 14), 1), when)
	questionnaires().holds(t, s, questionnaires().at(questionnaires().full(1, 15), 1), when)
	proposals().holds(t, s, proposals().at(proposals().full(1, 16), 1), when)
	followUps().holds(t, s, followUps().at(followUps().full(1, 15), 1), when)
	tallies().holds(t, s, tallies().at(tallies().full(1, 8), 1), when)
	editions().holds(t, s, editions().full(1, 9), when)
	settings, err := s.LatestSettings(t.Context())
	must(t, err, "reading the settings")
	fact, err := s.GetFact(t.Context(), surveys.SaltFact)
	must(t, err, "reading a fact")
	generation, err := s.Generation(t.Context())
	must(t, err, "reading the generation")
	slot, err := s.GetSlot(t.Context(), "look")
	must(t, err, "reading a slot")
	if got, want := []string{settings.By, fact, generation, slot}, []string{text(10), text(11), text(12), text(13)}; !slices.Equal(got, want) {
		t.Errorf("settings, fact, generation and slot %s are %q, want %q", when, got, want)
	}
}
