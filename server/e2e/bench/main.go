// Command bench measures how fast the program is, against what the machine allows
// at the same time: SQLite and the disk alone (raw), and a server of the same kind
// with nothing on it (bare). Rates depend on the machine and on what else runs
// there; the ratios in one run hardly do, so they are what is wanted.
//
// It starts everything itself, on loopback, in a folder beside the checkout, and
// takes it away again. Besides speed it counts: every answer that was acknowledged
// must be in the store, also after the server was killed under load; and every mail
// that was due must be in the log of the mail server, which is here too, also after
// the sender was killed.
//
//	go build -o bin/entendu ./server && go run ./server/e2e/bench
//
// -only names the parts of a shorter run: program (answers and pages), public (the
// public page, beside nginx if that is installed), mail (against go-mail alone), kill
// (while mail leaves), strain (answers beside reports and mail), and, each once, drain
// (all of much mail) and claim (in a small store and a great).
//
// Three parts fill stores with a million tickets, take minutes, and run only if they are
// named: past (24 months counted anew against bare scans, a free filter, one new answer,
// an import), figures (the public page of many answers against that of few) and space
// (the pages of managers against bare look-ups of the same tallies).
//
//	go run ./server/e2e/bench -only past,figures,space
//
// It tests nothing else and judges no single time; other products are not measured here.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// bench is one run as it was asked for.
type bench struct {
	entendu string // the program
	under   string // the folder in which a folder of our own is made
	rounds  int
	invited int           // customers who have a mail that they may answer
	due     int           // mails to send
	drain   time.Duration // the longest that all of these may take
	claimed int           // invitations of the greater store
	past    int           // tickets of 24 months
	each    time.Duration // of one measurement
	parts   parts
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case bareCommand:
			exit(serveBare(ctx, os.Args[2:]))
		case letterCommand:
			exit(sendLetters(ctx, os.Args[2:]))
		}
	}
	b := bench{parts: usualParts()}
	flag.StringVar(&b.entendu, "entendu", "bin/entendu", "the program to measure")
	flag.StringVar(&b.under, "folder", "bin", "where to work: on the disk that is meant, not in memory")
	flag.IntVar(&b.rounds, "rounds", 3, "how often everything is measured")
	flag.IntVar(&b.invited, "invitations", 160_000, "how many customers may answer; on a fast machine more are needed")
	flag.DurationVar(&b.each, "time", 3*time.Second, "how long one measurement takes")
	flag.IntVar(&b.due, "due", 100_000, "how many mails are due")
	flag.DurationVar(&b.drain, "drain", 10*time.Minute, "the longest that sending all of them may take")
	flag.IntVar(&b.claimed, "claimed", 1_000_000, "how many invitations the greater store has of which mails are claimed")
	flag.Var(b.parts, "only", "the parts to run, by commas: "+strings.Join(allParts(), ","))
	flag.IntVar(&b.past, "past", 1_000_000, "how many tickets the 24 months have, and how many answers the figures; of the former a fifth is answered")
	flag.Parse()
	exit(b.run(ctx, os.Stdout))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run prepares, measures round after round and prints. Lost answers and lost mails are
// an error; a missed target is only said.
func (b bench) run(ctx context.Context, out io.Writer) error {
	folder, err := os.MkdirTemp(b.under, "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s, err := prepare(ctx, b, folder)
	if err != nil {
		return err
	}
	defer s.mails.Close()
	rounds, err := b.measure(ctx, s, out)
	if err != nil {
		return errors.Join(err, s.log())
	}
	once, err := b.measureOnce(ctx, s, out)
	if err != nil {
		return errors.Join(err, s.log())
	}
	b.print(out, s, rounds, once)
	return errors.Join(lost(rounds), once.lost())
}

func (b bench) measure(ctx context.Context, s *stage, out io.Writer) (rounds []round, err error) {
	if !s.parts.has(programPart, publicPart, mailPart, killPart, strainPart) {
		return nil, nil
	}
	for n := range b.rounds {
		fmt.Fprintf(out, "round %d of %d\n", n+1, b.rounds)
		r, err := s.round(ctx, b.each)
		if err != nil {
			return nil, err
		}
		rounds = append(rounds, r)
	}
	return rounds, nil
}

// once is what takes too long for each round.
type once struct {
	drain   drain
	claims  claims
	told    told24
	figures figures
	space   space
}

func (b bench) measureOnce(ctx context.Context, s *stage, out io.Writer) (o once, err error) {
	if s.parts.has(drainPart) {
		fmt.Fprintf(out, "sending %d mails\n", b.due)
		if o.drain, err = s.measureDrain(ctx, b.drain); err != nil {
			return o, fmt.Errorf("sending all that is due: %w", err)
		}
	}
	if s.parts.has(claimPart) {
		fmt.Fprintf(out, "claiming mails of %d and %d invitations\n", fewClaimed, b.claimed)
		if o.claims, err = measureClaims(ctx, s.folder, b.claimed, b.each); err != nil {
			return o, fmt.Errorf("claiming: %w", err)
		}
	}
	if s.parts.has(pastPart) {
		if o.told, err = s.measurePast(ctx, b.past, b.past/5); err != nil {
			return o, fmt.Errorf("24 months: %w", err)
		}
	}
	if s.parts.has(figuresPart) {
		if o.figures, err = s.measureFigures(ctx, b.past); err != nil {
			return o, fmt.Errorf("the page of figures: %w", err)
		}
	}
	if s.parts.has(spacePart) {
		if o.space, err = s.measureSpace(ctx, b.past, b.past/5, b.each); err != nil {
			return o, fmt.Errorf("the pages of managers: %w", err)
		}
	}
	return o, nil
}

// lost is an error if a mail was lost.
func (o once) lost() error {
	if !o.drain.whole() {
		return errors.New("sending all that is due lost or doubled mails though nothing was killed")
	}
	return nil
}
