package mongo

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest"
)

func TestEditionsOnFerretDB(t *testing.T) { sameEditions(t, onFerret(t)) }

func TestEditionsOnMongoDB(t *testing.T) {
	needMongo(t)
	sameEditions(t, onMongo(t))
}

// sameEditions: the same rows are published as the same bytes from both stores.
func sameEditions(t *testing.T, open storetest.Open) {
	t.Parallel()
	lite, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "entendu.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer lite.Close()
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want, got := storetest.Editions(t, lite), storetest.Editions(t, s)
	for i := range want {
		if want[i].ID != got[i].ID || !bytes.Equal(want[i].Bytes, got[i].Bytes) {
			t.Errorf("edition %s has other bytes on SQLite and on MongoDB:\n%s\n%s", want[i].ID, want[i].Bytes, got[i].Bytes)
		}
	}
	if len(want) != 3 || !bytes.Contains(want[2].Bytes, []byte(`"as_of"`)) || !bytes.Contains(want[2].Bytes, []byte(`"category":"other"`)) {
		t.Errorf("the last of %d editions holds no figure back, or folds nothing", len(want))
	}
}
