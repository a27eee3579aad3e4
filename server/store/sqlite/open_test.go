package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	told["wal_autocheckpoint"] = fmt.Sprint(logPages)
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
