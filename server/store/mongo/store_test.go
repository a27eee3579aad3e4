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

// onFerretInTurns gives the same for two clients.
func onFerretInTurns(t testing.TB) storetest.Open {
	uri := storetest.FerretInTurns(t)
	return func() (store.Store, error) { return Open(context.Background(), uri, Options{}) }
}

// onMongo gives a fresh database on the real server, for any number of clients.
func onMongo(t testing.TB) storetest.Open {
	uri, _ := storetest.RealMongo(t)
	t.Cleanup(func() { drop(t, uri) })
	return func() (store.Store, error) { return Open(context.Background(), uri, Options{}) }
}

// needMongo leaves out what FerretDB cannot stand in for; make test-mongo fails
// where the variable is missing.
func needMongo(t *testing.T) {
	if _, ok := storetest.RealMongo(t); !ok {
		t.Skip("needs a real MongoDB: set ENTENDU_TEST_MONGODB to its URI")
	}
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

func TestStoreOnFerretDB(t *testing.T) {
	database := storetest.Ferrets(t)
	storetest.Run(t, func(testing.TB) storetest.Open {
		uri := database()
		return func() (store.Store, error) { return Open(context.Background(), uri, Options{}) }
	})
}

func TestStoreOnMongoDB(t *testing.T) {
	needMongo(t)
	storetest.Run(t, onMongo)
}

func TestRacesOnFerretDBInTurns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long: FerretDB reads whole collections")
	}
	storetest.Races(t, onFerretInTurns)
}

func TestRacesOnMongoDB(t *testing.T) {
	needMongo(t)
	storetest.Races(t, onMongo)
}
