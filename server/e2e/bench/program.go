package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// storeFile is where the program keeps its SQLite store in the data folder.
const storeFile = "entendu.db"

// stage is what every round uses.
type stage struct {
	entendu    string
	folder     string
	first      string // the data folder that every round begins with a copy of
	due        string // one with mail to send
	dueCount   int
	few        string // one with little of it
	strained   string // first, with mail to send
	links      []link
	mails      *mails
	surveyPage int // bytes
	public     int // bytes
	packed     int // bytes
	mail       int // bytes
	rounds     int // begun
	parts      parts
}

// prepare makes what the parts begin with.
func prepare(ctx context.Context, b bench, folder string) (*stage, error) {
	entendu, err := filepath.Abs(b.entendu)
	if err != nil {
		return nil, err
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	s := &stage{
		entendu: entendu, folder: folder, parts: b.parts, dueCount: b.due,
		first: in("first"), due: in("due"), few: in("few"), strained: in("strained"),
	}
	if s.mails, err = takeMails(); err != nil {
		return nil, err
	}
	if s.parts.has(programPart, publicPart, strainPart) {
		s.links = makeLinks(b.invited)
		fmt.Printf("preparing %d invitations\n", b.invited)
		if err := s.prepareAnswers(ctx); err != nil {
			return nil, err
		}
	}
	return s, s.prepareMail(ctx)
}

// prepareAnswers makes the first store, lets the program publish it once, and takes
// the pages that the bare stack shall serve too.
func (s *stage) prepareAnswers(ctx context.Context) error {
	if err := seed(ctx, filepath.Join(s.first, storeFile), s.links, os.Stdout); err != nil {
		return err
	}
	if err := s.apply(ctx, s.first, settings); err != nil {
		return err
	}
	if out, err := s.command(ctx, s.first, "publish").CombinedOutput(); err != nil {
		return fmt.Errorf("entendu publish: %w: %s", err, out)
	}
	return s.takePages(ctx)
}

// prepareMail makes the stores with mail to send.
func (s *stage) prepareMail(ctx context.Context) error {
	if s.parts.has(mailPart, drainPart) {
		if err := s.addDue(ctx, s.due, s.dueCount, unbounded); err != nil {
			return err
		}
	}
	if s.parts.has(killPart) {
		if err := s.addDue(ctx, s.few, fewDue, unbounded); err != nil {
			return err
		}
		if err := s.buildLater(ctx); err != nil {
			return err
		}
	}
	if !s.parts.has(strainPart) {
		return nil
	}
	if err := copyStore(s.first, s.strained); err != nil {
		return err
	}
	return s.addDue(ctx, s.strained, strainedDue, hardly)
}

// command is the program on a data folder.
func (s *stage) command(ctx context.Context, data string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.entendu, args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ENTENDU_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "ENTENDU_DATA="+data, "ENTENDU_SECRET="+secret, "ENTENDU_SMTP="+s.mails.url)
	return cmd
}

// serve starts the program; listen may be the address of one that was killed.
func (s *stage) serve(ctx context.Context, data, listen string, environment ...string) (*process, error) {
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := s.command(ctx, data, "serve", "--listen", listen)
	cmd.Env = append(cmd.Env, environment...)
	cmd.Stderr = log
	return start(cmd)
}

// serveBare starts the bare stack.
func (s *stage) serveBare(ctx context.Context, data string) (*process, error) {
	this, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, this, bareCommand, "-folder", data, "-public", s.publicFile(), "-page", fmt.Sprint(s.surveyPage))
	cmd.Stderr = os.Stderr
	return start(cmd)
}

// publicFile holds the public page, beside it the same in brotli.
func (s *stage) publicFile() string { return filepath.Join(s.folder, "public.html") }

func (s *stage) logFile() string { return filepath.Join(s.folder, "serve.log") }

// log is what the program said last, as an error.
func (s *stage) log() error {
	text, _ := os.ReadFile(s.logFile())
	if len(text) == 0 {
		return nil
	}
	return fmt.Errorf("the program said:\n%s", text[max(0, len(text)-4000):])
}

// takePages reads once the pages that the bare stack serves too.
func (s *stage) takePages(ctx context.Context) error {
	p, err := s.serve(ctx, s.first, "127.0.0.1:0")
	if err != nil {
		return err
	}
	form, err := fetch(p, "/a/"+s.links[len(s.links)-1].token, "")
	public, err2 := fetch(p, "/", "")
	packed, err3 := fetch(p, "/", brotli)
	if err := errors.Join(err, err2, err3, p.stop()); err != nil {
		return err
	}
	s.surveyPage, s.public, s.packed = len(form), len(public), len(packed)
	return errors.Join(os.WriteFile(s.publicFile(), public, 0o600), os.WriteFile(s.publicFile()+brotli, packed, 0o600))
}

// brotli is the coding that every browser takes.
const brotli = "br"

// fetch gets a page in one coding, "" for none.
func fetch(p *process, path, coding string) ([]byte, error) {
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}, Timeout: patience}
	request, err := http.NewRequest(http.MethodGet, "http://"+p.address+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Encoding", coding)
	r, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Encoding") != coding {
		return nil, fmt.Errorf("GET %s: %s, Content-Encoding %q", path, r.Status, r.Header.Get("Content-Encoding"))
	}
	return io.ReadAll(r.Body)
}

// firstPage starts the program and says how long it took until it had answered
// with its public page.
func (s *stage) firstPage(ctx context.Context, data string) (p *process, took time.Duration, err error) {
	if p, err = s.serve(ctx, data, "127.0.0.1:0"); err != nil {
		return nil, 0, err
	}
	if _, err = fetch(p, "/", brotli); err != nil {
		p.kill()
		return nil, 0, err
	}
	return p, time.Since(p.began), nil
}
