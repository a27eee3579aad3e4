package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/web"
	"github.com/entendu/entendu/surveys"
)

// demoCmd runs the real program on made-up tickets. It needs nothing: its store is
// an SQLite file in DATA/demo, its mail is caught in the outbox, and it listens on
// loopback unless told otherwise.
type demoCmd struct{ sender }

// toldFact says that the story of a demo's store was told to its end.
const toldFact = "demo_told"

// Run tells eighteen months of story on the first start, then serves.
func (c *demoCmd) Run(ctx context.Context, o *options, t *terminal) error {
	for flag, value := range map[string]string{"store": o.Store, "smtp": o.SMTP} {
		if value != "" {
			return &badSetting{o.origins[flag] + ": the demo keeps to its own folder and catches its mail; start it without"}
		}
	}
	if o.origins["listen"] == "" {
		o.Listen = "127.0.0.1:8080"
	}
	o.Data = o.inData(forDemo)
	if err := o.makeData(); err != nil {
		return err
	}
	lock, err := sqlite.Lock(o.sqlitePath())
	if err != nil {
		return err
	}
	defer lock.Close()
	clock := &demoClock{}
	it, err := o.openDemo(ctx, clock)
	if err != nil {
		return err
	}
	defer it.Close()
	listener, err := o.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	post := &postman{}
	s, err := o.assemble(ctx, it, c.sender, baseURL(o.URL, listener), clock.Now, logTo(t), withDemoPages(o, clock, addressOf(listener)), post.join)
	if err != nil {
		return err
	}
	y := &story{clock: clock, post: post, service: s, base: addressOf(listener)}
	return runDemo(ctx, s, y, listener, t)
}

// runDemo answers requests from the first moment, because the story is told
// through them, and starts the workers once it has been told.
func runDemo(ctx context.Context, s *service, y *story, listener net.Listener, t *terminal) error {
	group, ctx := errgroup.WithContext(ctx)
	serving, stop := context.WithCancel(ctx)
	s.serve(serving, group, listener)
	group.Go(func() error {
		defer stop()
		if err := tellOnce(ctx, s, y, t); err != nil {
			return err
		}
		fmt.Fprintln(t.out, "listening on", addressOf(listener))
		fmt.Fprintln(t.err, "open", addressOf(listener)+"/demo")
		return s.work(ctx)
	})
	return group.Wait()
}

// openDemo opens the demo's store; one whose story broke off is begun again.
func (o *options) openDemo(ctx context.Context, clock *demoClock) (*opened, error) {
	it, err := o.open(ctx, forDemo, clock.Now)
	if err != nil {
		return nil, err
	}
	_, err = it.GetFact(ctx, toldFact)
	if !errors.Is(err, fs.ErrNotExist) {
		return it, err
	}
	if err := errors.Join(it.Close(), o.forgetDemo()); err != nil {
		return nil, err
	}
	return o.open(ctx, forDemo, clock.Now)
}

// forgetDemo removes the files of a store that was just seen to be the demo's.
func (o *options) forgetDemo() error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(o.sqlitePath() + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.RemoveAll(o.inData("outbox"))
}

// tellOnce tells the story to a store that has not heard it.
func tellOnce(ctx context.Context, s *service, y *story, t *terminal) error {
	if _, err := s.store.GetFact(ctx, toldFact); err == nil {
		return nil
	}
	fmt.Fprintln(t.err, "making up eighteen months of tickets and answers; this takes some seconds")
	began := time.Now()
	if err := y.tell(ctx); err != nil {
		return fmt.Errorf("making up the demo's tickets: %w", err)
	}
	y.clock.release()
	fmt.Fprintf(t.err, "made up %d tickets and %d answers in %.1f s\n", y.tickets, y.answered, time.Since(began).Seconds())
	return s.store.AddFact(ctx, toldFact, "yes")
}

// demoClock is the time of the demo: set while its story is told, then the real one.
type demoClock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time of the demo.
func (c *demoClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return now()
	}
	return c.at
}

func (c *demoClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

func (c *demoClock) release() { c.set(time.Time{}) }

// postman stands between the sender and the real mailer and remembers the letters
// that went out, so that the story's customers can answer them. Letters dated
// before since are not written: nobody looks into a mailbox that far back.
type postman struct {
	surveys.Mailer
	since   time.Time
	mu      sync.Mutex
	letters []surveys.Letter
}

func (p *postman) join(s *service, _ *web.Config) {
	p.Mailer, s.sender.Mailer = s.mailer, p
}

// Carry carries by the real mailer.
func (p *postman) Carry(ctx context.Context, l surveys.Letter) surveys.Carried {
	carried := surveys.Carried{Outcome: surveys.Accepted}
	if !l.Date.Before(p.since) {
		carried = p.Mailer.Carry(ctx, l)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, l)
	return carried
}

// take gives the letters since it was last asked.
func (p *postman) take() []surveys.Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	letters := p.letters
	p.letters = nil
	return letters
}
