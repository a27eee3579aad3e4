package sqlite

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMigrations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	try := func(steps ...string) (err error) {
		t.Helper()
		s, err := open(t.Context(), path, steps)
		if err == nil {
			err = s.Close()
		}
		return err
	}
	const second = "ALTER TABLE shelf ADD COLUMN colour TEXT; INSERT INTO shelf VALUES ('a', 1, 'red');"
	if err := try(shelf); err != nil {
		t.Fatal(err)
	}
	if err := try(shelf, second+"INSERT INTO nowhere VALUES (1);"); err == nil || !strings.Contains(err.Error(), "schema to version 2") {
		t.Errorf("a step that fails: %v", err)
	}
	if err := try(shelf); err != nil { // the failed step left nothing
		t.Errorf("the old version after a failed step: %v", err)
	}
	if err := try(shelf, second); err != nil {
		t.Error(err)
	}
	if err := try(shelf, second); err != nil { // and takes no step twice
		t.Error(err)
	}
	if err := try(shelf); err == nil || !strings.Contains(err.Error(), "schema is version 2, made by a newer Entendu, and this one knows up to 1") {
		t.Errorf("an older program: %v", err)
	}
}

func TestSeveralOpenOneNewFile(t *testing.T) {
	for range 50 { // they must meet at the same instant, which chance decides
		path := filepath.Join(t.TempDir(), "store.db")
		errs := make(chan error)
		for range 4 {
			go func() {
				s, err := open(t.Context(), path, []string{shelf})
				if err == nil {
					err = s.Close()
				}
				errs <- err
			}()
		}
		for range 4 {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestDesksOfAnswersKeptBefore looks for whose handling was answered before that was kept.
func TestDesksOfAnswersKeptBefore(t *testing.T) {
	path, steps := filepath.Join(t.TempDir(), "store.db"), migrations()
	s, err := open(t.Context(), path, steps[:slices.Index(steps, surveysAndDesks)])
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for ticket, closings := range map[string]string{"once": `[{"n":1}]`, "twice": `[{"n":1},{"n":2}]`} {
		plant(t, db, "tickets", map[string]any{"source": "desk", "id": ticket, "agent": "u-1", "closings": closings})
		answers := `[{"at":5,"version":1},{"at":7,"version":1}]`
		plant(t, db, "responses", map[string]any{"invitation": ticket, "source": "desk", "ticket": ticket, "closing": 1, "answers": answers})
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = open(t.Context(), path, steps); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	found, err := s.FindResponsesOf(t.Context(), "desk", "u-1", time.UnixMilli(8), "", 5)
	if err != nil || len(found) != 1 || found[0].Invitation != "once" {
		t.Errorf("on the desk: %+v, %v", found, err)
	}
	if found, err = s.FindResponsesOf(t.Context(), "desk", "u-1", time.UnixMilli(7), "", 5); err != nil || len(found) != 0 {
		t.Errorf("on the desk before the last answer: %+v, %v", found, err)
	}
}

// plant inserts a row whose other columns are empty.
func plant(t *testing.T, db *sql.DB, table string, row map[string]any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT name, type FROM pragma_table_info(?)", table)
	if err != nil {
		t.Fatal(err)
	}
	var columns, holes []string
	var values []any
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			t.Fatal(err)
		}
		value, given := row[name]
		if !given {
			value = map[string]any{"TEXT": "", "INTEGER": 0, "BLOB": []byte{}}[kind]
		}
		columns, holes, values = append(columns, name), append(holes, "?"), append(values, value)
	}
	query := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(holes, ", ") + ")"
	if _, err := db.ExecContext(t.Context(), query, values...); err != nil {
		t.Fatal(err)
	}
}
