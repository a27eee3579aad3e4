package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/entendu/entendu/surveys"
)

// live holds the settings in force in memory, and the generation of the store they
// were read at. When a command raises the generation, every instance reads them
// again within a second.
type live struct {
	store      surveys.Store
	log        *slog.Logger
	refreshing sync.Mutex // so that what was read first is not kept last
	settings   atomic.Pointer[surveys.Settings]
	generation atomic.Pointer[string]
	changed    wake // is told after the generation was read; nil where nobody asks
}

// newLive reads the settings in force.
func newLive(ctx context.Context, st surveys.Store, log *slog.Logger) (*live, error) {
	l := &live{store: st, log: log}
	return l, l.refresh(ctx)
}

// Settings are those in force.
func (l *live) Settings() surveys.Settings { return *l.settings.Load() }

// Generation changes whenever what is held in memory must be read again.
func (l *live) Generation() string { return *l.generation.Load() }

// Run looks at the generation once a second until ctx ends.
func (l *live) Run(ctx context.Context) error {
	return surveys.Work(ctx, l.log, "settings", time.Second, nil, func(ctx context.Context) (bool, error) {
		return false, l.refresh(ctx)
	})
}

func (l *live) refresh(ctx context.Context) error {
	l.refreshing.Lock()
	defer l.refreshing.Unlock()
	generation, err := l.store.Generation(ctx)
	if err != nil {
		return err
	}
	if known := l.generation.Load(); known != nil && *known == generation {
		return nil
	}
	change, err := latestSettings(ctx, l.store)
	if err != nil {
		return err
	}
	settings := change.Settings.Prepared()
	l.settings.Store(&settings)
	l.generation.Store(&generation)
	l.changed.up()
	return nil
}

// latestSettings gives the newest change; change 0 holds the defaults.
func latestSettings(ctx context.Context, st surveys.Store) (surveys.SettingsChange, error) {
	return (&surveys.Decider{Store: st}).Latest(ctx)
}

// raiseGeneration tells every running instance to read again what it holds.
func raiseGeneration(ctx context.Context, st surveys.Store) error {
	return st.PutGeneration(ctx, rand.Text())
}
