package lang

import (
	"html/template"
	"strings"
	"testing"
	texttemplate "text/template"
)

// TestSentencesReadLikeTemplates compares both ways of making every text there is.
func TestSentencesReadLikeTemplates(t *testing.T) {
	c := load(t)
	for tag, all := range texts(t) {
		w := c.For(tag)
		if len(w.sentences) < len(all)*3/4 {
			t.Errorf("%s: only %d of %d texts are sentences", tag, len(w.sentences), len(all))
		}
		for key, s := range w.sentences {
			values, args := map[string]any{}, []any{"Unused", "x"}
			for i, name := range s.names {
				values[name] = []any{"<b>{{.Other}}", 1234, 1.5, template.HTML("<i>")}[i%4]
				if name == "Count" {
					values[name] = 12
				}
				args = append(args, name, values[name])
			}
			var want strings.Builder
			if err := texttemplate.Must(texttemplate.New(key).Parse(all[key].Other)).Execute(&want, values); err != nil {
				t.Fatal(err)
			}
			if got := w.T(key, args...); got != want.String() {
				t.Errorf("%s %s: %q, by template %q", tag, key, got, want.String())
			}
		}
	}
}

func TestWhatIsNoSentence(t *testing.T) {
	c, err := Load(folder(map[string]string{"en/x.json": `{"x.hour": "{{printf \"%02d\" .Hour}} h", "x.trim": "a {{- .Who}}",
		"x.n": {"one": "one of {{.Of}}", "other": "many of {{.Of}}"}, "x.plain": "none", "x.who": "To {{.Who}}", "x.for": "for {{.Count}}", "x.odd": "{{ .Who2 }}}}"}`}))
	if err != nil {
		t.Fatal(err)
	}
	w := c.For("en")
	for _, x := range []struct {
		key  string
		args []any
		want string
	}{
		{"x.hour", []any{"Hour", 7}, "07 h"},
		{"x.trim", []any{"Who", "b"}, "ab"},
		{"x.n", []any{"Of", "all"}, "many of all"},
		{"x.n", []any{"Of", "all", "Count", 1}, "one of all"},
		{"x.plain", []any{"Count", 3}, "none"},
		{"x.plain", []any{"Count", "3"}, "⟦x.plain⟧"},
		{"x.plain", []any{3, "x"}, "⟦x.plain⟧"},
		{"x.plain", []any{"x"}, "⟦x.plain⟧"},
		{"x.who", []any{"Who", 1.5}, "To 1.5"},
		{"x.who", []any{"Who", 1500}, "To 1500"},
		{"x.who", []any{"Whom", "x"}, "⟦x.who⟧"},
		{"x.for", []any{"Count", 1500}, "for 1,500"},
		{"x.for", []any{"Count", "1500"}, "⟦x.for⟧"},
		{"x.odd", []any{"Who2", "x"}, "x}}"},
	} {
		if got := w.T(x.key, x.args...); got != x.want {
			t.Errorf("T(%q, %v) = %q, want %q", x.key, x.args, got, x.want)
		}
	}
}
