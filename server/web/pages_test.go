package web

import (
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// visit asks for every page of this package once, in one language.
func (h *house) visit(tag string, see func(name string, r *http.Response)) {
	in := "?lang=" + tag
	see("answer", h.get("/a/"+h.token+in+"&delay=4"))
	see("answer-problem", h.ask("POST", "/a/"+h.token+in, "listening=2&recommend=7&comment=a+%3Cb%3E&callback=yes"))
	see("stop", h.get("/u/"+h.stop+in))
	see("stopped", h.ask("POST", "/u/"+h.stop+in, ""))
	see("stop-undone", h.ask("POST", "/u/"+h.stop+in, "undo=1"))
	see("privacy", h.get("/privacy"+in))
	see("accessibility", h.get("/accessibility"+in))
	see("missing", h.get("/a/x"+in))
	see("large", h.ask("POST", "/a/"+h.token+in, strings.Repeat("x", 70<<10)))
	h.ask("POST", "/a/"+h.token+in, "delay=4&listening=5&resolved=no&recommend=10&comment=Merci&tell=yes")
	see("thanks", h.get("/a/"+h.token+in))
	h.visitTicket(in, see)
	h.now = h.now.AddDate(0, 2, 0)
	see("over", h.get("/a/"+h.token+in))
	h.fails()
	see("answer-not-kept", h.ask("POST", "/a/"+h.token+in, "delay=4&listening=5"))
	see("unavailable", h.get("/a/"+h.token+in))
}

func TestGolden(t *testing.T) {
	for _, tag := range []string{"fr", "en"} {
		h := open(t)
		h.visit(tag, func(name string, r *http.Response) {
			version := regexp.MustCompile(`/assets/[^/]+/`)
			got := version.ReplaceAllString(text(t, r), "/assets/VERSION/")
			got = fmt.Sprintf("%d\n%s", r.StatusCode, regexp.MustCompile(`(class="code">)\w{8}<`).ReplaceAllString(got, "${1}REFERENCE<"))
			got = regexp.MustCompile(`(name="once" value=")\w+`).ReplaceAllString(got, "${1}ONCE")
			file := filepath.Join("testdata", name+"."+tag+".html")
			if *update {
				h.must(os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			h.must(err)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (run with -update to accept):\n%s", file, diff)
			}
		})
	}
}

// New parses one language; here are all, by many at once as readers may come.
func TestEveryLanguageHasEveryPage(t *testing.T) {
	h := open(t)
	tags := h.Words.Languages()
	if tags = slices.DeleteFunc(tags, func(tag string) bool { return h.pages[tag] == nil }); len(tags) != 7 {
		t.Errorf("there are pages in %q", tags)
	}
	files, err := fs.Glob(h.Pages, "*.html")
	h.must(err)
	var readers sync.WaitGroup
	for range 4 {
		for _, tag := range tags {
			readers.Go(func() {
				for _, file := range files {
					name := strings.TrimSuffix(file, ".html")
					if _, err := h.pages.named(tag, name); err != nil && name != "base" {
						t.Errorf("%s in %s: %v", name, tag, err)
					}
				}
			})
		}
	}
	readers.Wait()
	for _, x := range [][2]string{{"fr", "base"}, {"fr", "nothing"}, {"", "answer"}, {"ja", "answer"}} {
		if page, err := h.pages.named(x[0], x[1]); page != nil || err == nil {
			t.Errorf("there is a page %q in %q", x[1], x[0])
		}
	}
}

func TestEveryPageIsWhole(t *testing.T) {
	shown := map[string]bool{}
	for _, tag := range []string{"fr", "en", "de", "es", "it", "nl", "pt"} {
		h := open(t, func(c *Config) { c.Banner = "demo.banner" })
		h.settings.Organisation.Languages = h.Words.Languages()
		h.visit(tag, func(name string, r *http.Response) {
			raw := text(t, r)
			d, err := goquery.NewDocumentFromReader(strings.NewReader(raw))
			h.must(err)
			shown[d.Find("body").AttrOr("class", "")] = true
			if i := strings.Index(raw, "⟦"); i >= 0 {
				t.Errorf("%s %s lacks a text: %.60s", name, tag, raw[i:])
			}
			if html := d.Find("html"); html.AttrOr("lang", "") != tag || html.AttrOr("dir", "") != "ltr" {
				t.Errorf("%s %s speaks %q", name, tag, html.AttrOr("lang", ""))
			}
			if d.Find("h1").Length() != 1 || d.Find("main").Length() != 1 || d.Find("title").Text() == "" || d.Find(".banner").Text() == "" {
				t.Errorf("%s %s lacks its heading, main part, title or banner", name, tag)
			}
			if len(raw) > 20_000 {
				t.Errorf("%s %s weighs %d bytes", name, tag, len(raw))
			}
			h.follow(d, name)
		})
	}
	for _, name := range []string{"answer", "thanks", "stop", "message", "privacy", "accessibility", "ask", "ticket"} {
		if !shown[name] {
			t.Errorf("page %s was never shown", name)
		}
	}
}

// follow checks that what a page loads and links to exists, but for the parts that
// are not served here.
func (h *house) follow(d *goquery.Document, name string) {
	d.Find("link[href], script[src], a[href^='/']").Each(func(_ int, s *goquery.Selection) {
		to := s.AttrOr("href", s.AttrOr("src", ""))
		if to == "/" || strings.HasPrefix(to, "/?") || strings.HasPrefix(to, "/u/") || strings.HasPrefix(to, "/demo?") {
			return
		}
		if r := h.get(to); r.StatusCode != http.StatusOK {
			h.t.Errorf("%s refers to %s: %d", name, to, r.StatusCode)
		}
	})
	d.Find("a[href^='#']").Each(func(_ int, s *goquery.Selection) {
		if d.Find(s.AttrOr("href", "")).Length() != 1 {
			h.t.Errorf("%s refers to %s, which it lacks", name, s.AttrOr("href", ""))
		}
	})
}

func TestSurveyIsLight(t *testing.T) {
	h := open(t)
	r := h.get("/a/" + h.token)
	d := document(t, r)
	weight, requests := len(text(t, h.get("/a/"+h.token))), 1
	d.Find("link[href], script[src], img[src]").Each(func(_ int, s *goquery.Selection) {
		weight += len(text(t, h.get(s.AttrOr("href", s.AttrOr("src", "")))))
		requests++
	})
	if weight > 30_000 || requests > 3 {
		t.Errorf("%d bytes in %d requests, uncompressed; at most 30,000 in 3", weight, requests)
	}
}

func TestLanguageOfAPage(t *testing.T) {
	h := open(t)
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "fr"}, {"", "en", "en"}, {"", "de, en;q=0.1", "en"}, {"", "de", "fr"},
		{"?lang=en", "fr", "en"}, {"?lang=fr", "en", "fr"}, {"?lang=xx", "en", "en"}, {"?lang=EN", "", "fr"},
	} {
		r := h.get("/privacy"+c.query, "Accept-Language", c.accept)
		if got := document(t, r).Find("html").AttrOr("lang", ""); got != c.want {
			t.Errorf("%q with %q: %s, want %s", c.query, c.accept, got, c.want)
		}
		if !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept-Language") {
			t.Errorf("%q: Vary %v", c.query, r.Header.Values("Vary"))
		}
	}
	h.settings.Organisation.Languages = []string{"en"}
	d := document(t, h.get("/privacy?lang=fr", "Accept-Language", "fr"))
	if d.Find("html").AttrOr("lang", "") != "en" || d.Find(".languages").Length() != 0 {
		t.Error("a language that is not offered was spoken or offered")
	}
}

