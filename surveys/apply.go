package surveys

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"
)

// Applier brings stored events into the tickets they speak of. Applying an event
// twice, or by two Appliers at once, leaves the same ticket: an event that is not
// newer than the ticket changes nothing, and each write compares Rev.
type Applier struct {
	Store    Store
	Read     Reader
	Settings func() Settings
	Salt     []byte
	Log      *slog.Logger
	At       Failpoint
	Wake     <-chan struct{}
	Next     func() // wakes who takes it from here; nil if nobody waits
}

// applyBatch is how many events one pass takes: enough to share an fsync, few
// enough that a stop is quick.
const applyBatch = 64

// Run applies events until ctx ends.
func (a *Applier) Run(ctx context.Context) error {
	return Work(ctx, a.Log, "applier", time.Second, a.Wake, a.Pass)
}

// Pass applies one batch of events, oldest first; more says that another waits.
// The notices of one ticket are applied in order, different tickets side by side.
func (a *Applier) Pass(ctx context.Context) (more bool, err error) {
	events, err := a.Store.FindEvents(ctx, ToApply, applyBatch)
	if err != nil {
		return false, err
	}
	readings := make([]*reading, len(events))
	var notices []told
	for i, e := range events {
		readings[i] = a.understand(e)
		for _, n := range readings[i].notices {
			notices = append(notices, told{Notice: n, by: readings[i]})
		}
	}
	batch := sequences(notices, func(t told) TicketKey { return TicketKey{t.by.event.Source, t.ID} })
	inParallel(ctx, batch, a.applyTold)
	err = inParallel(ctx, each(readings), a.finish)
	if a.Next != nil && len(events) > 0 {
		a.Next()
	}
	return len(events) == applyBatch, err
}

// reading is one event as it was understood, and what became of its notices.
type reading struct {
	event   Event
	notices []Notice
	failed  atomic.Pointer[error]
}

// told is one notice and the event that told it.
type told struct {
	Notice
	by *reading
}

// understand reads an event. One of a source that is gone, or that cannot be read,
// is kept as not understood: repeating will not help.
func (a *Applier) understand(e Event) *reading {
	r := &reading{event: e}
	r.event.State = Applied
	src, ok := a.Settings().Source(e.Source)
	if !ok {
		r.event.State, r.event.Note = NotUnderstood, "the source was removed before the event was applied"
		return r
	}
	src.Kind = e.Kind
	notices, err := a.Read(e, src)
	var unreadable *Unreadable
	if errors.As(err, &unreadable) {
		r.event.State, r.event.Note = NotUnderstood, unreadable.Error()
	} else if err != nil {
		r.failed.Store(&err)
	}
	for _, n := range notices {
		if n.Status == "" {
			r.event.State = NotUnderstood
			r.event.Note = fmt.Sprintf("status %q is not known: say what it means in the source's statuses", n.Vendor)
		}
	}
	r.notices = notices
	return r
}

func (a *Applier) applyTold(ctx context.Context, t told) error {
	_, err := a.ApplyNotice(ctx, t.by.event.Source, t.Notice, t.by.event.ReceivedAt)
	if err != nil {
		t.by.failed.Store(&err)
	}
	return err
}

// finish clears the mark of an event whose notices are all in their tickets.
func (a *Applier) finish(ctx context.Context, r *reading) error {
	if err := r.failed.Load(); err != nil {
		return *err
	}
	if err := a.At.At("K5"); err != nil {
		return err
	}
	if err := a.Store.PutEvent(ctx, r.event); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("clearing the mark of event %s: %w", r.event.ID, err)
	}
	return nil
}

// ApplyAll brings many notices home at once, those of one ticket in order, and says
// for each whether it changed anything. An error may leave some applied; applying
// all again does no harm.
func (a *Applier) ApplyAll(ctx context.Context, source string, notices []Notice, learnt time.Time) (changed []bool, err error) {
	changed = make([]bool, len(notices))
	indexes := make([]int, len(notices))
	for i := range indexes {
		indexes[i] = i
	}
	batch := sequences(indexes, func(i int) string { return notices[i].ID })
	return changed, inParallel(ctx, batch, func(ctx context.Context, i int) (err error) {
		changed[i], err = a.ApplyNotice(ctx, source, notices[i], learnt)
		return err
	})
}

