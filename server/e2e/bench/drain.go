package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// drain is what a process holds in memory while a great heap of mail leaves.
type drain struct {
	total, sent int
	took        time.Duration
	at          []int // mails sent at each look
	memory      []int // bytes, at each look
	most        int   // bytes, ever
	log         log
}

// shares of the mails after which the memory is looked at.
func shares() []int { return []int{0, 10, 50, 100} } // per cent

// flat is how much more may be held at the end than after the first tenth.
const flat = 1.25

// measureDrain sends all the due mail once, or as much as the time allows.
func (s *stage) measureDrain(ctx context.Context, within time.Duration) (d drain, err error) {
	data := filepath.Join(s.folder, "drain")
	if err := copyStore(s.due, data); err != nil {
		return d, err
	}
	defer os.RemoveAll(data)
	s.mails.forget()
	p, err := s.serve(ctx, data, "127.0.0.1:0")
	if err != nil {
		return d, err
	}
	defer p.kill()
	d.total = s.dueCount
	end := p.began.Add(within)
	for _, share := range shares() {
		for s.mails.taken.Load() < int64(max(1, d.total*share/100)) && time.Now().Before(end) && ctx.Err() == nil {
			time.Sleep(pause)
		}
		d.at, d.memory = append(d.at, int(s.mails.taken.Load())), append(d.memory, p.memory())
	}
	d.sent, d.took, d.most = int(s.mails.taken.Load()), time.Since(p.began), p.peak()
	if d.sent >= d.total {
		err = s.drained(ctx, data)
		d.log = s.mails.compare(awaited(d.total))
	}
	return d, err
}

// grown is the memory at the end by that after the first tenth.
func (d drain) grown() float64 { return float64(d.memory[3]) / float64(d.memory[1]) }

// flat says whether the memory stayed; less than half of the mails would not show it.
func (d drain) flat() bool { return d.sent >= d.total/2 && d.grown() <= flat }

// whole says that no mail was lost or doubled, of those that had the time to leave.
func (d drain) whole() bool {
	return d.sent < d.total || d.log.missing+d.log.doubles+d.log.foreign == 0
}

func (d drain) print(out io.Writer) {
	if d.total == 0 {
		return
	}
	fmt.Fprintf(out, "drain  %d of %d due mails left in %.0f s (%.0f/s); memory in MB", d.sent, d.total, d.took.Seconds(), float64(d.sent)/d.took.Seconds())
	for n, sent := range d.at {
		fmt.Fprintf(out, ", after %d %.1f", sent, float64(d.memory[n])/1e6)
	}
	fmt.Fprintf(out, ", most %.1f; end : tenth %.2f  wanted ≤ %g %s\n", float64(d.most)/1e6, d.grown(), flat, judged(d.flat()))
	if d.sent < d.total {
		fmt.Fprintln(out, "       not all had left when the time was over; the last figures are those of that moment. Allow more with -drain")
		return
	}
	fmt.Fprintf(out, "       distinct %d, doubles %d, missing %d  %s\n", d.log.distinct, d.log.doubles, d.log.missing, judged(d.whole()))
}
