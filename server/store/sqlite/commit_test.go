package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shelf is the schema of these tests.
const shelf = `CREATE TABLE shelf (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
CREATE TABLE owner (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE owned (name TEXT NOT NULL REFERENCES owner DEFERRABLE INITIALLY DEFERRED) STRICT;`

const shelve = "INSERT INTO shelf VALUES (?, ?)"

// shelved opens a store with that schema, closed when the test ends.
func shelved(t testing.TB, path string) *Store {
	t.Helper()
	s, err := open(t.Context(), path, []string{shelf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newShelf(t testing.TB) *Store { return shelved(t, filepath.Join(t.TempDir(), "store.db")) }

// onShelf reads the shelf by a reading connection.
func onShelf(t testing.TB, s *Store) map[string]int {
	t.Helper()
	found, err := s.reads.Query("SELECT id, n FROM shelf")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	all := map[string]int{}
	for found.Next() {
		var id string
		var n int
		if err := found.Scan(&id, &n); err != nil {
			t.Fatal(err)
		}
		all[id] = n
	}
	return all
}

// together starts the calls while the committer is kept busy, so that all of them
// land in one batch in their order, and gives their errors.
func together(c *committer, calls ...func() error) []error {
	free := hold(c)
	errs := make([]error, len(calls))
	var g sync.WaitGroup
	for i, call := range calls {
		g.Go(func() { errs[i] = call() })
		for !waits(c, i+1) {
			runtime.Gosched()
		}
	}
	free()
	g.Wait()
	return errs
}

// hold keeps the committer inside one write until free is called.
func hold(c *committer) (free func()) {
	inside, done := make(chan struct{}), make(chan struct{})
	var g sync.WaitGroup
	g.Go(func() {
		c.do(context.Background(), func(context.Context, *sql.Conn) error { close(inside); <-done; return nil })
	})
	<-inside
	return func() { close(done); g.Wait() }
}

func waits(c *committer, n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting) >= n
}

func TestManyWritersAreAllKept(t *testing.T) {
	s := newShelf(t)
	var g sync.WaitGroup
	var made, refused atomic.Int64
	for w := range 64 {
		g.Go(func() {
			for i := range 30 {
				// Every second key is one that another writer wants as well.
				switch err := s.write(t.Context(), shelve, fmt.Sprint((w-i%2)/2, "/", w*(1-i%2), "/", i), w); {
				case err == nil:
					made.Add(1)
				case errors.Is(err, fs.ErrExist):
					refused.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	g.Wait()
	if n := len(onShelf(t, s)); int64(n) != made.Load() || made.Load()+refused.Load() != 64*30 || refused.Load() == 0 {
		t.Errorf("%d rows; %d writes were acknowledged and %d refused of %d", n, made.Load(), refused.Load(), 64*30)
	}
}

// TestBatchIsLikeOneAfterAnother draws batches of writes of every kind and expects
// of each the answer and the rows that it would have had alone and in its turn.
func TestBatchIsLikeOneAfterAnother(t *testing.T) {
	s := newShelf(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	own := errors.New("its own")
	rapid.Check(t, func(r *rapid.T) {
		if err := s.write(t.Context(), "DELETE FROM shelf"); err != nil {
			r.Fatal(err)
		}
		want := map[string]int{}
		var calls []func() error
		var answers []error
		for i := range rapid.IntRange(1, 12).Draw(r, "calls") {
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "id")
			_, there := want[id]
			var call func() error
			var answer error
			switch kind := rapid.SampledFrom([]string{"add", "set", "both", "fails", "panics", "gone"}).Draw(r, "kind"); kind {
			case "add":
				call = func() error { return s.write(t.Context(), shelve, id, i) }
				if there {
					answer = fs.ErrExist
				} else {
					want[id] = i
				}
			case "set":
				call = func() error { return s.change(t.Context(), "UPDATE shelf SET n = ? WHERE id = ?", i, id) }
				if !there {
					answer = fs.ErrExist
				} else {
					want[id] = i
				}
			case "gone":
				call = func() error {
					w := &write{ctx: gone, query: shelve, args: []any{id + "gone", i}}
					return s.writes.await(w)
				}
				answer = context.Canceled
			default:
				call = func() error {
					return s.writes.do(t.Context(), func(ctx context.Context, c *sql.Conn) error {
						if _, err := c.ExecContext(ctx, "INSERT OR REPLACE INTO shelf VALUES (?, ?), (?, ?)", id, i, id+id, i); err != nil {
							return err
						}
						if kind == "panics" {
							panic("in the middle")
						}
						if kind == "fails" {
							return own
						}
						return nil
					})
				}
				switch kind {
				case "both":
					want[id], want[id+id] = i, i
				case "fails":
					answer = own
				case "panics":
					answer = errors.New("panic while writing: in the middle")
				}
			}
			calls, answers = append(calls, call), append(answers, answer)
		}
		got := together(s.writes, calls...)
		for i, err := range got {
			if !errors.Is(err, answers[i]) && fmt.Sprint(err) != fmt.Sprint(answers[i]) {
				r.Errorf("call %d was answered %v, want %v", i, err, answers[i])
			}
		}
		if diff := cmp.Diff(want, onShelf(t, s)); diff != "" {
			r.Error(diff)
		}
	})
}

func TestWhoeverLeavesUndoesNobody(t *testing.T) {
	s := newShelf(t)
	first, leaveFirst := context.WithCancel(t.Context())
	second, leaveSecond := context.WithCancel(t.Context())
	away, left := make(chan struct{}), make(chan struct{})
	errs := together(s.writes,
		func() error { return s.write(t.Context(), shelve, "before", 1) },
		func() error { // leaves while it waits
			defer close(away)
			return s.write(first, shelve, "left early", 1)
		},
		func() error { // leaves in the middle of its turn
			leaveFirst()
			<-away // and is answered although nobody can write now
			defer close(left)
			return s.writes.do(second, func(ctx context.Context, c *sql.Conn) error {
				leaveSecond()
				<-left
				_, err := c.ExecContext(ctx, shelve, "left late", 1)
				return err
			})
		},
		func() error { return s.write(t.Context(), shelve, "after", 1) },
	)
	if errs[0] != nil || errs[3] != nil || !errors.Is(errs[1], context.Canceled) || !errors.Is(errs[2], context.Canceled) {
		t.Errorf("answers: %v", errs)
	}
	if diff := cmp.Diff(map[string]int{"before": 1, "left late": 1, "after": 1}, onShelf(t, s)); diff != "" {
		t.Error(diff)
	}
}

func TestAnsweredOnlyAfterTheCommit(t *testing.T) {
	s := newShelf(t)
	reached, goOn := make(chan struct{}), make(chan struct{})
	answered := make(chan error, 1)
	free := hold(s.writes)
	go func() { answered <- s.write(t.Context(), shelve, "a", 1) }()
	for !waits(s.writes, 1) {
		runtime.Gosched()
	}
	go s.writes.do(t.Context(), func(context.Context, *sql.Conn) error { close(reached); <-goOn; return nil })
	for !waits(s.writes, 2) {
		runtime.Gosched()
	}
	free()
	<-reached
	select {
	case err := <-answered:
		t.Errorf("answered %v while the transaction was still open", err)
	default:
	}
	if got := onShelf(t, s); len(got) != 0 {
		t.Errorf("%v can be read before the commit", got)
	}
	close(goOn)
	if err := <-answered; err != nil || len(onShelf(t, s)) != 1 {
		t.Errorf("answered %v with %v stored", err, onShelf(t, s))
	}
}

func TestFailedCommitIsEverybodysError(t *testing.T) {
	s := newShelf(t)
	errs := together(s.writes,
		func() error { return s.write(t.Context(), shelve, "a", 1) },
		func() error { return s.write(t.Context(), "INSERT INTO owned VALUES ('nobody')") }, // refused by COMMIT
		func() error { return s.write(t.Context(), shelve, "a", 2) },                        // taken, by a row that will not be
	)
	for i, err := range errs {
		if err == nil || errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "making writes durable") {
			t.Errorf("call %d was answered %v", i, err)
		}
	}
	if err := s.write(t.Context(), shelve, "b", 1); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(map[string]int{"b": 1}, onShelf(t, s)); diff != "" {
		t.Error(diff)
	}
}

// TestFullDisk lets SQLite run out of pages, upon which it may undo the whole
// transaction: nobody may then be told that their row is stored.
func TestFullDisk(t *testing.T) {
	s := newShelf(t)
	limit := func(pages int) {
		t.Helper()
		if err := s.write(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // SQLite makes that the present size
	errs := together(s.writes,
		func() error { return s.write(t.Context(), shelve, "a", 1) },
		func() error { return s.write(t.Context(), shelve, strings.Repeat("x", 1<<20), 1) },
		func() error { return s.write(t.Context(), shelve, "c", 1) },
	)
	stored := onShelf(t, s)
	for i, id := range []string{"a", "", "c"} {
		_, kept := stored[id]
		if (errs[i] == nil) != kept {
			t.Errorf("call %d was answered %v, kept: %v", i, errs[i], kept)
		}
	}
	if errs[1] == nil || !strings.Contains(errs[1].Error(), "the disk is full") {
		t.Errorf("the one who did not fit was told %v", errs[1])
	}
	limit(1 << 20)
	if err := s.write(t.Context(), shelve, "later", 1); err != nil {
		t.Errorf("after room was made: %v", err)
	}
}

func TestAnotherProcessKeepsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, other := shelved(t, path), shelved(t, path)

	s.writes.patience = 20
	defer hold(other.writes)()
	if err := s.write(t.Context(), shelve, "b", 1); err == nil || !strings.Contains(err.Error(), "another process kept the store") {
		t.Errorf("the answer was %v", err)
	}
}

// TestCommandsGetTheirTurn writes by one store as fast as can be while another one
// on the same file, as a command has, wants a few turns.
func TestCommandsGetTheirTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	serve, command := shelved(t, path), shelved(t, path)
	var over atomic.Bool
	var g sync.WaitGroup
	for w := range 16 {
		g.Go(func() {
			for i := 0; !over.Load(); i++ {
				if err := serve.write(t.Context(), shelve, fmt.Sprint(w, "/", i), i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 20 {
		if err := command.write(t.Context(), shelve, fmt.Sprint("command ", i), i); err != nil {
			t.Errorf("turn %d: %v", i, err)
		}
	}
	over.Store(true)
	g.Wait()
}

func TestCloseServesThoseWhoWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := shelved(t, path)
	var g sync.WaitGroup
	free := hold(s.writes)
	for i := range maxBatch + 10 { // more than one batch
		g.Go(func() {
			if err := s.write(t.Context(), shelve, fmt.Sprint(i), i); err != nil {
				t.Error(err)
			}
		})
	}
	for !waits(s.writes, maxBatch+10) {
		runtime.Gosched()
	}
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	free()
	g.Wait()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := s.write(t.Context(), shelve, "late", 0); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a write after Close was answered %v", err)
	}
	if n := len(onShelf(t, shelved(t, path))); n != maxBatch+10 {
		t.Errorf("%d rows after reopening", n)
	}
}

// TestBatchIsBounded takes the waiting as run does, while run itself is held.
func TestBatchIsBounded(t *testing.T) {
	s := newShelf(t)
	defer hold(s.writes)()
	var g sync.WaitGroup
	for i := range maxBatch + 1 {
		g.Go(func() { s.write(t.Context(), shelve, fmt.Sprint(i), i) })
	}
	for !waits(s.writes, maxBatch+1) {
		runtime.Gosched()
	}
	for _, want := range []int{maxBatch, 1} {
		batch := s.writes.next()
		if len(batch) != want {
			t.Errorf("a batch of %d, want %d", len(batch), want)
		}
		for _, w := range batch {
			close(w.done)
		}
	}
	g.Wait()
}
