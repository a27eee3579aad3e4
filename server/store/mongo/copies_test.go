package mongo

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/entendu/entendu/server/store/storetest"
)

// The substitute is one server with one file.
func TestCopiesOnFerretDB(t *testing.T) {
	s, err := Open(t.Context(), storetest.Ferret(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if copies, err := s.Copies(t.Context()); copies || err != nil {
		t.Errorf("%t %v", copies, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Copies(ended); err == nil {
		t.Error("it answers without asking")
	}
}

// A server whose URI names its replica set says that it is one.
func TestCopiesOnMongoDB(t *testing.T) {
	needMongo(t)
	uri, _ := storetest.RealMongo(t)
	s, err := Open(t.Context(), uri, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	copies, err := s.Copies(t.Context())
	if err != nil || !copies && strings.Contains(os.Getenv("ENTENDU_TEST_MONGODB"), "replicaSet=") {
		t.Errorf("%t %v", copies, err)
	}
}
