package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Inviter settles tickets: each of their closings gets its one invitation, due
// later, or a skip with its code; an unsent invitation of a closing that ended is
// taken back. Settling twice, or by two Inviters at once, ends the same.
type Inviter struct {
	Store    Store
	Settings func() Settings
	From     string // who our mails are from, which is nobody to ask; "" if nobody says
	Log      *slog.Logger
	At       Failpoint
	Wake     <-chan struct{}
	Next     func() // as in Applier
}

const settleBatch = 64

// Run settles tickets until ctx ends.
func (v *Inviter) Run(ctx context.Context) error {
	return Work(ctx, v.Log, "inviter", time.Second, v.Wake, yielding(v.Wake, v.Pass))
}

// Pass settles one batch; more says that another may wait.
func (v *Inviter) Pass(ctx context.Context) (more bool, err error) {
	tickets, err := v.Store.FindTicketsToSettle(ctx, settleBatch)
	if err != nil {
		return false, err
	}
	err = inParallel(ctx, each(tickets), v.settle)
	if v.Next != nil && len(tickets) > 0 {
		v.Next()
	}
	return len(tickets) == settleBatch, err
}

func (v *Inviter) settle(ctx context.Context, t Ticket) error {
	for n := range t.Closings {
		err := v.settleClosing(ctx, t.TicketKey, n)
		if errors.Is(err, fs.ErrExist) {
			return nil // somebody else has it; the mark stays and is looked at again
		}
		if err != nil {
			return fmt.Errorf("settling closing %d of ticket %s/%s: %w", n+1, t.Source, t.ID, err)
		}
	}
	if err := v.At.At("K6"); err != nil {
		return err
	}
	t.Settle = false
	if err := v.Store.PutTicket(ctx, t); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("clearing the mark of ticket %s/%s: %w", t.Source, t.ID, err)
	}
	return v.At.At("K7")
}

// settleClosing makes the invitation of a closing or brings it up to date;
// fs.ErrExist if somebody else is at it. The ticket is read after the invitation:
// whoever writes the invitation meanwhile makes our write lose, and whoever wrote
// it before knew no newer ticket than we do.
func (v *Inviter) settleClosing(ctx context.Context, key TicketKey, n int) error {
	known, err := v.Store.GetInvitation(ctx, InvitationID(AfterHandling, key, n+1))
	isNew := errors.Is(err, fs.ErrNotExist)
	if err != nil && !isNew {
		return err
	}
	t, err := v.Store.GetTicket(ctx, key)
	if err != nil {
		return err
	}
	now, err := v.Store.Now(ctx)
	if err != nil {
		return err
	}
	if isNew {
		made, err := v.invite(ctx, t, t.Closings[n], now)
		if err != nil {
			return err
		}
		return v.Store.AddInvitation(ctx, made)
	}
	if known.Code == NoAddress && known.Person != t.Person {
		return v.inviteAfterAll(ctx, known, t, t.Closings[n], now)
	}
	changed, differs := known.settled(t, t.Closings[n], now, v.Settings().Zone())
	switch {
	case !differs:
		return nil
	case known.Owner != "":
		return fs.ErrExist // our write would make its Sender lose the outcome of a mail
	default:
		return v.Store.PutInvitation(ctx, changed)
	}
}

// settled gives the invitation as the ticket now wants it, and whether that differs.
func (i Invitation) settled(t Ticket, c Closing, now time.Time, zone *time.Location) (Invitation, bool) {
	before := i
	i.LeftOut = t.LeftOut()
	unsent := i.State == Waiting
	switch {
	case unsent && i.LeftOut:
		i = i.skip(Tag, now)
	case unsent && !c.EndedAt.IsZero():
		i = i.skip(WasReopened, now)
	case i.LeftOut == before.LeftOut:
		return i, false
	}
	i.remember(before, now)
	return i.marked(zone), true
}

// skip ends an invitation unsent.
func (i Invitation) skip(code Skip, at time.Time) Invitation {
	i.State, i.Code, i.SkippedAt = Skipped, code, at
	i.Owner, i.LeaseUntil = "", time.Time{}
	return i
}

