package web

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// TestSpaceGolden: home and explore, whole, empty and of too few, as people read them.
func TestSpaceGolden(t *testing.T) {
	h := openSpace(t)
	head := h.as(auth.Administrator)
	for _, filled := range []bool{false, true} {
		names := map[string]string{"home-nothing": "/manage", "explore-nothing": explorePath}
		if filled {
			h.fill()
			names = map[string]string{
				"home": "/manage", "explore": explorePath + "?compare=before&by=category", "explore-few": explorePath + "?team=alone",
				"explore-filter": explorePath + "?team=billing&category=delivery&period=soon",
			}
		}
		for name, address := range names {
			for _, tag := range []string{"fr", "en"} {
				sign := "?"
				if strings.Contains(address, "?") {
					sign = "&"
				}
				h.keepsMain(name+"."+tag+".html", h.want(http.StatusOK, h.get(address+sign+"lang="+tag, head...)))
			}
		}
	}
}

// keepsMain compares what a page is about with what was looked at and kept.
func (h *house) keepsMain(name string, r *http.Response) {
	h.t.Helper()
	got, err := goquery.OuterHtml(document(h.t, r).Find("main"))
	h.must(err)
	if strings.Contains(got, "⟦") {
		h.t.Errorf("%s lacks a text", name)
	}
	file := filepath.Join("testdata", name)
	if *update {
		h.must(os.WriteFile(file, []byte(got+"\n"), 0o644))
	}
	want, err := os.ReadFile(file)
	h.must(err)
	if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
		h.t.Errorf("%s (run with -update to accept):\n%s", file, diff)
	}
}

// TestExploreFollowsTheCounter: what is held in memory never outlives a count.
func TestExploreFollowsTheCounter(t *testing.T) {
	h := openSpace(t)
	h.fill()
	head := h.as(auth.Manager)
	opened := func() string {
		lines := text(t, h.want(http.StatusOK, h.get(explorePath+".csv?period=12mo", head...)))
		_, rest, _ := strings.Cut(lines, ",opened,")
		n, _, _ := strings.Cut(rest, ",")
		return n
	}
	before := opened() // with two that every house has
	h.request(5000, surveys.Dimensions{Team: "billing", Category: "invoice"}, "u-1", h.now.Add(-24*time.Hour), 5)
	counter := &reports.Counter{Store: h.store, Settings: func() surveys.Settings { return h.settings }, Log: slog.New(slog.DiscardHandler)}
	h.must(counter.Recount(context.Background(), nil))
	if after := opened(); before != "402" || after != "403" {
		t.Errorf("%s requests before one more was counted, %s after it", before, after)
	}
}

// TestExploreTellsAsEditionsDo: of a month that nothing changes any more, inside figures
// but times are those of the edition.
func TestExploreTellsAsEditionsDo(t *testing.T) {
	h := openSpace(t)
	h.fill()
	settings := func() surveys.Settings { return h.settings }
	counter := &reports.Counter{Store: h.store, Settings: settings, Log: slog.New(slog.DiscardHandler)}
	h.must(counter.Recount(t.Context(), nil))
	h.now = h.now.AddDate(0, 3, 0)
	d, err := (&reports.Publisher{Store: h.store, Settings: settings, Counter: counter, Log: slog.New(slog.DiscardHandler)}).Make(t.Context(), h.now, "")
	h.must(err)
	e := &reports.Explorer{Store: h.store, Settings: settings}
	told := 0
	for _, want := range d.Periods {
		if want.Opened == nil || want.Opened.N == 0 {
			continue // a figure of nobody is told there, and here is one of too few
		}
		told++
		w, ok := reports.WindowOf(want.Period, "2026-06-20")
		cube, err := e.Cube(t.Context(), w)
		h.must(err)
		got := cube.Section(reports.Filter{}).Figures(w, reports.Need{Customers: 11, Advisers: 1}, h.now, h.settings.Zone())
		got.FirstReply, got.Resolution, want.FirstReply, want.Resolution = nil, nil, nil, nil // told to the step
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); !ok || diff != "" {
			t.Errorf("%s (-edition +inside)\n%s", want.Period, diff)
		}
	}
	if told < 2 {
		t.Errorf("%d months were compared", told)
	}
}

// TestMemoIsOfOneScope: what was made for somebody is given to nobody who sees less.
func TestMemoIsOfOneScope(t *testing.T) {
	h := openSpace(t)
	h.fill()
	all, some := h.as(auth.Manager), h.as(auth.Manager, "billing")
	for _, address := range []string{"/manage?lang=en", explorePath + "?lang=en&by=team"} {
		for range 2 {
			whole := document(t, h.want(http.StatusOK, h.get(address, all...))).Find("main").Text()
			part := document(t, h.want(http.StatusOK, h.get(address, some...))).Find("main").Text()
			if !strings.Contains(whole, "shipping") || strings.Contains(part, "shipping") {
				t.Errorf("%s: shipping for who sees all %v, for a manager of billing %v", address, strings.Contains(whole, "shipping"), strings.Contains(part, "shipping"))
			}
		}
	}
}
