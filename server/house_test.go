package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/entendu/entendu"

// mayImport is the plan of the house: who may import whom, of our own packages.
// What is not listed is forbidden.
func mayImport() map[string][]string {
	adapters := []string{"surveys", "reports", "server/auth", "server/store"}
	return map[string][]string{
		"static":                       {},
		"surveys":                      {},
		"surveys/intake":               {"surveys"},
		"reports":                      {"surveys"},
		"reports/charts":               {"reports"},
		"server/auth":                  {},
		"server/lang":                  {"static"},
		"server/table":                 {},
		"server/mailer":                {"surveys", "server/lang", "static"},
		"server/store":                 {"surveys", "reports", "server/auth"},
		"server/store/sqlite":          adapters,
		"server/store/mongo":           adapters,
		"server/store/storetest":       adapters,
		"server/store/storetest/blank": {"server/store/sqlite"},
		"server/web":                   {"surveys", "surveys/intake", "reports", "reports/charts", "server/auth", "server/lang", "server/mailer", "server/table", "static"},
		"server/web/precompress":       {},
		"server":                       {"surveys", "surveys/intake", "reports", "server/auth", "server/lang", "server/mailer", "server/store", "server/store/sqlite", "server/store/mongo", "server/table", "server/web", "static"},
		"server/e2e":                   {},
		"server/e2e/bench":             {"surveys", "reports", "server/auth", "server/store", "server/store/sqlite", "server/lang", "static"},
	}
}

// homes says which one package knows a library that has a home.
func homes() map[string]string {
	return map[string]string{
		"github.com/labstack/echo/v4":         "server/web",
		"github.com/wneessen/go-mail":         "server/mailer",
		"github.com/emersion/go-imap/v2":      "server/mailer",
		"github.com/emersion/go-message":      "server/mailer",
		"github.com/go-echarts/go-echarts/v2": "reports/charts",
		"github.com/nicksnyder/go-i18n/v2":    "server/lang",
		"go.mongodb.org/mongo-driver/v2":      "server/store/mongo",
		"modernc.org/sqlite":                  "server/store/sqlite",
		"github.com/alecthomas/kong":          "server",
		"github.com/pelletier/go-toml/v2":     "server",
		"github.com/andybalholm/brotli":       "server/web",
		"gonum.org/v1/gonum":                  "reports",
		"github.com/kljensen/snowball":        "reports",
		"rsc.io/qr":                           "server/web",
		"github.com/xuri/excelize/v2":         "server/table",
		"golang.org/x/crypto":                 "server/auth",
		"github.com/pquerna/otp":              "server/auth",
		"github.com/coreos/go-oidc/v3":        "server/auth",
		"golang.org/x/oauth2":                 "server/auth",
	}
}

// imported is one package and what its files for people import.
type imported struct {
	ImportPath string
	Imports    []string
}

// trespasses lists every import that the plan does not allow.
func trespasses(packages []imported) (found []string) {
	for _, p := range packages {
		from := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		allowed, known := mayImport()[from]
		if !known {
			found = append(found, from+" is not in the plan of the house")
		}
		for _, path := range p.Imports {
			to, ours := strings.CutPrefix(path, module+"/")
			if ours && !slices.Contains(allowed, to) {
				found = append(found, from+" imports "+to)
			}
			if !ours && strays(from, path) {
				found = append(found, from+" knows "+path)
			}
		}
	}
	return found
}

// strays says whether a library is used outside its home. Benchmarks measure the
// libraries themselves, and the tool that packs assets is no part of the program.
func strays(from, path string) bool {
	for library, home := range homes() {
		if (path == library || strings.HasPrefix(path, library+"/")) && from != home && from != "server/e2e/bench" && from != "server/web/precompress" {
			return true
		}
	}
	return false
}

func listed(t *testing.T) []imported {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []imported
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p imported
		if err := d.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func TestImportsKeepToThePlan(t *testing.T) {
	packages := listed(t)
	if len(packages) < 12 {
		t.Fatalf("only %d packages were listed", len(packages))
	}
	for _, trespass := range trespasses(packages) {
		t.Error(trespass)
	}
}

func TestImportsPlanted(t *testing.T) {
	for _, planted := range []imported{
		{module + "/surveys", []string{module + "/reports"}},
		{module + "/reports", []string{"github.com/labstack/echo/v4"}},
		{module + "/server/util", nil},
	} {
		if trespasses([]imported{planted}) == nil {
			t.Errorf("%v was let through", planted)
		}
	}
}

// habits are words that have no place outside the files named: a clock is handed
// in, settings are read in one place. Those named measure how long work takes, hand
// the network its deadlines, or are the place.
func habits() map[string][]string {
	return map[string][]string{
		`\bfunc init\(`:                      nil,
		`\bos\.(Getenv|LookupEnv|Environ)\(`: {"server/options.go", "server/failpoints_on.go", "server/store/storetest/ferret.go"},
		`\btime\.Now\(`:                      {"server/files.go", "server/progress.go", "server/demo.go", "reports/counter.go", "surveys/yield.go", "server/mailer/line.go", "server/store/mongo/clock.go"},
		`\btime\.Sleep\(`:                    {"server/failpoints_on.go", "server/store/sqlite/commit.go"},
		`\b(TODO|FIXME|XXX)\b`:               nil,
	}
}

// badHabits lists the lines of a file that have a word without leave.
func badHabits(name, code string) (found []string) {
	for pattern, leave := range habits() {
		if slices.Contains(leave, name) {
			continue
		}
		habit := regexp.MustCompile(pattern)
		for _, line := range strings.Split(code, "\n") {
			if habit.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "//") {
				found = append(found, name+": "+strings.TrimSpace(line))
			}
		}
	}
	return found
}

func TestCodeHasGoodHabits(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(path, "../"))
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") ||
			strings.HasPrefix(name, "server/e2e/") || strings.HasPrefix(name, "server/store/mongo/ferret/") {
			return err
		}
		files++
		code, err := os.ReadFile(path)
		for _, bad := range badHabits(name, string(code)) {
			t.Error(bad)
		}
		return err
	})
	if err != nil || files < 60 {
		t.Fatalf("%d files were read: %v", files, err)
	}
}

func TestHabitsPlanted(t *testing.T) {
	for _, planted := range []string{"func init() {}", "x := os.Getenv(\"X\")", "now := time.Now()", "time.Sleep(1)"} {
		if badHabits("surveys/x.go", planted) == nil {
			t.Errorf("%q was let through", planted)
		}
	}
}

// deskOnly are the files that may look for answers by who handled them: the promise, the
// two adapters, and the one desk that is each adviser's own.
func deskOnly() []string {
	return []string{"surveys/store.go", "surveys/desk.go", "server/store/sqlite/responses.go", "server/store/mongo/response.go", "server/store/storetest/desks.go", "server/store/storetest/records.go"}
}

// No page, list, export or figure finds answers by adviser.
func TestOnlyTheDeskLooksByAdviser(t *testing.T) {
	var found []string
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(path, "../"))
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		if strings.Contains(string(code), "FindResponsesOf(") {
			found = append(found, name)
		}
		return err
	})
	slices.Sort(found)
	if want := slices.Sorted(slices.Values(deskOnly())); err != nil || !slices.Equal(found, want) {
		t.Errorf("answers are looked for by adviser in %q, want %q: %v", found, want, err)
	}
}
