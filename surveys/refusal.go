package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"
)

// Refusal is an event that a source was refused and of which nothing else is kept: when,
// and why. It has no body and no address, and there are few of them for each source.
type Refusal struct {
	ID     string
	Source string
	At     time.Time
	Why    string // one word, for pages: "unsigned", "stale", "unreadable" ...
	Note   string // where and what, as the sender was told; "" if that says no more
	More   int    // how many others were refused for the same reason since the one before
}

const (
	// mostRefusals is how many are kept of a source.
	mostRefusals = 50
	// refusedAgain is how long after one refusal of a source others like it are only
	// counted: who sends what is refused must not make us write.
	refusedAgain = 10 * time.Second
)

// Refusals keeps what was refused, for those who set a source up.
type Refusals struct {
	Store Store

	mu    sync.Mutex
	quiet map[refused]*silence
}

type refused struct{ source, why string }

// silence is the time in which refusals are only counted.
type silence struct {
	until time.Time
	count int
}

// Note keeps that a source was refused something, unless that was just noted: then it
// is counted, and told with the next.
func (f *Refusals) Note(ctx context.Context, source, why, note string, at time.Time) error {
	more, loud := f.speak(refused{source, why}, at)
	if !loud {
		return nil
	}
	r := Refusal{ID: newID(), Source: source, At: Moment(at), Why: why, Note: note, More: more}
	if err := f.Store.AddRefusal(ctx, r); err != nil {
		return fmt.Errorf("noting what source %s was refused: %w", source, err)
	}
	return f.trim(ctx, source)
}

// speak says whether a refusal is to be noted, and how many were only counted before.
func (f *Refusals) speak(of refused, at time.Time) (more int, loud bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.quiet == nil {
		f.quiet = map[refused]*silence{}
	}
	s := f.quiet[of]
	if s != nil && at.Before(s.until) {
		s.count++
		return 0, false
	}
	if s != nil {
		more = s.count
	}
	f.quiet[of] = &silence{until: at.Add(refusedAgain)}
	return more, true
}

// trim removes the oldest of a source where there are too many.
func (f *Refusals) trim(ctx context.Context, source string) error {
	all, err := f.Store.FindRefusals(ctx, source, mostRefusals+10)
	if err != nil {
		return err
	}
	for _, old := range all[min(mostRefusals, len(all)):] {
		if err := f.Store.RemoveRefusal(ctx, old.ID); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
