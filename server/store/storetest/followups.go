package storetest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

func followUps() record[surveys.FollowUp] {
	return record[surveys.FollowUp]{
		key: func(f *surveys.FollowUp, n int) { f.ID = id(n) },
		rev: func(f *surveys.FollowUp) *int64 { return &f.Rev },
		add: store.Store.AddFollowUp,
		put: store.Store.PutFollowUp,
		get: func(s store.Store, ctx context.Context, f surveys.FollowUp) (surveys.FollowUp, error) {
			return s.GetFollowUp(ctx, f.ID)
		},
		find: func(s store.Store, ctx context.Context, f surveys.FollowUp) ([]surveys.FollowUp, error) {
			return s.FindFollowUps(ctx, surveys.FollowUpsOf{State: f.State}, 5)
		},
	}
}

// checkFollowUps looks for follow-ups of every kind, in both directions, page by page.
func checkFollowUps(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n, f := range []surveys.FollowUp{
		{ID: "c", DueAt: moment(1), Owner: "ana"},
		{ID: "b", DueAt: moment(1), Dimensions: surveys.Dimensions{Team: "billing"}},
		{ID: "a", DueAt: moment(2), Dimensions: surveys.Dimensions{Team: "billing"}, Owner: "ana"},
		{ID: "d", Dimensions: surveys.Dimensions{Team: "Billing"}},
		{ID: "over", State: surveys.FollowUpClosed, DueAt: moment(1), Dimensions: surveys.Dimensions{Team: "billing"}, Owner: "ana"},
		{ID: "moved", State: surveys.FollowUpClosed, DueAt: moment(9)},
	} {
		full := followUps().full(n, n+1)
		full.ID, full.DueAt, full.Team, full.Owner, full.State = f.ID, f.DueAt, f.Team, f.Owner, f.State
		if f.State == "" {
			full.State = surveys.FollowUpWaiting
		}
		must(t, s.AddFollowUp(t.Context(), full), "adding a follow-up")
	}
	f, err := s.GetFollowUp(t.Context(), "moved")
	must(t, err, "reading a follow-up")
	f.State, f.DueAt = surveys.FollowUpWaiting, moment(3)
	must(t, s.PutFollowUp(t.Context(), f), "making it wait")

	waiting := surveys.FollowUpsOf{State: surveys.FollowUpWaiting}
	wantFollowUps(t, s, waiting, 10, "d", "b", "c", "a", "moved")
	wantFollowUps(t, s, waiting, 2, "d", "b")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWaiting, After: surveys.FollowUpPlace{DueAt: moment(1), ID: "b"}}, 2, "c", "a")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWaiting, Latest: true}, 3, "moved", "a", "c")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWaiting, Latest: true, After: surveys.FollowUpPlace{DueAt: moment(1), ID: "c"}}, 3, "b", "d")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWaiting, By: surveys.OfTeam, Name: "billing"}, 9, "b", "a")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWaiting, By: surveys.OfTeam}, 9, "c", "moved")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWaiting, By: surveys.OfOwner, Name: "ana", Latest: true}, 9, "a", "c")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWaiting, By: surveys.OfOwner}, 9, "d", "b", "moved")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpClosed}, 9, "over")
	wantFollowUps(t, s, surveys.FollowUpsOf{State: surveys.FollowUpWithdrawn}, 9)
}

func wantFollowUps(t T, s store.Store, of surveys.FollowUpsOf, limit int, want ...string) {
	t.Helper()
	found, err := s.FindFollowUps(t.Context(), of, limit)
	must(t, err, "looking for follow-ups")
	due, err := s.DueOfFollowUps(t.Context(), of, limit)
	must(t, err, "looking when follow-ups are due")
	var ids []string
	var wantDue []time.Time
	for _, f := range found {
		followUps().holds(t, s, f, "found")
		ids, wantDue = append(ids, f.ID), append(wantDue, f.DueAt)
	}
	doing := fmt.Sprintf("%d of %+v", limit, of)
	wantIDs(t, doing, ids, want...)
	same(t, "when they are due, "+doing, wantDue, due)
}

// checkFollowUpsToTell sets the mark on follow-ups, and takes it away.
func checkFollowUpsToTell(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	now := moment(100)
	for id, at := range map[string]time.Time{"due": now, "long": now.Add(-time.Hour), "not-yet": now.Add(time.Millisecond), "never": {}} {
		must(t, s.AddFollowUp(t.Context(), surveys.FollowUp{ID: id, TellAt: at}), "adding a follow-up")
	}
	find := func(doing string, limit int) (ids []string) {
		t.Helper()
		found, err := s.FindFollowUpsToTell(t.Context(), now, limit)
		must(t, err, doing)
		for _, f := range found {
			followUps().holds(t, s, f, doing)
			ids = append(ids, f.ID)
		}
		slices.Sort(ids)
		return ids
	}
	wantIDs(t, "to tell of", find("to tell of", 9), "due", "long")
	if got := find("at most one", 1); len(got) != 1 {
		t.Errorf("at most one to tell of: found %q", got)
	}
	must(t, s.PutFollowUp(t.Context(), surveys.FollowUp{ID: "long", Rev: 1}), "taking the mark away")
	must(t, s.PutFollowUp(t.Context(), surveys.FollowUp{ID: "never", TellAt: now, Rev: 1}), "setting the mark")
	wantIDs(t, "to tell of after changes", find("after changes", 9), "due", "never")
}

// checkToFollowUp sets the mark on responses, and takes it away.
func checkToFollowUp(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n := range 4 {
		r := responses().full(n, n+1)
		r.FollowUp = n%2 == 0
		must(t, s.AddResponse(t.Context(), r), "adding a response")
	}
	find := func(limit int) (ids []string) {
		t.Helper()
		found, err := s.FindResponsesToFollowUp(t.Context(), limit)
		must(t, err, "looking for responses to follow up")
		for _, r := range found {
			responses().holds(t, s, r, "to follow up")
			ids = append(ids, r.Invitation)
		}
		slices.Sort(ids)
		return ids
	}
	wantIDs(t, "to follow up", find(9), id(0), id(2))
	if got := find(1); len(got) != 1 {
		t.Errorf("at most one to follow up: found %q", got)
	}
	for _, n := range []int{2, 3} {
		rewrite(t, s, responses(), responses().bare(n), func(r *surveys.Response) { r.FollowUp = !r.FollowUp })
	}
	wantIDs(t, "to follow up after changes", find(9), id(0), id(3))
}

func walkFollowUps() walked[surveys.FollowUp] {
	between := func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.FollowUp, error] {
		return s.FollowUpsToCount(ctx, when(from), when(to))
	}
	return walked[surveys.FollowUp]{
		many:  1003,
		nth:   func(n int) surveys.FollowUp { return surveys.FollowUp{ID: id(n), DueAt: spread(n)} },
		add:   store.Store.AddFollowUp,
		place: func(f surveys.FollowUp) string { return placeOf(f.DueAt) },
		id:    func(f surveys.FollowUp) string { return f.ID },
		touch: func(t T, s store.Store, f surveys.FollowUp) {
			rewrite(t, s, followUps(), f, func(f *surveys.FollowUp) { f.Note += text(7) })
		},
	}.toCount(between)
}

// countFollowUps expects of each follow-up what its Counted gives.
func countFollowUps(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	fill(t, s, followUps())
	for _, got := range gather(t, s.FollowUpsToCount(t.Context(), ever, ever), "walking to count") {
		whole, err := s.GetFollowUp(t.Context(), got.ID)
		must(t, err, "reading a follow-up")
		same(t, "a follow-up to count", whole.Counted(), got)
	}
}
