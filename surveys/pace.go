package surveys

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace spreads what one instance sends: so many mails a second in all, and to one
// domain no more at once, and no sooner, than its server bears. It is memory only:
// after a restart a domain that was paused says so again.
type pace struct {
	mu      sync.Mutex
	all     *rate.Limiter
	domains map[string]*domain
}

// domain is how the mail server of one recipient domain has lately taken mail.
type domain struct {
	busy    int       // invitations that may have a dialogue
	talking int       // dialogues under way
	since   time.Time // when the oldest of them may have begun
	took    time.Duration
	pauses  int       // in a row
	until   time.Time // no dialogue begins before
	nextOne time.Time // while slow: whom we put off next comes then
}

const (
	// slowAfter is when a dialogue counts as slow: a server that answers at once
	// takes a tenth of a second.
	slowAfter = 3 * time.Second
	// firstPause and longestPause bound how long a domain is left alone that asked
	// for it; each refusal in a row doubles it.
	firstPause   = 5 * time.Minute
	longestPause = time.Hour
	// mostQueued bounds how much later than the first of them those put off come.
	mostQueued = 10 * time.Minute
	// mostDomains bounds the memory.
	mostDomains = 4096
)

// turn is what pace answers: a dialogue may begin, or why not.
type turn struct {
	kind turnKind
	at   time.Time // until when to put it off, where it is notYet
}

type turnKind int

const (
	goOn    turnKind = iota
	notYet           // its domain wants to be left alone, or is slow
	isBusy           // its domain is busy: look again soon
	tooMany          // this second's share has left
)

// enter asks for a dialogue with a domain; where there may be one, leave must follow.
// No domain takes all of several connections, so that a slow one delays nobody else.
func (p *pace) enter(name string, connections int, perSecond float64, now time.Time) turn {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.domain(name)
	d.mind(now)
	most := max(1, connections-1)
	step := d.took / time.Duration(most)
	switch {
	case d.until.After(now):
		return turn{notYet, d.queue(d.until, step)}
	case d.busy >= most && d.slow(now):
		return turn{notYet, d.queue(now.Add(d.took), step)}
	case d.busy >= most:
		return turn{kind: isBusy}
	case !p.second(now, perSecond):
		return turn{kind: tooMany}
	}
	d.busy++
	return turn{kind: goOn}
}

// mind forgets what a clock that ran ahead has left: it would put mail off by as much.
func (d *domain) mind(now time.Time) {
	if d.until.After(now.Add(longestPause)) {
		d.until = time.Time{}
	}
	if d.nextOne.After(now.Add(giveUpAfter)) {
		d.nextOne = time.Time{}
	}
}

// second says whether one more mail may leave this second.
func (p *pace) second(now time.Time, perSecond float64) bool {
	burst := int(math.Max(1, math.Ceil(perSecond)))
	if p.all == nil || p.all.Limit() != rate.Limit(perSecond) {
		p.all = rate.NewLimiter(rate.Limit(perSecond), burst)
	}
	return p.all.AllowN(now, 1)
}

// slow says whether the last dialogue was, or one under way is becoming so.
func (d *domain) slow(now time.Time) bool {
	if d.talking > 0 {
		d.took = max(d.took, lasting(d.since, now))
	}
	return d.took >= slowAfter
}

// lasting is how long a dialogue took; a clock that was set meanwhile does not make it
// longer than any can be.
func lasting(began, now time.Time) time.Duration { return min(max(0, now.Sub(began)), Lease) }

// queue gives those put off a time each, one after the other, so that they do not
// come back together; but none waits long, for the trouble may be over by then.
func (d *domain) queue(first time.Time, step time.Duration) time.Time {
	if d.nextOne.Before(first) || d.nextOne.After(first.Add(mostQueued)) {
		d.nextOne = first
	}
	at := d.nextOne
	d.nextOne = at.Add(max(step, time.Second))
	return at
}

// leave ends what enter allowed, be there a dialogue or none.
func (p *pace) leave(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.domain(name).busy--
}

// begin tells that a dialogue with a domain begins; end must follow.
func (p *pace) begin(name string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.domain(name)
	if d.talking == 0 {
		d.since = now
	}
	d.talking++
}

// end tells how a dialogue with a domain went.
func (p *pace) end(name string, began, now time.Time, fault Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.domain(name)
	d.talking--
	d.since = now
	d.took = lasting(began, now)
	switch fault {
	case OfDomain:
		d.until = now.Add(min(firstPause<<min(d.pauses, 8), longestPause))
		d.pauses++
	case OfLetter, OfAddress:
		d.pauses, d.until = 0, time.Time{}
	}
	if d.took < slowAfter && !d.until.After(now) {
		d.nextOne = time.Time{}
	}
}

func (p *pace) domain(name string) *domain {
	if d := p.domains[name]; d != nil {
		return d
	}
	if p.domains == nil || len(p.domains) >= mostDomains {
		p.forget()
	}
	d := &domain{}
	p.domains[name] = d
	return d
}

// forget drops the domains that nothing is under way with.
func (p *pace) forget() {
	kept := map[string]*domain{}
	for name, d := range p.domains {
		if d.busy > 0 {
			kept[name] = d
		}
	}
	p.domains = kept
}
