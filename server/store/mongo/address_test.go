package mongo

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
)

func TestAddressesThatCannotBeUsed(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://localhost":                                "mongodb://localhost/entendu",
		"mongodb://localhost:27017/":                         "mongodb://localhost/entendu",
		"mongodb://u:hush@localhost/?tls=true":               "mongodb://localhost/entendu",
		"mongodb://localhost/a.b":                            "mongodb://localhost/entendu",
		"mongodb://localhost/a%20b":                          "mongodb://localhost/entendu",
		"mongodb://localhost/%zz":                            "mongodb://localhost/entendu",
		"http://localhost/entendu":                           "scheme",
		"mongodb://u:hush@localhost/entendu?w=1":             "w=1",
		"mongodb://localhost/entendu?w=0":                    "w=0",
		"mongodb://localhost/entendu?journal=false":          "journal=false",
		"mongodb://localhost/entendu?readConcernLevel=local": "readConcernLevel=local",
		"mongodb://localhost/entendu?readPreference=nearest": "readPreference=nearest",
	} {
		_, err := Open(t.Context(), uri, Options{})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("Open(%q): %v; want an error that says %q and no password", uri, err, want)
		}
	}
}

func TestAddressIsFollowed(t *testing.T) {
	o, name, err := settle("mongodb://a:1,b:2/entendu%2Dtest?replicaSet=rs0&maxPoolSize=1&timeoutMS=1500&w=majority&journal=true&retryWrites=false")
	if err != nil {
		t.Fatal(err)
	}
	if name != "entendu-test" || len(o.Hosts) != 2 || *o.ReplicaSet != "rs0" || *o.MaxPoolSize != 1 || *o.Timeout != 1500*time.Millisecond || *o.RetryWrites {
		t.Errorf("database %q, options %+v", name, o)
	}
	o, _, err = settle("mongodb://localhost/entendu")
	if err != nil {
		t.Fatal(err)
	}
	w, r, p := o.WriteConcern, o.ReadConcern, o.ReadPreference
	if w.W != "majority" || !*w.Journal || r.Level != "majority" || p.Mode() != readpref.PrimaryMode || *o.Timeout != patience {
		t.Errorf("by default: write concern %+v, read concern %+v, read preference %v, timeout %v", w, r, p, o.Timeout)
	}
}

func TestServerThatDoesNotAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := Open(ctx, "mongodb://u:hush@127.0.0.1:1/entendu", Options{})
	if err == nil || !strings.Contains(err.Error(), "reaching MongoDB") || strings.Contains(err.Error(), "hush") {
		t.Errorf("Open: %v", err)
	}
}
