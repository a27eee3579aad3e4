package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// round is everything that was measured once, by name.
type round struct {
	results    map[string]result
	firstPage  time.Duration
	memory     int // bytes, after all the loads
	again      int // bytes, of the one started after the kill, at its end
	kept       kept
	failed     int // operations that did not end well
	killed     siege
	mailKilled killed
	strain     strain
}

// The names of the measurements; their order is that of the table.
const (
	disk    = "raw: fsync of 4 KiB"
	single1 = "raw: one row a commit, 1 writer"
	single  = "raw: one row a commit, 64 writers"
	grouped = "raw: group commit, 64 writers"

	bareAnswer = "bare: answer, 64 clients"
	bareVisit  = "bare: page + answer, 8 clients"
	bareForm   = "bare: survey page, 64 clients"

	answer1  = "entendu: answer, 1 client"
	answer8  = "entendu: answer, 8 clients"
	answer64 = "entendu: answer, 64 clients"
	visit    = "entendu: page + answer, 8 clients"
	survey   = "entendu: survey page, 64 clients"
	hook     = "entendu: event of a helpdesk, 64 clients"

	public      = "entendu: public page in brotli, 64 clients"
	barePublic  = "bare: the same"
	nginxPublic = "nginx: the same"
	plain       = "entendu: public page unpacked, 64 clients"
	barePlain   = "bare: the same unpacked"
	nginxPlain  = "nginx: the same unpacked"

	rawMail      = "raw: mail by go-mail, 8 connections"
	rawMailQuick = "raw: the same without RSET"
	mailed       = "entendu: mail, durable, 8 connections"

	alone8  = "entendu: answer, 8 clients, alone"
	steady8 = "beside reports and 100 mails a second"
	full8   = "beside reports and mail at full speed"
)

func names() []string {
	return []string{
		disk, single1, single, grouped, bareAnswer, bareVisit, bareForm, answer64, answer8, answer1, visit, survey, hook,
		public, barePublic, nginxPublic, plain, barePlain, nginxPlain,
		rawMail, rawMailQuick, mailed, alone8, steady8, full8,
	}
}

// round measures the parts that are wanted, one after the other, on files of its own.
func (s *stage) round(ctx context.Context, each time.Duration) (r round, err error) {
	s.rounds++
	folder := filepath.Join(s.folder, fmt.Sprint("round-", s.rounds))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return r, err
	}
	defer os.RemoveAll(folder)
	r.results = map[string]result{}
	for _, part := range []struct {
		name    string
		measure func(context.Context, *round, string, time.Duration) error
	}{{programPart, s.measureAnswers}, {publicPart, s.measurePublic}, {mailPart, s.measureMailing}, {killPart, s.measureKilled}, {strainPart, s.measureStrain}} {
		if !s.parts.has(part.name) {
			continue
		}
		if err := part.measure(ctx, &r, folder, each); err != nil {
			return r, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return r, nil
}

// measureAnswers measures the limits, the bare stack and the program one after the
// other.
func (s *stage) measureAnswers(ctx context.Context, r *round, folder string, each time.Duration) error {
	if err := r.measureRaw(folder, each); err != nil {
		return fmt.Errorf("the raw limits: %w", err)
	}
	if err := s.measureBare(ctx, r, folder, each); err != nil {
		return fmt.Errorf("the bare stack: %w", err)
	}
	data := filepath.Join(folder, "data")
	if err := copyStore(s.first, data); err != nil {
		return err
	}
	return s.measureProgram(ctx, r, data, each)
}

func (r round) measureRaw(folder string, each time.Duration) (err error) {
	if r.results[disk], err = measureDisk(folder, each/3); err != nil {
		return err
	}
	if r.results[single1], err = measureSingle(folder, 1, each); err != nil {
		return err
	}
	if r.results[single], err = measureSingle(folder, 64, each); err != nil {
		return err
	}
	r.results[grouped], err = measureGroup(folder, 64, each)
	return err
}

func (s *stage) measureBare(ctx context.Context, r *round, folder string, each time.Duration) error {
	p, err := s.serveBare(ctx, folder)
	if err != nil {
		return err
	}
	customers := newAnswers(s.links)
	load(p, 64, each/6, customers.answer) // warms up
	r.measure(bareAnswer, p, 64, each, customers.answer)
	r.measure(bareVisit, p, 8, each, customers.visit)
	r.measure(bareForm, p, 64, each, customers.open)
	return p.stop()
}

// measureProgram measures the pages and the answers, has the program killed under
// load, and measures the events on the one that was started again: events leave
// work behind that would be in the way of what follows. Then the store is counted.
func (s *stage) measureProgram(ctx context.Context, r *round, data string, each time.Duration) error {
	p, took, err := s.firstPage(ctx, data)
	if err != nil {
		return err
	}
	r.firstPage = took
	customers := newAnswers(s.links)
	load(p, 64, each/6, customers.answer) // warms up
	r.measure(answer64, p, 64, each, customers.answer)
	r.measure(answer8, p, 8, each, customers.answer)
	r.measure(answer1, p, 1, each, customers.answer)
	r.measure(visit, p, 8, each, customers.visit)
	r.measure(survey, p, 64, each, customers.open)
	load(p, 64, each, openPublic) // for the memory that it takes; P9 and P10 have a part of their own
	r.memory = p.memory()
	if p, err = s.besiege(ctx, r, p, data, customers, each); err != nil {
		return err
	}
	helpdesk := &events{closed: time.Now(), prefix: "closed"}
	r.measure(hook, p, 64, each, helpdesk.post)
	r.again = p.memory()
	if err := p.stop(); err != nil {
		return err
	}
	r.kept, err = customers.count(ctx, filepath.Join(data, storeFile))
	return err
}

// measure loads a server, once more if it was before; what does not end well is
// counted and said.
func (r *round) measure(name string, p *process, clients int, each time.Duration, do func(*wire) error) {
	one := load(p, clients, each, do)
	r.results[name] = r.results[name].and(one)
	r.failed += one.failed
	if one.failed > 0 {
		fmt.Printf("%s: %d failed: %v\n", name, one.failed, one.why)
	}
}
