package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
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
