package lang

import (
	"html/template"
	"strings"
	"testing"
)

func tiny(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load(folder(map[string]string{
		"fr/x.json": `{"x.n": {"one": "{{.Count}} avis de {{.Who}}", "other": "{{.Count}} avis de tous"}, "x.who": "Merci {{.Who}}"}`,
		"en/x.json": `{"x.n": {"one": "{{.Count}} answer", "other": "{{.Count}} answers"}, "x.who": "Thank you {{.Who}}"}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestT(t *testing.T) {
	c := tiny(t)
	for _, x := range []struct {
		tag, key string
		args     []any
		want     string
	}{
		{"en", "x.n", []any{"Count", 0}, "0 answers"},
		{"en", "x.n", []any{"Count", 1}, "1 answer"},
		{"en", "x.n", []any{"Count", 1234}, "1,234 answers"},
		{"fr", "x.n", []any{"Count", 0, "Who", "Lina"}, "0 avis de Lina"},
		{"fr", "x.n", []any{"Count", 2, "Who", "Lina"}, "2 avis de tous"},
		{"fr", "x.n", []any{"Count", 1_000_000, "Who", "Lina"}, "1\u202f000\u202f000 avis de tous"}, // CLDR "many"
		{"fr", "x.who", []any{"Who", 2026}, "Merci 2026"},                                           // only Count is grouped
		{"fr", "x.who", []any{"Who", "{{.Who}} <b>"}, "Merci {{.Who}} <b>"},
		{"fr", "x.who", nil, "⟦x.who⟧"},
		{"fr", "x.n", nil, "⟦x.n⟧"},
		{"fr", "x.n", []any{"Count", "three"}, "⟦x.n⟧"},
		{"fr", "x.n", []any{"Count", nil}, "⟦x.n⟧"},
		{"fr", "x.who", []any{"Who"}, "⟦x.who⟧"},
		{"fr", "x.who", []any{3, "Who"}, "⟦x.who⟧"},
		{"fr", "x.gone", nil, "⟦x.gone⟧"},
		{"fr", "", nil, "⟦⟧"},
	} {
		if got := c.For(x.tag).T(x.key, x.args...); got != x.want {
			t.Errorf("%s T(%q, %v) = %q, want %q", x.tag, x.key, x.args, got, x.want)
		}
	}
}

func TestNoWordsAtAllDoNotPanic(t *testing.T) {
	var w Words
	for _, got := range []string{w.T("a.b"), w.Name(), w.Number(3), w.Percent(1, 1), w.JoinAnd([]string{"a", "b"})} {
		if !strings.Contains(got, "⟦") {
			t.Errorf("%q does not show that words are missing", got)
		}
	}
}

func TestWordsInATemplate(t *testing.T) {
	page := template.Must(template.New("").Parse(
		`<html lang="{{.W.Tag}}" dir="{{.W.Dir}}"><p title="{{.W.T "list.and" "Before" .Evil "Last" "b"}}">{{.W.Percent 0.5 0}}`))
	var out strings.Builder
	err := page.Execute(&out, map[string]any{"W": load(t).For("en"), "Evil": `"><script>`})
	want := `<html lang="en" dir="ltr"><p title="&#34;&gt;&lt;script&gt; and b">50%`
	if err != nil || out.String() != want {
		t.Errorf("%s, %v; want %s", out.String(), err, want)
	}
}

// A language that is written from right to left is told by its tag alone.
func TestDir(t *testing.T) {
	files := map[string]string{}
	want := map[string]string{"ar": "rtl", "fa": "rtl", "he": "rtl", "ur": "rtl", "yi": "rtl", "dv": "rtl", "az-Arab": "rtl", "uz-Arab": "rtl",
		"az": "ltr", "ja": "ltr", "el": "ltr", "ru": "ltr", "pt-BR": "ltr", "ar-Latn": "ltr"}
	for tag := range want {
		files[tag+"/x.json"] = `{"x.y": "z"}`
	}
	odd, err := Load(folder(files))
	if err != nil {
		t.Fatal(err)
	}
	for tag, dir := range want {
		if got := odd.For(tag).Dir(); got != dir {
			t.Errorf("%s is written %s, want %s", tag, got, dir)
		}
	}
	c := load(t)
	for _, tag := range c.Languages() {
		if got := c.For(tag).Dir(); got != "ltr" {
			t.Errorf("%s is written %s", tag, got)
		}
	}
}

func TestJoinAnd(t *testing.T) {
	c := load(t)
	for items, want := range map[string][2]string{
		"":        {"", ""},
		"a":       {"a", "a"},
		"a b":     {"a et b", "a and b"},
		"a b c":   {"a, b et c", "a, b and c"},
		"a b c d": {"a, b, c et d", "a, b, c and d"},
	} {
		for i, tag := range []string{"fr", "en"} {
			if got := c.For(tag).JoinAnd(strings.Fields(items)); got != want[i] {
				t.Errorf("%s JoinAnd(%s) = %q, want %q", tag, items, got, want[i])
			}
		}
	}
}

func BenchmarkT(b *testing.B) {
	c, err := Load(folder(map[string]string{"en/x.json": `{"x.y": "Send my answer", "x.z": "To {{.Who}}"}`}))
	if err != nil {
		b.Fatal(err)
	}
	w := c.For("en")
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			w.T("x.y")
		}
	})
	b.Run("placeholder", func(b *testing.B) {
		for b.Loop() {
			w.T("x.z", "Who", "Lina")
		}
	})
	b.Run("accept", func(b *testing.B) {
		for b.Loop() {
			c.Accept("fr-CH, fr;q=0.9, en;q=0.8", []string{"fr", "en"})
		}
	})
}
