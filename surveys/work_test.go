package surveys_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// shift is a worker whose passes go as told, and when they came.
type shift struct {
	begin  time.Time
	passes []time.Duration // since begin
	plan   []func() (more bool, err error)
	log    bytes.Buffer
}

func (s *shift) pass(context.Context) (bool, error) {
	s.passes = append(s.passes, time.Since(s.begin))
	if len(s.passes) > len(s.plan) {
		return false, nil
	}
	return s.plan[len(s.passes)-1]()
}

// run works for a time and then stops.
func (s *shift) run(t *testing.T, wake <-chan struct{}, length time.Duration) {
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	s.begin = time.Now()
	if err := surveys.Work(ctx, slog.New(slog.NewTextHandler(&s.log, nil)), "tester", 10*time.Second, wake, s.pass); err != nil {
		t.Errorf("a stop is no failure: %v", err)
	}
	if got := time.Since(s.begin); got != length {
		t.Errorf("it stopped after %v; want %v", got, length)
	}
}

func TestWork(t *testing.T) {
	more := func() (bool, error) { return true, nil }
	none := func() (bool, error) { return false, nil }
	fails := func() (bool, error) { return true, errors.New("no store") }
	for _, test := range []struct {
		name string
		plan []func() (bool, error)
		want []time.Duration
		logs int
	}{
		{"pauses", nil, []time.Duration{0, 10 * time.Second, 20 * time.Second}, 0},
		{"goes on while there is more", []func() (bool, error){more, more, none}, []time.Duration{0, 0, 0, 10 * time.Second, 20 * time.Second}, 0},
		{"pauses after a failure", []func() (bool, error){more, fails, more, none}, []time.Duration{0, 0, 10 * time.Second, 10 * time.Second, 20 * time.Second}, 1},
		{"is slow", []func() (bool, error){func() (bool, error) { time.Sleep(7 * time.Second); return false, nil }}, []time.Duration{0, 17 * time.Second}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shift{plan: test.plan}
				s.run(t, nil, 25*time.Second)
				if diff := cmp.Diff(test.want, s.passes); diff != "" {
					t.Errorf("passes (-want +got):\n%s", diff)
				}
				if n := strings.Count(s.log.String(), "worker=tester"); n != test.logs {
					t.Errorf("%d lines in the log: %s", n, s.log.String())
				}
			})
		})
	}
}

func TestWorkIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wake, s := make(chan struct{}, 1), &shift{}
		go func() {
			time.Sleep(3 * time.Second)
			wake <- struct{}{}
		}()
		s.run(t, wake, 15*time.Second)
		if diff := cmp.Diff([]time.Duration{0, 3 * time.Second, 13 * time.Second}, s.passes); diff != "" {
			t.Errorf("passes (-want +got):\n%s", diff)
		}
	})
}

// TestWorkStops also where there is always more, and while a pass waits; what the
// stop broke off is no failure.
func TestWorkStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		passes, log := 0, bytes.Buffer{}
		err := surveys.Work(ctx, slog.New(slog.NewTextHandler(&log, nil)), "tester", time.Second, nil, func(ctx context.Context) (bool, error) {
			if passes++; passes == 5 {
				time.AfterFunc(time.Second, cancel)
				<-ctx.Done()
				return true, ctx.Err()
			}
			return true, nil
		})
		if err != nil || passes < 5 || log.Len() > 0 {
			t.Errorf("%v after %d passes: %s", err, passes, log.String())
		}
	})
}
