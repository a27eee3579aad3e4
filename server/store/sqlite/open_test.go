package sqlite

import (
	"bufio"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEachConnectionIsToldEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder, 100% ours?", "store.db")
	s := shelved(t, path)
	fresh := handle(path, "_txlock", "immediate")
	defer fresh.Close()
	check := func(name string, c *sql.Conn, want map[string]string) {
		t.Helper()
		got := map[string]string{}
		for pragma := range want {
			var value string
			if err := c.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&value); err != nil {
				t.Fatal(err)
			}
			got[pragma] = value
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	told := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "query_only": "0"}
	reading := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "query_only": "1"}
	for i := range 2 {
		check(fmt.Sprint("writing ", i), taking(t, fresh), told)
		check(fmt.Sprint("reading ", i), taking(t, s.reads), reading)
	}
	told["busy_timeout"] = "0" // the committer waits in its own way
	check("the committer", s.writes.conn, told)
}

// taking holds a connection until the test ends, so that the next is another one.
func taking(t *testing.T, db *sql.DB) *sql.Conn {
	t.Helper()
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestReadersCannotWrite(t *testing.T) {
	s := newShelf(t)
	if _, err := s.reads.Exec(shelve, "a", 1); err == nil {
		t.Error("a reading connection wrote")
	}
}

func TestWritersTransactionTakesTheFileAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := shelved(t, path)
	s.writes.patience = 1
	other := handle(path, "_txlock", "immediate")
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if err := s.write(t.Context(), shelve, "a", 1); err == nil {
		t.Error("two transactions were immediate at once")
	}
}

func TestOnlyTheOwnerReadsTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "store.db")
	s := shelved(t, path)
	if err := s.write(t.Context(), shelve, "a", 1); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{"": 0o600, "-wal": 0o600, "-shm": 0o600, "/..": 0o700} {
		info, err := os.Stat(filepath.Clean(path + name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestPreparedQueriesAreKept(t *testing.T) {
	s := newShelf(t)
	one, err := s.prepared(t.Context(), "SELECT n FROM shelf WHERE id = ?")
	if err != nil {
		t.Fatal(err)
	}
	if two, _ := s.prepared(t.Context(), "SELECT n FROM shelf WHERE id = ?"); one != two {
		t.Error("prepared twice")
	}
}

func TestChangeThatFindsNothing(t *testing.T) {
	s := newShelf(t)
	const set = "UPDATE shelf SET n = n + 1 WHERE id = 'a' AND n = ?"
	if err := s.change(t.Context(), set, 1); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a missing row: %v", err)
	}
	if err := s.write(t.Context(), shelve, "a", 1); err != nil {
		t.Fatal(err)
	}
	if err := s.change(t.Context(), set, 1); err != nil {
		t.Error(err)
	}
	if err := s.change(t.Context(), set, 1); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a row that is no longer so: %v", err)
	}
	if err := s.write(t.Context(), shelve, "b", "no number"); err == nil || errors.Is(err, fs.ErrExist) {
		t.Errorf("a value of the wrong type: %v", err)
	}
}

func TestReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := shelved(t, path)
	if err := s.write(t.Context(), shelve, "first", 1); err != nil {
		t.Fatal(err)
	}
	beside := shelved(t, path) // SQLite itself empties the log only when the last one closes
	onShelf(t, beside)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		t.Errorf("Close left a log of %d bytes", info.Size())
	}
	s = shelved(t, path)
	if err := s.write(t.Context(), shelve, "second", 2); err != nil {
		t.Fatal(err)
	}
	// A copy of the files as they lie there is what a killed process leaves.
	left := filepath.Join(t.TempDir(), "store.db")
	for _, name := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left+name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(map[string]int{"first": 1, "second": 2}, onShelf(t, shelved(t, left))); diff != "" {
		t.Error(diff)
	}
}

var writeTo = flag.String("write-to", "", "the store into which a process that is to be killed writes")

// TestKilled starts this test in a second process, which writes by 16 goroutines
// and prints each key after its write was acknowledged, kills it in the middle and
// looks whether what was acknowledged is there.
func TestKilled(t *testing.T) {
	if *writeTo != "" {
		writeUntilKilled(t)
	}
	path := filepath.Join(t.TempDir(), "store.db")
	writer := exec.Command(os.Args[0], "-test.run=^TestKilled$", "-write-to="+path)
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == 500 {
			if _, err := Lock(path); err == nil || !strings.Contains(err.Error(), fmt.Sprint("process ", writer.Process.Pid, " since ")) {
				t.Errorf("a second lock: %v", err)
			}
			writer.Process.Kill() // the pipe still holds what it had said
		}
	}
	writer.Wait()
	if len(acknowledged) < 500 {
		t.Fatalf("the writer ended after %d rows", len(acknowledged))
	}
	lock, err := Lock(path)
	if err != nil {
		t.Fatalf("the lock of a dead process: %v", err)
	}
	defer lock.Close()
	stored := onShelf(t, shelved(t, path))
	for _, id := range acknowledged {
		if _, ok := stored[id]; !ok {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
}

func writeUntilKilled(t *testing.T) {
	if _, err := Lock(*writeTo); err != nil {
		t.Fatal(err)
	}
	s := shelved(t, *writeTo)
	for w := range 16 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprint(w, "/", i)
				if s.write(t.Context(), shelve, id, i) == nil {
					fmt.Println(id)
				}
			}
		}()
	}
	select {}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	first, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Lock(path)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), fmt.Sprintf("process %d since %s", os.Getpid(), time.Now().Format("2006-"))) {
		t.Errorf("a second lock: %v", err)
	}
	command := shelved(t, path) // needs no lock
	if err := command.write(t.Context(), shelve, "a", 1); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Lock(path)
	if err != nil {
		t.Fatalf("after the first was closed: %v", err)
	}
	again.Close()
}

func TestMigrations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	try := func(steps ...string) (err error) {
		t.Helper()
		s, err := open(t.Context(), path, steps)
		if err == nil {
			err = s.Close()
		}
		return err
	}
	const second = "ALTER TABLE shelf ADD COLUMN colour TEXT; INSERT INTO shelf VALUES ('a', 1, 'red');"
	if err := try(shelf); err != nil {
		t.Fatal(err)
	}
	if err := try(shelf, second+"INSERT INTO nowhere VALUES (1);"); err == nil || !strings.Contains(err.Error(), "schema to version 2") {
		t.Errorf("a step that fails: %v", err)
	}
	if err := try(shelf); err != nil { // the failed step left nothing
		t.Errorf("the old version after a failed step: %v", err)
	}
	if err := try(shelf, second); err != nil {
		t.Error(err)
	}
	if err := try(shelf, second); err != nil { // and takes no step twice
		t.Error(err)
	}
	if err := try(shelf); err == nil || !strings.Contains(err.Error(), "schema is version 2, made by a newer Entendu, and this one knows up to 1") {
		t.Errorf("an older program: %v", err)
	}
}

func TestTwoProcessesMigrateOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	errs := make(chan error)
	for range 4 {
		go func() {
			s, err := open(t.Context(), path, []string{shelf})
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		text:                            "file is not a database",
		filepath.Join(text, "store.db"): "not a directory",
		dir:                             "unable to open database file",
	} {
		_, err := Open(t.Context(), path, time.Now)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), says) {
			t.Errorf("opening %s: %v", path, err)
		}
	}
}
