// Package e2e holds the program as a whole to its promises: the real binary,
// started as a process with a real store and a real mail server, is used as a
// helpdesk, a customer, an operator and a reader use it, and is killed wherever
// it may be killed. It knows nothing of how the program does its work: it looks
// at what goes in and comes out, and reads the store by the adapters.
//
// Shared by every test of this package, those with a browser too:
//
//	built      the binary, with failpoints, made once per test process
//	launch     start any command of it and wait for its first line
//	program    one installation: its folder, settings and clock; start, stop, run
//	await      wait for a condition; there is no other waiting here
//	must       end the test on an error
//	newScene   a program with its store (places) and its mail server (postbox)
package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(folder())
	os.Exit(code)
}

// folder holds the binary of this test process.
func folder() string {
	return filepath.Join(os.TempDir(), "entendu-e2e-"+strconv.Itoa(os.Getpid()))
}

// built is the path of the program in the build that has failpoints and an offset
// clock.
var built = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(folder(), "entendu")
	out, err := exec.Command("go", "build", "-tags", "failpoints", "-o", path, "github.com/entendu/entendu/server").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, err
})

// The secrets of every program here; none may ever stand in a log.
const (
	secret     = "canary-secret-of-the-operator-that-signs-links"
	hookSecret = "canary-secret-of-the-helpdesk"
	baseURL    = "http://avis.test" // what links begin with, wherever the program listens
)

// epoch is when every story begins by the program's clock: noon in the midst of a
// month, so that no test meets the end of a day and figures can be written down.
func epoch() time.Time { return time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC) }

// program is one installation of Entendu.
type program struct {
	t        testing.TB
	data     string // folder
	env      []string
	wrap     []string // a command to start serve by, such as unshare
	canaries func() []string

	mu      sync.Mutex
	ahead   time.Duration // of our clock
	running *process
	logs    []*log
}

// newProgram makes an installation that nothing was started in. more is added to
// its environment.
func newProgram(t testing.TB, settings string, more ...string) *program {
	t.Helper()
	p := &program{t: t, data: filepath.Join(t.TempDir(), "data"), ahead: time.Until(epoch()), canaries: func() []string { return nil }}
	file := filepath.Join(t.TempDir(), "settings.toml")
	must(t, os.WriteFile(file, []byte(settings), 0o600))
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ENTENDU_") {
			p.env = append(p.env, v)
		}
	}
	p.env = append(p.env, "ENTENDU_LISTEN=127.0.0.1:0", "ENTENDU_URL="+baseURL, "ENTENDU_DATA="+p.data,
		"ENTENDU_SETTINGS="+file, "ENTENDU_SECRET="+secret, "ENTENDU_FROM=Maison Poulain <avis@example.org>")
	p.env = append(p.env, more...)
	t.Cleanup(p.end)
	return p
}

// setenv changes the environment of the processes that are started from now on.
func (p *program) setenv(name, value string) { p.env = append(p.env, name+"="+value) }

// now is the time by the program's clock; pass sets the clocks of the processes
// that are started from now on.
func (p *program) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead)
}

func (p *program) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ahead += d
}

// command is the program with arguments, its clock ahead by as much again.
func (p *program) command(again time.Duration, args ...string) *exec.Cmd {
	path, err := built()
	must(p.t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	cmd := exec.Command(path, args...)
	cmd.Env = append(append([]string{}, p.env...), "ENTENDU_CLOCK_OFFSET="+(p.ahead+again).String())
	return cmd
}

// newLog takes what a process says; it is searched for canaries in the end.
func (p *program) newLog() *log {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &log{}
	p.logs = append(p.logs, l)
	return l
}

// start starts serve; failpoint is as in ENTENDU_FP.
func (p *program) start(failpoint string) (*process, error) {
	cmd := p.command(0, "serve")
	if p.wrap != nil {
		cmd.Args = append(append([]string{}, p.wrap...), cmd.Args...)
		cmd.Path = p.wrap[0]
	}
	cmd.Env = append(cmd.Env, "ENTENDU_FP="+failpoint)
	one, err := launch(cmd, p.newLog())
	if err == nil {
		p.mu.Lock()
		p.running = one
		p.mu.Unlock()
	}
	return one, err
}

// started is start for the test's own goroutine.
func (p *program) started() *process {
	p.t.Helper()
	one, err := p.start("")
	must(p.t, err)
	return one
}

// stopped asks serve to stop, which must end well.
func (p *program) stopped() {
	p.t.Helper()
	p.mu.Lock()
	one := p.running
	p.mu.Unlock()
	must(p.t, one.stop())
}

// restarted stops serve and starts it some time later.
func (p *program) restarted(later time.Duration) {
	p.t.Helper()
	p.stopped()
	p.pass(later)
	p.started()
}

// run runs another command to its end, beside serve or alone.
func (p *program) run(again time.Duration, args ...string) (out, errs string, code int) {
	cmd, log := p.command(again, args...), p.newLog()
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, log
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Errorf("entendu %v: %v", args, err)
	}
	return stdout.String(), log.String(), cmd.ProcessState.ExitCode()
}

// publish makes an edition and gives its id. An edition is cut off ten seconds
// before it is made, so the command's clock is a minute ahead of serve's.
func (p *program) publish() string {
	p.t.Helper()
	out, errs, code := p.run(time.Minute, "publish")
	if code != 0 {
		p.t.Fatalf("publish ended with %d: %s", code, errs)
	}
	return strings.TrimSpace(out)
}

// client speaks to whatever process runs now, under the address that links have.
func (p *program) client() *http.Client {
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		p.mu.Lock()
		address := p.running.address
		p.mu.Unlock()
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	p.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// end kills what still runs and searches all that was ever logged for what no log
// may hold.
func (p *program) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil {
		p.running.kill()
	}
	for n, log := range p.logs {
		said := log.String()
		for _, canary := range append(p.canaries(), secret, hookSecret) {
			if strings.Contains(said, canary) {
				p.t.Errorf("the log of process %d holds %q", n, canary)
			}
		}
		if p.t.Failed() && said != "" {
			p.t.Logf("process %d said:\n%s", n, said[max(0, len(said)-3000):])
		}
	}
}

// patience bounds every waiting: far more than anything takes on a busy machine.
const patience = time.Minute

// await waits until a condition holds.
func await(ctx context.Context, what string, holds func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("waited in vain until %s", what)
		}
	}
	return nil
}

// must ends the test on an error. It is for the test's own goroutine.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
