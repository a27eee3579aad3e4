package lang

import "testing"

// TestSentencesReadLikeTemplates compares both ways of making every text there is.
func TestSentencesReadLikeTemplates(t *testing.T) {
	c := load(t)
	for _, w := range c.words {
		if len(w.sentences) < len(c.texts[w.tag])/2 {
			t.Errorf("%s: only %d of %d texts are sentences", w.tag, len(w.sentences), len(c.texts[w.tag]))
		}
		for key, s := range w.sentences {
			args := []any{"Unused", "x"}
			for i, name := range s.names {
				args = append(args, name, []any{"<b>{{.Other}}", 1234}[i%2])
			}
			if got, want := w.T(key, args...), w.compose(key, args); got != want {
				t.Errorf("%s %s: %q, by template %q", w.tag, key, got, want)
			}
		}
	}
}

func TestWhatIsNoSentence(t *testing.T) {
	c, err := Load(folder(map[string]string{"en/x.json": `{"x.hour": "{{printf \"%02d\" .Hour}} h", "x.trim": "a {{- .Who}}",
		"x.n": {"one": "one of {{.Of}}", "other": "many of {{.Of}}"}, "x.plain": "none", "x.who": "To {{.Who}}"}`}))
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
		{"x.who", []any{"Whom", "x"}, "⟦x.who⟧"},
	} {
		if got := w.T(x.key, x.args...); got != x.want {
			t.Errorf("T(%q, %v) = %q, want %q", x.key, x.args, got, x.want)
		}
	}
}
