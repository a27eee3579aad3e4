package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// busyTimeout is how many milliseconds a connection waits for another process.
const busyTimeout = 5000

// logPages is how many pages of 4 KiB the log takes before it is emptied into the
// file. Pages that are written again and again, such as the ends of tables, go there
// once for all; and they still fit the first block of the log's index, 4062 entries,
// so that a reader finds a page by one look (sqlite.org/walformat.html, 2.2).
const logPages = 4000

// readerCache bounds the pages that a reader keeps, in KiB written as SQLite wants it
// (sqlite.org/pragma.html#pragma_cache_size). Its default is twice that, and memory
// is given to it in powers of two, so that each page takes nearly two. Pages that are
// not kept are in the system's cache.
const readerCache = -1000

// readers is how many queries run at once; the writer is besides. A query holds a
// processor while it runs, so that more readers would only keep more caches, each of
// its own pages.
func readers() int { return runtime.GOMAXPROCS(0) + 1 }

// Store keeps everything in one SQLite file. Writes share commits (committer),
// reads run beside them on a pool that cannot write.
type Store struct {
	clock      func() time.Time
	reads      *sql.DB
	statements sync.Map // of reads: query → *sql.Stmt
	writer     *sql.DB  // one connection, which writes owns
	writes     *committer
}

// Open opens the store in the file at path, which it makes if need be, and brings
// its schema up to date. clock is the store's time. Commands open a store beside a
// running serve; serve itself calls Lock first.
func Open(ctx context.Context, path string, clock func() time.Time) (*Store, error) {
	s, err := open(ctx, path, migrations())
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, plainly(err))
	}
	s.clock = clock
	return s, nil
}

func open(ctx context.Context, path string, steps []string) (*Store, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	s := &Store{
		writer: handle(path, "_txlock", "immediate"),
		reads:  handle(path, "_pragma", "query_only(1)", fmt.Sprintf("cache_size(%d)", readerCache)),
	}
	s.writer.SetMaxOpenConns(1)
	s.reads.SetMaxOpenConns(readers())
	s.reads.SetMaxIdleConns(readers())
	conn, err := ready(ctx, s.writer, steps)
	if err != nil {
		return nil, errors.Join(err, s.reads.Close(), s.writer.Close())
	}
	s.writes = newCommitter(conn)
	return s, nil
}

// private makes the file, if there is none, such that only its owner reads it; its
// folder likewise. SQLite gives the log beside it the same mode. An existing file
// is not opened here: closing it would drop the locks of other connections of this
// process (sqlite.org/howtocorrupt.html, 2.2).
func private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// handle names the file with what each connection must be told; a PRAGMA by Exec
// would reach only one of a pool. FULL makes a commit survive power loss, which
// NORMAL does not promise in WAL mode (sqlite.org/pragma.html#pragma_synchronous).
// busy_timeout comes first so that the others already wait.
func handle(path, name string, values ...string) *sql.DB {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	told := url.Values{"_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout), "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}}
	told[name] = append(told[name], values...)
	file := url.URL{Scheme: "file", Path: path, RawQuery: told.Encode()}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		panic(err) // only an unknown driver fails here
	}
	return db
}

// ready takes the writing connection, migrates by it and leaves waiting for other
// processes to the committer.
func ready(ctx context.Context, writer *sql.DB, steps []string) (*sql.Conn, error) {
	conn, err := connect(ctx, writer)
	if err != nil {
		return nil, err
	}
	var mode string
	if err = conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err == nil && mode != "wal" {
		err = fmt.Errorf("no write-ahead log can be kept in this folder (journal mode %s); is it a network drive?", mode)
	}
	if err == nil {
		err = migrate(ctx, conn, steps)
	}
	if err == nil {
		// For busy_timeout see committer.begin.
		_, err = conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = 0; PRAGMA wal_autocheckpoint = %d", logPages))
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// connect asks again while another process opens the same new file. The change to
// a write-ahead log takes the file for writing after it was read, and there SQLite
// refuses at once whatever busy_timeout says, lest two wait for each other
// (sqlite.org/c3ref/busy_handler.html).
func connect(ctx context.Context, db *sql.DB) (conn *sql.Conn, err error) {
	err = insist(busyTimeout, func() error { conn, err = db.Conn(ctx); return err })
	return conn, err
}

// Close serves the writers who wait, empties the log into the file and closes both
// handles.
func (s *Store) Close() error {
	s.writes.close()
	err := s.reads.Close()
	_, logged := s.writes.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	err = errors.Join(err, logged, s.writes.conn.Close(), s.writer.Close())
	if err != nil {
		return fmt.Errorf("closing the store: %w", plainly(err))
	}
	return nil
}

// prepared is a query ready to be asked on any reading connection, kept by its
// text, of which there must be a fixed set.
func (s *Store) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if kept, ok := s.statements.Load(query); ok {
		return kept.(*sql.Stmt), nil
	}
	made, err := s.reads.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	kept, taken := s.statements.LoadOrStore(query, made)
	if taken {
		made.Close()
	}
	return kept.(*sql.Stmt), nil
}

// write makes one statement durable; fs.ErrExist if a key it adds is taken.
func (s *Store) write(ctx context.Context, query string, args ...any) error {
	_, err := s.writes.exec(ctx, query, args...)
	return taken(err)
}

// change is write for a compare-and-set: fs.ErrExist also if no row was as it
// says.
func (s *Store) change(ctx context.Context, query string, args ...any) error {
	n, err := s.writes.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return fmt.Errorf("changed meanwhile: %w", fs.ErrExist)
	}
	return taken(err)
}
