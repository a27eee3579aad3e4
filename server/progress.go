package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress says how far a long command is: on a terminal as one line that is
// written over, elsewhere as a line each five seconds.
type progress struct {
	out      io.Writer
	terminal bool
	last     time.Time
	said     bool
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, last: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) say(format string, args ...any) {
	every := 5 * time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	if time.Since(p.last) < every {
		return
	}
	p.last, p.said = time.Now(), true
	if p.terminal {
		format = "\r\x1b[K" + format
	} else {
		format += "\n"
	}
	fmt.Fprintf(p.out, format, args...)
}

// end leaves the line to what comes next.
func (p *progress) end() {
	if p.terminal && p.said {
		fmt.Fprintln(p.out)
	}
}
