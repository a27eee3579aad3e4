package lang

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/entendu/entendu/static"
)

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load(static.Lang())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func folder(files map[string]string) fstest.MapFS {
	f := fstest.MapFS{}
	for name, data := range files {
		f[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return f
}

func TestLoadRefusesWhatCannotBeShown(t *testing.T) {
	for _, c := range []struct{ why, name, data, says string }{
		{"empty", "en/a.json", ``, "en/a.json"},
		{"cut off", "en/a.json", `{"a.b": "c"`, "EOF"},
		{"a list", "en/a.json", `["a.b"]`, "not a JSON object"},
		{"two objects", "en/a.json", `{"a.b": "c"} {}`, "closing brace"},
		{"a number", "en/a.json", `{"a.b": 3}`, `"a.b"`},
		{"a number as a form", "en/a.json", `{"a.b": {"other": 3}}`, `"a.b"`},
		{"a group of keys", "en/a.json", `{"a": {"b": "c", "other": "d"}}`, `"b" is no plural form`},
		{"no text", "en/a.json", `{"a.b": ""}`, "has no text"},
		{"no other", "en/a.json", `{"a.b": {"one": "x"}}`, `form "other"`},
		{"a broken placeholder", "en/a.json", `{"a.b": {"one": "{{.Count", "other": "x"}}`, "unclosed action"},
		{"an empty placeholder", "en/a.json", `{"a.b": "x {{ }} {{.Who}}"}`, "missing value"},
		{"a key twice in a file", "en/a.json", `{"a.b": "c", "a.b": "d"}`, `"a.b" stands already in en/a.json`},
		{"a key twice in a language", "en/z.json", `{"x.y": "c"}`, `"x.y" stands already in en/x.json`},
		{"no language", "english words/a.json", `{"a.b": "c"}`, `"english words"`},
		{"no locale", "en/a.json", `{"language.locale": "great britain"}`, `"language.locale"`},
		{"no number", "en/a.json", `{"number.grouped_from": "thousand"}`, `"number.grouped_from"`},
	} {
		_, err := Load(folder(map[string]string{"en/x.json": `{"x.y": "z"}`, c.name: c.data}))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one with %q", c.why, err, c.says)
		}
	}
	if _, err := Load(folder(nil)); err == nil || !strings.Contains(err.Error(), "en/time.json") {
		t.Errorf("no files at all: error %v, want one that shows a good name", err)
	}
}

func TestLoadMergesAreasAndKeepsLanguagesApart(t *testing.T) {
	c, err := Load(folder(map[string]string{
		"fr/a.json": `{"a.x": "un"}`, "fr/b.json": `{"b.x": "deux"}`, "en/a.json": `{"a.x": "one"}`}))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Languages(), " "); got != "fr en" { // English has less
		t.Errorf("languages %q, want fr en", got)
	}
	if got := strings.Join(c.Complete(), " "); got != "fr" {
		t.Errorf("complete languages %q, want fr", got)
	}
	for _, w := range []struct{ tag, key, text string }{
		{"fr", "a.x", "un"}, {"fr", "b.x", "deux"}, {"en", "a.x", "one"},
		{"en", "b.x", "⟦b.x⟧"}, // never the text of another language, unnoticed
	} {
		if got := c.For(w.tag).T(w.key); got != w.text {
			t.Errorf("%s %s = %q, want %q", w.tag, w.key, got, w.text)
		}
	}
}

func TestForFindsTheNearestLanguage(t *testing.T) {
	c := load(t)
	for tag, want := range map[string]string{
		"fr": "fr", "FR": "fr", "fr-CA": "fr", "fr_BE": "fr", "en": "en", "en-GB": "en",
		"de-AT": "de", "es-419": "es", "pt": "pt", "pt-BR": "pt", "nl-BE": "nl", "it-CH": "it", "ja": "en", "": "en", "not a tag": "en", "⟦": "en", strings.Repeat("-x", 5000): "en",
	} {
		if got := c.For(tag).Tag(); got != want {
			t.Errorf("For(%.20q) speaks %q, want %q", tag, got, want)
		}
	}
}

func TestAccept(t *testing.T) {
	c := load(t)
	for _, x := range []struct{ header, offered, want string }{
		{"fr-CH, fr;q=0.9, en;q=0.8", "en fr", "fr"},
		{"en;q=0.2, fr;q=0.8", "en fr", "fr"},
		{"de, en;q=0.5", "fr en", "en"},
		{"de, en;q=0.5", "fr en de", "de"},
		{"pt-BR, es;q=0.5", "fr es pt", "pt"},
		{"ja", "fr en", "fr"},
		{"", "fr en", "fr"},
		{"*", "fr en", "fr"},
		{";;;q=x", "fr en", "fr"},
		{strings.Repeat("a-", 10000), "fr en", "fr"},
		{"en", "fr", "fr"},
		{"en", "fr-CA en-GB", "en-GB"},
		{"en", "", ""},
	} {
		if got := c.Accept(x.header, strings.Fields(x.offered)); got != x.want {
			t.Errorf("Accept(%.30q, %s) = %q, want %q", x.header, x.offered, got, x.want)
		}
	}
}

func TestForEverybody(t *testing.T) {
	c := load(t)
	for offered, want := range map[string]string{
		"fr": "fr", "en": "en", "fr en": "fr en", "en fr": "en fr", "fr de en": "fr en", "en de es": "en",
		"de": "en", "de fr": "en fr", "de fr en": "en fr", "pt en": "en", "": "en",
	} {
		given := strings.Fields(offered)
		if got := strings.Join(c.ForEverybody(given), " "); got != want {
			t.Errorf("of %q: %q, want %q", offered, got, want)
		}
		if strings.Join(given, " ") != offered {
			t.Errorf("%q became %q", offered, given)
		}
	}
}

func TestManyReadersAtOnce(t *testing.T) {
	c := load(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			w := c.For([]string{"fr", "en"}[i%2])
			want := map[string]string{"fr": "1\u202f234 j et ⟦no.key⟧", "en": "1,234 d and ⟦no.key⟧"}[w.Tag()]
			for range 200 {
				days := strings.ReplaceAll(w.T("time.days", "Count", 1234), "\u00a0", " ")
				if got := w.JoinAnd([]string{days, w.T("no.key")}); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
		})
	}
	all.Wait()
}
