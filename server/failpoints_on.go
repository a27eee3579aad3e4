//go:build failpoints

package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/entendu/entendu/surveys"
)

// failpoint reads ENTENDU_FP, a list by commas of what shall happen at a step of a
// ticket's life: "K9:kill@3" dies by SIGKILL at the third time, "K9:sleep=5s" waits,
// "K9:err" fails.
func failpoint() (surveys.Failpoint, error) {
	acts := map[string]act{}
	for _, part := range strings.Split(os.Getenv("ENTENDU_FP"), ",") {
		if part == "" {
			continue
		}
		step, text, _ := strings.Cut(part, ":")
		a, err := parseAct(text)
		if err != nil {
			return nil, fmt.Errorf("ENTENDU_FP: %q: %w", part, err)
		}
		acts[step] = a
	}
	var mu sync.Mutex
	hits := map[string]int{}
	return func(step string) error {
		mu.Lock()
		hits[step]++
		hit := hits[step]
		mu.Unlock()
		return acts[step].do(step, hit)
	}, nil
}

// act is what happens at a step, from its n-th time on; 0 is nothing.
type act struct {
	n     int
	kill  bool
	sleep time.Duration
}

func parseAct(text string) (act, error) {
	text, count, found := strings.Cut(text, "@")
	a := act{n: 1}
	if found {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return a, errors.New("the count after @ is not a number from 1")
		}
		a.n = n
	}
	switch {
	case text == "kill":
		a.kill = true
	case text == "err":
	case strings.HasPrefix(text, "sleep="):
		d, err := time.ParseDuration(text[len("sleep="):])
		a.sleep = d
		return a, err
	default:
		return a, errors.New("write kill, kill@3, sleep=5s or err")
	}
	return a, nil
}

func (a act) do(step string, hit int) error {
	switch {
	case a.n == 0 || hit < a.n:
		return nil
	case a.kill:
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // dying takes an instant
	case a.sleep > 0:
		time.Sleep(a.sleep)
		return nil
	default:
		return fmt.Errorf("failpoint %s", step)
	}
}

// clockOffset is how far this process's clock is off, ENTENDU_CLOCK_OFFSET.
func clockOffset() time.Duration {
	d, _ := time.ParseDuration(os.Getenv("ENTENDU_CLOCK_OFFSET"))
	return d
}
