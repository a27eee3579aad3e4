package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthcheckCmd asks a running serve, for containers that have no other program.
type healthcheckCmd struct{}

// Run fails unless /readyz on this machine answers 200 within 5 s.
func (c *healthcheckCmd) Run(ctx context.Context, o *options, t *terminal) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	host, port, _ := net.SplitHostPort(o.Listen)
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	where := "http://" + net.JoinHostPort(host, port) + "/readyz"
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return fmt.Errorf("nothing answers at %s", where)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", where, answer.Status)
	}
	fmt.Fprintln(t.out, "ok")
	return nil
}
