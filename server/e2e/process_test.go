package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a server that was started here.
type process struct {
	cmd     *exec.Cmd
	address string        // host:port
	ended   chan struct{} // closed when it has ended
}

// launch starts a server, whose stderr and later stdout go to log, and waits for
// its first line: "listening on http://…".
func launch(cmd *exec.Cmd, log io.Writer) (*process, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p, line := &process{cmd: cmd, ended: make(chan struct{})}, make(chan string, 1)
	go func() {
		in := bufio.NewReader(out)
		first, _ := in.ReadString('\n')
		line <- first
		io.Copy(log, in)
		cmd.Wait()
		close(p.ended)
	}()
	first := strings.TrimSpace(<-line)
	address, ok := strings.CutPrefix(first, "listening on http://")
	if !ok {
		p.kill()
		return nil, fmt.Errorf("%v did not begin to listen, but said %q", cmd.Args, first)
	}
	p.address = address
	return p, nil
}

// stop asks the process to end. It has to end well, and soon.
func (p *process) stop() error {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.kill()
		return errors.New("the program did not stop when it was told to")
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("told to stop, the program ended with %s", p.cmd.ProcessState)
	}
	return nil
}

// kill ends the process at once, if it still runs.
func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.ended
}

// wasKilled says whether a process that has ended died by SIGKILL.
func (p *process) wasKilled() bool {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// log keeps what a process says while it says it.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
