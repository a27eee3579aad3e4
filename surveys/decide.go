package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Decider is the one way in which settings change, whoever changes them: the same
// rules, the same row in the log, and every instance reads them again.
type Decider struct {
	Store     Store
	Kinds     []string // of sources, that this program knows
	Languages []string // that it speaks
	Locked    []string // keys that are decided elsewhere: "asking.sample", "source[desk].kind", "source[desk]" for all of it
	Changed   func(ctx context.Context) error
}

// Decision is a change that somebody wants.
type Decision struct {
	By string
	// Seen is the change that was in force when they looked; Whatever if they did not.
	Seen int64
	// Alter sets some values. It replaces lists and maps and never writes into them.
	Alter func(*Settings) error
	// Corrects says that a promise which changes was announced like this all along.
	Corrects bool
}

// Whatever is the Seen of who changes what they name, whatever is in force.
const Whatever = -1

// Locked is a setting that is decided elsewhere.
type Locked struct{ Key string }

// Error says which.
func (l *Locked) Error() string { return l.Key + " is set by the file of --settings" }

// Overtaken says that somebody else changed meanwhile what was to be changed.
type Overtaken struct {
	Latest SettingsChange
	Keys   []string // which of them
}

// Error says which.
func (o *Overtaken) Error() string {
	return "changed by somebody else meanwhile: " + strings.Join(o.Keys, ", ")
}

// Latest gives the newest change; change 0 holds the defaults.
func (d *Decider) Latest(ctx context.Context) (SettingsChange, error) {
	change, err := d.Store.LatestSettings(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return SettingsChange{Settings: DefaultSettings()}, nil
	}
	if err != nil {
		return change, fmt.Errorf("reading the settings: %w", err)
	}
	return change, nil
}

// Decide keeps a decision as the next change, and says whether it changed anything.
// *Wrong is a value that cannot be, *Locked one that is decided elsewhere, *Overtaken
// one that somebody else changed since it was seen. Two at once that have nothing to do
// with each other both end up in force, one after the other.
func (d *Decider) Decide(ctx context.Context, decision Decision) (changed bool, err error) {
	for {
		latest, err := d.Latest(ctx)
		if err != nil {
			return false, err
		}
		next, err := d.next(ctx, latest, decision)
		if err != nil || next == nil {
			return false, err
		}
		err = d.Store.AddSettings(ctx, *next)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil && d.Changed != nil {
			err = d.Changed(ctx)
		}
		return err == nil, err
	}
}

// next is the change that follows the latest one; nil if nothing differs.
func (d *Decider) next(ctx context.Context, latest SettingsChange, decision Decision) (*SettingsChange, error) {
	settings := latest.Settings
	settings.Teams, settings.Sources = slices.Clone(settings.Teams), slices.Clone(settings.Sources)
	if err := decision.Alter(&settings); err != nil {
		return nil, err
	}
	if err := settings.Validate(d.Kinds, d.Languages); err != nil {
		return nil, err
	}
	differences := latest.Settings.Differences(settings)
	if len(differences) == 0 {
		return nil, nil
	}
	for _, x := range differences {
		if d.Locks(x.Key) {
			return nil, &Locked{Key: x.Key}
		}
	}
	if err := d.overtaken(ctx, latest, decision.Seen, differences); err != nil {
		return nil, err
	}
	now, err := d.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	if latest.N > 0 && !decision.Corrects {
		settings.Promise.remember(latest.Settings.Promise, now)
	}
	return &SettingsChange{N: latest.N + 1, At: now, By: decision.By, Settings: settings}, nil
}

// Locks says whether a key is decided elsewhere.
func (d *Decider) Locks(key string) bool {
	return slices.ContainsFunc(d.Locked, func(lock string) bool { return key == lock || strings.HasPrefix(key, lock+".") })
}

// overtaken compares what is to be changed with what others changed since it was seen.
func (d *Decider) overtaken(ctx context.Context, latest SettingsChange, seen int64, wanted []Difference) error {
	if seen == Whatever || seen == latest.N {
		return nil
	}
	before := SettingsChange{Settings: DefaultSettings()}
	if seen > 0 {
		found, err := d.Store.FindSettings(ctx, seen+1, 1)
		if err != nil {
			return fmt.Errorf("reading change %d of the settings: %w", seen, err)
		}
		if len(found) == 1 && found[0].N == seen {
			before = found[0]
		}
	}
	others := before.Settings.Differences(latest.Settings)
	var keys []string
	for _, x := range wanted {
		if slices.ContainsFunc(others, func(o Difference) bool { return o.Key == x.Key }) {
			keys = append(keys, x.Key)
		}
	}
	if keys == nil {
		return nil
	}
	return &Overtaken{Latest: latest, Keys: keys}
}

// PastPromise is a promise that was in force until a later one replaced it.
type PastPromise struct {
	Until    time.Time
	Default  Span
	Category map[string]Span
}

// At is the promise that was in force at a time.
func (p Promise) At(t time.Time) PastPromise {
	for _, past := range p.Past {
		if t.Before(past.Until) {
			return past
		}
	}
	return PastPromise{Default: p.Default, Category: p.Category}
}

// remember keeps the promise before this one, if it was another.
func (p *Promise) remember(before Promise, until time.Time) {
	if before.Default == p.Default && paired(before.Category) == paired(p.Category) {
		return
	}
	p.Past = append(slices.Clone(before.Past), PastPromise{Until: until, Default: before.Default, Category: before.Category})
}
