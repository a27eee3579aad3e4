package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Listener brings what came back about mails home: to the invitation and to the
// list of those who must not be written to. Reports may come in any order, several
// times, and be heard by two Listeners at once: the end is the same, for whoever is
// suppressed stays so and an invitation keeps each report once.
type Listener struct {
	Store    Store
	Read     FeedbackReader // decides by Event.Kind
	Settings func() Settings
	Keys     Keys
	Salt     []byte
	Log      *slog.Logger
	Wake     <-chan struct{}

	stuck int // events that the last pass had to leave: the next one looks past them
}

const (
	listenBatch = 64
	// maxReports is how many reports an invitation keeps. Nobody learns anything from
	// the next one.
	maxReports = 20
)

// errInHand is for an invitation that a Sender holds: our write would make it lose
// the outcome of a mail.
var errInHand = errors.New("a sender has the invitation in hand")

// Run listens until ctx ends.
func (l *Listener) Run(ctx context.Context) error {
	return Work(ctx, l.Log, "listener", time.Second, l.Wake, l.Pass)
}

// Pass hears one batch of events, oldest first, and those that the last pass had to
// leave; more says that another batch waits.
func (l *Listener) Pass(ctx context.Context) (more bool, err error) {
	limit := listenBatch + l.stuck
	events, err := l.Store.FindEvents(ctx, ToHear, limit)
	if err != nil {
		return false, err
	}
	var left atomic.Int64
	err = inParallel(ctx, each(events), func(ctx context.Context, e Event) error {
		err := l.hear(ctx, e)
		if err != nil {
			left.Add(1)
		}
		if errors.Is(err, errInHand) {
			return nil
		}
		return err
	})
	l.stuck = int(left.Load())
	return len(events) == limit, err
}

// hear takes all that an event says, as far as it can, and then clears its mark. What
// a service told stays true when its source is removed.
func (l *Listener) hear(ctx context.Context, e Event) error {
	source, _ := l.Settings().Source(e.Source)
	source.Kind = e.Kind
	reports, err := l.Read(e, source)
	var unreadable *Unreadable
	if err != nil && !errors.As(err, &unreadable) {
		return fmt.Errorf("reading event %s: %w", e.ID, err)
	}
	forged, failed := 0, error(nil)
	for _, f := range reports {
		switch err := l.take(ctx, f, e.ReceivedAt); {
		case errors.Is(err, ErrForged):
			forged++
		case err != nil:
			failed = err
		}
	}
	if failed != nil {
		return fmt.Errorf("hearing event %s: %w", e.ID, failed)
	}
	e.State = Applied
	if unreadable != nil {
		e.State, e.Note = NotUnderstood, unreadable.Error()
	} else if forged > 0 {
		e.State, e.Note = NotUnderstood, fmt.Sprintf("%d of %d reports name a mail that was not sent from here; nothing was changed by them", forged, len(reports))
	}
	if err := l.Store.PutEvent(ctx, e); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("clearing the mark of event %s: %w", e.ID, err)
	}
	return nil
}

// take draws the consequences of one report. Suppressing comes first: it need not
// wait for a Sender that has the invitation in hand, whose last look will see it.
func (l *Listener) take(ctx context.Context, f Feedback, received time.Time) error {
	if f.At.IsZero() {
		f.At = received
	}
	invitation, person, err := l.about(ctx, f)
	if err != nil {
		return err
	}
	if reason := f.Kind.suppresses(); reason != "" && person != "" {
		now, err := l.Store.Now(ctx)
		if err == nil {
			err = l.Store.AddSuppression(ctx, Suppression{Person: person, Reason: reason, At: now})
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if invitation == "" {
		return nil
	}
	return l.note(ctx, invitation, f)
}

// suppresses is the reason for which nobody is to be written to after it, "" if
// they still may be.
func (k FeedbackKind) suppresses() string {
	switch k {
	case HardBounce:
		return Bounced
	case Complaint:
		return Complained
	case OptedOut:
		return Unsubscribed
	}
	return ""
}

// about says which invitation and person a report is about, "" for what is not
// known. A name leads to its invitation; an address to its person and to the
// invitation that they were last written for.
func (l *Listener) about(ctx context.Context, f Feedback) (invitation, person string, err error) {
	if f.Name != "" {
		invitation, err = l.Keys.named(f.Name)
		if err != nil {
			return "", "", err
		}
		i, err := l.Store.GetInvitation(ctx, invitation)
		if err == nil {
			return i.ID, i.Person, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", "", err
		}
	}
	normal, err := Normalise(f.Address)
	if err != nil {
		return "", "", nil
	}
	person = PersonOf(l.Salt, normal)
	held, err := l.Store.GetReservation(ctx, person)
	if errors.Is(err, fs.ErrNotExist) {
		return "", person, nil
	}
	return held.Holder, person, err
}

// named opens the name of one of our mails; ErrForged for any other. Servers may
// change the case of a return path, but not of a Message-ID.
func (k Keys) named(name string) (invitation string, err error) {
	if token, ok := strings.CutPrefix(name, "inv."); ok {
		return k.Open(ToName, token)
	}
	if token, ok := strings.CutPrefix(name, "rem."); ok {
		return k.Open(ToRemind, token)
	}
	if token, ok := strings.CutPrefix(strings.ToLower(name), "bounce+"); ok {
		return k.OpenFolded(ToBounce, token)
	}
	return "", ErrForged
}

// note keeps a report with its invitation. It repeats until its compare-and-set
// wins, but leaves an invitation alone that a Sender holds.
func (l *Listener) note(ctx context.Context, invitation string, f Feedback) error {
	for ctx.Err() == nil {
		known, err := l.Store.GetInvitation(ctx, invitation)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a reservation of before its holder was stored
		}
		if err != nil {
			return err
		}
		now, err := l.Store.Now(ctx)
		if err != nil {
			return err
		}
		changed, differs := known.heard(f, now, l.Settings().Zone())
		switch {
		case !differs:
			return nil
		case known.State == Claimed || known.LeaseUntil.After(now):
			return errInHand
		}
		if err := l.Store.PutInvitation(ctx, changed); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return ctx.Err()
}

// heard gives the invitation after a report, and whether that differs. The reports
// themselves are what tells one that came before from a new one, so that no number
// of repetitions counts twice.
func (i Invitation) heard(f Feedback, now time.Time, zone *time.Location) (Invitation, bool) {
	lines, isNew := i.Bounce.with(f)
	changed := isNew
	if isNew {
		i.Bounce.Reply = strings.Join(lines, "\n")
	}
	switch {
	case f.Kind == SoftBounce && isNew:
		i.Bounce.Soft++
	case f.Kind == HardBounce && i.Bounce.At.IsZero():
		i.Bounce.At, changed = now, true
		i = i.marked(zone)
	}
	if f.Kind != SoftBounce && !i.Reminder.DueAt.IsZero() {
		i.Reminder.DueAt, changed = time.Time{}, true
	}
	return i, changed
}

// with gives the lines of Reply with that of a report among them, in order of time,
// and whether it is new.
func (b Bounce) with(f Feedback) (lines []string, isNew bool) {
	if b.Reply != "" {
		lines = strings.Split(b.Reply, "\n")
	}
	words := strings.Join(strings.Fields(f.Reply), " ")
	line := strings.TrimSpace(fmt.Sprintf("%s %s %s", f.At.UTC().Format("2006-01-02T15:04:05.000Z"), f.Kind, words))
	place, known := slices.BinarySearch(lines, line)
	if known || len(lines) >= maxReports {
		return lines, false
	}
	return slices.Insert(lines, place, line), true
}
