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

// atOnce is how soon an event is applied that counts as learnt when it was received. An
// edition is cut off longer than that before it is made; what comes home later, because
// applying it failed, was not in the editions made meanwhile, and is learnt only then.
const atOnce = 5 * time.Second

// Run applies events until ctx ends.
func (a *Applier) Run(ctx context.Context) error {
	return Work(ctx, a.Log, "applier", time.Second, a.Wake, yielding(a.Wake, a.Pass))
}

// Pass applies one batch of events, oldest first; more says that another waits. The
// notices of one ticket are applied in the helpdesk's order, whichever came first,
// different tickets side by side.
func (a *Applier) Pass(ctx context.Context) (more bool, err error) {
	events, err := a.Store.FindEvents(ctx, ToApply, applyBatch)
	if err != nil || len(events) == 0 {
		return false, err
	}
	now, err := a.Store.Now(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the store's time: %w", err)
	}
	readings := make([]*reading, len(events))
	var notices []told
	for i, e := range events {
		readings[i] = a.understand(e)
		readings[i].learnt = e.ReceivedAt
		if now.Sub(e.ReceivedAt) > atOnce {
			readings[i].learnt = now
		}
		for _, n := range readings[i].notices {
			notices = append(notices, told{Notice: n, by: readings[i]})
		}
	}
	slices.SortStableFunc(notices, func(a, b told) int { return a.order(b.Notice) })
	batch := sequences(notices, func(t told) TicketKey { return TicketKey{t.by.event.Source, t.ID} })
	inParallel(ctx, each(batch), a.applyInOrder) // what fails stands in its reading
	err = inParallel(ctx, each(readings), a.finish)
	if a.Next != nil && len(events) > 0 {
		a.Next()
	}
	return len(events) == applyBatch, err
}

// reading is one event as it was understood, and what became of its notices.
type reading struct {
	event   Event
	learnt  time.Time
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

// applyInOrder applies what was told of one ticket. After a failure nothing that was
// told later is applied either, else the repetition would find itself too old.
func (a *Applier) applyInOrder(ctx context.Context, ofOneTicket []told) (err error) {
	for _, t := range ofOneTicket {
		if err == nil {
			_, err = a.ApplyNotice(ctx, t.by.event.Source, t.Notice, t.by.learnt)
		}
		if err != nil {
			t.by.failed.Store(&err)
		}
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
	if who.Person != "" && who.ID == "" {
		n.Subject = "" // erased: nothing that they wrote is kept again
	}
	if who.Address == "" && known.Person != "" {
		who = Customer{} // an id alone does not displace somebody who can be written to
	}
	if known.outdates(n) {
		if who, err = a.instead(ctx, known, who); err != nil {
			return false, err
		}
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

// instead gives whom an older notice may put in the place of who is known: somebody
// who can be written to in that of an id alone, or of nobody, unless a person was
// cut from the ticket on purpose.
func (a *Applier) instead(ctx context.Context, t Ticket, who Customer) (Customer, error) {
	if t.Person == "" && t.Customer == "" {
		return who, nil
	}
	if t.Person == "" || who.Address == "" || who.Person == t.Person {
		return Customer{}, nil
	}
	known, err := a.Store.GetCustomer(ctx, t.Person)
	if errors.Is(err, fs.ErrNotExist) || err == nil && known.Address != "" {
		return Customer{}, nil
	}
	return who, err
}

// customer finds or makes the record behind the person a notice names, and adds
// what was not known of them; the zero Customer if it names none.
func (a *Applier) customer(ctx context.Context, source string, n Notice, seen time.Time) (Customer, error) {
	person, address, id := "", "", newID()
	if normal, err := Normalise(n.Customer.Email); err == nil {
		person, address, id = PersonOf(a.Salt, normal), n.Customer.Email, newCustomerID(a.Salt, normal)
	} else if n.Customer.Ref != "" {
		person = PersonOfRef(a.Salt, source, n.Customer.Ref)
	} else {
		return Customer{}, nil
	}
	c, err := a.Store.GetCustomer(ctx, person)
	if errors.Is(err, fs.ErrNotExist) {
		if erased, err := isErased(ctx, a.Store, person); erased || err != nil {
			return Customer{Person: person}, err
		}
		c = Customer{Person: person, ID: id, Address: address, SeenAt: Moment(seen)}.completed(n)
		if err = a.Store.AddCustomer(ctx, c); errors.Is(err, fs.ErrExist) {
			return a.Store.GetCustomer(ctx, person)
		}
		return c, err
	}
	full := c.completed(n)
	if err != nil || full == c {
		return c, err
	}
	if err = a.Store.PutCustomer(ctx, full); errors.Is(err, fs.ErrNotExist) {
		return a.customer(ctx, source, n, seen) // erased meanwhile
	}
	return full, err
}

// isErased says whether somebody's data were erased: what helpdesks go on telling of
// them is not kept again.
func isErased(ctx context.Context, st Store, person string) (bool, error) {
	s, err := st.GetSuppression(ctx, person)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return s.Reason == Forgotten, err
}

// newID is 128 random bits in base64url.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
