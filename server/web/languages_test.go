package web

import (
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/static"
)

// The switch names every language that the organisation offers, in that language
// itself, and keeps the score that was tapped in the mail.
func TestSwitchOfLanguages(t *testing.T) {
	h := open(t)
	h.settings.Organisation.Languages = []string{"de", "es", "it", "nl", "pt", "fr", "en"}
	d := document(t, h.get("/a/"+h.token+"?delay=4&lang=nl"))
	var names, current []string
	d.Find(".languages a").Each(func(_ int, a *goquery.Selection) {
		names = append(names, a.Text())
		if a.AttrOr("aria-current", "") == "true" {
			current = append(current, a.Text())
		}
		there := document(t, h.get("/a/"+h.token+a.AttrOr("href", "")))
		if there.Find("html").AttrOr("lang", "") != a.AttrOr("lang", "?") || there.Find("#delay-4[checked]").Length() != 1 {
			t.Errorf("%s leads to another language, or loses the score", a.Text())
		}
	})
	if got := strings.Join(names, " "); got != "Deutsch Español Italiano Nederlands Português Français English" {
		t.Errorf("the switch offers %q", got)
	}
	if strings.Join(current, " ") != "Nederlands" {
		t.Errorf("the switch stands at %q", current)
	}
}

// Whatever language a form was filled in, the answer holds the same values.
func TestAnswersAreTheSameInEveryLanguage(t *testing.T) {
	for _, tag := range open(t).Words.Languages() {
		h := open(t)
		h.settings.Organisation.Languages = h.Words.Languages()
		d := document(t, h.get("/a/"+h.token+"?change=1&lang="+tag))
		form := "version=1&language=" + d.Find("[name=language]").AttrOr("value", "")
		d.Find("input[type=radio][value='4'], #resolved-partly, [type=checkbox]").Each(func(_ int, in *goquery.Selection) {
			form += "&" + in.AttrOr("name", "") + "=" + in.AttrOr("value", "")
		})
		h.want(http.StatusSeeOther, h.ask("POST", "/a/"+h.token, form))
		r, err := h.store.GetResponse(t.Context(), h.invitation.ID)
		h.must(err)
		last := r.Last()
		if last.Language != tag {
			t.Errorf("the answer in %s was kept as one in %s", tag, last.Language)
		}
		for name, want := range map[string]string{"delay": "4", "listening": "4", "recommend": "4", "resolved": "partly", "callback": "yes"} {
			if last.Values[name] != want {
				t.Errorf("%s: %s = %q, want %q", tag, name, last.Values[name], want)
			}
		}
	}
}

// Pages for everybody are French or English, whatever else customers are spoken to
// in; their switch offers no more.
func TestLanguageOfPublicPages(t *testing.T) {
	for _, x := range []struct{ offered, asked, accept, want, others string }{
		{"fr en de", "de", "", "fr", "fr en"},
		{"fr de", "de", "", "fr", ""},
		{"de fr", "de", "", "en", "en fr"},
		{"de fr", "de", "de, fr;q=0.5", "fr", "en fr"},
		{"de es", "es", "es", "en", ""},
		{"de en fr", "fr", "", "fr", "en fr"},
	} {
		h := openShop(t)
		h.settings.Organisation.Languages = strings.Fields(x.offered)
		h.publish("2026-11-21", nil)
		for _, address := range []string{"/", "/method", "/editions/", "/preview"} {
			r := h.get(address+"?lang="+x.asked, "Accept-Language", x.accept)
			raw := text(t, h.want(http.StatusOK, r))
			d, err := goquery.NewDocumentFromReader(strings.NewReader(raw))
			h.must(err)
			var others []string
			d.Find(".languages a").Each(func(_ int, a *goquery.Selection) { others = append(others, a.AttrOr("lang", "")) })
			if got := d.Find("html").AttrOr("lang", ""); got != x.want || strings.Join(others, " ") != x.others {
				t.Errorf("%s of %q asked in %s: %s with %q, want %s with %q", address, x.offered, x.asked, got, others, x.want, x.others)
			}
			if strings.Contains(raw, "⟦") {
				t.Errorf("%s of %q asked in %s lacks a text", address, x.offered, x.asked)
			}
		}
	}
}

// A language written from right to left needs nothing but its texts.
func TestRightToLeft(t *testing.T) {
	files := fstest.MapFS{}
	for _, tag := range []string{"fr", "en"} {
		names, err := fs.Glob(static.Lang(), tag+"/*.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(static.Lang(), name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: data}
			if tag == "en" && !strings.Contains("charts.json demo.json public.json language.json", path.Base(name)) {
				files["ar/"+path.Base(name)] = &fstest.MapFile{Data: data}
			}
		}
	}
	files["ar/language.json"] = &fstest.MapFile{Data: []byte(`{"language.name": "العربية", "language.locale": "ar-EG"}`)}
	words, err := lang.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, func(c *Config) { c.Words = words })
	h.settings.Organisation.Languages = []string{"ar", "en"}
	h.visit("ar", func(name string, r *http.Response) {
		if dir := document(t, r).Find("html").AttrOr("dir", ""); dir != "rtl" {
			t.Errorf("%s is written %q", name, dir)
		}
	})
}

// What people wrote keeps its own direction on a page of the other.
func TestWrittenTextIsIsolated(t *testing.T) {
	h := open(t)
	h.settings.Organisation.Name, h.settings.Privacy.Notice, h.settings.Privacy.Controller = "شركة 1", "אחראי (1)", "شركة (2)"
	h.ask("POST", "/a/"+h.token, "delay=4&listening=5&comment=%D7%AA%D7%95%D7%93%D7%94+(1)")
	thanks, privacy := document(t, h.get("/a/"+h.token)), document(t, h.get("/privacy"))
	for what, n := range map[string]int{
		"organisation": thanks.Find(".organisation bdi").Length(),
		"comment":      thanks.Find("dd bdi:contains('תודה')").Length(),
		"comment box":  document(t, h.get("/a/"+h.token+"?change=1")).Find("textarea[dir=auto]").Length(),
		"notice":       privacy.Find(".notice[dir=auto]").Length(),
		"controller":   privacy.Find("bdi:contains('(2)')").Length(),
	} {
		if n != 1 {
			t.Errorf("the %s is isolated in %d places, want 1", what, n)
		}
	}
}

// The style sheet names no side that would have to change with the direction.
func TestStyleHasNoLeftAndRight(t *testing.T) {
	data, err := fs.ReadFile(static.Assets(), "style.css")
	if err != nil {
		t.Fatal(err)
	}
	css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(data), "")
	if side := regexp.MustCompile(`[^{};]*\b(left|right)\b[^{};]*`).FindString(css); side != "" {
		t.Errorf("style.css names a side: %s", side)
	}
	nested := regexp.MustCompile(`\([^()]*\)`)
	for _, m := range regexp.MustCompile(`(margin|padding):([^;}]*)`).FindAllStringSubmatch(css, -1) {
		value := m[2]
		for nested.MatchString(value) {
			value = nested.ReplaceAllStringFunc(value, func(s string) string { return "<" + strings.ReplaceAll(s[1:len(s)-1], " ", "") + ">" })
		}
		if sides := strings.Fields(value); len(sides) == 4 && sides[1] != sides[3] {
			t.Errorf("style.css has different sides: %s", m[0])
		}
	}
}
