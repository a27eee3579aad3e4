// Package blank makes empty SQLite stores for tests that begin from one. They have taken
// every step of the schema already: hundreds of tests begin so, and taking the steps
// each time costs more than most of them. That the steps lead there is for the adapter's
// own tests.
package blank

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
)

// Path is that of a new store, in a folder that goes when the test ends.
func Path(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "entendu.db")
	if err := Write(path); err != nil {
		t.Fatalf("making an empty store: %v", err)
	}
	return path
}

// Write makes a store at a path.
func Write(path string) error {
	empty, err := migrated()
	if err != nil {
		return err
	}
	return os.WriteFile(path, empty, 0o600)
}

// migrated is made once in a process.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "entendu")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "entendu.db")
	s, err := sqlite.Open(context.Background(), path, time.Now)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
