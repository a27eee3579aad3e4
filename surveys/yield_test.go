package surveys

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestYielding: a worker that is woken again during a pass rests before the next,
// at most a second, and looks again whatever the pass said.
func TestYielding(t *testing.T) {
	broken := errors.New("no store")
	for _, test := range []struct {
		name  string
		took  time.Duration
		woken bool
		more  bool
		err   error
		want  time.Duration // until it is over
		again bool
	}{
		{"alone", 100 * time.Millisecond, false, false, nil, 100 * time.Millisecond, false},
		{"a backlog to which nobody adds", 100 * time.Millisecond, false, true, nil, 100 * time.Millisecond, true},
		{"one came meanwhile", 10 * time.Millisecond, true, false, nil, 50 * time.Millisecond, true},
		{"many come", 100 * time.Millisecond, true, true, nil, 500 * time.Millisecond, true},
		{"a slow disk", 3 * time.Second, true, true, nil, 4 * time.Second, true},
		{"a failure", 100 * time.Millisecond, true, false, broken, 500 * time.Millisecond, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wake, began := make(chan struct{}, 1), time.Now()
				more, err := yielding(wake, func(context.Context) (bool, error) {
					time.Sleep(test.took)
					if test.woken {
						wake <- struct{}{}
					}
					return test.more, test.err
				})(t.Context())
				if took := time.Since(began); took != test.want || more != test.again || err != test.err {
					t.Errorf("more %v, %v after %v; want %v, %v after %v", more, err, took, test.again, test.err, test.want)
				}
			})
		})
	}
}

// TestYieldingStops: a stop does not wait for the end of a rest.
func TestYieldingStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		defer cancel()
		wake, began := make(chan struct{}, 1), time.Now()
		yielding(wake, func(context.Context) (bool, error) {
			time.Sleep(100 * time.Millisecond)
			wake <- struct{}{}
			return true, nil
		})(ctx)
		if took := time.Since(began); took != 150*time.Millisecond {
			t.Errorf("it rested until %v", took)
		}
	})
}
