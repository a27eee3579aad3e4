package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// warm is how many mails a sender has sent before it is measured.
const warm = 300

// measureMailing measures mails per second, the program's and go-mail's own, into one
// mail server and with one message: the first that the program sent.
func (s *stage) measureMailing(ctx context.Context, r *round, folder string, each time.Duration) error {
	data := filepath.Join(folder, "due")
	if err := copyStore(s.due, data); err != nil {
		return err
	}
	defer os.RemoveAll(data)
	s.mails.forget()
	p, err := s.serve(ctx, data, "127.0.0.1:0")
	if err != nil {
		return err
	}
	if r.results[mailed], err = s.window(p, each); err != nil {
		p.kill()
		return err
	}
	p.kill() // a stop would bring to their end those under way
	if int(s.mails.taken.Load()) >= s.dueCount {
		return fmt.Errorf("all %d mails had left before the time was over: ask for more with -due", s.dueCount)
	}
	s.mail = len(s.mails.taste())
	file := filepath.Join(folder, "message.eml")
	if err := os.WriteFile(file, s.mails.taste(), 0o600); err != nil {
		return err
	}
	if r.results[rawMail], err = s.measureRawMail(ctx, file, each); err != nil {
		return err
	}
	r.results[rawMailQuick], err = s.measureRawMail(ctx, file, each, "-rset=false")
	return err
}

// measureRawMail lets another process send by go-mail alone.
func (s *stage) measureRawMail(ctx context.Context, file string, each time.Duration, more ...string) (result, error) {
	this, err := os.Executable()
	if err != nil {
		return result{}, err
	}
	s.mails.forget()
	cmd := exec.CommandContext(ctx, this, append([]string{letterCommand, "-to", s.mails.Addr, "-message", file}, more...)...)
	cmd.Stderr = os.Stderr
	p := &process{cmd: cmd, began: time.Now()}
	if err := cmd.Start(); err != nil {
		return result{}, err
	}
	defer p.kill()
	return s.window(p, each)
}

// window counts what the mail server takes from a sender in a time that begins when it
// is warm, and what processor time that costs the sender.
func (s *stage) window(p *process, each time.Duration) (r result, err error) {
	if err := until("the first mails came", func() bool { return s.mails.taken.Load() >= warm }); err != nil {
		return r, err
	}
	taken, cpu, began := s.mails.taken.Load(), p.cpu(), time.Now()
	time.Sleep(each)
	r.done, r.took = int(s.mails.taken.Load()-taken), time.Since(began)
	r.cpu = (p.cpu() - cpu) / time.Duration(max(1, r.done))
	return r, nil
}

// until waits for something that must happen.
func until(what string, happened func() bool) error {
	for end := time.Now().Add(patience); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("waited %s in vain until %s", patience, what)
		}
	}
	return nil
}
