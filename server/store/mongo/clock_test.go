package mongo

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestC01Clock(t *testing.T) {
	tomorrow := time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC)
	asked := 0
	var broken error
	c := clock{offset: time.Hour, ask: func(context.Context) (time.Time, error) {
		asked++
		return tomorrow, broken
	}}
	now := func() time.Time {
		t.Helper()
		got, err := c.now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}

	first := now()
	if first.Sub(tomorrow) < time.Hour || first.Sub(tomorrow) > time.Hour+time.Minute || first.Location() != time.UTC {
		t.Errorf("with an hour added to %v it is %v", tomorrow, first)
	}
	if second := now(); second.Before(first) || asked != 1 {
		t.Errorf("then it is %v, and the server was asked %d times, want once", second, asked)
	}

	old := *c.last.Load()
	c.last.Store(&reading{server: old.server, local: old.local.Add(-clockAge)})
	broken = errors.New("gone")
	if _, err := c.now(t.Context()); !errors.Is(err, broken) {
		t.Errorf("with an old reading and no server: error %v", err)
	}
	broken = nil
	if now(); asked != 3 {
		t.Errorf("the server was asked %d times, want 3", asked)
	}
}

func TestC01ClockCarriesTheServersTimeOn(t *testing.T) {
	server := time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC)
	c := clock{}
	c.last.Store(&reading{server: server, local: time.Now().Add(-clockAge / 2)})
	got, err := c.now(t.Context())
	if late := got.Sub(server); err != nil || late < clockAge/2 || late > clockAge {
		t.Errorf("half of %v after %v it is %v, %v", clockAge, server, got, err)
	}
}
