package reports

import (
	"maps"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	// recent and long are the days over which an outlook counts: recent where that is
	// enough, long where it is not.
	recent = 28
	long   = 90
	// enough known requests, ten of them beyond nine in ten, make recent enough.
	enough = 100
)

// ofDays is a number of days of 24 hours.
func ofDays(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// outlookDraft is an outlook in the making.
type outlookDraft struct {
	at      time.Time
	zone    *time.Location
	minimum int
	given   map[surveys.Day]Forecast // what was told on the days that are judged

	waiting []band
	promise followed
	whole   expected
	each    map[string]*expected // by category
	told    followed             // estimates, as if they had been promised
}

// expected is what the first replies of some requests are expected by.
type expected struct{ recent, long followed }

func newDraft(at time.Time, s surveys.Settings) *outlookDraft {
	return &outlookDraft{at: at, zone: s.Zone(), minimum: s.Publishing.Minimum, waiting: emptyBands(), each: map[string]*expected{}}
}

// count adds one request, as it was known at d.at.
func (d *outlookDraft) count(r request) {
	age := max(0, d.at.Sub(r.opened))
	if r.active {
		addWaiting(d.waiting, age, r.customer)
	}
	if age >= ofDays(long) {
		return
	}
	if due := age - r.promise; 0 <= due && due < ofDays(recent) {
		d.promise.followPromise(r, age)
	}
	d.whole.count(r, age)
	if r.Category != "" {
		if d.each[r.Category] == nil {
			d.each[r.Category] = &expected{}
		}
		d.each[r.Category].count(r, age)
	}
	if ofDays(recent) <= age && age < ofDays(2*recent) {
		d.judge(r, age)
	}
}

func (e *expected) count(r request, age time.Duration) {
	e.long.followWait(r, age)
	if age < ofDays(recent) {
		e.recent.followWait(r, age)
	}
}

// followWait follows one request until its first reply, or until it was withdrawn
// without one.
func (f *followed) followWait(r request, age time.Duration) {
	f.stand(r.customer, keyFirstReply+orUnknown)
	if r.unknown() {
		f.unknown++
		return
	}
	f.stand(r.customer, keyFirstReply)
	f.replies = append(f.replies, r.wait(age))
}

// wait is how long a request whose first reply is not unknown has waited for it.
func (r request) wait(age time.Duration) Observation {
	switch {
	case !r.replied.IsZero():
		return Observation{Time: r.replyTime(), Ended: true}
	case !r.withdrawn.IsZero():
		return Observation{Time: max(0, r.withdrawn.Sub(r.opened)), Withdrawn: true}
	default:
		return Observation{Time: age}
	}
}

// judge holds what was estimated when the request was opened against what came. It
// leaves out whoever has not waited for as long as was estimated, replied to or not.
func (d *outlookDraft) judge(r request, age time.Duration) {
	e, _ := d.given[surveys.DayOf(r.opened, d.zone)].For(r.Category)
	if e == nil || e.P90 == nil || e.P90.Seconds == nil {
		return
	}
	within := time.Duration(*e.P90.Seconds) * time.Second
	if age < within {
		return
	}
	d.told.followEstimate(r, within)
}

func (f *followed) followEstimate(r request, within time.Duration) {
	f.stand(r.customer, keyPromise+orUnknown)
	if r.unknown() {
		f.unsure++
		return
	}
	f.stand(r.customer, keyPromise)
	f.due++
	if !r.replied.IsZero() && r.replyTime() <= within {
		f.kept++
	}
}

// write gives what may be told.
func (d *outlookDraft) write(day surveys.Day, made time.Time) Forecast {
	f := Forecast{Categories: []CategoryExpectation{}, Today: Today{
		Day: day, MadeAt: made, CountedAt: d.at, Waiting: waitingOf(d.waiting, d.minimum),
		FirstReply: d.whole.recent.delay(d.minimum), PromiseKept: d.promise.share(d.minimum),
	}}
	if d.told.due+d.told.unsure > 0 {
		f.Today.Estimates = d.told.share(d.minimum)
	}
	f.Whole = d.whole.tell(d.minimum)
	for _, category := range slices.Sorted(maps.Keys(d.each)) {
		if e := d.each[category].tell(d.minimum); e != nil {
			f.Categories = append(f.Categories, CategoryExpectation{category, *e})
		}
	}
	return f
}

// tell is what may be expected, nil where nothing can be said.
func (e *expected) tell(minimum int) *Expectation {
	told := Expectation{Days: long}
	from := &e.long
	if len(e.recent.replies) >= enough && e.recent.delay(minimum).known() {
		told.Days, from = recent, &e.recent
	}
	delay := from.delay(minimum)
	if !delay.known() {
		return nil
	}
	told.Delay = *delay
	return &told
}

// known says that there is an answer, which may be "not reached".
func (d *Delay) known() bool { return d != nil && d.P50 != nil }

// delay is nil where too few customers stand behind it.
func (f *followed) delay(minimum int) *Delay {
	n := len(f.replies)
	if n+f.unknown > 0 && len(f.behind[base(keyFirstReply, n, f.unknown)]) < minimum {
		return nil
	}
	return roughDelay(f.replies, f.unknown)
}

// share is how many of the times that are due were kept; nil likewise.
func (f *followed) share(minimum int) *Share {
	if f.due+f.unsure > 0 && len(f.behind[base(keyPromise, f.due, f.unsure)]) < minimum {
		return nil
	}
	return roughShare(f.kept, f.due, f.unsure)
}
