package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

// parlour is a house whose people read comments.
func parlour(t *testing.T) *house {
	return openInside(t, func(c *Config) {
		x, err := reports.NewLexicon(static.Words())
		if err != nil {
			t.Fatal(err)
		}
		store := c.Store.(*sqlite.Store)
		c.Parts = append(c.Parts, &Voices{Voices: &reports.Voices{Store: store, Lexicon: x}, Store: store})
	})
}

// says keeps a comment of a team with the scores 2 and 5, and what there is around it;
// its place is the n-th of the week of Monday 2 March 2026.
func (h *house) says(n int, team, comment string, chosen ...string) reports.Voice {
	h.t.Helper()
	ctx := context.Background()
	key := surveys.TicketKey{Source: "desk", ID: "secret-" + strconv.Itoa(n)}
	r := surveys.Response{
		Invitation: "r" + strconv.Itoa(n), Survey: surveys.AfterHandling, Ticket: key, Closing: 1, ClosedAt: h.now, Customer: "customer-" + strconv.Itoa(n),
		Dimensions: surveys.Dimensions{Team: team, Category: "delivery", Language: "fr"}, Transcribe: true,
	}
	values := map[string]string{"delay": "2", "listening": "5", "comment": comment}
	for _, name := range chosen {
		values[name] = "yes"
	}
	r.Answers = []surveys.Answer{{At: h.now, Version: 1, Language: "fr", Values: values}}
	h.must(h.store.AddResponse(ctx, r))
	h.must(h.store.AddTicket(ctx, surveys.Ticket{TicketKey: key, Number: "N-" + strconv.Itoa(n), Subject: "Facture en double", Agent: "agent-u17", OpenedAt: h.now}))
	x, err := reports.NewLexicon(static.Words())
	h.must(err)
	_, err = (&reports.Transcriber{Store: h.store, Lexicon: x, Settings: func() surveys.Settings { return h.settings }, Log: h.Log}).Pass(ctx)
	h.must(err)
	v, err := h.store.GetVoice(ctx, r.Invitation)
	h.must(err)
	return v
}

func addressOf(v reports.Voice) string { return voicesPath + "/" + placeText(v.Place) }

// logged are the acts that the log has.
func (h *house) logged() (acts []string) {
	found, err := h.store.FindTraces(context.Background(), auth.Trace{}, 100)
	h.must(err)
	for _, trace := range found {
		acts = append(acts, trace.Act+" "+trace.About)
	}
	return acts
}

