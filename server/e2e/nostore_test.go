package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// TestDiskFull: with no room left the program says 503 and stays up; what it said
// yes to is there, and it takes everything again when there is room.
func TestDiskFull(t *testing.T) {
	unshare, err := exec.LookPath("unshare")
	if err != nil || exec.Command(unshare, "-m", "true").Run() != nil {
		t.Skip("needs the right to mount a small file system: unshare -m fails")
	}
	s := newScene(t, onSQLite())
	must(t, os.MkdirAll(s.data, 0o700))
	s.wrap = []string{unshare, "-m", "sh", "-c", `mount -t tmpfs -o size=16m none "$0" && exec "$@"`, s.data}
	one := s.started()
	must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
	// Only the program sees its disk, so that is where it is filled and looked at.
	disk := filepath.Join("/proc", fmt.Sprint(one.cmd.Process.Pid), "root", s.data)
	l := s.letterTo("1")
	s.inside(one, disk)
	s.figures(t.Context()) // held in memory from now on
	ballast := filepath.Join(disk, "ballast")
	must(t, fillDisk(ballast))
	s.wantUnavailable(l)
	must(t, os.Remove(ballast))
	must(t, s.helpdesk.post(t.Context(), about("2", "closed")))
	must(t, s.customer.answer(t.Context(), l, scores(4, 5)))
	must(t, s.customer.answer(t.Context(), s.letterTo("2"), scores(2, 3)))
	s.holds(s.inside(one, disk))
}

// inside waits until nothing is on its way, and gives a copy of the store, taken
// while the program holds still: SQLite would look for the file under its own name,
// where for us there is none.
func (s *scene) inside(one *process, disk string) (st store.Store) {
	s.Helper()
	must(s, await(s.Context(), "nothing is on its way", func() bool {
		copied := s.TempDir()
		one.cmd.Process.Signal(syscall.SIGSTOP)
		defer one.cmd.Process.Signal(syscall.SIGCONT)
		must(s, await(s.Context(), "the program holds still", one.holdsStill))
		for _, name := range []string{"entendu.db", "entendu.db-wal"} {
			content, err := os.ReadFile(filepath.Join(disk, name))
			must(s, err)
			must(s, os.WriteFile(filepath.Join(copied, name), content, 0o600))
		}
		st = openStore(s, "", copied)
		return len(onTheWay(s.Context(), st)) == 0
	}))
	return st
}

// holdsStill says whether a process was stopped by a signal (proc(5), stat).
func (p *process) holdsStill() bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	return err == nil && bytes.Contains(text, []byte(") T "))
}

// fillDisk writes a file until nothing more fits.
func fillDisk(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for size := 1 << 16; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	return nil
}

// wantUnavailable posts while nothing can be stored: the helpdesk is told to come
// again, and the customer finds what they typed.
func (s *scene) wantUnavailable(l letter) {
	s.Helper()
	tries := 0
	must(s, await(s.Context(), "nothing more could be stored", func() bool {
		tries++
		e := opened(fmt.Sprint("more-", tries)).json()
		kept := s.diary.say(surveys.EventID("desk", fmt.Sprint(tries), []byte(e), time.Time{}), e)
		status, _, err := s.helpdesk.send(s.Context(), fmt.Sprint(tries), e)
		if err == nil && status/100 == 2 {
			kept()
		}
		return err == nil && status == http.StatusServiceUnavailable
	}))
	typed := answer{"delay": "2", "listening": "3", "comment": "Canary that I typed"}
	status, page, err := s.customer.post(s.Context(), l.survey(0), typed.form())
	if err != nil || status != http.StatusServiceUnavailable || !strings.Contains(page, "Canary that I typed") || strings.Count(page, " checked") != 2 {
		s.Errorf("an answer that cannot be stored: %d %v, and what was typed is kept: %t", status, err, strings.Contains(page, "Canary that I typed"))
	}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable, "/figures.json": http.StatusOK} {
		if status, _, err := s.customer.open(s.Context(), http.MethodGet, baseURL+path); err != nil || status != want {
			s.Errorf("%s: %d %v, want %d", path, status, err, want)
		}
	}
}

// TestStoreGone: while the database cannot be reached the program says 503, and it
// goes on by itself when the database is back.
func TestStoreGone(t *testing.T) {
	at := onFerret(t)
	inside := at.fresh(t)
	outside, err := url.Parse(inside)
	must(t, err)
	d := newDoor(t, outside.Host)
	outside.Host = d.address
	outside.RawQuery += "&timeoutMS=1000"
	s := newScene(t, place{at.name, func(testing.TB) string { return outside.String() }})
	s.started()
	s.figures(t.Context()) // held in memory from now on
	must(t, s.helpdesk.post(t.Context(), about("1", "closed")))
	l, st := s.letterTo("1"), openStore(t, inside, "")
	s.settled(st)
	d.shut()
	s.wantUnavailable(l)
	d.open()
	must(t, s.helpdesk.post(t.Context(), about("2", "closed")))
	must(t, s.customer.answer(t.Context(), l, scores(4, 5)))
	must(t, s.customer.answer(t.Context(), s.letterTo("2"), scores(2, 3)))
	s.settled(st)
	s.holds(st)
	s.stopped()
}

// door stands before a server and can be shut: who is inside is thrown out, and
// nobody comes in.
type door struct {
	t       testing.TB
	address string
	server  string

	mu     sync.Mutex
	listen net.Listener
	inside []net.Conn
}

func newDoor(t testing.TB, server string) *door {
	t.Helper()
	d := &door{t: t, server: server, address: "127.0.0.1:0"}
	d.open()
	d.address = d.listen.Addr().String()
	t.Cleanup(d.shut)
	return d
}

func (d *door) open() {
	d.t.Helper()
	listener, err := net.Listen("tcp", d.address)
	must(d.t, err)
	d.mu.Lock()
	d.listen = listener
	d.mu.Unlock()
	go func() {
		for {
			guest, err := listener.Accept()
			if err != nil {
				return
			}
			go d.lead(guest)
		}
	}()
}

// lead carries what is said either way until one side hangs up.
func (d *door) lead(guest net.Conn) {
	defer guest.Close()
	host, err := net.Dial("tcp", d.server)
	if err != nil {
		return
	}
	defer host.Close()
	d.mu.Lock()
	d.inside = append(d.inside, guest, host)
	d.mu.Unlock()
	go func() {
		io.Copy(host, guest)
		host.Close()
	}()
	io.Copy(guest, host)
}

func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.listen.Close()
	for _, conn := range d.inside {
		conn.Close()
	}
	d.inside = nil
}
