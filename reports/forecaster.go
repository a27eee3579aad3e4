package reports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Forecaster makes the outlook of each day, at the publishing hour or as soon after
// it as somebody is there to make it. A day has one: several instances, and one that
// starts again, leave the first as it is.
type Forecaster struct {
	Store    Store
	Settings func() surveys.Settings
	Counter  *Counter
	Log      *slog.Logger
	// Made is told of each outlook, whoever made it, so that what instances hold in
	// memory can be dropped; nil if nobody needs to know.
	Made func(ctx context.Context) error

	told surveys.Day // of which this process has told Made
	done map[surveys.Day]glance
}

// glance is what is remembered of a tally that is long done: as long as its Rev stays,
// it need not be read again.
type glance struct {
	rev   int64
	asOf  time.Time
	quiet bool // counted as today's are, and none is active
}

// Run makes the daily outlooks until ctx ends.
func (f *Forecaster) Run(ctx context.Context) error {
	return surveys.Work(ctx, f.Log, "forecaster", lookout, nil, func(ctx context.Context) (bool, error) {
		_, err := f.Daily(ctx)
		return false, err
	})
}

// Daily makes the outlook of today if its hour has come, if there is none of today
// or of a later day (the zone may have been changed), and if any request ever came.
func (f *Forecaster) Daily(ctx context.Context) (made bool, err error) {
	now, err := f.Store.Now(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the store's time: %w", err)
	}
	zone := f.Settings().Zone()
	today := surveys.DayOf(now, zone)
	if surveys.DayOf(dueBefore(now, zone), zone) != today {
		return false, nil
	}
	latest, err := NewestOutlook(ctx, f.Store, now)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("reading the latest outlook: %w", err)
	}
	if latest.Day >= today { // whoever made it may have died before telling
		return false, f.tell(ctx, latest.Day)
	}
	return f.keep(ctx, today, now)
}

// keep makes the outlook of a day and keeps it, unless another instance was faster.
func (f *Forecaster) keep(ctx context.Context, day surveys.Day, now time.Time) (made bool, err error) {
	o, found, err := f.make(ctx, day, now)
	if err != nil || !found {
		return false, err
	}
	err = f.Store.AddOutlook(ctx, o)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("keeping the outlook of %s: %w", day, err)
	}
	return true, f.tell(ctx, day)
}

// tell tells Made of the outlook of a day, again until that succeeds once.
func (f *Forecaster) tell(ctx context.Context, day surveys.Day) error {
	if f.Made == nil || f.told >= day {
		return nil
	}
	if err := f.Made(ctx); err != nil {
		return fmt.Errorf("telling of the outlook of %s: %w", day, err)
	}
	f.told = day
	return nil
}

// make counts the outlook of a day; found is false where no request ever came.
func (f *Forecaster) make(ctx context.Context, day surveys.Day, now time.Time) (o Outlook, found bool, err error) {
	if err := f.Counter.Drain(ctx); err != nil {
		return Outlook{}, false, fmt.Errorf("counting what is marked: %w", err)
	}
	o = Outlook{Day: day, MadeAt: surveys.Moment(now), CountedAt: surveys.Moment(now.Add(-grace))}
	days, found, err := f.days(ctx, o.CountedAt)
	if err != nil || !found {
		return Outlook{}, false, err
	}
	draft := newDraft(o.CountedAt, f.Settings())
	if draft.given, err = f.given(ctx, o.CountedAt); err != nil {
		return Outlook{}, false, err
	}
	for _, d := range days {
		if err := f.countDay(ctx, draft, d); err != nil {
			return Outlook{}, false, fmt.Errorf("reading the requests of %s: %w", d, err)
		}
	}
	o.Bytes, err = json.Marshal(draft.write(day, o.MadeAt))
	return o, true, err
}

// countDay adds the requests opened on a day, as they were known at the draft's moment.
func (f *Forecaster) countDay(ctx context.Context, draft *outlookDraft, day surveys.Day) error {
	for t, err := range f.Store.TicketsOpened(ctx, day.Start(draft.zone), day.Add(1).Start(draft.zone)) {
		if err != nil {
			return err
		}
		if r, ok := seen(t, draft.at); ok {
			draft.count(r)
		}
	}
	return nil
}

// days lists those whose requests have to be read: of the last long days, and older
// ones that may hold requests still active. Tallies tell which: one counted before
// at with none active has none. A tally kept by an Entendu that did not count them
// yet is counted again, which reads each old day once. found says whether there is
// any tally.
func (f *Forecaster) days(ctx context.Context, at time.Time) (days []surveys.Day, found bool, err error) {
	since := surveys.DayOf(at.Add(-ofDays(long)), f.Settings().Zone())
	for t, err := range f.Store.TallyRevs(ctx, "", "") {
		if err != nil {
			return nil, false, fmt.Errorf("walking the tallies: %w", err)
		}
		found = true
		is := glance{}
		if t.Day < since {
			if is, err = f.glance(ctx, t.Day, t.Rev); err != nil {
				return nil, false, err
			}
		}
		if !is.quiet || is.asOf.After(at) {
			days = append(days, t.Day)
		}
	}
	return days, found, nil
}

// glance looks at the tally of a day, unless it was seen at that rev.
func (f *Forecaster) glance(ctx context.Context, day surveys.Day, rev int64) (glance, error) {
	if seen, ok := f.done[day]; ok && seen.rev == rev {
		return seen, nil
	}
	t, err := f.Store.GetTally(ctx, day)
	if err != nil {
		return glance{}, fmt.Errorf("reading the tally of %s: %w", day, err)
	}
	if t.Counts < tallyCounts {
		if err := f.Counter.countDay(ctx, day); err != nil && !errors.Is(err, fs.ErrExist) {
			return glance{}, err
		}
	}
	if f.done == nil {
		f.done = map[surveys.Day]glance{}
	}
	f.done[day] = glance{t.Rev, t.AsOf, t.Counts >= tallyCounts && t.active() == 0}
	return f.done[day], nil
}

// active is how many requests opened on the day are not done.
func (t Tally) active() (n int) {
	for _, c := range t.Opened {
		n += c.Active
	}
	return n
}

// given reads the outlooks of the days on which the requests were opened by which
// estimates are judged.
func (f *Forecaster) given(ctx context.Context, at time.Time) (map[surveys.Day]Forecast, error) {
	zone, all := f.Settings().Zone(), map[surveys.Day]Forecast{}
	last := surveys.DayOf(at.Add(-ofDays(recent)), zone)
	for day := surveys.DayOf(at.Add(-ofDays(2*recent)), zone); day <= last; day = day.Add(1) {
		o, err := f.Store.GetOutlook(ctx, day)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the outlook of %s: %w", day, err)
		}
		if all[day], err = o.Forecast(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
