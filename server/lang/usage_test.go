package lang

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A use is a key handed to T somewhere in the repository.
type use struct {
	key      string
	computed bool // key is only the beginning
	file     string
}

// uses finds T("a.b"), .T "a.b", T("a." + x), T(fmt.Sprintf("a.%s", x)),
// .T (print "a." .X) and .T (printf "a.%s" .X).
func uses(file, text string) []use {
	call := regexp.MustCompile(`\bT[\s(]+(print |printf |fmt\.Sprintf\()?"([^"]*)"(\s*\+)?`)
	var found []use
	for _, m := range call.FindAllStringSubmatch(text, -1) {
		key, _, cut := strings.Cut(m[2], "%")
		found = append(found, use{key, cut || m[1] == "print " || m[3] != "", file})
	}
	return found
}

// sources are the texts of all Go files but tests, of all pages and all mails,
// without the comments that stand on lines of their own.
func sources(t *testing.T) map[string]string {
	t.Helper()
	comment := regexp.MustCompile(`(?m)^\s*//.*$`)
	root, texts := os.DirFS("../.."), map[string]string{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := d.Name(); d.IsDir() {
			if name != "." && strings.HasPrefix(base, ".") || base == "testdata" || base == "data" || base == "bin" {
				return fs.SkipDir
			}
			return nil
		}
		page := strings.HasPrefix(name, "static/pages/") || strings.HasPrefix(name, "static/mail/")
		code := path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go")
		if !page && !code {
			return nil
		}
		data, err := fs.ReadFile(root, name)
		texts[name] = comment.ReplaceAllString(string(data), "")
		return err
	})
	if err != nil || texts["server/lang/words.go"] == "" {
		t.Fatalf("cannot read the repository at ../..: %d files, %v", len(texts), err)
	}
	return texts
}

func TestKeysAreUsedAndExist(t *testing.T) {
	c := load(t)
	known := texts(t)[c.Languages()[0]] // TestLanguagesHaveTheSameTexts holds the others to it
	quoted := map[string]bool{}         // a key in a Go table is used as well
	literal := regexp.MustCompile("[\"`]([a-z][a-zA-Z0-9_-]*\\.[a-zA-Z0-9_.-]+)[\"`]")
	for file, text := range sources(t) {
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			quoted[m[1]] = true
		}
		for _, u := range uses(file, text) {
			switch {
			case u.computed && !slices.ContainsFunc(computed(), func(f family) bool { return strings.HasPrefix(u.key, f.prefix) }):
				t.Errorf("%s puts a key together that begins with %q: add that prefix to computed() in server/lang/computed_test.go", file, u.key)
			case !u.computed && known[u.key] == nil:
				t.Errorf("%s shows %q, which no file in static/lang/*/ has", file, u.key)
			}
		}
	}
	for key := range known {
		if !quoted[key] && !slices.ContainsFunc(computed(), func(f family) bool { return f.has(key) }) {
			t.Errorf("%q is shown nowhere: take it out of static/lang/*/, or, if its end is put together at run time, "+
				"add its prefix to computed() in server/lang/computed_test.go", key)
		}
	}
}

func (f family) has(key string) bool {
	name, ok := strings.CutPrefix(key, f.prefix)
	return ok && (f.names == nil || slices.Contains(f.names, name))
}

func TestComputedKeysExist(t *testing.T) {
	all, complete := texts(t), load(t).Complete()
	for _, f := range computed() {
		if f.why == "" {
			t.Errorf("computed key %q lacks its reason", f.prefix)
		}
		for _, tag := range complete { // TestLanguagesHaveTheSameTexts holds the others to them
			for _, name := range f.names {
				if all[tag][f.prefix+name] == nil {
					t.Errorf("%s lacks %q (%s)", tag, f.prefix+name, f.why)
				}
			}
			if !slices.ContainsFunc(slices.Collect(maps.Keys(all[tag])), f.has) {
				t.Errorf("%s has no key under %q: take the line out of computed()", tag, f.prefix)
			}
		}
	}
}

func TestUsesAreFound(t *testing.T) {
	for text, want := range map[string]use{
		`<h1>{{.T "a.b"}}</h1>`:                    {key: "a.b"},
		`{{$.Words.T "a.b" "Count" .N}}`:           {key: "a.b"},
		`<p title="{{(.W.T "a.b")}}">`:             {key: "a.b"},
		`w.T("a.b", "Count", 3)`:                   {key: "a.b"},
		"w.T(\n\t\"a.b\")":                         {key: "a.b"},
		`w.T("a." + code)`:                         {key: "a.", computed: true},
		`{{.T (print "a." .Code)}}`:                {key: "a.", computed: true},
		`{{.T (printf "a.%s.title" .Code)}}`:       {key: "a.", computed: true},
		`w.T(fmt.Sprintf("a.%s", code), "X", "y")`: {key: "a.", computed: true},
	} {
		if got := uses("", text); len(got) != 1 || got[0] != want {
			t.Errorf("in %s found %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{`t.Errorf("a.b")`, `GET "a.b"`, `{{.Title "a.b"}}`, `testing.T) { "a.b" }`} {
		if got := uses("", text); len(got) != 0 {
			t.Errorf("in %s found %v, want none", text, got)
		}
	}
}
