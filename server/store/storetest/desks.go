package storetest

import (
	"io/fs"
	"strings"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// checkDesk looks for the answers that one agent handled: of their source only, the
// last answered first, page after page without a loss where two came at one time.
func checkDesk(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n, of := range []struct {
		id, source, agent string
		at                int
	}{
		{"b", "desk", "u-1", 3}, {"a", "desk", "u-1", 3}, {"newest", "desk", "u-1", 9}, {"C", "desk", "u-1", 3}, {"oldest", "desk", "u-1", 1},
		{"other", "desk", "u-12", 4}, {"longer", "desk", "u-1 ", 5}, {"elsewhere", "shop", "u-1", 6}, {"nobody", "desk", "", 7},
	} {
		r := responses().full(n, n+1)
		r.Invitation, r.Ticket.Source, r.Agent = of.id, of.source, of.agent
		r.Answers[1].At = moment(of.at)
		must(t, s.AddResponse(t.Context(), r), "adding a response")
	}
	page := func(doing string, before surveys.Response, limit int, want ...string) {
		t.Helper()
		found, err := s.FindResponsesOf(t.Context(), "desk", "u-1", before.AnsweredAt(), before.Invitation, limit)
		must(t, err, doing)
		var ids []string
		for _, r := range found {
			ids = append(ids, r.Invitation)
			responses().holds(t, s, r, "found on a desk")
		}
		wantIDs(t, doing, ids, want...)
	}
	one := func(invitation string) surveys.Response {
		t.Helper()
		r, err := s.GetResponse(t.Context(), invitation)
		must(t, err, "reading a response")
		return r
	}
	page("a desk", surveys.Response{}, 100, "newest", "b", "a", "C", "oldest")
	page("its newest two", surveys.Response{}, 2, "newest", "b")
	page("what comes after them", one("b"), 2, "a", "C")
	page("the end of it", one("C"), 2, "oldest")
	if found, err := s.FindResponsesOf(t.Context(), "desk", "", ever, "", 5); err != nil || len(found) != 0 {
		t.Errorf("the desk of nobody: %d, %v", len(found), err)
	}

	moved, again := one("newest"), one("oldest")
	moved.Agent, again.Answers[1].At = "u-12", moment(10)
	must(t, s.PutResponse(t.Context(), moved), "giving an answer to another desk")
	must(t, s.PutResponse(t.Context(), again), "answering once more")
	page("after changes", surveys.Response{}, 100, "oldest", "b", "a", "C")
}

// checkLatestSurvey publishes versions beside a draft, and those of another survey.
func checkLatestSurvey(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	_, err := s.LatestSurvey(t.Context(), "after")
	wantError(t, err, fs.ErrNotExist, "the latest of no versions")
	for n, of := range []struct {
		name            string
		version, latest int
	}{
		{"after", 0, 0}, {"after", 2, 2}, {"after!", 11, 2}, {"afte", 12, 2}, {"after", 10, 10}, {"after", 9, 10},
	} {
		v := questionnaires().full(n, n+1)
		v.Name, v.Version = of.name, of.version
		must(t, s.AddSurvey(t.Context(), v), "adding a survey")
		want, err := s.GetSurvey(t.Context(), "after", of.latest)
		must(t, err, "reading a survey")
		got, err := s.LatestSurvey(t.Context(), "after")
		must(t, err, "reading the latest survey")
		same(t, "the latest survey", want, got)
	}
}

// checkProposals pages through all, and through those of one person.
func checkProposals(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	for n, of := range []struct {
		id, by string
		at     int
	}{{"b", "ada", 3}, {"a", "bob", 3}, {"newest", "ada", 9}, {"C", "ada", 3}, {"oldest", "bob", 1}, {"never", "ada", 0}} {
		p := proposals().full(n, n+1)
		p.ID, p.By, p.MadeAt = of.id, of.by, moment(of.at)
		if of.id == "never" {
			p.MadeAt = ever
		}
		must(t, s.AddProposal(t.Context(), p), "adding a proposal")
	}
	page := func(doing, by, before string, limit int, want ...string) {
		t.Helper()
		var from surveys.Proposal
		if before != "" {
			var err error
			from, err = s.GetProposal(t.Context(), before)
			must(t, err, "reading a proposal")
		}
		found, err := s.FindProposals(t.Context(), by, from, limit)
		must(t, err, doing)
		var ids []string
		for _, p := range found {
			ids = append(ids, p.ID)
			proposals().holds(t, s, p, "found by searching")
		}
		wantIDs(t, doing, ids, want...)
	}
	page("all proposals", "", "", 100, "newest", "b", "a", "C", "oldest", "never")
	page("the newest two", "", "", 2, "newest", "b")
	page("what comes after them", "", "b", 2, "a", "C")
	page("those of one", "ada", "", 100, "newest", "b", "C", "never")
	page("the end of those of one", "ada", "b", 100, "C", "never")
	page("those of nobody", "eve", "", 100)
}

// walkSurveys has many versions of one survey, whose texts are short.
func walkSurveys() walked[surveys.Survey] {
	return walked[surveys.Survey]{
		many: 1003,
		nth: func(n int) surveys.Survey {
			return surveys.Survey{Name: "after" + strings.Repeat("!", n%3), Version: n}
		},
		add:   store.Store.AddSurvey,
		place: func(v surveys.Survey) string { return v.Name },
		id:    func(v surveys.Survey) string { return placeOf(moment(v.Version)) },
		all:   store.Store.Surveys,
		touch: func(t T, s store.Store, v surveys.Survey) {
			rewrite(t, s, questionnaires(), v, func(v *surveys.Survey) { v.MadeBy += text(7) })
		},
	}
}
