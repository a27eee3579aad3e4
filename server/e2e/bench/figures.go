package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// figures is what the public page costs of few answers and of many (P15).
type figures struct {
	load   string
	stores []figuresOf // of few, of many
}

// figuresOf is what one store told. Times are ms, of each turn.
type figuresOf struct {
	answers   int
	published time.Duration // the first edition, everything counted
	again     time.Duration // the next, in which final periods are copied
	first     []float64     // the page, to the first reader of a new edition
	waited    []float64     // the page, at most, to readers since that was called for
	served    []float64     // the page, once it is made: median of many
	bytes     int
}

const (
	fewAnswers    = 10_000
	figuresTurns  = 7
	figuresRatio  = 1.2
	figuresWithin = 20 // ms

	firstReaderWithin = 30 * time.Second
)

// measureFigures publishes both stores, and then reads their pages by turns.
func (s *stage) measureFigures(ctx context.Context, many int) (f figures, err error) {
	f.load = loadAverage()
	for _, answers := range []int{fewAnswers, many} {
		folder := s.figuresFolder(answers)
		defer os.RemoveAll(folder)
		if err := (past{folder: folder, tickets: answers, answers: answers, began: time.Now()}).make(ctx); err != nil {
			return f, err
		}
		one := figuresOf{answers: answers}
		if one.published, err = s.published(ctx, folder); err != nil {
			return f, err
		}
		if one.again, err = s.published(ctx, folder); err != nil {
			return f, err
		}
		f.stores = append(f.stores, one)
	}
	for range figuresTurns {
		for n := range f.stores {
			if err := f.stores[n].turn(ctx, s); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

func (s *stage) figuresFolder(answers int) string {
	return filepath.Join(s.folder, fmt.Sprint("figures-", answers))
}

// published makes an edition by the command.
func (s *stage) published(ctx context.Context, folder string) (time.Duration, error) {
	began := time.Now()
	if out, err := s.command(ctx, folder, "publish").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("entendu publish: %w: %s", err, out)
	}
	return time.Since(began), nil
}

// turn starts the program, and has an edition made while somebody reads the page of
// figures again and again, until it is the new one.
func (f *figuresOf) turn(ctx context.Context, s *stage) error {
	p, err := s.serve(ctx, s.figuresFolder(f.answers), "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer p.stop()
	before, err := fetch(p, "/", brotli)
	if err != nil {
		return err
	}
	publishing := make(chan error, 1)
	go func() {
		_, err := s.published(ctx, s.figuresFolder(f.answers))
		publishing <- err
	}()
	if err := f.read(p, before, publishing); err != nil {
		return err
	}
	f.served = append(f.served, milliseconds(load(p, 1, time.Second/2, openPublic).p50))
	return nil
}

// read reads until the page is another than before; who waits longer than
// firstReaderWithin for it after it was published has waited too long.
func (f *figuresOf) read(p *process, before []byte, publishing <-chan error) error {
	waited, published, pause := 0.0, time.Time{}, time.NewTicker(5*time.Millisecond)
	defer pause.Stop()
	for {
		select {
		case err := <-publishing:
			if err != nil {
				return err
			}
			published = time.Now()
		case <-pause.C:
		}
		began := time.Now()
		page, err := fetch(p, "/", brotli)
		if err != nil {
			return err
		}
		took := milliseconds(time.Since(began))
		waited = max(waited, took)
		if !bytes.Equal(page, before) {
			f.first, f.waited, f.bytes = append(f.first, took), append(f.waited, waited), len(page)
			return nil
		}
		if !published.IsZero() && time.Since(published) > firstReaderWithin {
			return fmt.Errorf("an edition is not shown %s after it was published", firstReaderWithin)
		}
	}
}

func (f figures) print(out io.Writer) {
	if f.stores == nil {
		return
	}
	fmt.Fprintf(out, "P15    the page of figures, load %s before; median (min-max) of %d turns\n", f.load, figuresTurns)
	for _, one := range f.stores {
		fmt.Fprintf(out, "       %7d answers: to the first reader of an edition in %s ms (the longest of all since it was called for: %s), then in %s ms (%d bytes); published in %.1f s, again in %.1f s\n",
			one.answers, spread(one.first, "%.1f"), spread(one.waited, "%.1f"), spread(one.served, "%.3f"), one.bytes, one.published.Seconds(), one.again.Seconds())
	}
	few, many := f.stores[0], f.stores[1]
	ratio := median(many.served) / median(few.served)
	fmt.Fprintf(out, "       then, many : few %.2f  wanted ≤ %g %s\n", ratio, figuresRatio, judged(ratio <= figuresRatio))
	most := math.Max(median(many.first), slices.Max(many.served))
	fmt.Fprintf(out, "       the most of it %.1f ms  wanted ≤ %d %s\n", most, figuresWithin, judged(most <= figuresWithin))
}