// TestNoListTellsAPerson: no list of comments has a ticket's number, a customer, an
// adviser, or a time finer than the week.
func TestNoListTellsAPerson(t *testing.T) {
	h := parlour(t)
	v := h.says(1, "billing", "Trop longue attente", "private", "callback")
	manager := h.as(auth.Manager)
	for _, path := range []string{voicesPath, voicesPath + "?q=attente&score=low", voicesPath + "/themes"} {
		page := h.want(http.StatusOK, h.get(path, manager...))
		html, err := document(t, page).Html()
		h.must(err)
		for _, secret := range []string{"N-1", "secret-1", "customer-1", "agent-u17", "Facture en double", "4 mars", "09:30", "10:30", ">r1<", "/r1"} {
			if strings.Contains(html, secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
	}
	said := text(t, h.get(voicesPath, manager...))
	for _, want := range []string{"Trop longue attente", "Semaine du lundi 2 mars 2026", "billing", "Non montré au conseiller, à la demande du client.", "Demande à être rappelé."} {
		if !strings.Contains(said, want) {
			t.Errorf("the list lacks %q: %s", want, said)
		}
	}
	said = text(t, h.want(http.StatusOK, h.get(addressOf(v), manager...)))
	if !strings.Contains(said, "N-1") || !strings.Contains(said, "Facture en double") || strings.Contains(said, "agent-u17") {
		t.Errorf("the comment alone: %s", said)
	}
	acts := strings.Join(h.logged(), "\n")
	if !strings.Contains(acts, "voice.opened r1") || !strings.Contains(acts, "voices.read q score=low") || strings.Contains(acts, "attente") {
		t.Errorf("the log: %s", acts)
	}
}

// TestOtherTeamsAreNotThere: neither in lists, nor by address, nor by a form.
func TestOtherTeamsAreNotThere(t *testing.T) {
	h := parlour(t)
	ours, theirs := h.says(1, "billing", "notre facture"), h.says(2, "shop", "leur facture")
	nobodys := h.says(3, "", "sans équipe")
	manager := h.as(auth.Manager, "billing")
	for _, path := range []string{voicesPath, voicesPath + "?q=facture", voicesPath + "?team=shop", voicesPath + "?state=unread"} {
		said := text(t, h.want(http.StatusOK, h.get(path, manager...)))
		if strings.Contains(said, "leur facture") || strings.Contains(said, "sans équipe") || !strings.Contains(said, "notre facture") || strings.Contains(said, `value="shop"`) {
			t.Errorf("%s: %s", path, said)
		}
	}
	h.want(http.StatusOK, h.get(addressOf(ours), manager...))
	for _, v := range []reports.Voice{theirs, nobodys} {
		h.want(http.StatusNotFound, h.get(addressOf(v), manager...))
		h.want(http.StatusNotFound, h.ask("POST", addressOf(v), "do=read", manager...))
		h.want(http.StatusNotFound, h.ask("POST", addressOf(v)+"/quote", "do=clear&quote=x", manager...))
		h.want(http.StatusSeeOther, h.ask("POST", voicesPath, "do=tag&tag=x&place="+placeText(v.Place), manager...))
		if kept, err := h.store.GetVoice(t.Context(), v.Response); err != nil || kept.Read || kept.Tags != nil || kept.Rev != 1 {
			t.Errorf("another team's comment was touched: %+v, %v", kept, err)
		}
	}
}

// TestNotingBesideAComment walks what can be noted, from the list and from the page.
func TestNotingBesideAComment(t *testing.T) {
	h := parlour(t)
	a, b := h.says(1, "billing", "Trop longue attente"), h.says(2, "billing", "Merci beaucoup, vraiment")
	manager := h.as(auth.Manager)
	post := func(code int, path, form string) *http.Response {
		t.Helper()
		return h.want(code, h.ask("POST", path, form, manager...))
	}
	kept := func(v reports.Voice) reports.Voice {
		t.Helper()
		v, err := h.store.GetVoice(t.Context(), v.Response)
		h.must(err)
		return v
	}
	both := "&place=" + placeText(a.Place) + "&place=" + placeText(b.Place)
	r := post(http.StatusSeeOther, voicesPath+"?score=low", "do=tag&tag=délai"+both)
	if to := r.Header.Get("Location"); to != voicesPath+"?done=voices.done.tag&score=low" {
		t.Errorf("sent to %q", to)
	}
	post(http.StatusSeeOther, voicesPath, "do=read"+both)
	if !kept(a).Read || !kept(b).Read || fmt.Sprint(kept(a).Tags, kept(b).Tags) != "[délai] [délai]" {
		t.Errorf("%+v, %+v", kept(a), kept(b))
	}
	post(http.StatusUnprocessableEntity, voicesPath, "do=read")
	post(http.StatusUnprocessableEntity, voicesPath, "do=tag&tag="+both)
	post(http.StatusBadRequest, voicesPath, "do=delete"+both)

	post(http.StatusSeeOther, addressOf(a), "do=unread")
	post(http.StatusSeeOther, addressOf(a), "do=untag&tag=délai")
	if kept(a).Read || kept(a).Tags != nil {
		t.Errorf("%+v", kept(a))
	}
	post(http.StatusUnprocessableEntity, addressOf(a), "do=tag&tag="+strings.Repeat("x", 41))

	page := text(t, post(http.StatusUnprocessableEntity, addressOf(b)+"/quote", url.Values{"do": {"clear"}, "quote": {"Merci pour tout"}}.Encode()))
	if !strings.Contains(page, "Merci pour tout") || !strings.Contains(page, "Ce ne sont pas les mots du client") {
		t.Errorf("other words: %s", page)
	}
	post(http.StatusSeeOther, addressOf(b)+"/quote", url.Values{"do": {"clear"}, "quote": {"Merci beaucoup […]"}}.Encode())
	if q := kept(b).Quote; q.Text != "Merci beaucoup […]" || !strings.HasPrefix(q.By, "Camille") || !q.At.Equal(h.now) {
		t.Errorf("cleared: %+v", q)
	}
	post(http.StatusSeeOther, addressOf(b)+"/quote", "do=withdraw")

	post(http.StatusUnprocessableEntity, addressOf(b), "do=hide&why=")
	post(http.StatusSeeOther, addressOf(b), "do=hide&why=une+injure")
	if said := text(t, h.get(voicesPath, manager...)); strings.Contains(said, "vraiment") {
		t.Errorf("hidden, and listed: %s", said)
	}
	if said := text(t, h.get(voicesPath+"?state=hidden", manager...)); !strings.Contains(said, "une injure") || !strings.Contains(said, "Camille") || strings.Contains(said, "vraiment") {
		t.Errorf("the list of those hidden: %s", said)
	}
	post(http.StatusSeeOther, addressOf(b), "do=show")
	acts := strings.Join(h.logged(), "\n")
	for _, act := range []string{"voice.hidden r2", "voice.shown r2", "voice.cleared r2", "voice.withdrawn r2"} {
		if !strings.Contains(acts, act) {
			t.Errorf("the log lacks %q: %s", act, acts)
		}
	}
}

// TestListsGoOn from page to page by their addresses.
func TestListsGoOn(t *testing.T) {
	h := parlour(t)
	for n := range voicesPage + 3 {
		h.says(n, "billing", "mot"+strconv.Itoa(n))
	}
	manager := h.as(auth.Manager)
	seen := map[string]bool{}
	pages := 0
	for path := voicesPath + "?score=low"; path != ""; pages++ {
		page := document(t, h.want(http.StatusOK, h.get(path, manager...)))
		for _, v := range page.Find(".said blockquote").EachIter() {
			seen[v.Text()] = true
		}
		path = page.Find("a[rel=next]").AttrOr("href", "")
	}
	if len(seen) != voicesPage+3 || pages != 2 {
		t.Errorf("%d comments on %d pages", len(seen), pages)
	}
}
