package storetest

import (
	"io/fs"

	"github.com/entendu/entendu/surveys"
)

// checkSourceEvents asks for the newest of one source, which come without what the
// helpdesk wrote.
func checkSourceEvents(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n, e := range []surveys.Event{
		{ID: "a", Source: "desk", Kind: "zammad", ReceivedAt: moment(1), State: surveys.Applied},
		{ID: "b", Source: "desk", ReceivedAt: moment(2), State: surveys.NotUnderstood, Note: text(1)},
		{ID: "C", Source: "desk", ReceivedAt: moment(2), State: surveys.ToApply},
		{ID: "d", Source: "desk", State: surveys.Emptied},
		{ID: "e", Source: "desks", ReceivedAt: moment(9), State: surveys.Applied},
		{ID: "f", ReceivedAt: moment(9), State: surveys.Applied},
	} {
		e.Body = []byte(text(n))
		must(t, s.AddEvent(t.Context(), e), "adding an event")
	}
	find := func(doing, source string, limit int, want ...string) []surveys.Event {
		t.Helper()
		found, err := s.FindSourceEvents(t.Context(), source, limit)
		must(t, err, doing)
		var ids []string
		for _, e := range found {
			ids = append(ids, e.ID)
		}
		wantIDs(t, doing, ids, want...)
		return found
	}
	all := find("all events of a source", "desk", 100, "b", "C", "a", "d")
	find("the newest two", "desk", 2, "b", "C")
	find("another source's", "desks", 100, "e")
	find("nobody's", "shop", 100)
	if len(all) == 4 {
		same(t, "an event found by its source", surveys.Event{ID: "b", Source: "desk", ReceivedAt: moment(2), State: surveys.NotUnderstood, Note: text(1), Rev: 1}, all[0])
		same(t, "an older one", surveys.Event{ID: "a", Source: "desk", Kind: "zammad", ReceivedAt: moment(1), State: surveys.Applied, Rev: 1}, all[2])
	}
}

// checkRefusals asks for the newest of one source and removes one.
func checkRefusals(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for _, f := range []surveys.Refusal{
		{ID: "a", Source: "desk", At: moment(1)}, {ID: "b", Source: "desk", At: moment(3)}, {ID: "C", Source: "desk", At: moment(3)},
		{ID: "d", Source: "desk", At: moment(2)}, {ID: "e", Source: "desks", At: moment(9)},
	} {
		must(t, s.AddRefusal(t.Context(), f), "adding a refusal")
	}
	wantError(t, s.AddRefusal(t.Context(), surveys.Refusal{ID: "a"}), fs.ErrExist, "adding a refusal under a taken id")
	find := func(doing, source string, limit int, want ...string) {
		t.Helper()
		found, err := s.FindRefusals(t.Context(), source, limit)
		must(t, err, doing)
		var ids []string
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		wantIDs(t, doing, ids, want...)
	}
	find("all refusals of a source", "desk", 100, "b", "C", "d", "a")
	find("the newest two", "desk", 2, "b", "C")
	must(t, s.RemoveRefusal(t.Context(), "C"), "removing a refusal")
	wantError(t, s.RemoveRefusal(t.Context(), "C"), fs.ErrNotExist, "removing it again")
	find("those that are left", "desk", 100, "b", "d", "a")
	find("another source's", "desks", 100, "e")
}

// checkChanges reads the log of settings backwards.
func checkChanges(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	change := func(n int64) surveys.SettingsChange {
		c := filled[surveys.SettingsChange](int(n))
		c.N = n
		return c
	}
	for n := int64(1); n <= 11; n++ {
		must(t, s.AddSettings(t.Context(), change(n)), "adding settings")
	}
	find := func(doing string, before int64, limit int, want ...int64) {
		t.Helper()
		found, err := s.FindSettings(t.Context(), before, limit)
		must(t, err, doing)
		if len(found) != len(want) {
			t.Fatalf("%s: found %d, want %d", doing, len(found), len(want))
		}
		for i, n := range want {
			same(t, doing, change(n), found[i])
		}
	}
	find("the newest changes", 0, 3, 11, 10, 9)
	find("those before the tenth", 10, 2, 9, 8)
	find("those before the third", 3, 9, 2, 1)
	find("those before the first", 1, 9)
}
