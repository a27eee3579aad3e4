package main

import (
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
	made      []float64     // the page, out of the stored edition
	served    []float64     // the page, once it is made: median of many
	bytes     int
}

const (
	fewAnswers    = 10_000
	figuresTurns  = 7
	figuresRatio  = 1.2
	figuresWithin = 20 // ms
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

// turn starts the program, lets it read its templates for another page, and asks for
// the page of figures: first it is made, then it is there.
func (f *figuresOf) turn(ctx context.Context, s *stage) error {
	p, err := s.serve(ctx, s.figuresFolder(f.answers), "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer p.stop()
	if _, err := fetch(p, "/method", ""); err != nil {
		return err
	}
	began := time.Now()
	page, err := fetch(p, "/", brotli)
	if err != nil {
		return err
	}
	f.made, f.bytes = append(f.made, milliseconds(time.Since(began))), len(page)
	f.served = append(f.served, milliseconds(load(p, 1, time.Second/2, openPublic).p50))
	return nil
}

func (f figures) print(out io.Writer) {
	if f.stores == nil {
		return
	}
	fmt.Fprintf(out, "P15    the page of figures, load %s before; median (min-max) of %d turns\n", f.load, figuresTurns)
	for _, one := range f.stores {
		fmt.Fprintf(out, "       %7d answers: made of the stored edition in %s ms, then served in %s ms (%d bytes); published in %.1f s, again in %.1f s\n",
			one.answers, spread(one.made, "%.1f"), spread(one.served, "%.3f"), one.bytes, one.published.Seconds(), one.again.Seconds())
	}
	few, many := f.stores[0], f.stores[1]
	for what, ratio := range map[string]float64{"making": median(many.made) / median(few.made), "serving": median(many.served) / median(few.served)} {
		fmt.Fprintf(out, "       %s it, many : few %.2f  wanted ≤ %g %s\n", what, ratio, figuresRatio, judged(ratio <= figuresRatio))
	}
	most := math.Max(median(many.made), slices.Max(many.served))
	fmt.Fprintf(out, "       the most of it %.1f ms  wanted ≤ %d %s\n", most, figuresWithin, judged(most <= figuresWithin))
}
