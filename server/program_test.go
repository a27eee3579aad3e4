package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// entendu runs the program in its own folder and gives what it wrote and its code.
func entendu(t *testing.T, data, in string, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), append([]string{"--data", data}, args...), strings.NewReader(in), &o, &e)
	return o.String(), e.String(), code
}

func TestBadSettingsEndWithTwoAndOneLine(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for _, test := range []struct {
		name string
		env  [2]string
		args []string
		want []string // all in the one line
	}{
		{"flag", [2]string{}, []string{"--listen", "8080", "version"}, []string{"--listen", `"8080"`, "127.0.0.1:8080"}},
		{"variable", [2]string{"ENTENDU_LISTEN", "nowhere"}, []string{"version"}, []string{"ENTENDU_LISTEN", `"nowhere"`, ":8080"}},
		{"no such port", [2]string{}, []string{"--listen", ":99999", "serve"}, []string{"--listen", `":99999"`, ":8080"}},
		{"url with a path", [2]string{}, []string{"--url", "https://example.org/entendu", "version"}, []string{"--url", "https://entendu.example.org"}},
		{"url", [2]string{"ENTENDU_URL", "entendu.example.org"}, []string{"version"}, []string{"ENTENDU_URL", "https://entendu.example.org"}},
		{"store", [2]string{"ENTENDU_STORE", "postgres://x"}, []string{"version"}, []string{"ENTENDU_STORE", "mongodb://localhost:27017/entendu"}},
		{"proxies", [2]string{}, []string{"--trusted-proxies", "10.0.0.1", "version"}, []string{"--trusted-proxies", "10.0.0.0/8"}},
		{"short secret", [2]string{"ENTENDU_SECRET", "hunter2"}, []string{"version"}, []string{"ENTENDU_SECRET", "openssl rand"}},
		{"mongo without secret", [2]string{}, []string{"--store", "mongodb://localhost/x", "publish"}, []string{"--secret", "openssl rand"}},
		{"mongo without a database", [2]string{"ENTENDU_STORE", "mongodb://u:hunter2@localhost/"}, []string{"--secret", strings.Repeat("a", 32), "publish"}, []string{"ENTENDU_STORE", "name of a database", "localhost/entendu"}},
		{"mongo that forgets", [2]string{}, []string{"--store", "mongodb://localhost/x?w=1", "--secret", strings.Repeat("a", 32), "publish"}, []string{"--store", "w=1"}},
		{"demo on a store", [2]string{"ENTENDU_STORE", "mongodb://localhost/x"}, []string{"demo"}, []string{"ENTENDU_STORE", "demo"}},
		{"no folder", [2]string{}, []string{"--data", "/dev/null/x", "publish"}, []string{"--data", "/dev/null/x", "/var/lib/entendu"}},
		{"bad period", [2]string{}, []string{"publish", "--period", "2026-13"}, []string{"--period", "2026-10"}},
		{"no command", [2]string{}, nil, []string{`"serve"`, "--help"}},
		{"smtp", [2]string{"ENTENDU_SMTP", "mail.example.org"}, []string{"--listen", "127.0.0.1:0", "serve"}, []string{"ENTENDU_SMTP", "smtp://"}},
		{"file that is not there", [2]string{"ENTENDU_SMTP_FILE", missing}, []string{"version"}, []string{"ENTENDU_SMTP_FILE", missing}},
		{"unknown flag", [2]string{}, []string{"--lisen", "x", "version"}, []string{"--lisen"}},
		{"unknown command", [2]string{}, []string{"publsh"}, []string{"publsh"}},
		{"bad day", [2]string{}, []string{"export", "skips", "--from", "yesterday"}, []string{"--from", "2026-10-31"}},
		{"bad zone", [2]string{}, []string{"import", "tickets", "-", "--timezone", "Paris"}, []string{"--timezone", "Europe/Paris"}},
		{"zone of the machine", [2]string{}, []string{"import", "tickets", "-", "--timezone", "Local"}, []string{"--timezone", "Europe/Paris"}},
		{"bad source", [2]string{}, []string{"import", "tickets", "-", "--source", "A B"}, []string{"--source", `"A B"`, "desk"}},
		{"bad address", [2]string{}, []string{"suppress", "add", "lina"}, []string{`"lina"`, "lina@example.net"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.env[0] != "" {
				t.Setenv(test.env[0], test.env[1])
			}
			out, errs, code := entendu(t, t.TempDir(), "", test.args...)
			if code != 2 || out != "" {
				t.Errorf("ended with %d and %q on stdout", code, out)
			}
			if strings.Count(errs, "\n") != 1 {
				t.Errorf("not one line: %q", errs)
			}
			for _, want := range test.want {
				if !strings.Contains(errs, want) {
					t.Errorf("%q does not say %q", errs, want)
				}
			}
			if strings.Contains(errs, "hunter2") {
				t.Errorf("the secret is told: %q", errs)
			}
		})
	}
}

func TestHelpFitsOnAScreen(t *testing.T) {
	out, errs, code := entendu(t, t.TempDir(), "", "--help")
	if code != 0 || errs != "" || strings.Count(out, "\n") > 48 {
		t.Errorf("%d %q\n%s", code, errs, out)
	}
	for _, said := range []string{":8080", "./data", "http://localhost:PORT", "ENTENDU_LISTEN_FILE", "tickets, skips", "add, list, disable"} {
		if !strings.Contains(out, said) {
			t.Errorf("the help does not say %q:\n%s", said, out)
		}
	}
}

