package e2e

import (
	"context"
	"crypto/rand"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/entendu/entendu/server/store"
	mongostore "github.com/entendu/entendu/server/store/mongo"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest"
)

// place is a kind of store: fresh makes the address of an empty one, as in
// --store; "" is the SQLite file of the data folder.
type place struct {
	name  string
	fresh func(t testing.TB) string
}

// eachPlace runs a test once per kind of store: SQLite, the substitute for MongoDB,
// and the real server that ENTENDU_TEST_MONGODB names, if it names one.
func eachPlace(t *testing.T, test func(t *testing.T, at place)) {
	t.Run("SQLite", func(t *testing.T) { test(t, onSQLite()) })
	t.Run("MongoDB wire", func(t *testing.T) { test(t, onFerret(t)) })
	if _, ok := storetest.RealMongo(t); ok {
		t.Run("MongoDB", func(t *testing.T) { test(t, place{"MongoDB", freshMongo}) })
	}
}

// eachShared runs a test once per kind of store that several processes share.
func eachShared(t *testing.T, test func(t *testing.T, at place)) {
	t.Run("MongoDB wire", func(t *testing.T) { test(t, onFerretInTurns(t)) })
	t.Run("MongoDB", func(t *testing.T) {
		needMongo(t)
		test(t, place{"MongoDB", freshMongo})
	})
}

// needMongo leaves out what needs the real server.
func needMongo(t *testing.T) {
	t.Helper()
	if _, ok := storetest.RealMongo(t); !ok {
		t.Skip("needs a real MongoDB: set ENTENDU_TEST_MONGODB to its URI")
	}
}

func onSQLite() place { return place{"SQLite", func(testing.TB) string { return "" }} }

// onFerret is one server that makes a database for each store, for one process at
// a time.
func onFerret(t testing.TB) place { return ferretAt(storetest.Ferret(t)) }

// onFerretInTurns is the same for several processes at once.
func onFerretInTurns(t testing.TB) place { return ferretAt(storetest.FerretInTurns(t)) }

func ferretAt(server string) place {
	return place{"MongoDB wire", func(t testing.TB) string {
		uri, err := url.Parse(server)
		must(t, err)
		uri.Path = "/entendu_test_" + strings.ToLower(rand.Text()[:12])
		return uri.String()
	}}
}

func freshMongo(t testing.TB) string {
	uri, _ := storetest.RealMongo(t)
	t.Cleanup(func() {
		client, err := mongo.Connect(options.Client().ApplyURI(uri))
		must(t, err)
		defer client.Disconnect(context.Background())
		address, _, _ := strings.Cut(uri, "?")
		must(t, client.Database(address[strings.LastIndexByte(address, '/')+1:]).Drop(context.Background()))
	})
	return uri
}

// openStore opens a program's store beside it, to be looked at.
func openStore(t testing.TB, address, data string) store.Store {
	t.Helper()
	var (
		st  store.Store
		err error
	)
	if address == "" {
		st, err = sqlite.Open(context.Background(), filepath.Join(data, "entendu.db"), time.Now)
	} else {
		st, err = mongostore.Open(context.Background(), address, mongostore.Options{})
	}
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	return st
}
