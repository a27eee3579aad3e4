package storetest

import (
	"io/fs"
	"time"

	"github.com/entendu/entendu/server/auth"
)

// checkOldSessions also ends one.
func checkOldSessions(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	now := moment(100)
	after := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	for _, o := range []auth.Session{
		{ID: "over", Person: "a", MadeAt: after(-3), Until: after(0)}, {ID: "long", Person: "a", MadeAt: after(-2), Until: after(-9)},
		{ID: "open", Person: "a", MadeAt: after(-1), Until: after(1)}, {ID: "other", Person: "b", MadeAt: after(-1), Until: after(2)},
	} {
		must(t, s.AddSession(t.Context(), o), "adding a session")
	}
	old := func(limit int, want ...string) {
		t.Helper()
		found, err := s.FindOldSessions(t.Context(), now, limit)
		must(t, err, "looking for old sessions")
		wantIDs(t, "old sessions", ids(found, func(o auth.Session) string { return o.ID }), want...)
	}
	old(5, "long", "over")
	old(1, "long")
	mine, err := s.FindSessions(t.Context(), "a", 2)
	must(t, err, "looking for the sessions of a person")
	wantIDs(t, "the newest sessions of a person", ids(mine, func(o auth.Session) string { return o.ID }), "open", "long")
	must(t, s.RemoveSession(t.Context(), "long"), "ending a session")
	wantError(t, s.RemoveSession(t.Context(), "long"), fs.ErrNotExist, "ending a session twice")
	wantError(t, s.PutSession(t.Context(), auth.Session{ID: "long", Rev: 1}), fs.ErrExist, "changing a session that ended")
	old(5, "over")
}

// checkDuePasses also spends one.
func checkDuePasses(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	now := moment(100)
	after := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	for _, p := range []auth.Pass{
		{ID: "due", Person: "a", MadeAt: after(-3), DueAt: after(0)}, {ID: "long", Person: "a", MadeAt: after(-2), DueAt: after(-9)},
		{ID: "not-yet", Person: "a", MadeAt: after(-1), DueAt: after(1)}, {ID: "other", Person: "b", MadeAt: now, DueAt: after(2)},
	} {
		must(t, s.AddPass(t.Context(), p), "adding a pass")
	}
	due := func(limit int, want ...string) {
		t.Helper()
		found, err := s.FindDuePasses(t.Context(), now, limit)
		must(t, err, "looking for due passes")
		wantIDs(t, "due passes", ids(found, func(p auth.Pass) string { return p.ID }), want...)
	}
	due(5, "long", "due")
	due(1, "long")
	theirs, err := s.FindPasses(t.Context(), "a", 2)
	must(t, err, "looking for the passes of a person")
	wantIDs(t, "the newest passes of a person", ids(theirs, func(p auth.Pass) string { return p.ID }), "not-yet", "long")
	must(t, s.RemovePass(t.Context(), "long"), "spending a pass")
	wantError(t, s.RemovePass(t.Context(), "long"), fs.ErrNotExist, "spending a pass twice")
	due(5, "due")
}

func checkTraces(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	var all []auth.Trace
	for n := range 5 {
		r := filled[auth.Trace](n + 1)
		r.ID, r.At = id(n), moment(n/2) // two share each moment
		must(t, s.AddTrace(t.Context(), r), "adding a trace")
		all = append([]auth.Trace{r}, all...)
	}
	wantError(t, s.AddTrace(t.Context(), all[0]), fs.ErrExist, "adding a trace under a taken id")
	var got []auth.Trace
	for before := (auth.Trace{}); len(got) <= len(all); before = got[len(got)-1] {
		found, err := s.FindTraces(t.Context(), before, 2)
		must(t, err, "looking for traces")
		if len(found) == 0 {
			break
		}
		got = append(got, found...)
	}
	same(t, "the traces, the newest first", all, got)
}

func ids[R any](records []R, of func(R) string) (all []string) {
	for _, r := range records {
		all = append(all, of(r))
	}
	return all
}
