package auth

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many sign-ins may fail. A network that has failed this often at one account waits;
// one that tries many accounts waits; and an account that fails from many networks is
// looked at no more for those who were never signed in to it. Its owner still gets in: from a browser
// that was signed in before (it holds a sign of that), or by a link mailed to them.
// Nobody can take either away from them by failing.
const (
	atAccountFromNetwork = 5  // at once, then one a minute
	fromNetwork          = 30 // at once, then one in ten seconds
	atAccount            = 50 // at once, then one in two minutes
	remembered           = 8192
)

// throttle counts failures by key, and forgets the keys that failed longest ago. It is
// held in memory: a restart forgives, and each instance counts for itself.
type throttle struct {
	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of *tries, the last to fail in front
}

type tries struct {
	key  string
	left *rate.Limiter
}

func newThrottle() *throttle { return &throttle{byKey: map[string]*list.Element{}, order: list.New()} }

// bound is one count that an attempt is held to.
type bound struct {
	key    string
	atOnce int
	every  time.Duration
}

// bounds are those of an attempt. known is a browser that was signed in to this account
// before: only its own failures count for it.
func bounds(person, network string, known string) []bound {
	if known != "" {
		return []bound{{"browser " + known + " " + person, atAccountFromNetwork * 2, time.Minute}}
	}
	return []bound{
		{"both " + person + " " + network, atAccountFromNetwork, time.Minute},
		{"network " + network, fromNetwork, 10 * time.Second},
		{"account " + person, atAccount, 2 * time.Minute},
	}
}

// take counts an attempt as failed before it is looked at, so that many at once are not
// all let through; ok says whether it may be looked at. What held is given back where
// another bound refuses, and by forgive.
func (t *throttle) take(now time.Time, held []bound) (ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range held {
		if t.of(b).TokensAt(now) < 1 {
			return false
		}
	}
	for _, b := range held {
		t.of(b).AllowN(now, 1)
	}
	return true
}

// forgive forgets the failures of who turned out to be the person; those of strangers
// at the same account stay counted.
func (t *throttle) forgive(held []bound) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range held[:1] {
		if e, ok := t.byKey[b.key]; ok {
			t.order.Remove(e)
			delete(t.byKey, b.key)
		}
	}
}

func (t *throttle) of(b bound) *rate.Limiter {
	if e, ok := t.byKey[b.key]; ok {
		t.order.MoveToFront(e)
		return e.Value.(*tries).left
	}
	limit := rate.NewLimiter(rate.Every(b.every), b.atOnce)
	t.byKey[b.key] = t.order.PushFront(&tries{b.key, limit})
	if t.order.Len() > remembered {
		delete(t.byKey, t.order.Remove(t.order.Back()).(*tries).key)
	}
	return limit
}
