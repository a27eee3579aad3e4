package storetest

import (
	"context"
	"io/fs"
	"math"
	"slices"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// voices are found by a term, and their place is the n-th.
func voices() record[reports.Voice] {
	return record[reports.Voice]{
		key: func(v *reports.Voice, n int) { v.Response, v.Place = id(n), place(n) },
		rev: func(v *reports.Voice) *int64 { return &v.Rev },
		add: store.Store.AddVoice,
		put: store.Store.PutVoice,
		get: func(s store.Store, ctx context.Context, v reports.Voice) (reports.Voice, error) {
			return s.GetVoice(ctx, v.Response)
		},
		find: func(s store.Store, ctx context.Context, v reports.Voice) ([]reports.Voice, error) {
			return s.FindVoices(ctx, reports.VoiceQuery{Terms: [][]string{{v.Terms[1]}}, Below: math.MaxInt64, Limit: 5})
		},
	}
}

// place is the n-th of places too long for 32 bits, and for the digits that a float keeps.
func place(n int) int64 { return 1<<60 + int64(n) }

func checkFindVoices(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n, terms := range [][]string{
		{"shown", "team:Billing", "s:livr"},
		{"shown", "team:billing", "s:retard", "s:livr", "p:retard livr"},
		{"shown", "team:Billing", "s:retard"},
		{"shown", "team:SAV à Lyon_20", "s:retard", "s:livr"},
		{"hidden"},
		{"shown", `team:"OR" 'x' AND s:livr`, "s:livraison"},
	} {
		must(t, s.AddVoice(t.Context(), reports.Voice{Response: id(n), Place: place(n), Terms: terms}), "adding a comment")
	}
	find := func(doing string, from, below, limit int, terms [][]string, want ...int) {
		t.Helper()
		found, err := s.FindVoices(t.Context(), reports.VoiceQuery{Terms: terms, From: place(from), Below: place(below), Limit: limit})
		must(t, err, doing)
		var got, ids []string
		for _, v := range found {
			got = append(got, v.Response)
		}
		for _, n := range want {
			ids = append(ids, id(n))
		}
		wantIDs(t, doing, got, ids...)
	}
	find("all, the last place first", 0, 9, 9, nil, 5, 4, 3, 2, 1, 0)
	find("a range of all", 2, 4, 9, nil, 3, 2)
	find("the last two of all", 0, 9, 2, nil, 5, 4)
	find("one term", 0, 9, 9, [][]string{{"s:retard"}}, 3, 2, 1)
	find("one term in a range", 1, 3, 9, [][]string{{"s:retard"}}, 2, 1)
	find("the last two of a term", 0, 9, 2, [][]string{{"s:retard"}}, 3, 2)
	find("two terms at once", 0, 9, 9, [][]string{{"s:livr"}, {"s:retard"}}, 3, 1)
	find("one of two terms", 0, 9, 9, [][]string{{"team:billing", "team:SAV à Lyon_20"}}, 3, 1)
	find("one of two terms, and a third", 0, 9, 9, [][]string{{"team:billing", "team:Billing"}, {"s:livr"}}, 1, 0)
	find("the last two of that", 0, 9, 2, [][]string{{"shown", "hidden"}, {"s:livr", "s:retard"}}, 3, 2)
	find("capitals are others", 0, 9, 9, [][]string{{"team:Billing"}}, 2, 0)
	find("the beginning of a term is another", 0, 9, 9, [][]string{{"s:livrais"}})
	find("a part of a term is another", 0, 9, 9, [][]string{{"retard"}})
	find("a space is part of a term", 0, 9, 9, [][]string{{"p:retard livr"}}, 1)
	find("what a query language reads as its own", 0, 9, 9, [][]string{{`team:"OR" 'x' AND s:livr`}}, 5)
	find("a term of none", 0, 9, 9, [][]string{{"$s:retard"}, {"s:retard"}})

	v, err := s.GetVoice(t.Context(), id(2))
	must(t, err, "reading a comment")
	v.Terms = []string{"shown", "s:livr"}
	must(t, s.PutVoice(t.Context(), v), "changing a comment")
	find("a term that was taken away", 0, 9, 9, [][]string{{"s:retard"}}, 3, 1)
	find("a term that was added", 0, 9, 9, [][]string{{"s:livr"}}, 3, 2, 1, 0)
	wantError(t, s.PutVoice(t.Context(), v), fs.ErrExist, "changing it by what was read before")

	must(t, s.RemoveVoice(t.Context(), id(1)), "removing a comment")
	wantError(t, s.RemoveVoice(t.Context(), id(1)), fs.ErrNotExist, "removing it again")
	_, err = s.GetVoice(t.Context(), id(1))
	wantError(t, err, fs.ErrNotExist, "reading a removed comment")
	find("by a term after one was removed", 0, 9, 9, [][]string{{"s:livr"}}, 3, 2, 0)
	find("all after one was removed", 0, 9, 9, nil, 5, 4, 3, 2, 0)
	must(t, s.AddVoice(t.Context(), reports.Voice{Response: id(1), Place: place(7), Terms: []string{"s:livr"}}), "adding it again")
	find("by a term after it was added again", 0, 9, 9, [][]string{{"s:livr"}}, 1, 3, 2, 0)
}

func checkTranscribe(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n := range 6 {
		r := responses().full(n, n)
		r.Transcribe = n%2 == 0
		must(t, s.AddResponse(t.Context(), r), "adding a response")
	}
	find := func(limit int) (ids []string) {
		t.Helper()
		found, err := s.FindResponsesToTranscribe(t.Context(), limit)
		must(t, err, "looking for responses to transcribe")
		for _, r := range found {
			ids = append(ids, r.Invitation)
			responses().holds(t, s, r, "as it was found to be transcribed")
		}
		slices.Sort(ids)
		return ids
	}
	wantIDs(t, "responses to transcribe", find(100), id(0), id(2), id(4))
	if got := find(2); len(got) != 2 {
		t.Errorf("at most two responses to transcribe: found %q", got)
	}
	for n, mark := range map[int]bool{2: false, 3: true} {
		rewrite(t, s, responses(), surveys.Response{Invitation: id(n)}, func(r *surveys.Response) { r.Transcribe = mark })
	}
	wantIDs(t, "responses to transcribe after changes", find(100), id(0), id(3), id(4))
}

func checkLabels(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	all := []reports.Label{{Kind: "tag", Name: "é"}, {Kind: "tag", Name: "Colis"}, {Kind: "a tag", Name: ""}, {Kind: "tag", Name: text(1)}, {Kind: "tag", Name: "colis"}}
	for _, l := range all {
		must(t, s.AddLabel(t.Context(), l), "adding a label")
		wantError(t, s.AddLabel(t.Context(), l), fs.ErrExist, "adding it again")
	}
	want := []reports.Label{all[2], all[3], all[1], all[4], all[0]}
	same(t, "the labels", want, gather(t, s.Labels(t.Context()), "walking the labels"))
	must(t, s.RemoveLabel(t.Context(), all[1]), "removing a label")
	wantError(t, s.RemoveLabel(t.Context(), all[1]), fs.ErrNotExist, "removing it again")
	same(t, "the labels left", slices.Delete(want, 2, 3), gather(t, s.Labels(t.Context()), "walking the labels"))
}

func walkLabels() walked[reports.Label] {
	return walked[reports.Label]{
		many:  1003,
		nth:   func(n int) reports.Label { return reports.Label{Kind: []string{"b", "B", "bé"}[n%3], Name: id(n)} },
		add:   store.Store.AddLabel,
		place: func(l reports.Label) string { return l.Kind },
		id:    func(l reports.Label) string { return l.Name },
		all:   store.Store.Labels,
	}
}
