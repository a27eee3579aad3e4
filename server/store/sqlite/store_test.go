package sqlite

import (
	"context"
	"database/sql"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/server/store/storetest"
)

func TestStore(t *testing.T) { storetest.Run(t, fresh) }

func TestRaces(t *testing.T) { storetest.Races(t, fresh) }

// fresh is a file in a folder that goes with the test.
func fresh(t testing.TB) storetest.Open {
	path := filepath.Join(t.TempDir(), "entendu.db")
	return func() (store.Store, error) { return Open(t.Context(), path, time.Now) }
}

func TestNowIsTheClock(t *testing.T) {
	now := time.Date(2026, 3, 29, 3, 0, 0, 123456789, time.FixedZone("", 7200))
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "entendu.db"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		got, err := s.Now(t.Context())
		if want := now.UTC().Truncate(time.Millisecond); err != nil || got != want {
			t.Errorf("Now = %v, %v; want %v", got, err, want)
		}
		now = now.Add(time.Hour)
	}
}

// TestEveryStatementIsOneRange asks SQLite how it would run each statement that a
// Store runs: none reads a table from end to end, and none sorts.
func TestEveryStatementIsOneRange(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "entendu.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	queries := every(t, s)
	db := handle(filepath.Join(t.TempDir(), "plans.db"), "_txlock", "immediate")
	defer db.Close()
	if _, err := db.Exec(strings.Join(migrations(), "")); err != nil {
		t.Fatal(err)
	}
	for _, query := range queries {
		for _, step := range plan(t, db, query) {
			// The newest settings are the end of the table itself.
			// "192:M" of the full-text index is a look-up by terms, from the last rowid to the
			// first; the rows it found are then looked up one by one.
			scans := strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "USING INDEX") && step != "SCAN settings" &&
				!strings.HasPrefix(step, "SCAN voice_terms VIRTUAL TABLE INDEX 192:M") && step != "SCAN (subquery-1)"
			if scans || strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s\n\tis run by %s", query, step)
			}
			t.Logf("%.60s… %s", query, step)
		}
	}
}

// every calls each method of s, closes it, and gives the statements that were run.
func every(t *testing.T, s *Store) (queries []string) {
	v := reflect.ValueOf(store.Store(s))
	for i := range reflect.TypeFor[store.Store]().NumMethod() {
		method := v.MethodByName(reflect.TypeFor[store.Store]().Method(i).Name)
		if method.Type().NumIn() == 0 {
			continue // Close
		}
		args := []reflect.Value{reflect.ValueOf(t.Context())}
		for n := 1; n < method.Type().NumIn(); n++ {
			args = append(args, reflect.Zero(method.Type().In(n)))
		}
		if result := method.Call(args)[0]; result.Kind() == reflect.Func {
			for range result.Seq2() {
			}
		}
	}
	s.Close()
	s.statements.Range(func(query, _ any) bool {
		queries = append(queries, query.(string))
		return true
	})
	for query := range s.writes.statements {
		queries = append(queries, query)
	}
	return append(queries, putTally, clearInvitation, clearResponse, foundVoices) // which zero arguments do not reach
}

func plan(t *testing.T, db *sql.DB, query string) (steps []string) {
	rows, err := db.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}
