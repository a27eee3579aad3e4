package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
)

const (
	// fewDue is how many mails are sent while the sender is killed.
	fewDue = 6000
	// kills is how often.
	kills = 3
	// later is longer than a claim holds and than a mail of unknown outcome waits for
	// its one retry.
	later = 15 * time.Minute
)

// killed is what came of the mails whose sender was killed again and again (P14).
type killed struct {
	log
	kills int
}

// buildLater builds the program such that its clock can be ahead, so that nobody need
// wait for the retries.
func (s *stage) buildLater(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "build", "-tags", "failpoints", "-o", s.laterProgram(), "github.com/entendu/entendu/server").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build -tags failpoints: %w: %s", err, out)
	}
	return nil
}

func (s *stage) laterProgram() string { return filepath.Join(s.folder, "entendu-later") }

// measureKilled kills the sender while it sends, starts it again, and at last lets one
// whose clock is ahead bring all to an end.
func (s *stage) measureKilled(ctx context.Context, r *round, folder string, _ time.Duration) error {
	data := filepath.Join(folder, "few")
	if err := copyStore(s.few, data); err != nil {
		return err
	}
	defer os.RemoveAll(data)
	s.mails.forget()
	for n := range kills {
		p, err := s.serve(ctx, data, "127.0.0.1:0")
		if err != nil {
			return err
		}
		share := int64(fewDue * (n + 1) / (kills + 1))
		err = until("a share of the mails had left", func() bool { return s.mails.taken.Load() >= share })
		p.kill()
		if err != nil {
			return err
		}
	}
	if err := s.bringToAnEnd(ctx, data); err != nil {
		return err
	}
	r.mailKilled = killed{s.mails.compare(awaited(fewDue)), kills}
	return nil
}

func (s *stage) bringToAnEnd(ctx context.Context, data string) error {
	ahead := *s
	ahead.entendu = s.laterProgram()
	p, err := ahead.serve(ctx, data, "127.0.0.1:0", "ENTENDU_CLOCK_OFFSET="+later.String())
	if err != nil {
		return err
	}
	if err := s.drained(ctx, data); err != nil {
		p.kill()
		return err
	}
	return p.stop()
}

// drained waits until no mail is left to send in a store that the program has open.
func (s *stage) drained(ctx context.Context, data string) error {
	store, err := sqlite.Open(ctx, filepath.Join(data, storeFile), time.Now)
	if err != nil {
		return err
	}
	defer store.Close()
	var failed error
	err = until("all mails had left", func() bool {
		var n int
		n, failed = left(ctx, store, 1)
		return n == 0 || failed != nil
	})
	if failed != nil {
		return failed
	}
	return err
}

// holds says whether nothing was lost and no more doubled than may be: one mail for
// each connection and kill, and none of them twice.
func (k killed) holds() bool {
	return k.missing == 0 && k.foreign == 0 && k.doubles <= k.kills*connections && k.most <= 2
}

func (k killed) print(out io.Writer, n int) {
	if k.kills == 0 {
		return
	}
	fmt.Fprintf(out, "P14    round %d: %d mails due, sender killed %d times: accepted %d, distinct %d, doubles %d (allowed %d), missing %d, foreign %d  %s\n",
		n, fewDue, k.kills, k.accepted, k.distinct, k.doubles, k.kills*connections, k.missing, k.foreign, judged(k.holds()))
	fmt.Fprintf(out, "       counted in the mail server's log by Message-ID, after a sender whose clock was %s ahead had retried those of unknown outcome\n", later)
}
