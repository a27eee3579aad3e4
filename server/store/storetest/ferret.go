package storetest

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Ferret starts a substitute for MongoDB that lives as long as the test, and
// returns the URI of a fresh database in it. It is a program of its own module
// (mongo/ferret), which go run builds once and then takes from the build cache.
// FerretDB v1 loses concurrent updates, hence one connection per client.
func Ferret(t testing.TB) string { return Ferrets(t)() }

// Ferrets starts one such server, and returns what names a fresh database in it.
func Ferrets(t testing.TB) func() string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	module := filepath.Join(filepath.Dir(here), "..", "mongo", "ferret")
	cmd := exec.Command("go", "run", "-C", module, ".", "-dir", t.TempDir())
	var words bytes.Buffer
	cmd.Stderr = &words
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting FerretDB: %v", err)
	}
	t.Cleanup(func() {
		in.Close() // it ends with its stdin
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		in.Close()
		cmd.Wait()
		t.Fatalf("FerretDB did not start: %v\n%s", err, &words)
	}
	return func() string { return fresh(strings.TrimSpace(line) + "?maxPoolSize=1") }
}

// RealMongo gives the URI of a fresh database on the real server that
// ENTENDU_TEST_MONGODB names; ok is false if it names none. Who calls it drops the
// database.
func RealMongo(t testing.TB) (uri string, ok bool) {
	t.Helper()
	uri = os.Getenv("ENTENDU_TEST_MONGODB")
	if uri == "" {
		return "", false
	}
	return fresh(uri), true
}

// fresh names a new database in a MongoDB URI. Where the URI signs in, the old name
// said against which database, and goes on saying so. It is not a job for net/url,
// which refuses the host lists of replica sets.
func fresh(uri string) string {
	scheme, rest, _ := strings.Cut(uri, "://")
	rest, query, _ := strings.Cut(rest, "?")
	hosts, name, _ := strings.Cut(rest, "/")
	if strings.Contains(hosts, "@") && !strings.Contains(strings.ToLower(query), "authsource=") {
		if name == "" {
			name = "admin"
		}
		query = strings.TrimPrefix(query+"&authSource="+name, "&")
	}
	uri = scheme + "://" + hosts + "/entendu_test_" + strings.ToLower(rand.Text()[:12])
	if query != "" {
		uri += "?" + query
	}
	return uri
}
