package web

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// outlook keeps one of the day on which the clock stands, and raises the generation.
func (s *shop) outlook(change func(*reports.Today)) {
	s.t.Helper()
	number := func(v float64) *float64 { return &v }
	seconds := func(v int64) *int64 { return &v }
	day := surveys.DayOf(s.now, s.settings.Zone())
	t := reports.Today{
		Day: day, MadeAt: s.now, CountedAt: s.now.Add(-10 * time.Second),
		Waiting: &reports.Waiting{N: 340, Bands: []reports.Band{
			{ToDays: 1, N: 60}, {FromDays: 1, ToDays: 3, N: 120}, {FromDays: 3, ToDays: 7, N: 90}, {FromDays: 7, ToDays: 28, N: 55}, {FromDays: 28, N: 15}}},
		FirstReply: &reports.Delay{N: 1410, P50: &reports.Point{Reached: true, Seconds: seconds(7500), Low: seconds(7200), High: seconds(8100)},
			P90: &reports.Point{Reached: true, Seconds: seconds(100800), Low: seconds(93600)}},
		PromiseKept: &reports.Share{N: 395, Share: number(.93), Low: number(.9), High: number(.96)},
		Estimates:   &reports.Share{N: 380, Share: number(.91), Low: number(.87), High: number(.94)},
	}
	if change != nil {
		change(&t)
	}
	b, err := json.Marshal(reports.Forecast{Today: t})
	s.must(err)
	s.must(s.store.AddOutlook(s.t.Context(), reports.Outlook{Day: day, MadeAt: t.MadeAt, CountedAt: t.CountedAt, Bytes: b}))
	s.generation.Store("outlook of " + string(day))
}

// clock sets the time of the shop, and when its next edition is due.
func (s *shop) clock(at string) {
	s.t.Helper()
	now, err := time.Parse(time.RFC3339, at)
	s.must(err)
	s.now, s.next = now, now.Truncate(24*time.Hour).Add(29*time.Hour)
}

// TestTodayGolden: what the page begins with, in the words of each language.
func TestTodayGolden(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*reports.Today)
		later  int // days
	}{
		"today": {nil, 0},
		"today-few": {func(d *reports.Today) {
			d.Waiting, d.FirstReply, d.PromiseKept, d.Estimates = nil, nil, nil, nil
		}, 0},
		"today-not-reached": {func(d *reports.Today) {
			d.Waiting.Bands = []reports.Band{{ToDays: 7, N: 15}, {FromDays: 7, N: 10}}
			d.FirstReply.P90 = &reports.Point{}
			d.PromiseKept = &reports.Share{N: 20, Unknown: 5, Measured: new(bool)}
		}, 0},
		"today-stopped": {nil, 3},
		"today-nothing": {func(d *reports.Today) {
			d.Waiting = &reports.Waiting{Bands: []reports.Band{{ToDays: 1}, {FromDays: 1}}}
			d.FirstReply, d.PromiseKept, d.Estimates = &reports.Delay{}, &reports.Share{}, nil
		}, 0},
	} {
		s := openShop(t)
		s.clock("2026-11-21T05:00:04Z")
		s.publish("2026-11-21", func(d *reports.Document) { d.Edition.PublishedAt = s.now })
		s.outlook(test.change)
		s.now = s.now.AddDate(0, 0, test.later)
		for _, tag := range []string{"en", "fr"} {
			html := ""
			document(t, s.want(200, s.get("/?lang="+tag))).Find(".stopped, #today").Each(func(_ int, part *goquery.Selection) {
				outer, err := goquery.OuterHtml(part)
				s.must(err)
				html += outer + "\n"
			})
			file := filepath.Join("testdata", name+"."+tag+".html")
			if *update {
				s.must(os.WriteFile(file, []byte(html), 0o644))
			}
			want, err := os.ReadFile(file)
			s.must(err)
			if diff := cmp.Diff(string(want), html); diff != "" || strings.Contains(html, "⟦") {
				t.Errorf("%s (run with -update to accept):\n%s", file, diff)
			}
		}
	}
}

