package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// imported is what bringing a CSV export along costs, and recounting it, on a store. It
// is information: nothing is wanted of it.
type imported struct {
	store           string
	rows            int
	imports, counts pass
	peak            int // bytes, of the recount
}

const (
	importedRows = 20_000 // into SQLite
	ferretRows   = 200    // over the wire: FerretDB looks through all of them for each look
	ferretWithin = 90 * time.Second
)

// measureImports brings the same export along to SQLite and, through FerretDB, to the
// MongoDB adapter.
func (s *stage) measureImports(ctx context.Context) ([]imported, error) {
	one, err := s.imported(ctx, "SQLite", importedRows)
	if err != nil {
		return nil, err
	}
	ferret, err := startFerret(ctx, filepath.Join(s.folder, "ferret"))
	if err != nil {
		fmt.Println("FerretDB did not start, so MongoDB is left out:", err)
		return []imported{one}, nil
	}
	defer ferret.stop()
	ctx, cancel := context.WithTimeout(ctx, ferretWithin)
	defer cancel()
	other, err := s.imported(ctx, "MongoDB adapter over FerretDB", ferretRows, "ENTENDU_STORE="+ferret.uri)
	if err != nil {
		fmt.Println("FerretDB was too slow, so MongoDB is left out:", err)
		return []imported{one}, nil
	}
	return []imported{one, other}, nil
}

func (s *stage) imported(ctx context.Context, store string, rows int, environment ...string) (i imported, err error) {
	i = imported{store: store, rows: rows}
	data := filepath.Join(s.folder, "imported")
	defer os.RemoveAll(data)
	if err := os.Mkdir(data, 0o700); err != nil {
		return i, err
	}
	export := filepath.Join(data, "export.csv")
	if err := writeExport(export, rows); err != nil {
		return i, err
	}
	cmd, began := s.command(ctx, data, "import", "tickets", export), time.Now()
	cmd.Env = append(cmd.Env, environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return i, fmt.Errorf("entendu import: %w: %s", err, out)
	}
	i.imports = pass{rows, time.Since(began), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if _, _, err := s.recounted(ctx, data, environment...); err != nil { // the first also settles every closing
		return i, err
	}
	i.counts, i.peak, err = s.recounted(ctx, data, environment...)
	i.counts.rows = 2 * rows // each ticket, and the skip of its closing
	return i, err
}

// writeExport writes a CSV of our own columns: tickets of the last month.
func writeExport(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Write([]string{"id", "status", "updated_at", "opened_at", "first_reply_at", "closed_at", "team", "category", "channel", "contacts", "customer.email"})
	const days = 30 * 24 * time.Hour
	began := time.Now().UTC().Add(-days - 50*time.Hour)
	for n := range rows {
		t := pastTicket(n, began.Add(days/time.Duration(rows)*time.Duration(n)), 50*time.Hour)
		at := func(t time.Time) string { return t.Format(time.RFC3339) }
		w.Write([]string{
			t.ID, "closed", at(t.UpdatedAt), at(t.OpenedAt), at(t.FirstReplyAt), at(t.UpdatedAt), t.Team, t.Category, t.Channel,
			strconv.Itoa(t.Contacts), fmt.Sprintf("lina.roche.%d@shop-%d.example", n, n%domains),
		})
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}

// ferret is FerretDB, the substitute for MongoDB that the tests use.
type ferret struct {
	cmd *exec.Cmd
	in  io.Closer
	uri string
}

// startFerret builds and starts it. It ends with its standard input.
func startFerret(ctx context.Context, folder string) (*ferret, error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	f := &ferret{cmd: exec.CommandContext(ctx, "go", "run", "-C", "server/store/mongo/ferret", ".", "-dir", folder)}
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := f.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	f.uri = strings.TrimSpace(line) + "bench?maxPoolSize=1" // it loses updates of two at once
	if err != nil {
		f.stop()
	}
	return f, err
}

func (f *ferret) stop() {
	f.in.Close()
	f.cmd.Wait()
}

func (i imported) print(out io.Writer) {
	fmt.Fprintf(out, "import %s: %s; recount %s, at most %d MB (information)\n", i.store, i.imports, i.counts, i.peak/1e6)
}