// ApplyNotice brings one notice into its ticket and says whether that changed
// anything. It repeats until its compare-and-set wins.
func (a *Applier) ApplyNotice(ctx context.Context, source string, n Notice, learnt time.Time) (changed bool, err error) {
	who, err := a.customer(ctx, source, n, learnt)
	if err != nil {
		return false, err
	}
	for {
		changed, err = a.merge(ctx, source, n, who, learnt)
		if !errors.Is(err, fs.ErrExist) {
			return changed, err
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
}

func (a *Applier) merge(ctx context.Context, source string, n Notice, who Customer, learnt time.Time) (bool, error) {
	key := TicketKey{Source: source, ID: n.ID}
	known, err := a.Store.GetTicket(ctx, key)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err != nil && !isNew {
		return false, fmt.Errorf("reading ticket %s/%s: %w", source, n.ID, err)
	}
	if isNew {
		known = Ticket{TicketKey: key}
	}
	if who.Address == "" && known.Person != "" {
		who = Customer{} // an id alone does not displace somebody who can be written to
	}
	t, changed := known.Apply(n, who, learnt, a.Settings())
	switch {
	case !changed:
		return false, nil
	case isNew:
		return true, a.Store.AddTicket(ctx, t)
	default:
		return true, a.Store.PutTicket(ctx, t)
	}
}

// customer finds or makes the record behind the person a notice names; the zero
// Customer if it names none.
func (a *Applier) customer(ctx context.Context, source string, n Notice, seen time.Time) (Customer, error) {
	person, address := "", ""
	if normal, err := Normalise(n.Customer.Email); err == nil {
		person, address = PersonOf(a.Salt, normal), n.Customer.Email
	} else if n.Customer.Ref != "" {
		person = PersonOfRef(a.Salt, source, n.Customer.Ref)
	} else {
		return Customer{}, nil
	}
	c, err := a.Store.GetCustomer(ctx, person)
	if errors.Is(err, fs.ErrNotExist) {
		c = Customer{Person: person, ID: newID(), Address: address, Name: n.Customer.Name, Language: n.Language, SeenAt: Moment(seen)}
		if err = a.Store.AddCustomer(ctx, c); errors.Is(err, fs.ErrExist) {
			return a.Store.GetCustomer(ctx, person)
		}
		return c, err
	}
	return c, err
}

// newID is 128 random bits in base64url.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Apply gives the ticket as it is after a notice, and whether that differs. An
// older notice than the one known changes nothing; of two with the same time the
// one whose status stands later in Statuses is applied last.
func (t Ticket) Apply(n Notice, who Customer, learnt time.Time, s Settings) (Ticket, bool) {
	at := Moment(n.UpdatedAt)
	if t.Rev > 0 && (at.Before(t.UpdatedAt) || at.Equal(t.UpdatedAt) && rank(n.Status) < rank(t.Status)) {
		return t, false
	}
	before := t
	t.tell(n, who)
	t.UpdatedAt = at
	t.move(n, Moment(learnt))
	if t.Promise == 0 && before.OpenedAt.IsZero() {
		t.Promise = s.PromiseFor(t.Category, t.OpenedAt)
	}
	if t.Rev > 0 && t.same(before) {
		return before, false
	}
	t.Settle = t.Settle || t.needsSettling(before)
	t.Recount = t.daysTouched(before, s.Zone())
	return t, true
}

// tell takes over what the notice says and leaves what it does not.
func (t *Ticket) tell(n Notice, who Customer) {
	take(&t.Number, n.Number)
	if t.Number == "" {
		t.Number = t.ID
	}
	take(&t.Subject, n.Subject)
	take(&t.Team, n.Team)
	take(&t.Category, n.Category)
	take(&t.Product, n.Product)
	take(&t.Channel, n.Channel)
	take(&t.Language, n.Language)
	take(&t.Agent, n.Agent)
	take(&t.MergedInto, n.MergedInto)
	take(&t.Customer, who.ID)
	take(&t.Person, who.Person)
	if n.Tags != nil {
		t.Tags = slices.Clone(n.Tags)
	}
	if n.Contacts > 0 {
		t.Contacts = n.Contacts
	}
	if !n.OpenedAt.IsZero() {
		t.OpenedAt = Moment(n.OpenedAt)
	}
	if !n.FirstReplyAt.IsZero() {
		t.FirstReplyAt = Moment(n.FirstReplyAt)
	}
}

func take(field *string, said string) {
	if said != "" {
		*field = said
	}
}

// move records a change of status and what it does to the closings. A status that
// was not understood changes nothing.
func (t *Ticket) move(n Notice, learnt time.Time) {
	if n.Status == "" || n.Status == t.Status {
		return
	}
	at := Moment(n.UpdatedAt)
	begins := n.Status.Handled() && !t.Status.Handled()
	if begins && !n.ClosedAt.IsZero() {
		at = Moment(n.ClosedAt)
	}
	t.Status = n.Status
	t.Transitions = append(slices.Clone(t.Transitions), Transition{Status: n.Status, At: at, LearntAt: learnt})
	t.Closings = slices.Clone(t.Closings)
	last := len(t.Closings) - 1
	stands := last >= 0 && t.Closings[last].EndedAt.IsZero()
	switch {
	case begins && !stands:
		t.Closings = append(t.Closings, Closing{N: last + 2, At: at, LearntAt: learnt, Quiet: n.Quiet})
	case n.Status.Active() && stands:
		t.Closings[last].EndedAt = at
	}
}

// same compares what a notice can change.
func (t Ticket) same(o Ticket) bool {
	return t.Status == o.Status && t.Number == o.Number && t.Subject == o.Subject && t.Dimensions == o.Dimensions &&
		slices.Equal(t.Tags, o.Tags) && t.Agent == o.Agent && t.OpenedAt.Equal(o.OpenedAt) &&
		t.FirstReplyAt.Equal(o.FirstReplyAt) && t.UpdatedAt.Equal(o.UpdatedAt) && t.Contacts == o.Contacts &&
		t.MergedInto == o.MergedInto && t.Customer == o.Customer && t.Promise == o.Promise
}

// needsSettling says whether the change bears on an invitation: a closing began or
// ended, or the ticket came to be left out, or came back.
func (t Ticket) needsSettling(before Ticket) bool {
	return !slices.Equal(t.Closings, before.Closings) || t.LeftOut() != before.LeftOut()
}

// daysTouched are the days to recount: that of the opening as it was and as it is.
func (t Ticket) daysTouched(before Ticket, zone *time.Location) []Day {
	days := slices.Clone(t.Recount)
	for _, opened := range []time.Time{before.OpenedAt, t.OpenedAt} {
		if day := DayOf(opened, zone); day != "" && !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	return days
}

func rank(s Status) int { return slices.Index(Statuses(), s) }
