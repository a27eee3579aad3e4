package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// maxBatch is how many callers share one commit at most; it bounds how long the
// first of them waits for the last.
const maxBatch = 256

// committer is the only writer of this process. One goroutine owns the connection
// and takes whoever waits into one transaction, so that one fsync makes many rows
// durable. Each caller is answered after the commit that holds its row; none is
// undone because another failed or went away. A lone caller waits for nobody.
type committer struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt // prepared on conn; run alone touches both
	patience   int                  // milliseconds to wait for another process

	mu      sync.Mutex
	waiting []*write
	closed  bool
	wake    chan struct{} // holds a token when waiting or closed has changed
	ended   chan struct{} // closed when run is over
}

// write is one caller's wish: a single statement, or several inside fn.
type write struct {
	ctx     context.Context
	query   string
	args    []any
	fn      func(context.Context, *sql.Conn) error
	changed int64 // rows, by query
	err     error
	done    chan struct{} // closed once changed and err stand
}

func newCommitter(conn *sql.Conn) *committer {
	c := &committer{
		conn:       conn,
		statements: map[string]*sql.Stmt{},
		patience:   busyTimeout,
		wake:       make(chan struct{}, 1),
		ended:      make(chan struct{}),
	}
	go c.run()
	return c
}

// exec runs one statement, which SQLite applies whole or not at all, and tells how
// many rows it changed. The query is prepared once and kept, so it must be one of
// a fixed set. A caller whose ctx ends first gets its error and must leave args
// alone: the row may still be stored.
func (c *committer) exec(ctx context.Context, query string, args ...any) (changed int64, err error) {
	w := &write{ctx: ctx, query: query, args: args}
	if err := c.await(w); err != nil {
		return 0, err
	}
	return w.changed, nil
}

// do runs fn inside a savepoint of its own: an error or a panic undoes what fn
// wrote and nothing else. The context that fn gets does not end with the caller's,
// because SQLite answers an interrupt by undoing the transaction of everybody. A
// caller whose ctx ends first gets its error and must leave alone what fn uses.
func (c *committer) do(ctx context.Context, fn func(context.Context, *sql.Conn) error) error {
	return c.await(&write{ctx: ctx, fn: fn})
}

func (c *committer) await(w *write) error {
	w.done = make(chan struct{})
	if err := c.enqueue(w); err != nil {
		return err
	}
	select {
	case <-w.done:
		return w.err
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

func (c *committer) enqueue(w *write) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return fmt.Errorf("writing to the store after it was closed: %w", fs.ErrClosed)
	}
	c.waiting = append(c.waiting, w)
	c.ring()
	return nil
}

func (c *committer) ring() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// close lets those who wait be served, then ends the goroutine. The connection is
// the caller's again.
func (c *committer) close() {
	c.mu.Lock()
	c.closed = true
	c.ring()
	c.mu.Unlock()
	<-c.ended
}

func (c *committer) run() {
	defer close(c.ended)
	for batch := c.next(); len(batch) > 0; batch = c.next() {
		err := c.transact(batch)
		for _, w := range batch {
			if err != nil {
				w.err = err
			}
			close(w.done)
		}
	}
	for _, s := range c.statements {
		s.Close()
	}
}

// next waits until somebody waits, and returns nobody only when closed. Before it
// takes them it lets goroutines that are ready to run come in: those just answered
// often write again at once, and no clock is involved that a lone caller would
// wait for.
func (c *committer) next() []*write {
	for {
		runtime.Gosched()
		c.mu.Lock()
		n, closed := min(len(c.waiting), maxBatch), c.closed
		batch := c.waiting[:n:n]
		c.waiting = c.waiting[n:]
		c.mu.Unlock()
		if n > 0 || closed {
			return batch
		}
		<-c.wake
	}
}

// transact commits the batch and leaves each caller's own error in it. Its error is
// for all of them: nothing of the batch is stored.
func (c *committer) transact(batch []*write) error {
	if err := c.begin(); err != nil {
		return fmt.Errorf("beginning to write: %w", plainly(err))
	}
	for _, w := range batch {
		if w.err = w.ctx.Err(); w.err != nil {
			continue // gone before its turn
		}
		if err := c.apply(w); err != nil {
			c.plain("ROLLBACK")
			return fmt.Errorf("writing: %w", plainly(err))
		}
	}
	if err := c.plain("COMMIT"); err != nil {
		c.plain("ROLLBACK")
		return fmt.Errorf("making writes durable: %w", plainly(err))
	}
	return nil
}

// begin takes the file for writing. While another process writes it asks again
// each millisecond. SQLite's own way of waiting comes to ask ten times a second
// only, and so may miss for seconds the instants between the commits of a busy
// process; ready has switched it off on this connection.
func (c *committer) begin() error {
	return insist(c.patience, func() error { return c.plain("BEGIN IMMEDIATE") })
}

// insist asks each millisecond, so many times, while another process is in the way.
func insist(times int, ask func() error) error {
	for tries := 1; ; tries++ {
		err := ask()
		if code(err)&0xff != sqlite3.SQLITE_BUSY || tries >= times {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

// apply does what w wishes and keeps its error in w. It returns an error only if
// the transaction itself was lost.
func (c *committer) apply(w *write) error {
	if w.fn != nil {
		return c.inSavepoint(w)
	}
	w.changed, w.err = c.step(w.query, w.args)
	if loses(w.err) {
		return w.err
	}
	return nil
}

func (c *committer) step(query string, args []any) (int64, error) {
	s, err := c.prepared(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *committer) prepared(query string) (*sql.Stmt, error) {
	if s := c.statements[query]; s != nil {
		return s, nil
	}
	s, err := c.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = s
	return s, nil
}

func (c *committer) inSavepoint(w *write) error {
	if err := c.plain("SAVEPOINT caller"); err != nil {
		return err
	}
	if w.err = contained(w, c.conn); w.err != nil {
		if err := c.plain("ROLLBACK TO caller"); err != nil {
			return w.err // SQLite had undone everything, and w.err says why
		}
	}
	return c.plain("RELEASE caller")
}

// contained calls fn and turns a panic into an error.
func contained(w *write, conn *sql.Conn) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while writing: %v", p)
		}
	}()
	return w.fn(context.WithoutCancel(w.ctx), conn)
}

// plain runs a statement without arguments, prepared like any other.
func (c *committer) plain(query string) error {
	_, err := c.step(query, nil)
	return err
}
