package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

// served is one server that has the public page, and how its two forms are asked for.
type served struct {
	*process
	packed, plain         string // the names of the measurements
	openPacked, openPlain func(*wire) error
}

// turns is how often each server has its turn: whatever else happens on the machine
// happens to all of them.
const turns = 6

// measurePublic lets the program, the bare stack and nginx serve the public page, by
// turns, while the others rest.
func (s *stage) measurePublic(ctx context.Context, r *round, folder string, each time.Duration) (err error) {
	all, err := s.startPublic(ctx, filepath.Join(folder, "public"))
	defer func() {
		for _, one := range all {
			err = errors.Join(err, one.stop())
		}
	}()
	if err != nil {
		return err
	}
	for _, one := range all {
		load(one.process, 64, each/6, one.openPacked) // warms up
		load(one.process, 64, each/6, one.openPlain)
	}
	for range turns {
		for _, one := range all {
			r.measure(one.packed, one.process, 64, each/turns, one.openPacked)
			r.measure(one.plain, one.process, 64, each/turns, one.openPlain)
		}
	}
	return nil
}

// startPublic starts those servers, and gives them even if one did not start.
func (s *stage) startPublic(ctx context.Context, folder string) (all []served, err error) {
	if err := copyStore(s.first, folder); err != nil {
		return nil, err
	}
	program, err := s.serve(ctx, folder, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	all = append(all, served{program, public, plain, openPublic, openPlain})
	stack, err := s.serveBare(ctx, folder)
	if err != nil {
		return all, err
	}
	all = append(all, served{stack, barePublic, barePlain, openPublic, openPlain})
	nginx := findNginx()
	if nginx == "" {
		fmt.Println("nginx is not installed, so P9 is left out (apt-get install nginx-light)")
		return all, nil
	}
	files, err := s.serveNginx(ctx, nginx, filepath.Join(folder, "nginx"))
	if err != nil {
		return all, err
	}
	return append(all, served{files, nginxPublic, nginxPlain, openPacked, openPlain}), nil
}

// openPublic takes the public page as browsers do, openPlain as scripts may.
func openPublic(w *wire) error {
	status, err := w.get("/", "Accept-Encoding: "+brotli+"\r\n")
	return expect(http.StatusOK, status, err)
}

func openPlain(w *wire) error {
	status, err := w.get("/", "")
	return expect(http.StatusOK, status, err)
}
