package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// called is a house with a follow-up of lina's answer, of the team billing.
func called(t *testing.T) (h *house, id string) {
	h = openInside(t, func(c *Config) {
		c.Parts = append(c.Parts, FollowUps{
			FollowUps: &surveys.FollowUps{Store: c.Answers.Store, Settings: c.Settings}, ToCount: c.Answers.Store.FollowUpsToCount,
		})
	})
	id = h.invitation.ID
	r := surveys.Response{
		Invitation: id, Survey: surveys.AfterHandling, Ticket: h.invitation.Ticket, Closing: 2, Dimensions: surveys.Dimensions{Team: "billing"},
		Answers: []surveys.Answer{{At: h.now, Version: 1, Values: map[string]string{"delay": "1", "listening": "2", "comment": "Trois <fois> la même chose", "callback": "yes"}}},
	}
	h.must(h.store.AddResponse(t.Context(), r))
	h.must(h.store.AddFollowUp(t.Context(), surveys.FollowUp{
		ID: id, Ticket: r.Ticket, Dimensions: r.Dimensions, Reasons: []string{"callback", "delay"}, State: surveys.FollowUpWaiting,
		AskedAt: h.now, DueAt: h.now.Add(-time.Hour),
	}))
	return h, id
}

// TestFollowingUp walks one follow-up: found, opened, taken, noted, closed.
func TestFollowingUp(t *testing.T) {
	h, id := called(t)
	who := h.as(auth.Manager)
	list := document(t, h.want(http.StatusOK, h.get("/manage/followups?lang=en", who...)))
	if h1 := list.Find("h1").Text(); !strings.Contains(h1, "1 customer waits") || !strings.Contains(h1, "for too long") {
		t.Errorf("the list says %q", h1)
	}
	for _, secret := range []string{"Lina", "lina@example.net", h.invitation.Number, "même chose"} {
		if strings.Contains(list.Find("main").Text(), secret) {
			t.Errorf("the list shows %q", secret)
		}
	}
	to := list.Find(".lines a").AttrOr("href", "")
	if traces := h.traces("followup.opened"); traces != 0 {
		t.Errorf("%d traces before it was opened", traces)
	}
	one := document(t, h.want(http.StatusOK, h.get(to+"?lang=en", who...)))
	if said := one.Find("main").Text(); !strings.Contains(said, "lina@example.net") || !strings.Contains(said, "Trois <fois> la même chose") || !strings.Contains(said, "Very dissatisfied") {
		t.Errorf("opened, it says %q", said)
	}
	if traces := h.traces("followup.opened"); traces != 1 {
		t.Errorf("%d traces of opening it", traces)
	}
	me := one.Find("#owner option").Last().AttrOr("value", "")
	h.want(http.StatusSeeOther, h.ask("POST", to+"/owner", url.Values{"was": {""}, "owner": {me}}.Encode(), who...))
	h.want(http.StatusConflict, h.ask("POST", to+"/owner", url.Values{"was": {""}, "owner": {""}}.Encode(), who...))
	mine := document(t, h.want(http.StatusOK, h.get("/manage/followups?state=mine&lang=en", who...)))
	if mine.Find(".lines li").Length() != 1 {
		t.Errorf("mine: %s", mine.Find("main").Text())
	}
	before := one.Find("input[name=before]").AttrOr("value", "")
	h.want(http.StatusSeeOther, h.ask("POST", to+"/note", url.Values{"note": {"called at ten"}, "before": {before}}.Encode(), who...))
	again := document(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", to+"/note?lang=en", url.Values{"note": {"will call"}, "before": {before}}.Encode(), who...)))
	if again.Find("textarea").Text() != "will call" || !strings.Contains(again.Find("blockquote").Text(), "called at ten") {
		t.Errorf("two notes meet: %s", again.Find("main").Text())
	}
	before = again.Find("input[name=before]").AttrOr("value", "")
	bad := document(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", to+"/close?lang=en", url.Values{"outcome": {"gesture"}, "amount": {"much"}, "note": {"n"}, "before": {before}}.Encode(), who...)))
	if bad.Find(".errors li").Length() != 2 || bad.Find("#amount").AttrOr("value", "") != "much" || !bad.Find("#outcome-gesture").Is("[checked]") {
		t.Errorf("a wrong form: %s", bad.Find("main").Text())
	}
	form := url.Values{"outcome": {"gesture"}, "gesture": {"voucher"}, "amount": {"12,50"}, "note": {"called at ten"}, "before": {before}}
	h.want(http.StatusSeeOther, h.ask("POST", to+"/close", form.Encode(), who...))
	f, err := h.store.GetFollowUp(t.Context(), id)
	h.must(err)
	if f.Outcome != surveys.GestureMade || f.Gesture.Cents != 1250 || f.Owner != me {
		t.Errorf("closed as %+v", f)
	}
	list = document(t, h.want(http.StatusOK, h.get("/manage/followups?state=closed&lang=en", who...)))
	if said := list.Find("main").Text(); !strings.Contains(said, "Nobody waits") || !strings.Contains(said, "week of") || !strings.Contains(said, "0% [0%–79%] of 1") || !strings.Contains(said, "worth 12.50") {
		t.Errorf("closed, the list says %q", said)
	}
}

func (h *house) traces(act string) (n int) {
	h.t.Helper()
	all, err := h.store.FindTraces(context.Background(), auth.Trace{}, 100)
	h.must(err)
	for _, trace := range all {
		if trace.Act == act {
			n++
		}
	}
	return n
}

// TestManagersOfOtherTeamsFollowNobodyUp: neither in the list nor by its address.
func TestManagersOfOtherTeamsFollowNobodyUp(t *testing.T) {
	h, id := called(t)
	theirs, others := h.as(auth.Manager, "billing"), h.as(auth.Manager, "sales")
	h.want(http.StatusOK, h.get("/manage/followups/"+id, theirs...))
	h.want(http.StatusForbidden, h.get("/manage/followups/"+id, others...))
	for _, what := range []string{"owner", "note", "close"} {
		h.want(http.StatusForbidden, h.ask("POST", "/manage/followups/"+id+"/"+what, "outcome=solved", others...))
	}
	for _, address := range []string{"/manage/followups?lang=en", "/manage/followups?lang=en&team=billing"} {
		list := document(t, h.want(http.StatusOK, h.get(address, others...)))
		if said := list.Find("main").Text(); !strings.Contains(said, "Nobody waits") || strings.Contains(said, "too long") {
			t.Errorf("%s says %q", address, said)
		}
	}
	stranger := h.person(auth.Person{Email: "x@example.org", Name: "X", Role: auth.Manager, Teams: []string{"sales"}})
	h.want(http.StatusForbidden, h.ask("POST", "/manage/followups/"+id+"/owner", url.Values{"owner": {stranger.ID}}.Encode(), theirs...))
	h.want(http.StatusNotFound, h.get("/manage/followups/nothing", theirs...))
}
