package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Every chapter and every paper is read by whoever signs in, in both languages, and the
// list of contents leads to each.
func TestManual(t *testing.T) {
	h := openInside(t, func(c *Config) { c.Parts = append(c.Parts, Manual{}) })
	adviser := h.as(auth.Adviser)
	for _, tag := range []string{"fr", "en"} {
		contents := document(t, h.get(manualPath+"?lang="+tag, adviser...))
		for _, of := range append(chapters(), papers()...) {
			address := manualPath + "/" + of.key + "?lang=" + tag
			if contents.Find(`a[href="`+address+`"]`).Length() != 1 {
				t.Errorf("%s: the list of contents does not lead to %s", tag, of.key)
			}
			doc := document(t, h.get(address, adviser...))
			if html, _ := doc.Html(); strings.Contains(html, "⟦") || doc.Find("main p, main li, main dd").Length() < 4 {
				t.Errorf("%s: %s lacks words", tag, of.key)
			}
		}
	}
	h.want(http.StatusNotFound, h.get(manualPath+"/nothing", adviser...))
}

// Whoever is not signed in comes back to the page that they asked for.
func TestManualIsReadAfterSigningIn(t *testing.T) {
	h := openInside(t, func(c *Config) { c.Parts = append(c.Parts, Manual{}) })
	r := h.want(http.StatusSeeOther, h.get(manualPath+"/limits"))
	if to := r.Header.Get("Location"); to != "/login?next=%2Fhelp%2Fmanage%2Flimits" || ourPage("/help/manage/limits") == "" {
		t.Errorf("sent to %s", to)
	}
}

// The papers say what the organisation decided, and its names do no harm.
func TestPapersSayWhatWasDecided(t *testing.T) {
	h := openInside(t, func(c *Config) {
		c.Parts = append(c.Parts, Manual{})
		decided := c.Settings()
		decided.Organisation.Name, decided.Privacy.Controller = `Poulain <b>& fils`, "Poulain Holding"
		decided.Comparing.Advisers, decided.Publishing.Minimum = 7, 23
		decided.Privacy.Answers, decided.Privacy.Addresses = surveys.Span{N: 13, Unit: "mo"}, surveys.Span{Unit: "d"}
		c.Settings = func() surveys.Settings { return decided }
	})
	manager := h.as(auth.Manager, "billing")
	for _, of := range papers() {
		doc := document(t, h.get(manualPath+"/"+of.key+"?lang=en", manager...))
		text := doc.Find("main").Text()
		for _, want := range []string{"Poulain <b>& fils", "Poulain Holding", "23 customers and 7", "Erased after 13 months.", "Erased only when somebody asks for it."} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", of.key, want)
			}
		}
		if doc.Find("main b").Length() > 0 {
			t.Errorf("%s: a name became markup", of.key)
		}
	}
}

// The trade mark of others is named on one page, once, and its owners with it.
func TestTheMarkOfOthersIsNamedOnce(t *testing.T) {
	h := openInside(t, func(c *Config) { c.Parts = append(c.Parts, Manual{}) })
	reader := h.as(auth.Reader)
	for _, of := range append(chapters(), papers()...) {
		text := document(t, h.get(manualPath+"/"+of.key+"?lang=en", reader...)).Find("main").Text()
		want := 0
		if of.key == "recommendation" {
			want = 1
		}
		if strings.Count(text, "NPS®") != want || strings.Count(text, "registered trademarks of Bain") != want {
			t.Errorf("%s names the mark or its owners another number of times than %d", of.key, want)
		}
	}
}
