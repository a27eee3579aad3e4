package sqlite

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/server/store/storetest"
)

func TestStore(t *testing.T) { storetest.Run(t, fresh) }

// fresh is a file in a folder that goes with the test.
func fresh(t testing.TB) storetest.Open {
	path := filepath.Join(t.TempDir(), "entendu.db")
	return func() (store.Store, error) { return Open(t.Context(), path, time.Now) }
}
