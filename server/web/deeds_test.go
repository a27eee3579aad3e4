package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// deciding is a shop into which people can sign in, with the pages of decisions.
func deciding(t *testing.T) *shop {
	s := &shop{}
	s.generation.Store("1")
	s.house = openInside(t, func(c *Config) {
		public := &Public{Store: counted{s}, Generation: func() string { return s.generation.Load().(string) }, NextAt: func(time.Time) time.Time { return s.next }}
		c.Parts = append(c.Parts, public, Deeds{Store: c.Store.(DeedStore), Public: public, Renew: func(context.Context) error {
			s.generation.Store("renewed " + s.generation.Load().(string))
			return nil
		}})
	})
	s.publish("2026-11-21", nil)
	return s
}

// TestDeciding walks one decision: written, kept, published, told of, changed, withdrawn.
func TestDeciding(t *testing.T) {
	h := deciding(t)
	who := h.as(auth.Manager)
	if said := document(t, h.want(http.StatusOK, h.get("/manage/actions?lang=en", who...))).Find(".empty").Text(); !strings.Contains(said, "No decision") {
		t.Errorf("nothing is said as %q", said)
	}
	blank := document(t, h.want(http.StatusOK, h.get("/manage/actions/new?lang=en", who...)))
	to := blank.Find("form[action^='/manage/actions/']").AttrOr("action", "")
	form := url.Values{
		"rev": {"0"}, "theme.fr": {"Les colis <arrivent> tard"}, "will": {"yes"}, "decided_on": {"2026-02-01"},
		"figure": {"promise", "nonsense"}, "raised_category": {"delivery"}, "raised_from": {"2026-01-01"}, "raised_to": {"2025-01-31"},
	}
	bad := document(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", to+"?lang=en", form.Encode(), who...)))
	if bad.Find(".errors li").Length() != 2 || bad.Find("[name='theme.fr']").AttrOr("value", "") != "Les colis <arrivent> tard" || bad.Find("#raised_to").AttrOr("value", "") != "2025-01-31" || !bad.Find("#figure-promise").Is("[checked]") {
		t.Errorf("a wrong form: %s", bad.Find("main").Text())
	}
	form.Set("decision.fr", "Un autre transporteur")
	form.Set("raised_to", "2026-01-31")
	for range 2 { // the same click twice
		h.want(http.StatusSeeOther, h.ask("POST", to, form.Encode(), who...))
	}
	id := strings.TrimPrefix(to, "/manage/actions/")
	a, err := h.store.GetAction(t.Context(), id)
	h.must(err)
	want := reports.Raised{Category: "delivery", From: "2026-01-01", To: "2026-02-01"}
	if a.Raised != want || len(a.Figures) != 1 || a.Cleared || len(a.Texts) != 1 {
		t.Errorf("kept %+v", a)
	}
	public := func() string { return text(t, h.want(http.StatusOK, h.get("/?lang=fr"))) }
	if strings.Contains(public(), "autre transporteur") {
		t.Error("a draft is public")
	}
	h.want(http.StatusSeeOther, h.ask("POST", to+"/publish", "", who...))
	if !strings.Contains(public(), "autre transporteur") || !strings.Contains(public(), "L&#39;écart") && !strings.Contains(public(), "L'écart") {
		t.Error("what was published is not public, with its difference")
	}
	told, err := h.store.GetAction(t.Context(), id)
	h.must(err)
	if !told.Telling || told.ToldAt.IsZero() || h.traces("action.published") != 1 {
		t.Errorf("published: %+v", told)
	}
	form.Set("rev", "1")
	h.want(http.StatusConflict, h.ask("POST", to, form.Encode(), who...))
	page := document(t, h.want(http.StatusOK, h.get(to+"?lang=en", who...)))
	form.Set("rev", page.Find("input[name=rev]").AttrOr("value", ""))
	form.Set("decision.fr", "Deux transporteurs")
	h.want(http.StatusSeeOther, h.ask("POST", to, form.Encode(), who...))
	if !strings.Contains(public(), "Deux transporteurs") {
		t.Error("what was changed is not public")
	}
	h.want(http.StatusSeeOther, h.ask("POST", to+"/withdraw", "", who...))
	if strings.Contains(public(), "Deux transporteurs") {
		t.Error("what was withdrawn is public")
	}
}

// TestManagersOfSomeTeamsWriteDrafts: what everybody reads is for who looks after all.
func TestManagersOfSomeTeamsWriteDrafts(t *testing.T) {
	h := deciding(t)
	some, all := h.as(auth.Manager, "billing"), h.as(auth.Administrator)
	to := document(t, h.want(http.StatusOK, h.get("/manage/actions/new", some...))).Find("form[action^='/manage/actions/']").AttrOr("action", "")
	form := url.Values{"rev": {"0"}, "theme.fr": {"Trop long"}, "decision.fr": {"Plus court"}, "will": {"no"}, "decided_on": {string(surveys.DayOf(h.now, h.settings.Zone()))}}
	h.want(http.StatusSeeOther, h.ask("POST", to, form.Encode(), some...))
	h.want(http.StatusForbidden, h.ask("POST", to+"/publish", "", some...))
	if document(t, h.want(http.StatusOK, h.get(to, some...))).Find("form[action$=publish]").Length() != 0 {
		t.Error("who may not publish is offered it")
	}
	h.want(http.StatusSeeOther, h.ask("POST", to+"/publish", "", all...))
	form.Set("rev", "2")
	h.want(http.StatusForbidden, h.ask("POST", to, form.Encode(), some...))
	h.want(http.StatusNotFound, h.ask("POST", "/manage/actions/made-up", form.Encode(), all...))
}
