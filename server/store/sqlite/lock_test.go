package sqlite

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var writeTo = flag.String("write-to", "", "the store into which a process that is to be killed writes")

// TestKilled starts this test in a second process, which writes by 16 goroutines
// and prints each key after its write was acknowledged, kills it in the middle and
// looks whether what was acknowledged is there.
func TestKilled(t *testing.T) {
	if *writeTo != "" {
		writeUntilKilled(t)
	}
	path := filepath.Join(t.TempDir(), "store.db")
	writer := exec.Command(os.Args[0], "-test.run=^TestKilled$", "-write-to="+path)
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == 500 {
			_, err := Lock(path)
			if !errors.Is(err, fs.ErrExist) || strings.Contains(err.Error(), fs.ErrExist.Error()) ||
				!strings.Contains(err.Error(), fmt.Sprint("process ", writer.Process.Pid, " since ")) {
				t.Errorf("a second lock: %v", err)
			}
			writer.Process.Kill() // the pipe still holds what it had said
		}
	}
	writer.Wait()
	if len(acknowledged) < 500 {
		t.Fatalf("the writer ended after %d rows", len(acknowledged))
	}
	lock, err := Lock(path)
	if err != nil {
		t.Fatalf("the lock of a dead process: %v", err)
	}
	defer lock.Close()
	stored := onShelf(t, shelved(t, path))
	for _, id := range acknowledged {
		if _, ok := stored[id]; !ok {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
}

func writeUntilKilled(t *testing.T) {
	if _, err := Lock(*writeTo); err != nil {
		t.Fatal(err)
	}
	s := shelved(t, *writeTo)
	for w := range 16 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprint(w, "/", i)
				if s.write(t.Context(), shelve, id, i) == nil {
					fmt.Println(id)
				}
			}
		}()
	}
	select {}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	first, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Lock(path)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), fmt.Sprintf("process %d since %s", os.Getpid(), time.Now().Format("2006-"))) {
		t.Errorf("a second lock: %v", err)
	}
	command := shelved(t, path) // needs no lock
	if err := command.write(t.Context(), shelve, "a", 1); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Lock(path)
	if err != nil {
		t.Fatalf("after the first was closed: %v", err)
	}
	again.Close()
}
