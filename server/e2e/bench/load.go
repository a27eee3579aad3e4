package main

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// errNoMore ends a client that has nothing left to do.
var errNoMore = errors.New("nothing left to do")

// result is one measurement.
type result struct {
	done    int // operations that ended well
	failed  int
	why     error         // of the first that failed
	took    time.Duration // until the last client had ended
	p50     time.Duration
	p99     time.Duration
	cpu     time.Duration // of the server, for one operation; 0 where there is none
	commits int           // shared by the rows of a raw group commit
	waits   []time.Duration
}

func (r result) rate() float64 { return float64(r.done) / r.took.Seconds() }

// client is what one client saw.
type client struct {
	waits  []time.Duration
	failed int
	why    error
}

// repeat lets so many clients do the same again and again, each waiting for its
// answer before it goes on (a closed loop), until the time is over.
func repeat(clients int, d time.Duration, do func(client int) error) result {
	seen := make([]client, clients)
	began := time.Now()
	var g sync.WaitGroup
	for n := range clients {
		g.Go(func() { seen[n].repeat(began.Add(d), func() error { return do(n) }) })
	}
	g.Wait()
	return summed(seen, time.Since(began))
}

func (c *client) repeat(end time.Time, do func() error) {
	for at := time.Now(); at.Before(end); {
		err := do()
		if err == errNoMore {
			return
		}
		now := time.Now()
		if err == nil {
			c.waits = append(c.waits, now.Sub(at))
		} else {
			c.failed++
			c.why = errors.Join(c.why, err)
			if c.failed >= 3 {
				return // it is broken; three are enough to say so
			}
		}
		at = now
	}
}

func summed(seen []client, took time.Duration) result {
	r := result{took: took}
	for _, c := range seen {
		r.waits = append(r.waits, c.waits...)
		r.failed += c.failed
		if r.why == nil {
			r.why = c.why
		}
	}
	return r.ranked()
}

// ranked counts the operations and ranks how long they took.
func (r result) ranked() result {
	r.done = len(r.waits)
	if r.done > 0 {
		slices.Sort(r.waits)
		r.p50, r.p99 = r.waits[r.done/2], r.waits[r.done*99/100]
	}
	return r
}

// and is two measurements of the same as one.
func (r result) and(o result) result {
	cpu := r.cpu*time.Duration(r.done) + o.cpu*time.Duration(o.done)
	sum := result{
		took: r.took + o.took, failed: r.failed + o.failed, why: errors.Join(r.why, o.why), waits: slices.Concat(r.waits, o.waits),
	}.ranked()
	sum.cpu = cpu / time.Duration(max(1, sum.done))
	return sum
}

// load is repeat over HTTP: every client has its own kept-open connection. The
// processor time is the server's.
func load(p *process, clients int, d time.Duration, do func(w *wire) error) result {
	wires := make([]wire, clients)
	for n := range wires {
		wires[n].address = p.address
		defer wires[n].close()
	}
	before := p.cpu()
	r := repeat(clients, d, func(client int) error { return do(&wires[client]) })
	r.cpu = (p.cpu() - before) / time.Duration(max(1, r.done))
	return r
}
