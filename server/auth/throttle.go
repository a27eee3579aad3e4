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

// Throttle counts failures by key, and forgets the keys that failed longest ago. It is
// held in memory: a restart forgives, and each instance counts for itself.
type Throttle struct {
	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of *tries, the last to fail in front
}

type tries struct {
	key  string
	left *rate.Limiter
}

// NewThrottle makes one that has counted nothing.
func NewThrottle() *Throttle { return &Throttle{byKey: map[string]*list.Element{}, order: list.New()} }

// Bound is one count that a failure is held to: so many at once, then one more every so
// often.
type Bound struct {
	Key    string
	AtOnce int
	Every  time.Duration
}

// bounds are those of an attempt. known is a browser that was signed in to this account
// before: only its own failures count for it.
func bounds(person, network string, known string) []Bound {
	if known != "" {
		return []Bound{{"browser " + known + " " + person, atAccountFromNetwork * 2, time.Minute}}
	}
	return []Bound{
		{"both " + person + " " + network, atAccountFromNetwork, time.Minute},
		{"network " + network, fromNetwork, 10 * time.Second},
		{"account " + person, atAccount, 2 * time.Minute},
	}
}

// Take counts an attempt as failed before it is looked at, so that many at once are not
// all let through; ok says whether it may be looked at, and nothing is counted where it
// may not. back takes the count away again, for who turned out to be the person.
func (t *Throttle) Take(now time.Time, held ...Bound) (back func(), ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range held {
		if t.of(b).TokensAt(now) < 1 {
			return func() {}, false
		}
	}
	var taken []*rate.Reservation
	for _, b := range held {
		taken = append(taken, t.of(b).ReserveN(now, 1))
	}
	return func() {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}, true
}

// forget forgets all failures under a key.
func (t *Throttle) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, ok := t.byKey[key]; ok {
		t.order.Remove(e)
		delete(t.byKey, key)
	}
}

func (t *Throttle) of(b Bound) *rate.Limiter {
	if e, ok := t.byKey[b.Key]; ok {
		t.order.MoveToFront(e)
		return e.Value.(*tries).left
	}
	limit := rate.NewLimiter(rate.Every(b.Every), b.AtOnce)
	t.byKey[b.Key] = t.order.PushFront(&tries{b.Key, limit})
	if t.order.Len() > remembered {
		delete(t.byKey, t.order.Remove(t.order.Back()).(*tries).key)
	}
	return limit
}
