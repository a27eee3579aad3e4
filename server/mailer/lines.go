package mailer

import (
	"context"
	"sync"
	"time"

	"github.com/entendu/entendu/surveys"
)

// idleWithin is how long an unused line is kept: shorter than servers hang up.
const idleWithin = 30 * time.Second

// lines are the connections to one server, each used again until it fails or nobody
// needs it. There are as many as there are letters carried at once, which is the
// Sender's to decide.
type lines struct {
	server server
	at     surveys.Failpoint

	mu     sync.Mutex
	idle   []*line
	closed bool
}

func newLines(s server, at surveys.Failpoint) *lines { return &lines{server: s, at: at} }

// carry takes a line and uses it. Lines that died while idle are passed over.
func (p *lines) carry(ctx context.Context, m *message) surveys.Carried {
	for {
		l, err := p.take(ctx)
		if err != nil {
			return judgeDial(err)
		}
		r, dead := l.carry(ctx, m)
		if r.Outcome == surveys.Accepted && ctx.Err() == nil {
			p.give(l)
		} else {
			l.hangUp()
		}
		if !dead || ctx.Err() != nil {
			return r
		}
	}
}

// take gives the line used last, or a new one.
func (p *lines) take(ctx context.Context) (*line, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errClosed
	}
	if n := len(p.idle); n > 0 {
		l := p.idle[n-1]
		p.idle = p.idle[:n-1]
		l.timer.Stop()
		p.mu.Unlock()
		return l, nil
	}
	p.mu.Unlock()
	return p.server.dial(ctx, p.at)
}

func (p *lines) give(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		l.hangUp()
		return
	}
	l.timer = time.AfterFunc(idleWithin, func() { p.drop(l) })
	p.idle = append(p.idle, l)
}

// drop hangs a line up that nobody took in time.
func (p *lines) drop(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.idle {
		if p.idle[i] == l {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			l.hangUp()
			return
		}
	}
}

func (p *lines) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, l := range p.idle {
		l.timer.Stop()
		l.hangUp()
	}
	p.idle = nil
}