// TestTodayStandsFirst: before the edition, also before the first one, and nowhere
// while the figures are not public.
func TestTodayStandsFirst(t *testing.T) {
	s := openShop(t)
	s.clock("2026-11-21T05:00:04Z")
	if page := document(t, s.get("/?lang=en")); page.Find("#today").Length() > 0 {
		t.Error("a page before the first outlook tells of today")
	}
	if got := text(t, s.get("/figures.json")); !strings.Contains(got, `"today":null`) {
		t.Errorf("/figures.json before the first outlook: %s", got)
	}
	s.outlook(nil)
	first := func() string {
		t.Helper()
		return document(t, s.want(200, s.get("/?lang=en"))).Find("h1 + *").AttrOr("id", "")
	}
	if got := first(); got != "today" {
		t.Errorf("before the first edition the page begins with %q", got)
	}
	if got := text(t, s.get("/figures.json")); !strings.Contains(got, `"edition":null`) || !strings.Contains(got, `"today":{"day":"2026-11-21"`) {
		t.Errorf("/figures.json before the first edition: %s", got)
	}
	e := s.publish("2026-11-21", func(d *reports.Document) { d.Edition.PublishedAt = s.now })
	if got := first(); got != "today" {
		t.Errorf("the page begins with %q", got)
	}
	if got := text(t, s.get("/figures.json")); !strings.Contains(got, `"id":"2026-11-21"`) || !strings.Contains(got, `"waiting":{"n":340`) {
		t.Errorf("/figures.json: %s", got)
	}
	if strings.Contains(string(e.Bytes), "today") || strings.Contains(text(t, s.get("/editions/2026-11-21.json")), "today") {
		t.Error("an edition tells of today")
	}
	if page := document(t, s.get("/preview?lang=en")); page.Find("#today").Length() > 0 {
		t.Error("the next edition tells of today")
	}
	s.settings.Publishing.Public = false
	if got := text(t, s.want(404, s.get("/?lang=en"))); strings.Contains(got, "340") {
		t.Error("today is told while the figures are not public")
	}
	s.want(404, s.get("/figures.json"))
}

// TestTodayIsNoLaterDay: what a clock that ran ahead once left is not told as today.
func TestTodayIsNoLaterDay(t *testing.T) {
	s := openShop(t)
	s.clock("2031-01-01T05:00:04Z")
	s.outlook(nil)
	s.clock("2026-11-21T05:00:04Z")
	s.outlook(nil)
	if got := text(t, s.get("/figures.json")); !strings.Contains(got, `"today":{"day":"2026-11-21"`) {
		t.Errorf("/figures.json: %s", got)
	}
}

// TestStoppedDataAreSeen: after two days without news the page says so from that
// instant on, though it is held in memory; news takes the notice away.
func TestStoppedDataAreSeen(t *testing.T) {
	s := openShop(t)
	s.clock("2026-11-21T05:00:04Z")
	s.outlook(nil)
	s.publish("2026-11-21", func(d *reports.Document) { d.Edition.PublishedAt = s.now.Add(time.Hour) })
	made, due := s.now, s.next
	stopped := func(at time.Time, want int) {
		t.Helper()
		s.now = at
		if got := document(t, s.want(200, s.get("/?lang=en"))).Find(".stopped").Length(); got != want {
			t.Errorf("%s after the outlook, %d notices of what has stopped, want %d", at.Sub(made), got, want)
		}
	}
	stopped(made.Add(48*time.Hour-time.Millisecond), 0)
	stopped(made.Add(48*time.Hour), 1)                  // the outlook is two days old
	stopped(made.Add(49*time.Hour-time.Millisecond), 1) // and the edition nearly
	stopped(made.Add(49*time.Hour), 2)
	if !s.next.Equal(due) {
		t.Fatal("an edition came due meanwhile")
	}
	s.outlook(nil)
	stopped(s.now, 1)
	// The publisher looked, and found nothing new to say.
	s.must(s.store.PutSlot(t.Context(), "edition seen to", s.now.Format(time.RFC3339)))
	s.generation.Store("seen to")
	stopped(s.now, 0)
}
