package web

import (
	"sync"
	"time"

	"github.com/entendu/entendu/reports"
)

// memo holds what was made of cubes for as long as they stand and the minute lasts: many
// look at the same. A cube that was counted again is another one, so nothing older than
// the cubes is ever given.
type memo struct {
	mu     sync.Mutex
	minute time.Time
	made   map[memoKey]any
}

// memoKey is what something was made of: of says all that cubes do not.
type memoKey struct {
	after, before *reports.Cube
	of            string
}

// memoSize bounds what one minute holds.
const memoSize = 200

// memoed gives what was made before, or makes it. Two who ask at once may both make it.
func memoed[T any](m *memo, now time.Time, key memoKey, make func() T) T {
	m.mu.Lock()
	if minute := now.Truncate(time.Minute); !minute.Equal(m.minute) || len(m.made) >= memoSize {
		m.minute, m.made = minute, map[memoKey]any{}
	}
	known, ok := m.made[key].(T)
	m.mu.Unlock()
	if ok {
		return known
	}
	made := make()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.made[key] = made
	return made
}