// marked adds the mark "to count" for the day of the closing.
func (i Invitation) marked(zone *time.Location) Invitation {
	if day := DayOf(i.ClosedAt, zone); !slices.Contains(i.Recount, day) {
		i.Recount = append(slices.Clone(i.Recount), day)
	}
	return i
}

// invite makes the invitation of a closing that has none yet.
func (v *Inviter) invite(ctx context.Context, t Ticket, c Closing, now time.Time) (Invitation, error) {
	s := v.Settings()
	survey, err := SurveyInForce(ctx, v.Store, AfterHandling)
	if err != nil {
		return Invitation{}, err
	}
	i := Invitation{
		ID: InvitationID(survey.Name, t.TicketKey, c.N), Survey: survey.Name, Version: survey.Version,
		Ticket: t.TicketKey, Number: t.Number, Closing: c.N, ClosedAt: c.At, MadeAt: now,
		Customer: t.Customer, Person: t.Person, Dimensions: t.Dimensions, OpenedAt: t.OpenedAt, Agent: t.Agent,
		State: Waiting, LeftOut: t.LeftOut(),
	}
	who, err := v.Store.GetCustomer(ctx, t.Person)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Invitation{}, err
	}
	i.DueAt = s.MayLeave(s.Asking.Delay.After(c.At), who.Timezone)
	code, err := v.whyNot(ctx, s, t, c, who, i.ID)
	if err != nil {
		return Invitation{}, err
	}
	if code != "" {
		i = i.skip(code, now)
	}
	return i.marked(s.Zone()), nil
}

// inviteAfterAll makes anew the invitation that was skipped for want of an address,
// now that somebody else is known to have asked. What has become too old meanwhile
// stays unasked.
func (v *Inviter) inviteAfterAll(ctx context.Context, known Invitation, t Ticket, c Closing, now time.Time) error {
	c.LearntAt = now
	made, err := v.invite(ctx, t, c, now)
	if err != nil {
		return err
	}
	made.MadeAt, made.Recount, made.Rev, made.Was = known.MadeAt, known.Recount, known.Rev, known.Was
	made.remember(known, now)
	return v.Store.PutInvitation(ctx, made.marked(v.Settings().Zone()))
}

// whyNot gives the code why a closing is not asked about, or "".
func (v *Inviter) whyNot(ctx context.Context, s Settings, t Ticket, c Closing, who Customer, id string) (Skip, error) {
	suppressed, err := isSuppressed(ctx, v.Store, t.Person)
	if err != nil {
		return "", err
	}
	return s.skips(t, c, who, suppressed, v.isOurs, id), nil
}

// skips is whyNot of what is known: first what makes a closing not eligible, then what
// makes it not invited: the chain of the figures.
func (s Settings) skips(t Ticket, c Closing, who Customer, suppressed bool, isOurs func(address string) bool, id string) Skip {
	address, noAddress := Normalise(who.Address)
	switch {
	case noAddress != nil && !suppressed: // an address that was erased is not one that was never known
		return NoAddress
	case noAddress == nil && isUnread(address):
		return NoAddress
	case noAddress == nil && (s.IsStaff(address) || isOurs(address)):
		return Staff
	case suppressed:
		return Suppressed
	case t.LeftOut() || slices.ContainsFunc(t.Tags, s.skipsTag):
		return Tag
	case c.Quiet:
		return SourceOff
	case !s.Asking.TooOld.Off() && c.LearntAt.After(s.Asking.TooOld.After(c.At)):
		return TooOld
	case !sampled(id, s.Asking.Sample):
		return Sample
	case !c.EndedAt.IsZero():
		return WasReopened
	}
	return ""
}

// isOurs says whether a normalised address is the one our mails are from: a helpdesk
// files what we send on to it, such as a customer's message, under that name.
func (v *Inviter) isOurs(address string) bool {
	ours, err := Normalise(v.From)
	return err == nil && ours == address
}

func (s Settings) skipsTag(tag string) bool {
	return slices.ContainsFunc(s.Asking.SkipTags, func(skip string) bool { return strings.EqualFold(skip, tag) })
}

// sampled draws a share of the closings by their id, so that the draw does not
// change when it is repeated and nobody can steer it.
func sampled(id string, share float64) bool { return draw("sample", id) < share }

func isSuppressed(ctx context.Context, st Store, person string) (bool, error) {
	_, err := st.GetSuppression(ctx, person)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
