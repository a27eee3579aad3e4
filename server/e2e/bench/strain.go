package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// strainedDue is how much mail is due while answers come: enough for full speed.
const strainedDue = 20_000

// strain is what went on beside the answers of P18.
type strain struct {
	steady, full    int // mails that left in either measurement
	published, read int // editions made, pages and figures read
	kept            kept
}

// measureStrain measures the answers of 8 clients alone, then while a report a second
// is made and read and mail leaves, at a steady pace and at full speed.
func (s *stage) measureStrain(ctx context.Context, r *round, folder string, each time.Duration) error {
	data := filepath.Join(folder, "strained")
	if err := copyStore(s.strained, data); err != nil {
		return err
	}
	defer os.RemoveAll(data)
	s.mails.forget()
	p, err := s.serve(ctx, data, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer p.kill()
	customers := newAnswers(s.links)
	load(p, 8, each/3, customers.answer) // warms up
	r.measure(alone8, p, 8, 2*each, customers.answer)
	stop := s.reports(ctx, r, p, data)
	r.strain.steady, err = s.measureBesideMail(ctx, r, p, data, steadily, func() { r.measure(steady8, p, 8, 2*each, customers.answer) })
	if err == nil {
		r.strain.full, err = s.measureBesideMail(ctx, r, p, data, unbounded, func() { r.measure(full8, p, 8, 2*each, customers.answer) })
	}
	stop()
	if err != nil {
		return err
	}
	if err := p.stop(); err != nil {
		return err
	}
	r.strain.kept, err = customers.count(ctx, filepath.Join(data, storeFile))
	return err
}

// measureBesideMail lets mail leave at a pace, waits until it does, and says how many
// left during the measurement.
func (s *stage) measureBesideMail(ctx context.Context, r *round, p *process, data, pace string, measure func()) (int, error) {
	if err := s.apply(ctx, data, mailing(pace)); err != nil {
		return 0, err
	}
	before := s.mails.taken.Load()
	if err := until("mail left at the new pace", func() bool { return s.mails.taken.Load() > before+100 }); err != nil {
		return 0, err
	}
	before = s.mails.taken.Load()
	measure()
	return int(s.mails.taken.Load() - before), nil
}

// reports makes editions and reads the public page and the figures, each again after a
// second, until it is told to stop.
func (s *stage) reports(ctx context.Context, r *round, p *process, data string) (stop func()) {
	ending, cancel := context.WithCancel(ctx)
	var g sync.WaitGroup
	var o observed
	w := &wire{address: p.address}
	g.Go(func() { eachSecond(ending, func() { o.publish(ctx, s, data) }) })
	g.Go(func() { eachSecond(ending, func() { o.readOnce(w) }) })
	return func() {
		cancel()
		g.Wait()
		w.close()
		r.strain.published, r.strain.read = int(o.published.Load()), int(o.read.Load())
	}
}

// eachSecond does something at once and again each second, until ctx ends. What takes
// longer than a second is not begun again before its end.
func eachSecond(ctx context.Context, do func()) {
	for next := time.NewTicker(time.Second); ; {
		do()
		select {
		case <-next.C:
		case <-ctx.Done():
			next.Stop()
			return
		}
	}
}

// holds says whether every acknowledged answer was stored, once.
func (s strain) holds() bool {
	return s.kept.lost == 0 && s.kept.twice == 0 && s.kept.acknowledged == s.kept.stored
}

func (s strain) print(out io.Writer, n int) {
	if s.kept.acknowledged == 0 {
		return
	}
	fmt.Fprintf(out, "of P18 round %d: %d mails left beside the answers at the steady pace, %d at full speed; %d editions made, %d pages and figures read; answers acknowledged %d, stored %d, lost %d  %s\n",
		n, s.steady, s.full, s.published, s.read, s.kept.acknowledged, s.kept.stored, s.kept.lost, judged(s.holds()))
}
