package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// space is what the pages of managers cost on a great store, beside a bare look-up of the
// tallies that they are made of, by as many clients.
type space struct {
	load    string
	tickets int
	counted time.Duration // the recount before
	first   time.Duration // the first look at twelve months after a start, nothing in memory
	pages   []spacePage
}

type spacePage struct {
	name       string
	page, bare result
}

const (
	spaceClients = 8
	spaceWithin  = 100 // ms, p95
	spaceRatio   = 0.3
)

// spacePaths are the pages, each with the days whose tallies it is made of.
func spacePaths() []struct {
	name  string
	paths []string
	days  int
} {
	return []struct {
		name  string
		paths []string
		days  int
	}{
		{"/manage", []string{"/manage", "/manage?period=90d"}, 56},
		{"/manage/explore", []string{"/manage/explore?compare=before", "/manage/explore?period=90d&team=team-1", "/manage/explore?period=28d&channel=email&by=category"}, 56},
		{"12 months", []string{"/manage/explore?period=12mo", "/manage/explore?period=12mo&category=category-2"}, 365},
		{"funnel", []string{"/manage/explore?by=team&figure=delay#funnel", "/manage/explore?by=category&figure=promise#funnel"}, 28},
	}
}

// measureSpace makes the store, counts it, lets a manager in and asks.
func (s *stage) measureSpace(ctx context.Context, tickets, answers int, each time.Duration) (sp space, err error) {
	folder := filepath.Join(s.folder, "space")
	defer os.RemoveAll(folder)
	sp.load, sp.tickets = loadAverage(), tickets
	if err := (past{folder: folder, tickets: tickets, answers: answers, began: time.Now()}).make(ctx); err != nil {
		return sp, err
	}
	began := time.Now()
	if out, err := s.command(ctx, folder, "recount").CombinedOutput(); err != nil {
		return sp, fmt.Errorf("entendu recount: %w: %s", err, tail(out))
	}
	sp.counted = time.Since(began)
	cookie, err := letIn(ctx, folder)
	if err != nil {
		return sp, err
	}
	p, err := s.serve(ctx, folder, "127.0.0.1:0")
	if err != nil {
		return sp, err
	}
	defer p.stop()
	began = time.Now()
	if err := askInside(&wire{address: p.address}, "/manage/explore?period=12mo&compare=before", cookie); err != nil {
		return sp, err
	}
	sp.first = time.Since(began)
	for _, of := range spacePaths() {
		one := spacePage{name: of.name}
		if one.page, err = lookInside(p, of.paths, cookie, each); err != nil {
			return sp, err
		}
		if one.bare, err = lookUp(ctx, folder, of.days, each); err != nil {
			return sp, err
		}
		sp.pages = append(sp.pages, one)
	}
	return sp, nil
}

// letIn signs a manager in, in the store itself: how people sign in is not measured here.
func letIn(ctx context.Context, folder string) (cookie string, err error) {
	store, err := sqlite.Open(ctx, filepath.Join(folder, storeFile), time.Now)
	if err != nil {
		return "", err
	}
	defer store.Close()
	gate := auth.NewGate(store, benchLinks{surveys.NewKeys(secret)}, slog.New(slog.DiscardHandler), nil)
	p, pass, err := gate.Invite(ctx, auth.Person{Email: "manager@example.org", Name: "manager", Role: auth.Manager, AllTeams: true}, false)
	if err != nil {
		return "", err
	}
	p, session, err := gate.Enter(ctx, strings.TrimPrefix(gate.Link(pass), "/login/"), auth.Chosen{Password: "correct horse battery"})
	if err != nil {
		return "", err
	}
	p.Secret = "JBSWY3DPEHPK3PXP"
	return "Cookie: entendu_session=" + session + "\r\n", store.PutPerson(ctx, p)
}

// benchLinks signs as the program does.
type benchLinks struct{ surveys.Keys }

func (l benchLinks) Sign(purpose, id string) string { return l.Keys.Sign(surveys.Purpose(purpose), id) }

func (l benchLinks) Open(purpose, token string) (string, error) {
	return l.Keys.Open(surveys.Purpose(purpose), token)
}

// lookInside asks for some pages in turn.
func lookInside(p *process, paths []string, cookie string, each time.Duration) (result, error) {
	n := 0
	next := make(chan string)
	done := make(chan struct{})
	go func() {
		for ; ; n++ {
			select {
			case next <- paths[n%len(paths)]:
			case <-done:
				return
			}
		}
	}()
	defer close(done)
	r := load(p, spaceClients, each, func(w *wire) error { return askInside(w, <-next, cookie) })
	return r, r.why
}

func askInside(w *wire, path, cookie string) error {
	path, _, _ = strings.Cut(path, "#") // no browser sends it
	status, err := w.get(path, cookie)
	return expect(200, status, err)
}

// lookUp reads the tallies of the last days as they lie in the file, into bytes that
// nobody looks at.
func lookUp(ctx context.Context, folder string, days int, each time.Duration) (result, error) {
	path, err := filepath.Abs(filepath.Join(folder, storeFile))
	if err != nil {
		return result{}, err
	}
	file := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro"}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return result{}, err
	}
	defer db.Close()
	from := time.Now().AddDate(0, 0, -days).Format(time.DateOnly)
	r := repeat(spaceClients, each, func(int) error {
		rows, err := db.QueryContext(ctx, "SELECT opened, closed FROM tallies WHERE day >= ?", from)
		if err != nil {
			return err
		}
		defer rows.Close()
		var opened, closed sql.RawBytes
		for rows.Next() {
			if err := rows.Scan(&opened, &closed); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return r, r.why
}

// p95 is how long all but one in twenty took at most.
func (r result) p95() time.Duration {
	if len(r.waits) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(r.waits))[len(r.waits)*95/100]
}

func (sp space) print(out io.Writer) {
	if sp.pages == nil {
		return
	}
	fmt.Fprintf(out, "space  %d tickets, load %s before; counted in %.1f s; twelve months looked at first, nothing in memory, in %.0f ms\n", sp.tickets, sp.load, sp.counted.Seconds(), milliseconds(sp.first))
	for _, one := range sp.pages {
		p95, ratio := milliseconds(one.page.p95()), one.page.rate()/one.bare.rate()
		fmt.Fprintf(out, "       %-16s %d clients: p50 %.1f ms, p95 %.1f ms, wanted ≤ %d %s, processor %.1f ms each; bare look-up of the same tallies p95 %.1f ms; rates, page : bare %.2f  wanted ≥ %g %s\n",
			one.name, spaceClients, milliseconds(one.page.p50), p95, spaceWithin, judged(p95 <= spaceWithin), milliseconds(one.page.cpu), milliseconds(one.bare.p95()), ratio, spaceRatio, judged(ratio >= spaceRatio))
	}
}
