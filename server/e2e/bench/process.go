package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that was started here.
type process struct {
	cmd     *exec.Cmd
	address string // host:port
	began   time.Time
}

// start starts a server and waits for its first line, "listening on http://…".
func start(cmd *exec.Cmd) (*process, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, began: time.Now()}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on http://")
	if err != nil || !ok {
		p.kill()
		return nil, fmt.Errorf("%s did not start to listen (%q, %w)", cmd.Path, line, err)
	}
	p.address = address
	return p, nil
}

// stop asks the server to end and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// kill ends it as a power failure would, but for what the kernel already has.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// tick is the unit of /proc/PID/stat: USER_HZ is 100 wherever Linux runs (proc(5)).
const tick = 10 * time.Millisecond

// cpu is the processor time that it and its children have used, their own and the
// kernel's for them; 0 when it is gone.
func (p *process) cpu() time.Duration {
	pid := fmt.Sprint(p.cmd.Process.Pid)
	used := cpuOf(pid)
	children, _ := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	for child := range strings.FieldsSeq(string(children)) {
		used += cpuOf(child)
	}
	return used
}

func cpuOf(pid string) time.Duration {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if errors.Join(err1, err2) != nil {
		return 0
	}
	return time.Duration(user+system) * tick
}

// memory is what of it is in memory now, in bytes; peak is the most that ever was.
func (p *process) memory() int { return p.status("VmRSS:") }
func (p *process) peak() int   { return p.status("VmHWM:") }

// status is a size that /proc/PID/status tells (proc(5)).
func (p *process) status(name string) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			kilobytes, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return kilobytes << 10
		}
	}
	return 0
}
