package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store/storetest"
)

// patient is an installation under check: SQLite, an outbox, and a DNS of its own.
func patient(t *testing.T, zone zone) *checkup {
	t.Helper()
	return &checkup{
		options: &options{Data: t.TempDir(), Listen: "127.0.0.1:0", origins: map[string]string{}},
		from:    sender{"Maison Poulain <avis@mail.example.org>"}, dns: zone.serve(t),
	}
}

// checked makes all checks and gives each finding by its name.
func checked(t *testing.T, u *checkup) (all map[string]finding, err error) {
	t.Helper()
	all = map[string]finding{}
	err = u.run(t.Context(), func(f finding) {
		if f.Found == "" || (f.Next == "") == (f.State == warned || f.State == fault) {
			t.Errorf("a cause is missing, or a next step where none belongs: %+v", f)
		}
		if strings.ContainsAny(f.Found+f.Next, "\r\n") {
			t.Errorf("not one line: %+v", f)
		}
		all[f.Check] = f
	})
	return all, err
}

// want compares the states, which are given as "name state".
func want(t *testing.T, all map[string]finding, states ...string) {
	t.Helper()
	for _, s := range states {
		name, expected, _ := strings.Cut(s, " ")
		if f := all[name]; string(f.State) != expected {
			t.Errorf("%s is %+v, want %s", name, f, expected)
		}
	}
}

func TestCheckWhatFailsStopsWhatNeedsIt(t *testing.T) {
	u := patient(t, zone{})
	u.Data = "/dev/null/data"
	all, err := checked(t, u)
	if err == nil || !strings.Contains(err.Error(), "settings, store") {
		t.Error(err)
	}
	want(t, all, "settings failed", "store failed", "clock skipped", "decisions skipped", "url skipped", "smtp skipped",
		"dns skipped", "spf skipped", "dkim skipped", "dmarc skipped", "return_path skipped", "backup warning")
	if f := all["clock"]; f.Found != "not looked at: store comes first, and that one failed" {
		t.Errorf("%q", f.Found)
	}
	if f := all["spf"]; !strings.Contains(f.Found, "dns comes first, and that one was skipped") {
		t.Errorf("%q", f.Found)
	}
}

func TestCheckOfSettings(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*checkup)
		want  string
		says  string
	}{
		"sender":      {func(u *checkup) { u.from.From = "Entendu" }, "settings failed", "--from"},
		"server":      {func(u *checkup) { u.SMTP = "smtp://anna:hunter2@mail.example.org/x" }, "settings failed", "--smtp"},
		"localhost":   {func(u *checkup) { u.from.From = "Entendu <entendu@localhost>" }, "settings warning", "entendu@localhost"},
		"no helpdesk": {func(*checkup) {}, "decisions warning", "no helpdesk"},
		"bad file":    {func(u *checkup) { u.Settings = file(t, "[asking]\nsample = 2\n") }, "decisions failed", "line 2"},
		"no file":     {func(u *checkup) { u.Settings = "/nowhere.toml" }, "decisions failed", "/nowhere.toml"},
		"good file":   {func(u *checkup) { u.Settings = file(t, source) }, "decisions ok", "helpdesks connected: 1"},
	} {
		t.Run(name, func(t *testing.T) {
			u := patient(t, zone{})
			test.spoil(u)
			all, _ := checked(t, u)
			want(t, all, test.want)
			which, _, _ := strings.Cut(test.want, " ")
			if f := all[which]; !strings.Contains(f.Found, test.says) || strings.Contains(f.Found, "hunter2") {
				t.Errorf("%+v does not say %q", f, test.says)
			}
		})
	}
}

const source = "[[source]]\nname = \"desk\"\nkind = \"generic\"\nsecret = \"sixteen characters and more\"\n"

// A file of --settings is looked at, and not applied.
func TestCheckChangesNothing(t *testing.T) {
	u := patient(t, zone{})
	u.Settings = file(t, source)
	if all, _ := checked(t, u); all["decisions"].State != passed {
		t.Fatalf("%+v", all["decisions"])
	}
	it, err := u.open(t.Context(), forServe, now)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	change, err := latestSettings(t.Context(), it)
	left, failed := it.GetSlot(t.Context(), "check")
	generation, silent := it.Generation(t.Context())
	if err != nil || failed != nil || silent != nil || change.N != 0 || left != "" || generation != "" {
		t.Errorf("it left change %d, slot %q, generation %q (%v %v %v)", change.N, left, generation, err, failed, silent)
	}
}

