package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// told24 is what is told of 24 months, and what that costs.
type told24 struct {
	load          string // of the machine, before
	recount, scan pass
	peak          int // bytes of memory that recounting took at most
	filter        filter
	newAnswers    []newAnswer
	imports       []imported
}

// measurePast fills a store with 24 months and measures what is told of them.
func (s *stage) measurePast(ctx context.Context, tickets, answers int) (t told24, err error) {
	p := past{folder: filepath.Join(s.folder, "past"), tickets: tickets, answers: answers, began: time.Now()}
	defer os.RemoveAll(p.folder)
	if err := p.make(ctx); err != nil {
		return t, err
	}
	t.load = loadAverage()
	if err := s.measureRecount(ctx, p.folder, &t); err != nil {
		return t, err
	}
	if t.filter, err = measureFilter(ctx, p.folder); err != nil {
		return t, fmt.Errorf("a free filter: %w", err)
	}
	if t.newAnswers, err = s.measureNewAnswers(ctx); err != nil {
		return t, fmt.Errorf("one new answer: %w", err)
	}
	if t.imports, err = s.measureImports(ctx); err != nil {
		return t, fmt.Errorf("importing: %w", err)
	}
	return t, nil
}

// measureRecount has the program recount between two bare scans, so that a machine
// that becomes busier does so for both.
func (s *stage) measureRecount(ctx context.Context, folder string, t *told24) error {
	before, err := scanned(ctx, folder, "tickets", "invitations", "responses")
	if err != nil {
		return err
	}
	if t.recount, t.peak, err = s.recounted(ctx, folder); err != nil {
		return err
	}
	t.recount.rows = before.rows
	after, err := scanned(ctx, folder, "tickets", "invitations", "responses")
	t.scan = before.and(after)
	return err
}

// recounted runs entendu recount, and says how much memory it took at most.
func (s *stage) recounted(ctx context.Context, folder string, environment ...string) (p pass, peak int, err error) {
	cmd, began := s.command(ctx, folder, "recount"), time.Now()
	cmd.Env = append(cmd.Env, environment...)
	var words bytes.Buffer
	cmd.Stdout, cmd.Stderr = &words, &words
	if err := cmd.Start(); err != nil {
		return p, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for running := true; running; {
		select {
		case err = <-ended:
			running = false
		case <-time.After(pause): // the kernel tells a child's most only mixed with its parent's
			peak = max(peak, (&process{cmd: cmd}).peak())
		}
	}
	if err != nil {
		return p, 0, fmt.Errorf("entendu recount: %w: %s", err, tail(words.Bytes()))
	}
	p.took, p.cpu = time.Since(began), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	return p, peak, nil
}

// tail is the end of what a command said.
func tail(words []byte) []byte { return words[max(0, len(words)-500):] }

const (
	recountWanted = 0.3
	filterWanted  = 1.5
)

func (t told24) print(out io.Writer) {
	if t.scan.rows == 0 {
		return
	}
	ratio := t.recount.rate() / t.scan.rate()
	fmt.Fprintf(out, "past   24 months, load %s before\n", t.load)
	fmt.Fprintf(out, "       recount of all days: %s, at most %d MB\n", t.recount, t.peak/1e6)
	fmt.Fprintf(out, "       bare scans before and after: %s\n", t.scan)
	fmt.Fprintf(out, "       rows a second, recount : bare scan %.2f  wanted ≥ %g %s; by processor time %.2f\n", ratio, recountWanted, judged(ratio >= recountWanted),
		float64(t.recount.rows)/t.recount.cpu.Seconds()/(float64(t.scan.rows)/t.scan.cpu.Seconds()))
	t.filter.print(out)
	for _, a := range t.newAnswers {
		a.print(out)
	}
	for _, i := range t.imports {
		i.print(out)
	}
}
