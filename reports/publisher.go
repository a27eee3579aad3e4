package reports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Publisher makes editions: by hand with Publish, each day with Run. The first one
// is always made by hand.
type Publisher struct {
	Store    Store
	Settings func() surveys.Settings
	Counter  *Counter
	Log      *slog.Logger
	// Published is told of each edition that Run made, so that what instances hold
	// in memory can be dropped; nil if nobody needs to know.
	Published func(ctx context.Context, e Edition) error
	// Settle brings home what was received and is not in its row yet, so that an edition
	// lacks nothing that it would seem to have known; nil where that is done already.
	Settle func(ctx context.Context) error

	// Decisions is the log of settings, with which Verify compares what an edition says was
	// in force: the changes before a number, 0 for all, the newest first. Where it is nil
	// the edition is believed.
	Decisions func(ctx context.Context, before int64, limit int) ([]surveys.SettingsChange, error)

	without rule // none, but in tests
}

const (
	// publishingHour is when the daily edition is made, in the organisation's zone.
	publishingHour = 6
	// lookout is how often Run looks whether that hour has come.
	lookout = 10 * time.Second
)

// Next is the next edition as it stands: nothing is stored, and Edition says only
// when it was cut off. It needs no grace, because nothing will be held to it.
func (p *Publisher) Next(ctx context.Context) (Document, error) {
	now, err := p.Store.Now(ctx)
	if err != nil {
		return Document{}, fmt.Errorf("reading the store's time: %w", err)
	}
	return p.make(ctx, surveys.Moment(now), "")
}

// Publish makes an edition and keeps it, whether or not anything has changed. upTo
// names its last period, "" the current one. Whoever calls raises the generation.
func (p *Publisher) Publish(ctx context.Context, upTo string) (Edition, error) {
	now, err := p.Store.Now(ctx)
	if err != nil {
		return Edition{}, fmt.Errorf("reading the store's time: %w", err)
	}
	latest, err := p.Store.LatestEdition(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Edition{}, fmt.Errorf("reading the newest edition: %w", err)
	}
	for id := latest.ID; ; {
		d, err := p.Make(ctx, now, upTo)
		if err != nil {
			return Edition{}, err
		}
		id = nextID(id, surveys.DayOf(now, p.Settings().Zone()))
		e, err := p.keep(ctx, d, id, now)
		if !errors.Is(err, fs.ErrExist) {
			return e, err
		} // somebody published meanwhile, and what may be told now depends on what they told
	}
}

// keep freezes a document under an id; fs.ErrExist if the id is taken.
func (p *Publisher) keep(ctx context.Context, d Document, id string, now time.Time) (Edition, error) {
	published := surveys.Moment(now)
	d.Edition = &EditionNote{ID: id, PublishedAt: published, CutOff: d.Edition.CutOff}
	d.Revisions = dated(d.Revisions, id, published)
	bytes, err := json.Marshal(d)
	if err != nil {
		return Edition{}, fmt.Errorf("writing edition %s: %w", id, err)
	}
	e := Edition{ID: id, PublishedAt: published, CutOff: d.Edition.CutOff, Bytes: bytes, SHA256: hashOf(bytes)}
	if err := p.Store.AddEdition(ctx, e); err != nil {
		return Edition{}, fmt.Errorf("keeping edition %s: %w", id, err)
	}
	return e, nil
}

// dated says of the revision that is new in which edition it was published.
func dated(all []Revision, edition string, at time.Time) []Revision {
	all = slices.Clone(all)
	for i := range all {
		if all[i].Edition == "" {
			all[i].Edition, all[i].PublishedAt = edition, at
		}
	}
	return all
}

// nextID is the id of a day's edition after last: the day, then "-2", "-3".
func nextID(last string, day surveys.Day) string {
	number, of := strings.CutPrefix(last, string(day)+"-")
	n, _ := strconv.Atoi(number)
	switch {
	case last == string(day):
		return string(day) + "-2"
	case of && n > 1:
		return string(day) + "-" + strconv.Itoa(n+1)
	default:
		return string(day)
	}
}

// NextAt is when the next daily edition is due.
func (p *Publisher) NextAt(now time.Time) time.Time { return dueAfter(now, p.Settings().Zone()) }

// dueAfter is the first publishing hour after a moment; clocks may have changed by
// then.
func dueAfter(now time.Time, zone *time.Location) time.Time {
	t := now.In(zone)
	due := time.Date(t.Year(), t.Month(), t.Day(), publishingHour, 0, 0, 0, zone)
	if !due.After(now) {
		due = time.Date(t.Year(), t.Month(), t.Day()+1, publishingHour, 0, 0, 0, zone)
	}
	return due
}

// dueBefore is the last publishing hour that has come.
func dueBefore(now time.Time, zone *time.Location) time.Time {
	t := now.In(zone)
	due := time.Date(t.Year(), t.Month(), t.Day(), publishingHour, 0, 0, 0, zone)
	if due.After(now) {
		due = time.Date(t.Year(), t.Month(), t.Day()-1, publishingHour, 0, 0, 0, zone)
	}
	return due
}

// Run makes the daily editions until ctx ends. After a night that the process
// slept through it makes the one that was due.
func (p *Publisher) Run(ctx context.Context) error {
	var done time.Time // the due hour that was seen to
	return surveys.Work(ctx, p.Log, "publisher", lookout, nil, func(ctx context.Context) (bool, error) {
		seen, err := p.Daily(ctx, done)
		if err == nil && seen.After(done) {
			err = p.note(ctx, seen)
		}
		done = seen
		return false, err
	})
}

// Daily makes the edition that is due since the hour done, if the first one was
// made by a person and if it would say anything new. It gives the due hour that was
// seen to. Two instances publish once: both make the edition of the same id, and
// the store keeps one.
func (p *Publisher) Daily(ctx context.Context, done time.Time) (seen time.Time, err error) {
	now, err := p.Store.Now(ctx)
	if err != nil {
		return done, fmt.Errorf("reading the store's time: %w", err)
	}
	due := dueBefore(now, p.Settings().Zone())
	if !done.Before(due) {
		return done, nil
	}
	latest, err := p.Store.LatestEdition(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return done, nil
	}
	if err != nil {
		return done, fmt.Errorf("reading the newest edition: %w", err)
	}
	if !latest.PublishedAt.Before(due) {
		return due, nil
	}
	if err := p.publishAfter(ctx, latest, now); err != nil {
		return done, err
	}
	return due, nil
}

// publishAfter keeps a new edition if it says anything that the latest does not.
func (p *Publisher) publishAfter(ctx context.Context, latest Edition, now time.Time) error {
	d, err := p.Make(ctx, now, "")
	if err != nil {
		return err
	}
	if same, err := saysSame(d, latest); same || err != nil {
		return err
	}
	e, err := p.keep(ctx, d, nextID(latest.ID, surveys.DayOf(now, p.Settings().Zone())), now)
	if errors.Is(err, fs.ErrExist) { // another instance was faster
		return nil
	}
	if err != nil || p.Published == nil {
		return err
	}
	return p.Published(ctx, e)
}

// saysSame compares everything but the note of which edition it is.
func saysSame(d Document, e Edition) (bool, error) {
	old, err := e.Document()
	if err != nil {
		return false, err
	}
	d.Edition, old.Edition = nil, nil
	a, errA := json.Marshal(d)
	b, errB := json.Marshal(old)
	return string(a) == string(b), errors.Join(errA, errB)
}