func TestPrivacyFollowsTheSettings(t *testing.T) {
	h := open(t)
	h.settings.Privacy.Controller, h.settings.Privacy.Notice = "Groupe Poulain SA <x>", "Déléguée : Mme Roche"
	h.settings.Publishing.Minimum, h.settings.Privacy.Answers.N = 17, 13
	said := document(t, h.get("/privacy?lang=en")).Find("main").Text()
	for _, want := range []string{"Groupe Poulain SA <x>", "Déléguée : Mme Roche", "at least 17 people", "13 months after", "90 days after", "30 days"} {
		if !strings.Contains(said, want) {
			t.Errorf("the notice lacks %q", want)
		}
	}
	survey := document(t, h.get("/a/"+h.token+"?lang=en")).Find("form").Text()
	for _, want := range []string{"Groupe Poulain SA <x>", "erased 13 months after", "Only overall figures"} {
		if !strings.Contains(survey, want) {
			t.Errorf("the survey lacks %q", want)
		}
	}
}

func TestBrokenTemplatesAreFoundAtStart(t *testing.T) {
	h := open(t)
	for name, page := range map[string]string{"unclosed": `{{define "main"}}{{if}}`, "unknown function": `{{define "main"}}{{shout .}}{{end}}`} {
		c := h.Config
		c.Pages = fstest.MapFS{"base.html": {Data: []byte(`{{template "main" .}}`)}, "x.html": {Data: []byte(page)}}
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), "x.html") {
			t.Errorf("%s: %v, want an error that names the page", name, err)
		}
	}
	for _, bad := range []string{"", "localhost:8080", "avis.example.org", "https://"} {
		c := h.Config
		c.URL = bad
		if _, err := New(c); err == nil {
			t.Errorf("URL %q was taken", bad)
		}
	}
}
