package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// siege is what happened while the program was killed under load.
type siege struct {
	answers   int           // acknowledged during it
	broken    int           // posts that the kill left without an answer, posted again
	refused   int           // answered with another status than 303
	mails     int           // taken by the mail server
	published int           // editions made by the command beside it
	read      int           // public pages and figures read
	away      time.Duration // from the kill to the first line of the next
}

// besiege lets 64 customers answer while events come, mail leaves, editions are
// made and the figures are read; in the middle it kills the program and starts it
// again. A customer whose post broke posts the same again until it is
// acknowledged. The program that was started again is the one to go on with.
func (s *stage) besiege(ctx context.Context, r *round, p *process, data string, customers *answers, each time.Duration) (*process, error) {
	began := s.mails.taken.Load()
	end := time.Now().Add(2 * each)
	load, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	var g sync.WaitGroup
	var o observed
	for range 64 {
		g.Go(func() { o.customer(load, p.address, customers) })
	}
	g.Go(func() { o.helpdesk(load, p.address) })
	g.Go(func() { o.reader(load, p.address) })
	g.Go(func() { o.publisher(ctx, s, data, end) })
	next, away, err := s.killAndStart(ctx, p, data, each)
	g.Wait()
	if err != nil {
		return nil, err
	}
	r.killed = siege{
		answers: int(o.answers.Load()), broken: int(o.broken.Load()), refused: int(o.refused.Load()),
		mails:     int(s.mails.taken.Load() - began),
		published: int(o.published.Load()), read: int(o.read.Load()), away: away,
	}
	return next, nil
}

// killAndStart kills the program after a while and starts it at the same address.
func (s *stage) killAndStart(ctx context.Context, p *process, data string, after time.Duration) (*process, time.Duration, error) {
	select {
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	case <-time.After(after):
	}
	p.kill()
	killed := time.Now()
	next, err := s.serve(ctx, data, p.address)
	return next, time.Since(killed), err
}

// observed counts what the besiegers saw.
type observed struct{ answers, broken, refused, published, read atomic.Int64 }

// customer answers one invitation after the other. The last is brought to its end
// after the time is over, so that what is stored is what was acknowledged.
func (o *observed) customer(ctx context.Context, address string, customers *answers) {
	w := &wire{address: address}
	defer w.close()
	for ctx.Err() == nil {
		n, err := customers.take()
		if err != nil {
			return
		}
		for given := time.Now().Add(patience); time.Now().Before(given); time.Sleep(pause) {
			if err = customers.post(w, n); err == nil {
				o.answers.Add(1)
				break
			}
			if !cut(err) {
				o.refused.Add(1)
				break
			}
			o.broken.Add(1)
		}
	}
}

// pause is how long a client waits before it tries a server again that is away.
const pause = 10 * time.Millisecond

// cut says that the connection ended, or that nobody listened.
func cut(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, io.EOF)
}

// helpdesk closes tickets whose survey is due at once.
func (o *observed) helpdesk(ctx context.Context, address string) {
	w := &wire{address: address}
	defer w.close()
	e := &events{closed: time.Now().Add(-48 * time.Hour), prefix: "due"}
	for ctx.Err() == nil {
		e.post(w)
		time.Sleep(pause)
	}
}

// reader reads the public page and the figures.
func (o *observed) reader(ctx context.Context, address string) {
	w := &wire{address: address}
	defer w.close()
	for ctx.Err() == nil {
		o.readOnce(w)
		time.Sleep(pause)
	}
}

func (o *observed) readOnce(w *wire) {
	for _, path := range []string{"/", "/figures.json"} {
		if status, err := w.get(path, ""); err == nil && status == 200 {
			o.read.Add(1)
		}
	}
}

// publisher makes editions by the command, beside the server; the last is brought
// to its end.
func (o *observed) publisher(ctx context.Context, s *stage, data string, end time.Time) {
	for time.Now().Before(end) {
		o.publish(ctx, s, data)
		time.Sleep(time.Second)
	}
}

func (o *observed) publish(ctx context.Context, s *stage, data string) {
	if out, err := s.command(ctx, data, "publish").CombinedOutput(); err == nil {
		o.published.Add(1)
	} else {
		fmt.Printf("publish beside the server: %v: %s\n", err, out)
	}
}