func TestAFileTwinGivesTheValue(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte("not a url\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ENTENDU_URL_FILE", file)
	_, errs, code := entendu(t, t.TempDir(), "", "version")
	if code != 2 || !strings.Contains(errs, "ENTENDU_URL_FILE ("+file+")") {
		t.Errorf("%d %q", code, errs)
	}
	if _, errs, code = entendu(t, t.TempDir(), "", "--url", "https://entendu.example.org", "version"); code != 0 {
		t.Errorf("a flag does not beat the file: %q", errs)
	}
}

func TestTheStoreKeepsToItsSecret(t *testing.T) {
	data := t.TempDir()
	first, second := strings.Repeat("a", 32), strings.Repeat("b", 32)
	if _, errs, code := entendu(t, data, "", "--secret", first, "publish"); code != 0 {
		t.Fatal(errs)
	}
	if _, errs, code := entendu(t, data, "", "--secret", second, "publish"); code != 2 || !strings.Contains(errs, "--secret") {
		t.Errorf("another secret: %d %q", code, errs)
	}
	if _, errs, code := entendu(t, data, "", "--secret", second+","+first, "publish"); code != 0 {
		t.Errorf("a new secret before the old one: %q", errs)
	}
}

func TestSecretIsMadeOnceForItsOwnerOnly(t *testing.T) {
	data := t.TempDir()
	if _, errs, code := entendu(t, data, "", "publish"); code != 0 {
		t.Fatal(errs)
	}
	info, err := os.Stat(filepath.Join(data, "secret"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	before, _ := os.ReadFile(filepath.Join(data, "secret"))
	if _, errs, code := entendu(t, data, "", "publish"); code != 0 {
		t.Fatal(errs)
	}
	if after, _ := os.ReadFile(filepath.Join(data, "secret")); !bytes.Equal(before, after) {
		t.Error("the secret changed")
	}
}

const tickets = `id,status,subject,category,opened_at,first_reply_at,closed_at,updated_at,customer.email,customer.language
1,closed,"=HYPERLINK(""x"")",delivery,2026-03-02T08:00:00Z,2026-03-02T09:00:00Z,2026-03-04T10:00:00Z,2026-03-04T10:00:00Z,lina@example.net,fr
2,open,Colis,delivery,2026-03-31T22:30:00Z,,,2026-03-31T22:30:00Z,hugo@example.net,fr
3,sleeping,Colis,delivery,2026-03-03T08:00:00Z,,,2026-03-03T08:00:00Z,nora@example.net,fr
`

func TestImportExport(t *testing.T) {
	data := t.TempDir()
	dry, _, _ := entendu(t, data, tickets, "import", "tickets", "-", "--dry-run")
	out, errs, code := entendu(t, data, tickets, "import", "tickets", "-")
	if want := "read 3 stored 2 known 0 refused 1\n"; out != want || dry != want || code != 1 {
		t.Errorf("dry %q, real %q, code %d", dry, out, code)
	}
	if !strings.Contains(errs, "line 4: ") || strings.Contains(errs, "nora@") {
		t.Errorf("refusals: %q", errs)
	}
	if out, _, _ = entendu(t, data, tickets, "import", "tickets", "-"); out != "read 3 stored 0 known 2 refused 1\n" {
		t.Errorf("twice: %q", out)
	}

	out, _, _ = entendu(t, data, "", "export", "tickets", "--from", "2026-04-01")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "2" {
		t.Errorf("the day begins in Paris: %q %v", out, err)
	}
	out, _, _ = entendu(t, data, "", "export", "tickets", "--to", "2026-03-31")
	if !strings.Contains(out, "'=HYPERLINK") {
		t.Errorf("a formula stays one: %q", out)
	}
	out, _, _ = entendu(t, data, "", "export", "tickets", "--format", "jsonl", "--to", "2026-03-31")
	if !strings.HasPrefix(out, `{"id":"1","number":"1","status":"closed","subject":"=HYPERLINK(\"x\")"`) {
		t.Errorf("%q", out)
	}

	if _, errs, code = entendu(t, data, "", "publish"); code != 0 {
		t.Fatal(errs)
	}
	out, _, _ = entendu(t, data, "", "export", "skips")
	if want := "source,ticket_id,closing,closed_at,code\nimport,1,1,2026-03-04T10:00:00Z,source_off\n"; out != want {
		t.Errorf("nobody is asked without --ask: %q", out)
	}
}

func TestSuppressing(t *testing.T) {
	data := t.TempDir()
	steps := []struct {
		args []string
		want string // on either stream
	}{
		{[]string{"add", "Lina@Example.net"}, ""},
		{[]string{"add", "lina@example.net"}, "already"},
		{[]string{"list"}, "by_hand"},
		{[]string{"remove", "LINA@example.net"}, ""},
		{[]string{"remove", "lina@example.net"}, "was not"},
		{[]string{"list"}, ""},
	}
	for _, s := range steps {
		out, errs, code := entendu(t, data, "", append([]string{"suppress"}, s.args...)...)
		if all := out + errs; code != 0 || s.want == "" && all != "" || !strings.Contains(all, s.want) {
			t.Errorf("%v: %d %q", s.args, code, all)
		}
	}
}

func TestDemoAndServeKeepApart(t *testing.T) {
	data := t.TempDir()
	if _, errs, code := entendu(t, filepath.Join(data, "demo"), "", "publish"); code != 0 {
		t.Fatal(errs)
	}
	if _, errs, code := entendu(t, data, "", "--listen", "127.0.0.1:0", "demo"); code != 1 || !strings.Contains(errs, "real tickets") {
		t.Errorf("%d %q", code, errs)
	}
}
