package web

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
)

// openNext is a house with a next edition.
func openNext(t *testing.T) *house {
	t.Helper()
	var d reports.Document
	b, err := os.ReadFile("../../reports/charts/testdata/edition.json")
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Edition = &reports.EditionNote{CutOff: d.Edition.CutOff}
	d.Withheld = []reports.Withheld{{Cell: "periods/2026-10/delay", Why: reports.Small}, {Cell: "categories/a%2Fb/2026-10/outcome", Why: reports.Small}, {Cell: "periods/2026-11/delay", Why: reports.Small}}
	return openInside(t, func(c *Config) {
		c.Parts = append(c.Parts, &Next{Next: func(context.Context) (reports.Document, error) { return d, nil }})
	})
}

// TestNext: who may configure sees the next edition and what it would hold back; it
// stands in no cache, and nobody else learns anything of it.
func TestNext(t *testing.T) {
	h := openNext(t)
	r := h.want(http.StatusOK, h.get("/manage/next?lang=en", h.as(auth.Administrator)...))
	said := text(t, r)
	for _, want := range []string{"It is not published", "What would be held back", "a/b", "October 2026, November 2026"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("headers %v", r.Header)
	}
	h.want(http.StatusForbidden, h.get("/manage/next", h.as(auth.Reader)...))
	h.want(http.StatusSeeOther, h.get("/manage/next"))
}