func TestCheckOfMongoDB(t *testing.T) {
	u := patient(t, zone{})
	u.Store, u.Secret = storetest.Ferret(t), []string{strings.Repeat("a", 32)}
	u.from.From = "entendu@localhost"
	all, err := checked(t, u)
	if err != nil {
		t.Error(err)
	}
	want(t, all, "store warning", "clock ok", "decisions warning", "backup warning")
	if f := all["store"]; !strings.Contains(f.Next, "rs.initiate()") {
		t.Errorf("%+v", f)
	}
	if f := all["backup"]; !strings.Contains(f.Next, "mongodump") {
		t.Errorf("%+v", f)
	}
}

func TestClockFinding(t *testing.T) {
	for off, want := range map[time.Duration]state{
		0: passed, 30 * time.Second: passed, -30 * time.Second: passed, 31 * time.Second: warned, -31 * time.Second: warned,
		5 * time.Minute: warned, -5*time.Minute - time.Second: fault, time.Hour: fault,
	} {
		if f := clockFinding(off); f.State != want {
			t.Errorf("%s: %+v, want %s", off, f, want)
		}
	}
}

func TestDiskFinding(t *testing.T) {
	const gibibyte = 1024 * mebibyte
	for _, test := range []struct {
		free, all uint64
		want      state
	}{
		{50 * gibibyte, 100 * gibibyte, passed}, {10 * gibibyte, 100 * gibibyte, passed}, {9 * gibibyte, 100 * gibibyte, warned},
		{gibibyte, 100 * gibibyte, warned}, {gibibyte - 1, 100 * gibibyte, fault}, {99 * mebibyte, 200 * mebibyte, fault}, {0, 0, fault},
	} {
		if f := diskFinding("data", test.free, test.all); f.State != test.want {
			t.Errorf("%+v: %+v", test, f)
		}
	}
}

func TestCheckCommand(t *testing.T) {
	data := t.TempDir()
	args := []string{"--listen", "127.0.0.1:0", "check"}
	out, errs, code := entendu(t, data, "", args...)
	if code != done || errs != "" || strings.Count(out, "\n") != 16 {
		t.Errorf("%d %q\n%s", code, errs, out)
	}
	for _, line := range []string{"! settings ", "✓ store ", "– url ", "! smtp ", "– dkim ", " → "} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	out, errs, code = entendu(t, data, "", append(args, "--json", "--send-test", "olga@example.net")...)
	var all []finding
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil || code != done || errs != "" || len(all) != 17 {
		t.Fatalf("%d %q %v\n%s", code, errs, err, out)
	}
	for _, key := range []string{`"check": "settings"`, `"state": "warning"`, `"found": "`, `"next": ""`} {
		if !strings.Contains(out, key) {
			t.Errorf("no %s in\n%s", key, out)
		}
	}
	last := all[16]
	mails, err := filepath.Glob(filepath.Join(data, "outbox", "trial.*.eml"))
	if err != nil || len(mails) != 1 || last.Check != "test_mail" || last.Found != "written to "+mails[0] {
		t.Errorf("%+v, the outbox holds %v %v", last, mails, err)
	}

	if out, errs, code = entendu(t, data, "", append(args, "--send-test", "olga")...); code != misuse || out != "" || !strings.Contains(errs, `"olga"`) {
		t.Errorf("a bad address: %d %q %q", code, out, errs)
	}
	out, errs, code = entendu(t, data, "", append(args, "--from", "Entendu", "--json")...)
	if code != failed || !strings.Contains(errs, "1 of 16 checks failed: settings") || json.Unmarshal([]byte(out), &all) != nil {
		t.Errorf("a failure: %d %q %q", code, errs, out)
	}
}

// Two checks at once meet in one slot of the store and both pass.
func TestChecksAtOnce(t *testing.T) {
	u := patient(t, zone{})
	it, err := u.open(t.Context(), forServe, now)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	failures := make(chan error)
	for range 2 {
		go func() { failures <- tryWriting(t.Context(), it) }()
	}
	for range 2 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}

func TestCheckStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var seen []string
	err := patient(t, zone{}).run(ctx, func(f finding) { seen = append(seen, f.Check) })
	if err == nil || slices.Contains(seen, "store") {
		t.Errorf("%v after %v", err, seen)
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.toml")
	write(t, path, text)
	return path
}
