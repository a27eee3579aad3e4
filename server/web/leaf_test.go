package web

import (
	"encoding/xml"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// kept compares what is served with what was looked at and kept; the address of the
// style sheet, which changes with it, is left out.
func (s *shop) kept(file string, r *http.Response) {
	s.t.Helper()
	got := strings.ReplaceAll(text(s.t, r), s.assets.version, "VERSION")
	file = filepath.Join("testdata", file)
	if *update {
		s.must(os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	s.must(err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		s.t.Errorf("%s is not as kept; look at it, then run go test ./server/web -update\n%s", file, diff)
	}
}

// revised is an edition that corrects an older one, beside one that does not.
func (s *shop) revised() {
	s.publish("2026-11-20", func(d *reports.Document) {
		d.Edition.PublishedAt = d.Edition.PublishedAt.AddDate(0, 0, -1)
	})
	s.publish("2026-11-21", func(d *reports.Document) {
		d.Revisions = []reports.Revision{{Edition: "2026-11-21", PublishedAt: d.Edition.PublishedAt, Period: "2026-05",
			Figures: []string{"periods/2026-05/delay", "categories/customer%20care/2026-05/resolved_within/7d", "teams/other/2026-05/first_reply", "new/one"}}}
		d.Periods[16].Delay = nil
	})
}

// leaves are what an edition is shown as beside its page.
func leaves() []string {
	all := []string{"/feed.atom", "/poster", "/editions/"}
	for _, name := range charts.Names() {
		all = append(all, "/badge/"+name+".svg", "/embed/"+name)
	}
	return all
}

func TestLeavesGolden(t *testing.T) {
	s := openShop(t)
	s.revised()
	for _, tag := range []string{"en", "fr"} {
		for path, file := range map[string]string{
			"/feed.atom": "feed.%.atom", "/poster": "poster.%.html", "/badge/resolved-7d.svg": "badge.%.svg",
			"/badge/delay.svg": "badge-too-few.%.svg", "/embed/first-reply": "embed.%.html", "/embed/delay": "embed-too-few.%.html",
		} {
			s.kept(strings.ReplaceAll(file, "%", tag), s.want(200, s.get(path+"?lang="+tag)))
		}
	}
}

// Every figure has its badge and its frame, by exactly these names.
func TestNamesOfFigures(t *testing.T) {
	want := "resolved-1d resolved-7d resolved-30d promise first-reply resolution first-contact delay listening outcome recommend response-rate"
	got := map[string]bool{}
	for _, name := range charts.Names() {
		got[name] = true
	}
	for _, name := range strings.Fields(want) {
		if !got[name] {
			t.Errorf("%s is missing", name)
		}
	}
	s := openShop(t)
	s.publish("2026-11-21", nil)
	for _, path := range []string{"/badge/nps.svg", "/badge/delay", "/badge/.svg", "/embed/nps", "/embed/delay.svg", "/badge/opened.svg"} {
		s.want(404, s.get(path))
	}
	document(t, s.want(200, s.get("/?lang=en"))).Find(`#data a[href^="/badge/"], #data a[href^="/embed/"]`).Each(func(_ int, a *goquery.Selection) {
		s.want(200, s.get(a.AttrOr("href", "")))
	})
	if len(got) != 12 {
		t.Errorf("%d figures, want 12", len(got))
	}
}

// Each says a value, what it is counted of, and the period; in both languages.
func TestLeavesAreWhole(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	for _, path := range leaves() {
		for tag, month := range map[string]string{"en": "October 2026", "fr": "octobre 2026"} {
			r := s.want(200, s.get(path+"?lang="+tag))
			got := text(t, r)
			if path == "/editions/" {
				month = "2026-11-21"
			}
			if !strings.Contains(got, month) || strings.ContainsAny(got, "⟦⟧") || !strings.Contains(got, `lang="`+tag+`"`) {
				t.Errorf("%s in %s: %s", path, tag, got)
			}
			if path == "/feed.atom" || strings.HasPrefix(path, "/badge") {
				s.must(xml.Unmarshal([]byte(got), new(struct{})))
			}
			etag := r.Header.Get("ETag")
			if r := s.want(304, s.get(path+"?lang="+tag, "If-None-Match", etag)); etag == "" || text(t, r) != "" {
				t.Errorf("%s has no ETag, or a 304 has a body", path)
			}
		}
	}
	if n := s.read.Load(); n != 1 {
		t.Errorf("the newest edition was read %d times, want 1", n)
	}
}

// A new edition replaces them all.
func TestLeavesFollowTheEdition(t *testing.T) {
	s := openShop(t)
	for _, path := range leaves() {
		if got := text(t, s.want(200, s.get(path+"?lang=en"))); !strings.Contains(got, "Nothing has been published yet.") {
			t.Errorf("%s before the first edition: %s", path, got)
		}
	}
	s.publish("2026-11-21", nil)
	for _, path := range leaves() {
		if got := text(t, s.want(200, s.get(path+"?lang=en"))); strings.Contains(got, "Nothing has been published yet.") {
			t.Errorf("%s after the first edition: %s", path, got)
		}
	}
}

func TestLeavesAreNotPublic(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	s.settings.Publishing.Public = false
	s.generation.Store("closed")
	for _, path := range leaves() {
		if got := text(t, s.want(404, s.get(path))); strings.Contains(got, "2026") {
			t.Errorf("%s tells: %s", path, got)
		}
	}
}

// Only what is made for other sites may be shown in them.
func TestWhoMayFrame(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	for path, want := range map[string]string{"/": "'none'", "/poster": "'none'", "/badge/delay.svg": "'none'", "/embed/delay": "*", "/embed/nps": "*"} {
		h := s.get(path).Header
		if got := h.Get("Content-Security-Policy"); !strings.HasSuffix(got, "frame-ancestors "+want) || !strings.HasPrefix(got, "default-src 'none'; script-src 'self'; style-src 'self';") {
			t.Errorf("%s: %s", path, got)
		}
		loaded := strings.HasPrefix(path, "/badge") || strings.HasPrefix(path, "/embed")
		if got := h.Get("Cross-Origin-Resource-Policy"); loaded != (got == "cross-origin") {
			t.Errorf("%s may be loaded by: %s", path, got)
		}
	}
	embed := document(t, s.get("/embed/delay"))
	if embed.Find("script, form, button, input, [style]").Length() > 0 || embed.Find("a").Length() != 1 || embed.Find("a").AttrOr("target", "") != "_top" {
		t.Error("a frame has more than a figure and a link out of the frame")
	}
}

// The feed is what RFC 4287 asks for: entries with ids that stay, the newest first.
func TestFeed(t *testing.T) {
	s := openShop(t)
	s.revised()
	r := s.want(200, s.get("/feed.atom?lang=en"))
	if kind := r.Header.Get("Content-Type"); kind != "application/atom+xml; charset=utf-8" {
		t.Errorf("type %q", kind)
	}
	var f struct {
		XMLName xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string    `xml:"id"`
		Updated time.Time `xml:"updated"`
		Entries []struct {
			ID      string    `xml:"id"`
			Title   string    `xml:"title"`
			Updated time.Time `xml:"updated"`
			Content string    `xml:"content"`
		} `xml:"entry"`
	}
	s.must(xml.Unmarshal([]byte(text(t, r)), &f))
	var ids []string
	for _, e := range f.Entries {
		ids = append(ids, strings.TrimPrefix(e.ID, f.ID+"#"))
		if e.Title == "" || e.Content == "" || e.Updated.After(f.Updated) {
			t.Errorf("an entry that is not whole: %+v", e)
		}
	}
	if got := strings.Join(ids, " "); got != "2026-11-21 revision-2026-11-21-2026-05 2026-11-20" {
		t.Errorf("the feed tells of %s", got)
	}
	if f.ID != "https://avis.example.org/feed.atom?lang=en" || !f.Updated.Equal(f.Entries[0].Updated) {
		t.Errorf("feed %+v", f)
	}
}

// A feed that failed is made for the next who asks.
func TestFeedIsTriedAgain(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	s.want(200, s.get("/?lang=en"))
	s.broken.Store(true)
	s.want(503, s.get("/feed.atom"))
	s.broken.Store(false)
	s.want(200, s.get("/feed.atom"))
}

// A QR code is told as the address says it, with the blank that readers need.
func TestCode(t *testing.T) {
	c, err := newCode("https://avis.example.org/")
	if err != nil || c.Size != 25+2*4 {
		t.Fatalf("a code of %d modules: %v", c.Size, err)
	}
	// Its three corners hold the squares by which readers find it.
	for _, corner := range []string{"M4 4h7", "M22 4h7", "M4 22h7"} {
		if !strings.Contains(c.Path, corner) {
			t.Errorf("%q is missing", corner)
		}
	}
}
