// Command bench measures how fast the program is, against what the machine allows
// at the same time: SQLite and the disk alone (raw), and a server of the same kind
// with nothing on it (bare). Rates depend on the machine and on what else runs
// there; the ratios in one run hardly do, so they are what is wanted.
//
// It starts everything itself, on loopback, in a folder beside the checkout, and
// takes it away again. Besides speed it counts: every answer that was acknowledged
// must be in the store, also after the server was killed under load.
//
//	go build -o bin/entendu ./server && go run ./server/e2e/bench
//
// It tests nothing else and judges no single time; figures at a million answers
// and other products are not measured here.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// bench is one run as it was asked for.
type bench struct {
	entendu string // the program
	under   string // the folder in which a folder of our own is made
	rounds  int
	invited int           // customers who have a mail that they may answer
	each    time.Duration // of one measurement
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == bareCommand {
		exit(serveBare(ctx, os.Args[2:]))
	}
	b := bench{}
	flag.StringVar(&b.entendu, "entendu", "bin/entendu", "the program to measure")
	flag.StringVar(&b.under, "folder", "bin", "where to work: on the disk that is meant, not in memory")
	flag.IntVar(&b.rounds, "rounds", 3, "how often everything is measured")
	flag.IntVar(&b.invited, "invitations", 160_000, "how many customers may answer; on a fast machine more are needed")
	flag.DurationVar(&b.each, "time", 3*time.Second, "how long one measurement takes")
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

// run prepares, measures round after round and prints. Lost answers are an error;
// a missed target is only said.
func (b bench) run(ctx context.Context, out io.Writer) error {
	folder, err := os.MkdirTemp(b.under, "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	fmt.Fprintf(out, "preparing %d invitations\n", b.invited)
	s, err := prepare(ctx, b.entendu, folder, b.invited)
	if err != nil {
		return err
	}
	defer s.mails.Close()
	var rounds []round
	for n := range b.rounds {
		fmt.Fprintf(out, "round %d of %d\n", n+1, b.rounds)
		r, err := s.round(ctx, b.each)
		if err != nil {
			return errors.Join(err, s.log())
		}
		rounds = append(rounds, r)
	}
	b.print(out, s, rounds)
	return lost(rounds)
}
