package mongo

import (
	"context"
	"testing"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/server/store/storetest"
)

// onFerret gives a fresh database in a substitute for MongoDB, for one client.
func onFerret(t testing.TB) storetest.Open {
	uri := storetest.Ferret(t)
	return func() (store.Store, error) { return Open(context.Background(), uri, Options{}) }
}

// onMongo gives a fresh database on the real server, for any number of clients.
func onMongo(t testing.TB) storetest.Open {
	uri, ok := storetest.RealMongo(t)
	if !ok {
		t.Skip("needs a real MongoDB: set ENTENDU_TEST_MONGODB to its URI")
	}
	t.Cleanup(func() { drop(t, uri) })
	return func() (store.Store, error) { return Open(context.Background(), uri, Options{}) }
}

func drop(t testing.TB, uri string) {
	s, err := Open(context.Background(), uri, Options{})
	if err != nil {
		t.Errorf("dropping the test's database: %v", err)
		return
	}
	defer s.Close()
	if err := s.db.Drop(context.Background()); err != nil {
		t.Errorf("dropping the test's database: %v", err)
	}
}

func TestStoreOnFerretDB(t *testing.T) { storetest.Run(t, onFerret) }

func TestStoreOnMongoDB(t *testing.T) { storetest.Run(t, onMongo) }
